import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// What the clock brings: reminders, escalations, expiries; late, in plenty, and with a clock that
/// is set.
@Suite struct ClockTests {
    private static let day: Int64 = 86_400

    /// A company with a legal representative, and an employee's request that waits for that one.
    private func workplaceWithEmployee(
        _ deadlines: ProcedureSettings.Deadlines = Workplace.allDeadlines
    ) async throws -> Workplace {
        let place = try Workplace(deadlines: deadlines)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(Messages.registration(2, profile: "employee", by: "bob"))
        await place.work()
        return place
    }

    private func addressees(_ place: Workplace, of template: String) -> [String] {
        place.broker.data("notification.email").filter { $0["template"] == template }
            .flatMap { $0.objects("to") }.compactMap { $0["email"] }
    }

    private func jump(_ place: Workplace, to instant: Instant?) throws {
        let instant = try #require(instant)
        place.clock.jump(bySeconds: instant.seconds - place.clock.now.seconds)
    }

    // MARK: - Each in its time

    @Test("an employee's request: managers, then the authority, then its end, each told once")
    func employee() async throws {
        let place = try await workplaceWithEmployee()
        let request = try #require(place.contents.requests[Messages.request(2)])
        let mailsBefore = place.broker.mails.count
        try jump(place, to: request.remindAt?.advanced(bySeconds: -1))
        await place.work()
        #expect(place.broker.mails.count == mailsBefore)
        await place.pass(seconds: 3)
        #expect(addressees(place, of: "access.reminder") == ["anne@example.lu"])
        try jump(place, to: request.escalateAt)
        await place.pass(seconds: 3)
        #expect(addressees(place, of: "access.escalation") == ["servicedesk@example.lu"])
        let open = try #require(place.contents.requests[Messages.request(2)])
        #expect(open.status == .pending && open.revision == 1)
        #expect(open.remindAt == nil && open.escalateAt == nil)
        try jump(place, to: request.expireAt)
        await place.pass(seconds: 3)
        #expect(
            place.broker.mails.dropFirst(mailsBefore) == [
                "access.reminder", "access.escalation", "access.expired",
                "access.expired-approver",
            ]
        )
        #expect(
            place.contents.story.suffix(3) == [
                "request.reminded", "request.escalated", "request.changed",
            ]
        )
    }

    @Test("a reminder names the due work as its cause, and changes neither status nor revision")
    func cause() async throws {
        let place = try await workplaceWithEmployee()
        let statuses = place.broker.data("status.request").count
        try jump(place, to: place.contents.requests[Messages.request(2)]?.remindAt)
        await place.work()
        let mail = try #require(place.broker.published.last?.message)
        #expect(Reading(mail.body)["causationid"] == "timer:remind:\(Messages.request(2))")
        #expect(Reading(mail.body)["subject"] == "\(Messages.request(2))")
        let entry = try #require(place.contents.journal.last)
        #expect(Reading(entry.cause.utf8)["cause"] == "timer:remind:\(Messages.request(2))")
        #expect(entry.request == Messages.request(2))
        #expect(place.broker.data("status.request").count == statuses)
        #expect(place.observer.record.dueWork[.remind] == 1)
    }

    @Test("of what the authority decides itself it is reminded, and told once more later")
    func company() async throws {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.clock.jump(bySeconds: 25 * Self.day)
        await place.pass(seconds: 3)
        #expect(addressees(place, of: "access.reminder") == ["servicedesk@example.lu"])
        #expect(addressees(place, of: "access.escalation") == ["servicedesk@example.lu"])
    }

    @Test("what the authority decides on never expires, what a company decides on does")
    func expiryOfCompanies() async throws {
        let place = try Workplace(
            deadlines: ProcedureSettings.Deadlines(companyExpireAfter: .days(30))
        )
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.registration(2, profile: "employee", by: "bob"),
            Messages.registration(3, by: "frank", eori: "LU3")
        )
        await place.work()
        place.clock.jump(bySeconds: 400 * Self.day)
        await place.pass(seconds: 3)
        #expect(place.contents.requests[Messages.request(2)]?.status == .expired)
        #expect(place.contents.requests[Messages.request(3)]?.status == .pending)
    }

    @Test("where the company has nobody left to be reminded, the authority is told, once")
    func withoutManager() async throws {
        let place = try await workplaceWithEmployee()
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                """
                "target":{"account":"\(place.contents.accounts[0].identifier)"},"remarks":"gone"
                """,
                identifier: "v1"
            )
        )
        await place.work()
        #expect(place.contents.accounts[0].status == .revoked)
        try jump(place, to: place.contents.requests[Messages.request(2)]?.remindAt)
        await place.pass(seconds: 3)
        #expect(!place.broker.mails.contains("access.reminder"))
        #expect(addressees(place, of: "access.escalation") == ["servicedesk@example.lu"])
        place.clock.jump(bySeconds: 10 * Self.day)
        await place.pass(seconds: 3)
        #expect(addressees(place, of: "access.escalation").count == 1)
    }

    // MARK: - Catching up

    @Test("after a month of standstill what is over only expires, and nobody is reminded of it")
    func standstill() async throws {
        let place = try await workplaceWithEmployee()
        let mailsBefore = place.broker.mails.count
        place.crash()
        place.clock.jump(bySeconds: 40 * Self.day)
        try await place.serve()
        await place.pass(seconds: 3)
        #expect(
            place.broker.mails.dropFirst(mailsBefore) == [
                "access.expired", "access.expired-approver",
            ]
        )
    }

    @Test("several missed reminders are one for each addressee")
    func missedReminders() async throws {
        let place = try await workplaceWithEmployee()
        let mailsBefore = place.broker.mails.count
        place.crash()
        place.clock.jump(bySeconds: 20 * Self.day)
        try await place.serve()
        await place.pass(seconds: 3)
        #expect(
            place.broker.mails.dropFirst(mailsBefore) == ["access.reminder", "access.escalation"]
        )
    }

    @Test("what is due is caught up with in the order in which it fell due, a part at a time")
    func order() async throws {
        var limits = MessageLoopLimits.prompt
        limits.dueAtOnce = 2
        let place = try Workplace(
            limits: limits,
            deadlines: ProcedureSettings.Deadlines(
                remindAfter: .seconds(1000),
                expireAfter: .seconds(1500)
            )
        )
        try await place.serve()
        // A decision that never finds its request is due after 24 hours, and in between.
        place.send(Messages.decision(9, identifier: "d9"))
        for number in 1...6 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
            await place.work()
            await place.pass(seconds: 1)
            place.clock.jump(bySeconds: 199)
        }
        // 1200 s have passed: 1 is reminded of. After 1800 s: 1 and 2 are over, 3 to 5 are not.
        place.clock.jump(bySeconds: 600)
        await place.work()
        let causes = place.contents.journal.compactMap { Reading($0.cause.utf8)["cause"] }
        #expect(
            causes == [
                "timer:remind:\(Messages.request(1))", "timer:remind:\(Messages.request(3))",
                "timer:expire:\(Messages.request(1))", "timer:remind:\(Messages.request(4))",
                "timer:expire:\(Messages.request(2))", "timer:remind:\(Messages.request(5))",
            ]
        )
        #expect(place.contents.deferred.count == 1)
    }

    @Test("plenty that is due keeps no new message waiting, and memory bounded")
    func plenty() async throws {
        var limits = MessageLoopLimits.prompt
        limits.dueAtOnce = 5
        limits.batch = 3
        limits.outboxInMemory = 20
        let place = try Workplace(limits: limits)
        try await place.serve()
        for number in 1...100 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
            await place.work()
        }
        let before = place.contents.journal.count
        place.clock.jump(bySeconds: 40 * Self.day)
        for number in 101...103 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
        }
        await place.work()
        // One tick was enough for all of it.
        #expect(place.contents.requests.values.count { $0.status == .expired } == 100)
        #expect(place.observer.record.dueWork == [.expire: 100])
        let story = place.contents.story.dropFirst(before)
        let last = try #require(story.lastIndex(of: "request.submitted"))
        #expect(story.distance(from: story.startIndex, to: last) < 40)
        // A batch's own messages may come on top: 3 a registration, 3 an expiry.
        #expect(place.observer.record.greatestInMemory <= 20 + 5 * 3 + 3 * 3)
    }

    @Test("while the outbox is full, what is due waits")
    func full() async throws {
        var limits = MessageLoopLimits.prompt
        limits.dueAtOnce = 2
        limits.outboxInMemory = 5
        let place = try Workplace(limits: limits)
        try await place.serve()
        for number in 1...20 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
            await place.work()
        }
        place.broker.closePublisher()
        place.loop.publisherClosed()
        place.clock.jump(bySeconds: 40 * Self.day)
        await place.pass(seconds: 5)
        let expired = place.contents.requests.values.count { $0.status == .expired }
        #expect(expired > 0 && expired <= 4)
        place.broker.serve(place.loop)
        await place.pass(seconds: 2)
        #expect(place.contents.requests.values.count { $0.status == .expired } == 20)
        #expect(place.contents.unsettledCount == 0)
    }

    // MARK: - A clock that is set

    @Test("a clock that is set back and on again does nothing twice", arguments: [3600, 86_400])
    func setBack(seconds: Int64) async throws {
        let place = try await workplaceWithEmployee()
        let request = try #require(place.contents.requests[Messages.request(2)])
        for instant in [request.remindAt, request.escalateAt, request.expireAt] {
            try jump(place, to: instant)
            await place.pass(seconds: 2)
            let (mails, entries) = (place.broker.mails.count, place.contents.journal.count)
            for jump in [-seconds, seconds, seconds, -seconds, -seconds, seconds] {
                place.clock.jump(bySeconds: jump)
                await place.pass(seconds: 2)
            }
            #expect(place.broker.mails.count == mails)
            #expect(place.contents.journal.count == entries)
        }
        #expect(place.contents.requests[Messages.request(2)]?.status == .expired)
        #expect(place.contents.requests[Messages.request(2)]?.revision == 2)
    }

    @Test("after the clock was set back, due work goes on when its time comes again")
    func goesOn() async throws {
        let place = try await workplaceWithEmployee()
        let request = try #require(place.contents.requests[Messages.request(2)])
        place.clock.jump(bySeconds: -3600)
        await place.pass(seconds: 2)
        try jump(place, to: request.remindAt?.advanced(bySeconds: -1))
        await place.pass(seconds: 2)
        #expect(place.broker.mails.last == "access.reminder")
        // Set back in the middle of the night before the expiry.
        try jump(place, to: request.expireAt?.advanced(bySeconds: -1800))
        await place.pass(seconds: 2)
        place.clock.jump(bySeconds: -3600)
        await place.pass(seconds: 2)
        #expect(place.contents.requests[Messages.request(2)]?.status == .pending)
        place.clock.jump(bySeconds: 5400)
        await place.pass(seconds: 2)
        #expect(place.contents.requests[Messages.request(2)]?.status == .expired)
    }

    @Test("a decision before and one after the clock was set back are decided as they come")
    func decisions() async throws {
        let place = try await workplaceWithEmployee()
        place.clock.jump(bySeconds: 7200)
        place.send(
            Messages.decision(2, by: "anne", role: "manager", identifier: "d2")
        )
        await place.pass(seconds: 1)
        place.clock.jump(bySeconds: -7200)
        place.send(
            Messages.decision(2, "rejected", by: "anne", role: "manager", identifier: "d3")
        )
        await place.pass(seconds: 1)
        #expect(place.contents.requests[Messages.request(2)]?.status == .granted)
        #expect(place.broker.problems == ["request-closed"])
        // Times in the journal go back; its order does not.
        let times = place.contents.journal.map(\.time)
        #expect(times != times.sorted())
    }

    // MARK: - Faults

    @Test("due work that cannot be done holds up nobody, and is left alone for a while")
    func faults() async throws {
        let bad = (1...5).map { Messages.request($0) }
        let tries = Mutex(0)
        let register = MemoryRegister(onChange: { change in
            if case .record(.replace(.request(let request))) = change,
                bad.contains(request.identifier), request.remindAt == nil
            {
                tries.withLock { $0 += 1 }
                throw OurFault()
            }
        })
        var limits = MessageLoopLimits.prompt
        limits.dueAtOnce = 2
        let place = try Workplace(
            limits: limits,
            deadlines: Workplace.allDeadlines,
            register: register
        )
        try await place.serve()
        for number in 1...7 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
            await place.work()
        }
        place.clock.jump(bySeconds: 10 * Self.day)
        await place.pass(seconds: 20)
        #expect(place.contents.story.count { $0 == "request.reminded" } == 2)
        // Once for each, and once more for each batch that had to be written with savepoints.
        #expect(tries.withLock(\.self) == 8)
        place.clock.advance(bySeconds: limits.retryFailedDueWorkAfterSeconds)
        await place.pass(seconds: 20)
        #expect(place.contents.story.count { $0 == "request.reminded" } == 2)
        #expect(tries.withLock(\.self) == 16)
        #expect(place.observer.record.conditions.isEmpty)
    }
}

/// What is due waits for a quiet broker and a steady clock.
@Suite struct PatienceTests {
    /// A request that is past its expiry, with the process that is to notice it not yet begun.
    private func workplace(_ change: (inout MessageLoopLimits) -> Void) async throws -> Workplace {
        var limits = MessageLoopLimits.prompt
        change(&limits)
        let place = try Workplace(limits: limits)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        return place
    }

    private func status(_ place: Workplace) -> RequestStatus? {
        place.contents.requests[Messages.request(1)]?.status
    }

    @Test("a decision that came in time counts, though the daemon was down when the time was over")
    func cameInTime() async throws {
        let place = try await workplace { $0.quietBeforeDeadlinesSeconds = 2 }
        let request = try #require(place.contents.requests[Messages.request(1)])
        place.crash()
        place.send(Messages.decision(1, identifier: "d1"))
        let after = try #require(request.expireAt).advanced(bySeconds: 3600)
        place.clock.jump(bySeconds: after.seconds - place.clock.now.seconds)
        try await place.begin()
        // The clock ticks before the broker is there.
        await place.work()
        #expect(status(place) == .pending)
        place.broker.serve(place.loop)
        await place.work()
        #expect(status(place) == .granted)
    }

    @Test("once the broker has nothing more, what nobody decided expires")
    func quiet() async throws {
        let place = try await workplace { $0.quietBeforeDeadlinesSeconds = 2 }
        let request = try #require(place.contents.requests[Messages.request(1)])
        place.crash()
        let after = try #require(request.expireAt)
        place.clock.jump(bySeconds: after.seconds - place.clock.now.seconds)
        try await place.begin()
        await place.pass(seconds: 5)
        #expect(status(place) == .pending)
        place.broker.serve(place.loop)
        await place.pass(seconds: 1)
        #expect(status(place) == .pending)
        await place.pass(seconds: 2)
        #expect(status(place) == .expired)
    }

    @Test("a clock that is a month ahead for a moment ends nothing")
    func wrongForAMoment() async throws {
        let place = try await workplace { $0.steadyClockSeconds = 60 }
        let month: Int64 = 40 * 86_400
        await place.pass(seconds: 2)
        place.clock.jump(bySeconds: month)
        await place.pass(seconds: 50)
        place.clock.jump(bySeconds: -month)
        await place.pass(seconds: 120)
        #expect(status(place) == .pending)
        place.clock.jump(bySeconds: month)
        await place.pass(seconds: 50)
        #expect(status(place) == .pending)
        await place.pass(seconds: 20)
        #expect(status(place) == .expired)
    }
}
