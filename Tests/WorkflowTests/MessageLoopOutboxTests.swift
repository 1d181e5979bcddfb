import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Sending what follows, whatever the broker does.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopOutboxTests {
    /// A store with three messages for each of `count` requests waiting to be sent.
    private func placeWithBacklog(_ count: Int, limits: MessageLoopLimits) async throws -> Workplace
    {
        let place = try Workplace(limits: limits)
        try await place.begin()
        place.broker.openSource()
        let drafts = (1...count).map { Messages.registration($0, eori: "LU\($0)") }
        place.broker.send(drafts.map(\.message))
        place.loop.receive(place.broker.deliver())
        await place.work()
        place.crash()
        try #require(place.contents.unsettledCount == 3 * count)
        return place
    }

    private func answer(_ place: Workplace) async {
        place.broker.arrive()
        place.loop.published(place.broker.takeAnswers())
        await place.settle()
    }

    /// In the order of arrival, each once.
    private func firstArrivals(
        _ broker: MemoryBroker,
        where isIncluded: (OutboundMessage) -> Bool
    ) -> [Int64] {
        var seen: Set<Int64> = []
        return broker.published.filter { isIncluded($0.message) }.map(\.sequence)
            .filter { seen.insert($0).inserted }
    }

    @Test("what a run left unsent is sent by the next, in order, in portions that fit memory")
    func catchUp() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 4
        limits.window = 2
        let place = try await placeWithBacklog(30, limits: limits)
        try await place.begin()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.work()
        var rounds = 0
        while !place.broker.onTheWay.isEmpty {
            #expect(place.broker.onTheWay.count <= 2)
            rounds += 1
            await answer(place)
        }
        #expect(rounds >= 45)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.observer.record.greatestInMemory <= 4)
        #expect(place.broker.published.count == 90)
        for number in 1...30 {
            let subject = Messages.request(number).description
            let mails = firstArrivals(place.broker) {
                $0.subject == subject && $0.family == "notification"
            }
            #expect(mails.count == 2 && mails == mails.sorted())
        }
    }

    @Test("messages that arise while older ones wait in the store are sent after them")
    func newBehindOld() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 4
        let place = try await placeWithBacklog(3, limits: limits)
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        place.send(Messages.decision(3, identifier: "d3"))
        await place.work()
        #expect(place.contents.requests[Messages.request(3)]?.status == .granted)
        #expect(place.contents.unsettledCount > 9)
        place.broker.block(false)
        await place.work()
        #expect(place.contents.unsettledCount == 0)
        let mails = firstArrivals(place.broker) {
            $0.subject == Messages.request(3).description && $0.family == "notification"
        }
        #expect(mails.count == 3 && mails == mails.sorted())
    }

    @Test("the intake waits while memory is full of messages to be sent")
    func intakeWaits() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 10
        limits.batch = 1
        let place = try Workplace(limits: limits)
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        await place.work()
        let drafts = (1...20).map { Messages.registration($0, eori: "LU\($0)") }
        place.broker.send(drafts.map(\.message))
        await place.pass(seconds: 5)
        #expect(place.broker.acknowledgedCount == 4, "each brings three messages")
        #expect(place.contents.requests.count == 4)
        place.broker.block(false)
        await place.settle()
        #expect(place.broker.acknowledgedCount == 20)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("the intake waits while what is to be sent takes too much memory, whatever its number")
    func intakeWaitsForBytes() async throws {
        var limits = MessageLoopLimits()
        limits.outboxInMemoryBytes = 10_000
        limits.batch = 1
        let place = try Workplace(limits: limits)
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        await place.work()
        let drafts = (1...20).map { Messages.registration($0, eori: "LU\($0)") }
        place.broker.send(drafts.map(\.message))
        await place.pass(seconds: 5)
        let largest = place.contents.outbox.compactMap(\.message?.heldBytes).max() ?? 0
        let bytes = place.contents.outbox.reduce(0) { $0 + ($1.message?.heldBytes ?? 0) }
        #expect(place.broker.acknowledgedCount < 10, "each brings three messages")
        #expect((10_000...10_000 + 3 * largest).contains(bytes))
        place.broker.block(false)
        await place.settle()
        #expect(place.broker.acknowledgedCount == 20)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("what a run left unsent is read back in portions that fit memory by their size too")
    func catchUpByBytes() async throws {
        var limits = MessageLoopLimits()
        let place = try Workplace()
        try await place.begin()
        let now = place.clock.now
        try await place.register.write { transaction in
            let entry = Sample.entry(1)
            for number in 1...10 {
                let message = Sample.message(
                    "\(number)",
                    body: [UInt8](repeating: 120, count: 400_000)
                )
                let journal = try transaction.append(entry)
                _ = try transaction.enqueue(message, journal: journal, at: now)
            }
        }
        place.crash()
        #expect(place.contents.unsettledCount == 10)
        limits.outboxInMemoryBytes = 1_000_000
        let next = try Workplace(limits: limits, register: place.register, broker: place.broker)
        try await next.begin()
        next.loop.publisherOpened(session: next.broker.openPublisher())
        await next.work()
        #expect(next.observer.record.greatestInMemory == 3)
        while !next.broker.onTheWay.isEmpty { await answer(next) }
        #expect(next.contents.unsettledCount == 0)
        #expect(next.broker.published.map(\.sequence) == Array(1...10))
        #expect(next.observer.record.greatestInMemory <= 5)
    }

    // MARK: - Trouble with the broker

    @Test("what cannot be routed is parked, tried again ever more rarely, and kept in order")
    func unroutable() async throws {
        let place = try Workplace()
        try await place.serve()
        place.broker.unbind(["notification"])
        place.send(Messages.registration(1))
        await place.work()
        place.send(Messages.decision(1, "information-requested", identifier: "d1"))
        await place.work()
        #expect(place.broker.mails == [])
        #expect(place.broker.data("status.request").count == 2, "others are not held up")
        #expect(place.observer.record.statistics?.parked == 3)
        let reasons = place.contents.outbox.compactMap(\.parkedReason)
        #expect(
            reasons == ["312 NO_ROUTE", "behind a parked message", "behind a parked message"]
        )
        // Tried again in vain, after half a minute, and then not before another minute.
        func returned() -> Int {
            place.observer.record.publications.map(\.unroutable).reduce(0, +)
        }
        await place.pass(seconds: 31)
        #expect(returned() == 2, "of the stream one message, each time")
        await place.pass(seconds: 31)
        #expect(returned() == 2)
        place.broker.unbind([])
        await place.pass(seconds: 31)
        #expect(
            place.broker.mails
                == ["access.pending", "access.awaiting-you", "access.information-requested"]
        )
        #expect(place.observer.record.statistics?.parked == 0)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("what is returned in one batch with the end of the session is tried again all the same")
    func returnedAtTheEnd() async throws {
        let place = try Workplace()
        try await place.begin()
        place.broker.unbind(["notification"])
        place.broker.send([Messages.registration(1).message])
        place.broker.openSource()
        place.loop.receive(place.broker.deliver())
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        // The answers, the end of the session and the next session are known before the store is.
        place.broker.arrive()
        place.loop.published(place.broker.takeAnswers())
        place.broker.closePublisher()
        place.loop.publisherClosed()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        #expect(place.observer.record.statistics?.parked == 2)
        place.broker.unbind([])
        for _ in 0..<40 {
            await place.pass(seconds: 1)
            place.broker.arrive()
            place.loop.published(place.broker.takeAnswers())
        }
        #expect(place.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("what is not mandatory is not parked")
    func notMandatory() async throws {
        let place = try Workplace()
        try await place.serve()
        place.broker.unbind(["status"])
        place.send(Messages.registration(1))
        await place.work()
        #expect(place.contents.unsettledCount == 0)
    }

    /// Rows 1 and 2 are mails about request 1, row 7 is another, which is still to be read from the
    /// store when 1 and 2 are tried again.
    @Test("a message that is read while older ones are tried again does not overtake them")
    func unparkWhileCatchingUp() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 3
        let place = try Workplace(limits: limits)
        try await place.begin()
        place.broker.openSource()
        place.send(
            Messages.registration(1),
            Messages.registration(2, eori: "LU2"),
            Messages.decision(1, "information-requested", identifier: "d1")
        )
        let approvals = place.broker.deliver(from: .approvals)
        place.loop.receive(place.broker.deliver(from: .registrations) + approvals)
        await place.work()
        place.crash()

        try await place.begin()
        place.broker.unbind(["notification"])
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        await answer(place)
        #expect(place.contents.outbox.count { $0.parkedReason != nil } == 2)
        #expect(place.broker.onTheWay.map(\.sequence) == [4, 6])
        place.broker.unbind([])
        place.clock.advance(bySeconds: 31)
        place.broker.arrive()
        place.loop.published(place.broker.takeAnswers())
        await place.work()
        for _ in 0..<10 { await answer(place) }
        #expect(place.contents.unsettledCount == 0)
        let mails = firstArrivals(place.broker) {
            $0.subject == Messages.request(1).description && $0.family == "notification"
        }
        #expect(mails == [1, 2, 7])
    }

    @Test("what the broker refuses is sent again at the next tick, before what comes after it")
    func refused() async throws {
        let place = try Workplace()
        try await place.serve()
        place.broker.refuseNext(2)
        place.send(Messages.registration(1))
        await place.settle()
        #expect(place.broker.published.isEmpty)
        #expect(place.contents.unsettledCount == 3)
        await place.work()
        #expect(place.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.contents.unsettledCount == 0)
        #expect(place.observer.record.publications.map(\.refused).reduce(0, +) == 2)
    }

    @Test("what was not answered when the session ended is sent again, with the same ids")
    func lostConfirms() async throws {
        let place = try Workplace()
        try await place.begin()
        place.broker.openSource()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        place.send(Messages.registration(1))
        place.loop.receive(place.broker.deliver())
        await place.work()
        // One arrives, and its confirmation is lost.
        #expect(place.broker.onTheWay.map(\.sequence) == [1, 3])
        place.broker.closePublisher(arriving: 1)
        place.loop.publisherClosed()
        await place.work()
        #expect(place.contents.unsettledCount == 3)
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        for _ in 0..<3 { await answer(place) }
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.published.map(\.sequence) == [1, 1, 3, 2])
        let identifiers = place.broker.published.map(\.message.properties.messageIdentifier)
        #expect(identifiers[0] == identifiers[1])
        #expect(Set(identifiers).count == 3)
    }

    @Test("what was handed over to a session that is over is not sent twice in the next")
    func handedToDeadSession() async throws {
        let place = try Workplace()
        try await place.begin()
        place.broker.openSource()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        // The session is over, but the loop does not know yet.
        place.broker.closePublisher()
        place.send(Messages.registration(1))
        place.loop.receive(place.broker.deliver())
        await place.settle()
        #expect(place.broker.onTheWay.isEmpty)
        place.loop.publisherClosed()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        await place.settle()
        for _ in 0..<3 { await answer(place) }
        #expect(place.broker.published.map(\.sequence) == [1, 3, 2])
    }

    @Test("confirmations are written once the store works again, and nothing is sent twice")
    func settleLater() async throws {
        let isFull = Mutex(false)
        let register = MemoryRegister { stage, _ in
            guard stage == .beforeCommit, isFull.withLock(\.self) else { return }
            throw RegisterUnavailable(reason: "the disk is full")
        }
        let place = try Workplace(register: register)
        try await place.begin()
        place.broker.block(true)
        place.broker.serve(place.loop)
        place.send(Messages.registration(1))
        await place.work()
        isFull.withLock { $0 = true }
        place.broker.block(false)
        await place.pass(seconds: 3)
        #expect(place.contents.unsettledCount == 3)
        #expect(place.broker.published.count == 3, "sending does not need the store")
        isFull.withLock { $0 = false }
        await place.pass(seconds: 10)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.published.count == 3)
    }

    // MARK: - Accounts

    @Test("an account is active once its announcement is confirmed, or once it is reported")
    func awaitReport() async throws {
        for awaitReport in [false, true] {
            let place = try Workplace(awaitReport: awaitReport)
            try await place.serve()
            place.send(Messages.registration(1))
            await place.work()
            place.send(Messages.decision(1, identifier: "d1"))
            await place.work()
            let account = try #require(place.contents.accounts.first)
            #expect(account.status == (awaitReport ? .provisioning : .active))
            place.send(Messages.report("\(account.identifier)", status: 201, identifier: "p1"))
            await place.work()
            #expect(place.contents.accounts.map(\.status) == [.active])
            #expect(
                place.broker.data("status.account").map { $0["status"] }
                    == ["provisioning", "active"]
            )
        }
    }

    @Test("an account that cannot be made active holds up nobody")
    func confirmationFails() async throws {
        let register = MemoryRegister(onChange: { change in
            if case .record(.replace(.account)) = change { throw OurFault() }
        })
        let place = try Workplace(register: register)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.send(Messages.decision(1, identifier: "d1"))
        place.send(Messages.registration(2, eori: "LU2"))
        await place.work()
        #expect(place.contents.accounts.map(\.status) == [.provisioning])
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.acknowledgedCount == 3)
        #expect(place.observer.record.conditions.isEmpty)
    }
}
