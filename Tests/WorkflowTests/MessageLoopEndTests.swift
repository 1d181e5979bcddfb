import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// How the loop ends, and how it is told new settings.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopEndTests {
    @Test("stopping takes nothing more in, and settles what is on the way")
    func stop() async throws {
        let place = try Workplace()
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        place.send(Messages.registration(1))
        await place.work()
        place.loop.stop()
        place.send(Messages.registration(2, eori: "LU2"))
        #expect(await place.loop.step() == .worked)
        await place.settle()
        #expect(place.contents.requests.count == 1)
        #expect(place.broker.published.isEmpty)
        place.broker.block(false)
        var last = Step.worked
        while last == .worked { last = await place.loop.step() }
        #expect(last == .ended)
        #expect(place.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.contents.unsettledCount == 0)
        #expect(place.contents.requests.count == 1)
        #expect(place.broker.unacknowledgedCount == 1, "it goes back to the broker")
    }

    @Test("stopping does not wait for a publisher that is away")
    func stopWithoutPublisher() async throws {
        let place = try Workplace()
        try await place.serve()
        place.broker.closePublisher()
        place.send(Messages.registration(1))
        await place.work()
        place.loop.stop()
        #expect(await place.loop.step() == .ended)
        #expect(place.contents.unsettledCount == 3)
    }

    @Test("stopping sends what is in memory, and leaves to the next run what is in the store alone")
    func stopWithBacklog() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 5
        let place = try Workplace(limits: limits)
        try await place.begin()
        place.broker.openSource()
        let drafts = (1...20).map { Messages.registration($0, eori: "LU\($0)") }
        place.broker.send(drafts.map(\.message))
        place.loop.receive(place.broker.deliver())
        await place.work()
        #expect(place.contents.unsettledCount == 60)
        place.crash()
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        await place.work()
        place.loop.stop()
        place.broker.block(false)
        var last = Step.worked
        while last == .worked { last = await place.loop.step() }
        #expect(last == .ended)
        #expect(place.contents.unsettledCount == 55)
        try await place.serve()
        #expect(place.contents.unsettledCount == 0)
        #expect(Set(place.broker.published.map(\.sequence)).count == 60)
    }

    /// The order to make the account fits into memory, the account's first status does not.
    @Test("what arises while stopping does not overtake what is in the store alone")
    func stopKeepsOrder() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 3
        let place = try Workplace(limits: limits)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.broker.closePublisher()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        place.crash()
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        await place.settle()
        place.loop.stop()
        place.broker.block(false)
        var last = Step.worked
        while last == .worked { last = await place.loop.step() }
        #expect(last == .ended)
        #expect(place.contents.accounts.map(\.status) == [.active])
        #expect(place.contents.unsettledCount == 2)
        try await place.serve()
        #expect(
            place.broker.data("status.account").map { $0["status"] }
                == ["provisioning", "active"]
        )
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("run returns when stopped, and the store knows that the run ended well")
    func runEnds() async throws {
        let place = try Workplace()
        let (loop, observer) = (place.loop, place.observer)
        let running = Task { try await loop.run() }
        place.broker.serve(loop)
        place.send(Messages.registration(1))
        await observer.wait { $0.publications.reduce(0) { $0 + $1.confirmed } == 3 }
        #expect(place.contents.isRunning)
        loop.stop()
        try await running.value
        #expect(!place.contents.isRunning)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("abandoning ends at once; what was on the way is sent by the next run, with the same ids")
    func abandon() async throws {
        let place = try Workplace()
        let (loop, observer) = (place.loop, place.observer)
        let running = Task { try await loop.run() }
        place.broker.block(true)
        place.broker.serve(loop)
        place.send(Messages.registration(1))
        await observer.wait { $0.dispositions == [.applied] }
        loop.stop()
        loop.abandon()
        try await running.value
        #expect(!place.contents.isRunning)
        #expect(place.contents.unsettledCount == 3)
        let identifiers = place.contents.outbox.map(\.messageIdentifier)
        place.broker.closePublisher()
        place.broker.block(false)
        try await place.serve()
        #expect(place.contents.unsettledCount == 0)
        let sent = place.broker.published.sorted { $0.sequence < $1.sequence }
        #expect(sent.map(\.message.properties.messageIdentifier) == identifiers)
    }

    @Test("a store that is damaged, or none at all, ends the run with its words")
    func cannotBegin() async throws {
        let damage = RegisterUnavailable(reason: "damaged", isRetryable: false)
        let damaged = try Workplace(register: MemoryRegister { _, _ in throw damage })
        await #expect(throws: RegisterUnavailable.self) { try await damaged.loop.run() }
        let none = try Workplace(register: MemoryRegister { _, _ in throw OurFault() })
        await #expect(throws: OurFault.self) { try await none.loop.run() }
    }

    @Test("a store that cannot be written at the start is waited for, with nothing taken in")
    func beginsLater() async throws {
        let register = MemoryRegister { _, number in
            if number <= 3 { throw RegisterUnavailable(reason: "the disk is full") }
        }
        let place = try Workplace(register: register)
        let (loop, observer, clock) = (place.loop, place.observer, place.clock)
        place.broker.serve(loop)
        place.send(Messages.registration(1))
        let running = Task { try await loop.run() }
        for failures in 1...3 {
            await observer.wait { $0.conditions.count == failures }
            #expect(place.broker.acknowledgedCount == 0)
            clock.advance(bySeconds: 10)
            loop.queue.add(.clock)
        }
        await observer.wait { $0.publications.reduce(0) { $0 + $1.confirmed } == 3 }
        #expect(
            observer.record.conditions
                == ["the disk is full", "the disk is full", "the disk is full", nil]
        )
        #expect(place.contents.isRunning)
        loop.stop()
        try await running.value
        #expect(!place.contents.isRunning)
    }

    @Test("whoever waits for the store at the start ends when told to")
    func stopBeforeBegin() async throws {
        let register = MemoryRegister { _, _ in throw RegisterUnavailable(reason: "full") }
        let place = try Workplace(register: register)
        let (loop, observer) = (place.loop, place.observer)
        let running = Task { try await loop.run() }
        await observer.wait { $0.conditions == ["full"] }
        loop.stop()
        try await running.value
    }

    @Test("new settings hold from the next batch on")
    func reload() async throws {
        let place = try Workplace()
        try await place.serve()
        var draft = Messages.registration(1)
        draft.user = "new-portal"
        place.send(draft)
        await place.work()
        #expect(place.broker.deadLetters == ["forbidden"])
        var publishers = Workplace.publishers
        publishers["new-portal"] = [.portal]
        await place.loop.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        place.send(draft)
        await place.work()
        #expect(place.observer.record.dispositions == [.dead, .applied])
    }
}
