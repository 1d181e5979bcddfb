import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

@Suite("While EMCS is away, nothing that is done there is late (E29)")
struct EMCSAwayTests {
    /// A company whose manager and employee use EMCS, and which reported a receipt.
    private func workplace() async throws -> Workplace {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.registration(5, profile: "employee", by: "bob"),
            Messages.decision(5, by: "anne", role: "manager", identifier: "d5"),
            Messages.authorisation(2),
            Messages.exciseGrant(2, from: "2026-09-01")
        )
        await place.work()
        let accounts = place.contents.accounts.map(\.identifier.description)
        place.send(
            Messages.exciseUsers(3, accounts),
            Messages.excise("receipt", 4, #","receivedOn":"2026-09-21""#)
        )
        await place.work()
        return place
    }

    private func report(_ place: Workplace) -> Obligation? {
        place.contents.obligations.first { $0.kind == "report-of-receipt" }
    }

    private func mails(_ place: Workplace, _ template: String) -> Int {
        let mails = place.broker.mails
        return mails.count { $0 == template }
    }

    @Test("users are told once, what falls due waits, and gets a day when EMCS works again")
    func outage() async throws {
        let place = try await workplace()
        let due = try #require(report(place)?.dueOn)
        place.send(
            Messages.availability(1, false, since: "\(place.clock.now)", remarks: "back at noon")
        )
        await place.work()
        await place.pass(seconds: 5)
        #expect(mails(place, "excise.emcs-down") == 2)
        #expect(
            place.broker.published.contains {
                String(decoding: $0.message.body, as: UTF8.self).contains("back at noon")
            }
        )
        // Ten days later the report's day is over.
        place.clock.jump(bySeconds: 10 * 86_400)
        await place.pass(seconds: 5)
        let waiting = try #require(report(place))
        #expect(waiting.status == .open && waiting.dueOn == nil && waiting.overdueAt == nil)
        #expect(mails(place, "excise.overdue") == 0)
        place.send(Messages.availability(2, true, since: "\(place.clock.now)"))
        await place.work()
        await place.pass(seconds: 5)
        let again = try #require(report(place))
        let today = LuxembourgCalendar.date(at: place.clock.now)
        #expect(again.dueOn == LuxembourgCalendar.day(1, workingDaysAfter: today))
        #expect(again.dueOn.map { $0 > due } == true && again.overdueAt != nil)
        #expect(mails(place, "excise.emcs-up") == 2)
        let statuses = place.broker.data("status.obligation")
            .filter { $0["kind"] == "report-of-receipt" }
        #expect(statuses.map { $0["dueOn"] } == [due.description, nil, again.dueOn?.description])
        place.clock.jump(bySeconds: 5 * 86_400)
        await place.pass(seconds: 5)
        #expect(report(place)?.status == .overdue)
    }

    @Test("what happens while the daemon stands still counts by the days all the same")
    func standstill() async throws {
        let place = try await workplace()
        let start = place.clock.now
        place.clock.jump(bySeconds: 10 * 86_400)
        let days = (7...9).map { LuxembourgCalendar.date(at: start).adding(days: $0) }
        place.send(
            Messages.availability(1, false, since: "\(LuxembourgCalendar.morning(of: days[0]))"),
            Messages.availability(2, true, since: "\(LuxembourgCalendar.morning(of: days[2]))")
        )
        await place.work()
        place.send(
            Messages.excise("report-of-receipt", 6, #","reportedOn":"\#(days[2])""#)
        )
        await place.work()
        #expect(report(place)?.status == .met)
    }

    @Test("goods that arrive with a paper are in EMCS afterwards, and known by both names")
    func fallback() async throws {
        let place = try await workplace()
        let day = LuxembourgCalendar.date(at: place.clock.now).description
        place.send(
            Messages.availability(1, false, since: "\(place.clock.now)")
        )
        await place.work()
        place.send(
            Messages.fallback(6, on: day),
            Messages.excise("receipt", 7, movement: "FB-1", #","receivedOn":"\#(day)""#)
        )
        await place.work()
        #expect(mails(place, "excise.fallback") == 1)
        #expect(mails(place, "excise.fallback-confirmed") == 1)
        let catchUp = place.broker.data("status.obligation").last { $0["kind"] == "emcs-catch-up" }
        #expect(catchUp?["status"] == "open" && catchUp?["dueOn"] == nil)
        place.send(Messages.availability(2, true, since: "\(place.clock.now)"))
        await place.work()
        await place.pass(seconds: 5)
        let code = "26FR0123456789ABCDEF7"
        place.send(
            Messages.fallbackClosed(8, arc: code),
            // By its new name, and by the old one.
            Messages.excise("ac4", 9, movement: "FB-1", #","declaredOn":"\#(day)""#)
        )
        await place.work()
        let known = place.contents.obligations.filter { $0.reference == code }
        #expect(
            known.map(\.kind).sorted() == ["ac4-declaration", "duty-payment", "report-of-receipt"]
        )
        #expect(known.first { $0.kind == "ac4-declaration" }?.status == .met)
        let kept = place.contents.obligations.filter { $0.reference == "FB-1" }
        #expect(kept.map(\.kind) == ["emcs-catch-up"] && kept.first?.status == .met)
    }
}
