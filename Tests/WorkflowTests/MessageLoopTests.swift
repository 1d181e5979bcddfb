import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Taking messages in: what is acknowledged when, and what the clock brings.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopTests {
    @Test("a message is acknowledged, and what follows is sent, after the commit and not before")
    func acknowledgedAfterCommit() async throws {
        let broker = MemoryBroker()
        let seen = Mutex<[String]>([])
        let register = MemoryRegister { stage, _ in
            let (acknowledged, sent) = (broker.acknowledgedCount, broker.published.count)
            seen.withLock { $0.append("\(stage) \(acknowledged) \(sent)") }
        }
        let place = try Workplace(register: register, broker: broker)
        try await place.serve()
        seen.withLock { $0 = [] }
        place.send(Messages.registration(1))
        #expect(await place.loop.step() == .worked)
        #expect(seen.withLock { $0 } == ["begin 0 0", "beforeCommit 0 0", "afterCommit 0 0"])
        #expect(broker.acknowledgedCount == 1)
        #expect(broker.published.count == 2, "the first of each of the two streams")
        await place.work()
        #expect(broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.observer.record.dispositions == [.applied])
    }

    @Test("a batch is one transaction and one acknowledgement")
    func batch() async throws {
        let writes = Mutex(0)
        let register = MemoryRegister { _, number in writes.withLock { $0 = number } }
        let place = try Workplace(register: register)
        try await place.serve()
        let before = writes.withLock { $0 }
        let drafts = (1...20).map { Messages.registration($0, eori: "LU\($0)") }
        place.broker.send(drafts.map(\.message))
        #expect(await place.loop.step() == .worked)
        #expect(writes.withLock { $0 } == before + 1)
        #expect(place.broker.acknowledgedCount == 20)
        #expect(place.observer.record.batches.map(\.size) == [20])
    }

    @Test("while the store fails nothing is acknowledged; it is tried again after growing pauses")
    func storeFails() async throws {
        let isFull = Mutex(false)
        let attempts = Mutex<[Int]>([])
        let elapsed = Mutex(0)
        let register = MemoryRegister { stage, _ in
            guard stage == .beforeCommit, isFull.withLock({ $0 }) else { return }
            attempts.withLock { $0.append(elapsed.withLock(\.self)) }
            throw RegisterUnavailable(reason: "the disk is full")
        }
        let place = try Workplace(register: register)
        try await place.serve()
        isFull.withLock { $0 = true }
        place.send(Messages.registration(1), Messages.registration(2, eori: "LU2"))
        await place.settle()
        #expect(place.broker.acknowledgedCount == 0)
        #expect(place.observer.record.conditions == ["the disk is full"])
        place.send(Messages.registration(3, eori: "LU3"))
        let iterations = place.observer.record.iterations
        // 40 s in eighths, which add up exactly.
        for eighth in 1...320 {
            elapsed.withLock { $0 = eighth }
            place.clock.advance(bySeconds: 0.125)
            await place.work()
        }
        #expect(place.observer.record.iterations >= iterations + 320, "a full disk is not a hang")
        let times = attempts.withLock { $0 }
        let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
        // 0.2 s and twice as much each time, up to 10 s, in eighths rounded up.
        #expect(pauses == [2, 4, 7, 13, 26, 52, 80, 80])
        #expect(place.broker.acknowledgedCount == 0)
        #expect(place.broker.published.isEmpty)
        #expect(place.contents.requests.isEmpty)

        isFull.withLock { $0 = false }
        await place.pass(seconds: 10)
        #expect(place.observer.record.conditions.last == .some(nil))
        #expect(place.broker.acknowledgedCount == 3)
        #expect(place.observer.record.dispositions == [.applied, .applied, .applied])
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("a session that ends while the store fails costs nothing and doubles nothing")
    func sessionEndsWhileStoreFails() async throws {
        let isFull = Mutex(false)
        let register = MemoryRegister { _, _ in
            if isFull.withLock(\.self) { throw RegisterUnavailable(reason: "the disk is full") }
        }
        let place = try Workplace(register: register)
        try await place.serve()
        isFull.withLock { $0 = true }
        place.send(Messages.registration(1))
        place.broker.send([Messages.registration(2).message(body: "no JSON")])
        await place.settle()
        place.broker.closeSource()
        place.broker.serve(place.loop)
        isFull.withLock { $0 = false }
        await place.pass(seconds: 2)
        #expect(place.observer.record.dispositions == [.applied, .dead, .duplicate, .duplicate])
        #expect(place.broker.unacknowledgedCount == 0)
        #expect(place.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.broker.deadLetters == ["malformed"])
    }

    // MARK: - Early messages

    @Test("a decision that comes before its request waits, and is applied when the request comes")
    func early() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        #expect(place.observer.record.dispositions == [.deferred])
        #expect(place.broker.acknowledgedCount == 1)
        #expect(place.contents.deferred.count == 1)
        place.send(Messages.registration(1))
        await place.work()
        #expect(place.observer.record.dispositions == [.deferred, .applied, .applied])
        #expect(place.contents.deferred.isEmpty)
        #expect(place.contents.requests.values.map(\.status) == [.granted])
        #expect(place.contents.story.first == "message.deferred")
    }

    @Test("it is tried again after pauses that double, and after a day it is dead")
    func tooEarly() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        var pauses: [Int64] = []
        while let waiting = place.contents.deferred.first?.entry {
            let pause = waiting.nextAttemptAt.seconds - place.clock.now.seconds
            try #require(pause > 0)
            pauses.append(pause)
            place.clock.advance(bySeconds: Double(pause) - 1)
            await place.work()
            try #require(place.contents.deferred.first?.entry == waiting, "not before its time")
            place.clock.advance(bySeconds: 1)
            await place.work()
        }
        #expect(pauses.prefix(12) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
        #expect(pauses.reduce(0, +) == 24 * 3600)
        #expect(place.broker.deadLetters == ["request-unknown"])
        #expect(place.broker.problems == ["request-unknown"])
        #expect(place.observer.record.dispositions == [.deferred, .dead])
    }

    @Test("a message that waited is another than one like it that was dead before")
    func waitingIsNotWhatWasDead() async throws {
        let place = try Workplace()
        try await place.serve()
        let decision = Messages.decision(1, identifier: "d1")
        place.settings = try Workplace.settings(
            identifiers: place.identifiers,
            publishers: [Messages.portal: [.portal]]
        )
        await place.loop.reload(place.settings)
        place.send(decision)
        await place.work()
        #expect(place.broker.deadLetters == ["forbidden"])
        await place.loop.reload(try Workplace.settings(identifiers: place.identifiers))
        // Delivered twice before it is taken.
        place.broker.closeSource()
        place.send(decision)
        place.broker.openSource()
        _ = place.broker.deliver()
        place.broker.closeSource()
        place.broker.serve(place.loop)
        await place.work()
        #expect(place.observer.record.dispositions == [.dead, .deferred])
        place.clock.jump(bySeconds: 24 * 3600)
        await place.pass(seconds: 1)
        #expect(place.observer.record.dispositions == [.dead, .deferred, .dead])
        #expect(place.broker.deadLetters == ["forbidden", "request-unknown"])
    }

    // MARK: - The clock

    @Test("a request that nobody decides on expires, once, and both sides are told")
    func expiry() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        let request = try #require(place.contents.requests[Messages.request(1)])
        let expireAt = try #require(request.expireAt)
        place.clock.jump(bySeconds: expireAt.seconds - place.clock.now.seconds - 1)
        await place.work()
        #expect(place.contents.requests[request.identifier]?.status == .pending)
        await place.pass(seconds: 3)
        #expect(place.contents.requests[request.identifier]?.status == .expired)
        #expect(place.broker.mails.suffix(2) == ["access.expired", "access.expired-approver"])
        #expect(place.broker.mails.count == 4)
        let causes = place.contents.journal.map { Reading($0.cause.utf8)["cause"] }
        #expect(causes.last == "timer:expire:\(request.identifier)")
    }

    @Test("a request that cannot be ended holds up nobody else")
    func expiryFails() async throws {
        let (bad, good) = (Messages.request(1), Messages.request(2))
        let register = MemoryRegister(onChange: { change in
            if case .record(.replace(.request(let request))) = change,
                request.identifier == bad, !request.status.isOpen
            {
                throw OurFault()
            }
        })
        let place = try Workplace(register: register)
        try await place.serve()
        place.send(Messages.registration(1), Messages.registration(2, eori: "LU2"))
        await place.work()
        place.clock.jump(bySeconds: 32 * 86_400)
        place.send(Messages.registration(3, eori: "LU3"))
        await place.work()
        #expect(place.contents.requests[bad]?.status == .pending)
        #expect(place.contents.requests[good]?.status == .expired)
        #expect(place.broker.acknowledgedCount == 3)
        #expect(place.observer.record.conditions.isEmpty)
    }

    @Test("the loop's own ticker looks at the clock every second")
    func ticker() async throws {
        let place = try Workplace()
        place.broker.serve(place.loop)
        let (loop, observer) = (place.loop, place.observer)
        let running = Task { try await loop.run() }
        place.send(Messages.decision(1, identifier: "d1"))
        await observer.wait { $0.deferred == 1 || $0.dispositions == [.deferred] }
        // Two days: the decision is tried once more and is dead.
        place.clock.jump(bySeconds: 48 * 3600)
        await place.clock.waitUntilSomebodySleeps()
        place.clock.advance(bySeconds: 1)
        await observer.wait { $0.dispositions == [.deferred, .dead] }
        loop.stop()
        try await running.value
    }
}
