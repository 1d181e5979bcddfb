import Testing

@testable import Domain

/// The days by which something is to be done, and what names it.
@Suite struct DutyTests {
    private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    @Test(
        "the Thursday of the week after, weeks running from Monday to Sunday",
        arguments: [
            ("2026-11-16", "2026-11-26"), ("2026-11-19", "2026-11-26"),
            ("2026-11-20", "2026-11-26"), ("2026-11-22", "2026-11-26"),
            ("2026-11-23", "2026-12-03"), ("2026-12-27", "2026-12-31"),
            ("2026-12-28", "2027-01-07"), ("2028-02-21", "2028-03-02"),
        ]
    )
    func thursday(day: String, thursday: String) throws {
        let found = LuxembourgCalendar.thursdayOfNextWeek(after: try date(day))
        #expect(found == (try date(thursday)))
        #expect(found.weekday == 3)
    }

    @Test("Thursdays come for every day of some years, 4 to 10 days later")
    func allThursdays() throws {
        let first = try date("2024-01-01")
        for offset in 0..<2000 {
            let day = first.adding(days: offset)
            let thursday = LuxembourgCalendar.thursdayOfNextWeek(after: day)
            #expect(thursday.weekday == 3)
            #expect((4...10).contains(thursday.dayNumber - day.dayNumber))
        }
    }

    @Test(
        "working days before a day leave out weekends and holidays",
        arguments: [
            ("2026-11-26", 2, "2026-11-24"), ("2026-11-24", 2, "2026-11-20"),
            ("2027-05-06", 2, "2027-05-04"), ("2027-05-07", 2, "2027-05-04"),
            ("2026-12-31", 5, "2026-12-23"), ("2027-01-04", 1, "2026-12-31"),
            ("2026-11-26", 0, "2026-11-26"),
        ]
    )
    func before(day: String, count: Int, expected: String) throws {
        let found = LuxembourgCalendar.day(count, workingDaysBefore: try date(day))
        #expect(found == (try date(expected)))
    }

    @Test("so many working days before a working day, and as many after, is that day")
    func thereAndBack() throws {
        let first = try date("2026-01-01")
        for offset in 0..<800 {
            let day = first.adding(days: offset)
            guard LuxembourgCalendar.isWorkingDay(day) else { continue }
            for count in [1, 2, 5, 11] {
                let before = LuxembourgCalendar.day(count, workingDaysBefore: day)
                #expect(LuxembourgCalendar.day(count, workingDaysAfter: before) == day)
            }
        }
    }

    @Test("a part of a day counts as a whole one, in either direction")
    func periods() throws {
        let day = try date("2026-11-26")
        for (seconds, days) in [(1, 1), (86_400, 1), (86_401, 2), (30 * 86_400, 30)] {
            let period = Period.seconds(seconds)
            #expect(LuxembourgCalendar.day(period, before: day) == day.adding(days: -days))
            #expect(LuxembourgCalendar.day(period, after: day) == day.adding(days: days))
        }
        #expect(
            LuxembourgCalendar.day(.workingDays(5), after: day) == (try date("2026-12-03"))
        )
    }

    @Test("a holiday rolls forward to the next working day, a working day stays")
    func rolling() throws {
        let ascension = LuxembourgCalendar.workingDay(notBefore: try date("2027-05-06"))
        #expect(ascension == (try date("2027-05-07")))
        let christmas = LuxembourgCalendar.workingDay(notBefore: try date("2025-12-25"))
        #expect(christmas == (try date("2025-12-29")))
        let plain = LuxembourgCalendar.workingDay(notBefore: try date("2026-11-26"))
        #expect(plain == (try date("2026-11-26")))
    }

    @Test("an authorisation is in force from its first to its last day, both included")
    func force() throws {
        var authorisation = Authorisation(
            number: AuthorisationNumber("LU00000123456"),
            procedure: "excise",
            kind: "registered-consignee",
            request: RequestIdentifier(
                UniversalIdentifier(canonical: "00000000-0000-4000-8000-000000000001")
            ),
            eori: EORI(canonical: "LU1"),
            scope: ["alcohol"],
            validFrom: try date("2026-11-01"),
            validUntil: try date("2026-11-30")
        )
        let days = ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"]
        #expect(
            try days.map { authorisation.isInForce(on: try date($0)) } == [
                false, true, true, false,
            ]
        )
        authorisation.revokedOn = try date("2026-11-15")
        let around = ["2026-11-15", "2026-11-16", "2026-11-30"]
        #expect(
            try around.map { authorisation.isInForce(on: try date($0)) } == [
                true, false, false,
            ]
        )
    }

    @Test("what is stated again takes the place of what had the name, and its rank")
    func fields() {
        var fields = RequestFields([
            .init(name: "a", value: "1"), .init(name: "b", value: "2"),
            .init(name: "a", value: "3"),
        ])
        #expect(fields.names == ["a", "b"])
        #expect(fields["a"] == "3")
        fields["a"] = nil
        #expect(fields.names == ["b"])
        let updated = fields.updated(
            with: RequestFields([.init(name: "c", value: "4"), .init(name: "b", value: "5")])
        )
        #expect(updated.names == ["b", "c"])
        #expect(updated["b"] == "5")
        #expect(RequestFields().isEmpty && !updated.isEmpty)
    }
}
