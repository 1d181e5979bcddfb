import Contract
import Domain
import TestKit
import Testing

@testable import Procedures
@testable import Workflow

/// What the clock makes of authorisations and obligations: each in its time, late, and with a clock
/// that is set. It is 21 September 2026, a Monday, when a life begins.
@Suite struct ExciseClockTests {
    /// A company whose legal representative Anne has an account, and a registered consignee's
    /// authorisation that is valid until the end of November.
    private func authorisedWorkplace(_ more: String = "") async throws -> Workplace {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.authorisation(2, more),
            Messages.exciseGrant(2, from: "2026-09-01", until: "2026-11-30")
        )
        await place.work()
        return place
    }

    private func receive(_ place: Workplace) async {
        place.send(Messages.excise("receipt", 3, #","receivedOn":"2026-09-21""#))
        await place.work()
    }

    /// 06:00 in Luxembourg is 04:00 in UTC until 25 October.
    private func jump(_ place: Workplace, to text: String) async throws {
        let instant = try #require(Instant(rfc3339: text))
        place.clock.jump(bySeconds: instant.seconds - place.clock.now.seconds)
        await place.pass(seconds: 3)
    }

    private func exciseMails(_ place: Workplace) -> [String] {
        place.broker.data("notification.email").compactMap { data in
            guard let template = data["template"], template.hasPrefix("excise.") else { return nil }
            let addressees = data.objects("to").compactMap { $0["email"] }
            return "\(template.dropFirst(7)) \(addressees.joined(separator: ","))"
        }
    }

    private func statuses(_ place: Workplace) -> [String] {
        place.broker.data("status.obligation").map {
            "\($0["kind"] ?? "") \($0["status"] ?? "") \($0["dueOn"] ?? "")"
        }
    }

    /// What the clock did about authorisations and obligations, in the journal's order.
    private func duties(_ place: Workplace) -> [String] {
        place.contents.journal.compactMap { entry in
            guard let cause = Reading(entry.cause.utf8)["cause"] else { return nil }
            let words = cause.split(separator: ":")
            guard words.count == 3, words[0] == "timer" else { return nil }
            if AuthorisationNumber(excise: String(words[2])) != nil {
                return "\(words[1]) \(words[2])"
            }
            let obligation = place.contents.obligations.first {
                "\($0.identifier)" == words[2]
            }
            return obligation.map { "\(words[1]) \($0.kind)" }
        }
    }

    // MARK: - A natural person

    @Test("A natural person is told of everything, the office of nothing, and the number stays out")
    func naturalPerson() async throws {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(
            Messages.registration(1, profile: "natural-person", by: "nina", eori: "LUNINA77"),
            Messages.decision(1, identifier: "d1")
        )
        await place.work()
        place.send(
            Messages.authorisation(2, by: "nina", eori: "LUNINA77"),
            Messages.exciseGrant(2, from: "2026-09-01", until: "2026-11-30")
        )
        await place.work()
        place.send(Messages.excise("receipt", 3, by: "nina", #","receivedOn":"2026-09-21""#))
        await place.work()
        try await jump(place, to: "2026-12-01T05:00:00Z")
        #expect(
            exciseMails(place) == [
                "pending nina@example.lu", "awaiting-you servicedesk@example.lu",
                "granted nina@example.lu", "due nina@example.lu", "due nina@example.lu",
                "overdue nina@example.lu", "lapsed nina@example.lu", "overdue nina@example.lu",
                "overdue nina@example.lu",
            ]
        )
        #expect(place.contents.authorisations.map(\.eori.text) == ["LUNINA77"])
        #expect(place.contents.journal.allSatisfy { !$0.event.contains("LUNINA77") })
    }

    // MARK: - Each in its time

    @Test("from the grant to the lapse: a date at once, a reminder, a notice, and late is late")
    func life() async throws {
        let place = try await authorisedWorkplace()
        #expect(
            exciseMails(place) == [
                "pending anne@example.lu", "awaiting-you servicedesk@example.lu",
                "granted anne@example.lu",
            ]
        )
        await receive(place)
        #expect(
            statuses(place) == [
                "ac4-declaration open 2026-10-01", "duty-payment open 2026-10-01",
                "report-of-receipt open 2026-09-28",
            ]
        )
        place.send(
            Messages.excise("report-of-receipt", 4, #","reportedOn":"2026-09-21""#),
            Messages.payment(6, on: "2026-09-21")
        )
        await place.work()
        try await jump(place, to: "2026-09-29T03:59:50Z")
        #expect(exciseMails(place).suffix(2) == ["due anne@example.lu", "due anne@example.lu"])
        try await jump(place, to: "2026-09-29T04:00:00Z")
        #expect(exciseMails(place).last == "due-reminder anne@example.lu")
        try await jump(place, to: "2026-10-02T03:59:50Z")
        #expect(exciseMails(place).last == "due-reminder anne@example.lu")
        try await jump(place, to: "2026-10-02T04:00:00Z")
        #expect(exciseMails(place).last == "overdue anne@example.lu")
        place.send(Messages.excise("ac4", 5, #","declaredOn":"2026-10-02""#))
        await place.work()
        try await jump(place, to: "2026-10-31T05:00:00Z")
        #expect(exciseMails(place).last == "warning anne@example.lu")
        try await jump(place, to: "2026-12-01T04:59:50Z")
        #expect(place.contents.authorisations.map(\.status) == [.active])
        try await jump(place, to: "2026-12-01T05:00:00Z")
        #expect(place.contents.authorisations.map(\.status) == [.lapsed])
        #expect(
            exciseMails(place).dropFirst(5) == [
                "due-reminder anne@example.lu", "overdue anne@example.lu",
                "warning anne@example.lu", "lapsed anne@example.lu",
            ]
        )
        #expect(
            statuses(place).dropFirst(3) == [
                "report-of-receipt met 2026-09-28", "duty-payment met 2026-10-01",
                "ac4-declaration overdue 2026-10-01",
                "ac4-declaration met-late 2026-10-01",
            ]
        )
        let dueWork = place.observer.record.dueWork
        for kind in [DueWorkKind.remindOfObligation, .overdue, .warn, .lapse] {
            #expect(dueWork[kind] == 1)
        }
    }

    @Test("what the clock does belongs to the request's story, and names the due work")
    func cause() async throws {
        let place = try await authorisedWorkplace()
        await receive(place)
        // What is due on the same day is seen to in the order in which it arose.
        let obligation = try #require(
            place.contents.obligations.last { $0.kind != "report-of-receipt" }
        )
        try await jump(place, to: "2026-10-02T04:00:00Z")
        let status = try #require(
            place.broker.published.last { $0.message.routingKey == "status.obligation" }
        )
        let event = Reading(status.message.body)
        let timer = "timer:overdue:\(obligation.identifier)"
        #expect(event["causationid"] == timer)
        #expect(event["subject"] == "\(Messages.request(3))")
        #expect(event.object("data")["requestId"] == "\(Messages.request(3))")
        #expect(event.object("data")["exciseNumber"] == Messages.exciseNumber)
        let entry = try #require(place.contents.journal.last)
        #expect(Reading(entry.cause.utf8)["cause"] == timer)
        #expect(entry.request == Messages.request(3))
    }

    @Test("whoever reported a receipt is told with those who manage the operator, each once")
    func addressees() async throws {
        let place = try await authorisedWorkplace()
        place.send(
            Messages.registration(6, profile: "employee", by: "bob"),
            Messages.decision(6, by: "anne", role: "manager", identifier: "d6")
        )
        await place.work()
        place.send(Messages.excise("receipt", 7, by: "bob", #","receivedOn":"2026-09-21""#))
        await place.work()
        #expect(exciseMails(place).suffix(2) == ["due bob@example.lu", "due bob@example.lu"])
        try await jump(place, to: "2026-09-24T04:00:00Z")
        #expect(
            exciseMails(place).suffix(2) == [
                "due-reminder anne@example.lu", "due-reminder bob@example.lu",
            ]
        )
    }

    // MARK: - Catching up

    @Test("after a standstill of months what is over is said to be over, in order, and once")
    func standstill() async throws {
        let place = try await authorisedWorkplace()
        await receive(place)
        let before = exciseMails(place).count
        place.crash()
        place.clock.jump(bySeconds: 100 * 86_400)
        try await place.serve()
        await place.pass(seconds: 3)
        #expect(
            exciseMails(place).dropFirst(before).sorted() == [
                "lapsed anne@example.lu", "overdue anne@example.lu", "overdue anne@example.lu",
                "overdue anne@example.lu",
            ]
        )
        await place.pass(seconds: 5)
        #expect(exciseMails(place).count == before + 4)
        #expect(
            duties(place) == [
                "overdue report-of-receipt", "overdue ac4-declaration", "overdue duty-payment",
                "lapse LU00000123456",
            ]
        )
    }

    @Test("after a standstill of a few days only what still helps is reminded of")
    func shortStandstill() async throws {
        let place = try await authorisedWorkplace()
        await receive(place)
        let before = exciseMails(place).count
        place.crash()
        // 30 September: the report's reminder and end have passed, of declaration and payment the
        // reminder.
        place.clock.jump(bySeconds: 9 * 86_400)
        try await place.serve()
        await place.pass(seconds: 3)
        #expect(
            exciseMails(place).dropFirst(before).sorted() == [
                "due-reminder anne@example.lu", "due-reminder anne@example.lu",
                "overdue anne@example.lu",
            ]
        )
        #expect(
            duties(place) == [
                "remind-obligation ac4-declaration", "remind-obligation duty-payment",
                "overdue report-of-receipt",
            ]
        )
        #expect(statuses(place).last == "report-of-receipt overdue 2026-09-28")
    }

    // MARK: - A clock that is set

    @Test("a clock that is set back and on again does nothing twice", arguments: [3600, 86_400])
    func setBack(seconds: Int64) async throws {
        let place = try await authorisedWorkplace()
        await receive(place)
        for moment in [
            "2026-09-24T04:00:00Z", "2026-09-29T04:00:00Z", "2026-10-02T04:00:00Z",
            "2026-10-31T05:00:00Z", "2026-12-01T05:00:00Z",
        ] {
            try await jump(place, to: moment)
            let (mails, entries) = (exciseMails(place), place.contents.journal.count)
            for jump in [-seconds, seconds, seconds, -seconds, -seconds, seconds] {
                place.clock.jump(bySeconds: jump)
                await place.pass(seconds: 2)
            }
            // Setting the clock on by a day at the first two moments comes to nothing that is due.
            #expect(exciseMails(place) == mails, "\(moment)")
            #expect(place.contents.journal.count == entries, "\(moment)")
        }
        #expect(place.observer.record.dueWork[.overdue] == 3)
        #expect(place.contents.authorisations.map(\.status) == [.lapsed])
    }

    @Test("whether a declaration was in time is a matter of days, whatever the clock did")
    func inTime() async throws {
        let place = try await authorisedWorkplace()
        await receive(place)
        try await jump(place, to: "2026-11-02T10:00:00Z")
        #expect(place.contents.obligations.map(\.status) == [.overdue, .overdue, .overdue])
        // The clock was wrong.
        try await jump(place, to: "2026-09-22T10:00:00Z")
        #expect(place.contents.obligations.map(\.status) == [.overdue, .overdue, .overdue])
        place.send(
            Messages.excise("ac4", 4, #","declaredOn":"2026-09-22""#),
            Messages.payment(6, on: "2026-09-22"),
            Messages.excise("report-of-receipt", 5, #","reportedOn":"2026-09-22""#)
        )
        await place.work()
        #expect(place.contents.obligations.map(\.status) == [.met, .met, .met])
    }

    @Test("the journal, replayed, gives authorisations, obligations and guarantees as they are")
    func replay() async throws {
        let place = try await authorisedWorkplace(Messages.guarantee)
        await receive(place)
        try await jump(place, to: "2026-10-02T04:00:00Z")
        place.send(Messages.excise("ac4", 5, #","declaredOn":"2026-10-02""#))
        await place.work()
        try await jump(place, to: "2026-12-01T05:00:00Z")
        var replayed: [ReplayedKind: [String: JSONObject]] = [:]
        for entry in place.contents.journal {
            for effect in try #require(JournalEffect.effects(of: Array(entry.event.utf8))) {
                guard case .overwrite(let kind, let identifier, let record) = effect else {
                    continue
                }
                replayed[kind, default: [:]][identifier] = record
            }
        }
        let format = JournalFormat()
        for authorisation in place.contents.authorisations {
            let record = replayed[.authorisation]?[authorisation.number.text]
            #expect(text(record) == format.record(authorisation))
        }
        for obligation in place.contents.obligations {
            let record = replayed[.obligation]?["\(obligation.identifier)"]
            #expect(text(record) == format.record(obligation))
        }
        let guarantee = try #require(place.contents.guarantees.first)
        #expect(guarantee.status == .held && guarantee.amountCents == 100)
        let record = replayed[.guarantee]?["\(guarantee.identifier)"]
        #expect(text(record) == format.record(guarantee))
        #expect(replayed[.guarantee]?.count == 1)
        #expect(replayed[.authorisation]?.count == 1)
        #expect(replayed[.obligation]?.count == 3)
    }

    private func text(_ record: JSONObject?) -> String? {
        guard let record else { return nil }
        var json = JSONWriter()
        json.value(.object(record))
        return json.text
    }
}
