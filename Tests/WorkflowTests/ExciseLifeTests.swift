import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// Random lives of an operator with excise goods: receipts and declarations early, late and twice,
/// with crashes, standstills and a clock that is set at any moment. Whatever happens, each notice
/// goes out once, none of them stale, and the days alone say what was in time.
@Suite struct ExciseLifeTests {
    private struct Life {
        let place: Workplace
        var random: SeededGenerator
        var number = 10
        var movements: [String] = []

        mutating func next() -> Int {
            number += 1
            return number
        }

        func day(_ days: Int) -> String {
            LuxembourgCalendar.date(at: place.clock.now).adding(days: days).description
        }
    }

    @Test("each notice once, none stale, late is late by days alone", arguments: UInt64(1)...24)
    func life(seed: UInt64) async throws {
        var life = Life(place: try Workplace(), random: SeededGenerator(seed: seed))
        let place = life.place
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.authorisation(2),
            Messages.exciseGrant(2, from: "2026-08-01", until: "2026-12-15")
        )
        await place.work()
        for _ in 0..<60 { try await act(&life) }
        try await goOn(place, days: 400)
        try checkRecords(place)
        try checkNotices(place)
        #expect(place.contents.unsettledCount == 0)
    }

    private func act(_ life: inout Life) async throws {
        let place = life.place
        switch life.random.number(1...10) {
        case 1...3:
            let movement = "M-\(life.random.number(1...30))"
            life.movements.append(movement)
            let day = #","receivedOn":"\#(life.day(-life.random.number(0...12)))""#
            place.send(Messages.excise("receipt", life.next(), movement: movement, day))
        case 4...6:
            let movement = life.movements.randomElement(using: &life.random) ?? "M-1"
            let day = life.day(-life.random.number(0...3))
            let isReport = life.random.chance(50)
            place.send(
                Messages.excise(
                    isReport ? "report-of-receipt" : "ac4",
                    life.next(),
                    movement: movement,
                    #","\#(isReport ? "reportedOn" : "declaredOn")":"\#(day)""#
                )
            )
        case 7:
            place.crash()
            place.clock.jump(bySeconds: Int64(life.random.number(0...9)) * 86_400)
            try await place.serve()
        case 8: place.clock.jump(bySeconds: -Int64(life.random.number(1...36)) * 3600)
        default: place.clock.jump(bySeconds: Int64(life.random.number(1...48)) * 3600)
        }
        await place.pass(seconds: 2)
    }

    private func goOn(_ place: Workplace, days: Int64) async throws {
        place.clock.jump(bySeconds: days * 86_400)
        await place.pass(seconds: 5)
    }

    /// What is stored at the end, and that the journal says the same.
    private func checkRecords(_ place: Workplace) throws {
        #expect(place.contents.authorisations.map(\.status) == [.lapsed])
        #expect(place.contents.obligations.count > 3)
        for obligation in place.contents.obligations {
            let expected: ObligationStatus =
                obligation.metOn.map { on in
                    obligation.dueOn.map { on <= $0 } == true ? .met : .metLate
                } ?? .overdue
            #expect(obligation.status == expected)
            #expect(obligation.remindAt == nil && obligation.overdueAt == nil)
        }
        var replayed: [String: JSONObject] = [:]
        for entry in place.contents.journal {
            for effect in try #require(JournalEffect.effects(of: Array(entry.event.utf8))) {
                guard case .overwrite(.obligation, let identifier, let record) = effect else {
                    continue
                }
                replayed[identifier] = record
            }
        }
        for obligation in place.contents.obligations {
            var json = JSONWriter()
            json.value(.object(try #require(replayed["\(obligation.identifier)"])))
            #expect(json.text == JournalFormat().record(obligation))
        }
    }

    /// What was said of each obligation, and when.
    private func checkNotices(_ place: Workplace) throws {
        var seen: [String: [String]] = [:]
        for entry in place.contents.journal {
            let event = Reading(entry.event.utf8)
            let record = event.object("obligation")
            guard let identifier = record["id"], let due = record["dueOn"].flatMap(CivilDate.init)
            else { continue }
            let change = event["change"] ?? "opened"
            seen[identifier, default: []].append(change)
            let isOver = LuxembourgCalendar.morning(of: due.adding(days: 1)) <= entry.time
            if change == "reminded" { #expect(!isOver, "a stale reminder") }
            if change == "overdue" { #expect(isOver, "a notice before its time") }
            if change == "opened" { #expect(isOver == (record["status"] == "overdue")) }
        }
        for changes in seen.values {
            #expect(changes.first == "opened")
            #expect(Set(changes).count == changes.count, "said twice: \(changes)")
            #expect(changes.firstIndex(of: "met").map { $0 == changes.count - 1 } ?? true)
        }
        var mails: [String: Int] = [:]
        for template in place.broker.mails { mails[template, default: 0] += 1 }
        let records = place.contents.journal.map { Reading($0.event.utf8) }
        let opened = records.filter { $0["event"] == "obligation.opened" }
            .map { $0.object("obligation") }
        let openedLate = opened.count { $0["status"] == "overdue" }
        // The mail about a declaration names the payment.
        let told = opened.count { $0["status"] == "open" && $0["kind"] != "duty-payment" }
        func changes(_ change: String) -> Int {
            records.count { $0["event"] == "obligation.changed" && $0["change"] == change }
        }
        #expect(mails["excise.due", default: 0] == told)
        #expect(mails["excise.due-reminder", default: 0] == changes("reminded"))
        #expect(mails["excise.overdue", default: 0] == changes("overdue") + openedLate)
        #expect(mails["excise.lapsed"] == 1)
        #expect(mails["excise.warning", default: 0] <= 1)
    }
}
