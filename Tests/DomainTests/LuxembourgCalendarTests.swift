import Domain
import Testing

@Suite struct LuxembourgCalendarTests {
    /// As published, for instance by the United States Census Bureau ("Easter Dates 1600–2099").
    static let easterSundays = [
        "1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2011-04-24", "2020-04-12",
        "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05",
        "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2031-04-13", "2032-03-28",
        "2033-04-17", "2034-04-09", "2035-03-25", "2036-04-13", "2037-04-05", "2038-04-25",
        "2039-04-10", "2040-04-01",
    ]

    @Test("Easter falls as published", arguments: easterSundays)
    func easter(_ text: String) throws {
        let date = try #require(CivilDate(text))
        #expect(LuxembourgCalendar.easterSunday(of: date.year) == date)
    }

    @Test("Easter is a Sunday from 22 March to 25 April in every year")
    func easterRange() throws {
        for year in 1583...2600 {
            let easter = LuxembourgCalendar.easterSunday(of: year)
            let first = try #require(CivilDate(year: year, month: 3, day: 22))
            let last = try #require(CivilDate(year: year, month: 4, day: 25))
            #expect(easter.weekday == 6 && (first...last).contains(easter), "\(easter)")
        }
    }

    static let holidays: [Int: [String]] = [
        2024: [
            "01-01", "04-01", "05-01", "05-09", "05-20", "06-23", "08-15", "11-01", "12-25",
            "12-26",
        ],
        2025: [
            "01-01", "04-21", "05-01", "05-09", "05-29", "06-09", "06-23", "08-15", "11-01",
            "12-25", "12-26",
        ],
        2026: [
            "01-01", "04-06", "05-01", "05-09", "05-14", "05-25", "06-23", "08-15", "11-01",
            "12-25", "12-26",
        ],
        2027: [
            "01-01", "03-29", "05-01", "05-06", "05-09", "05-17", "06-23", "08-15", "11-01",
            "12-25", "12-26",
        ],
        // The earliest Easter and the latest until 2040.
        2035: [
            "01-01", "03-26", "05-01", "05-03", "05-09", "05-14", "06-23", "08-15", "11-01",
            "12-25", "12-26",
        ],
        2038: [
            "01-01", "04-26", "05-01", "05-09", "06-03", "06-14", "06-23", "08-15", "11-01",
            "12-25", "12-26",
        ],
    ]

    /// In 2024 Ascension and Europe Day were the same day.
    @Test(
        "the public holidays of a year are these and no others",
        arguments: holidays.keys.sorted()
    )
    func publicHolidays(_ year: Int) throws {
        let first = try #require(CivilDate(year: year, month: 1, day: 1))
        let found = (0..<366).map(first.adding(days:))
            .filter { $0.year == year && LuxembourgCalendar.isPublicHoliday($0) }
            .map { String($0.description.dropFirst(5)) }
        #expect(found == Self.holidays[year])
    }

    @Test(
        "working days leave out weekends and holidays",
        arguments: [
            ("2026-11-20", true), ("2026-11-21", false), ("2026-11-22", false),
            ("2026-11-23", true), ("2026-04-03", true), ("2026-04-06", false),
            ("2026-05-14", false), ("2026-05-15", true), ("2026-06-23", false),
            ("2026-12-24", true), ("2026-12-25", false), ("2026-12-31", true),
        ]
    )
    func workingDays(text: String, isWorkingDay: Bool) throws {
        let date = try #require(CivilDate(text))
        #expect(LuxembourgCalendar.isWorkingDay(date) == isWorkingDay)
    }

    struct Count: Sendable {
        let start: String
        let count: Int
        let end: String

        init(_ start: String, _ count: Int, _ end: String) {
            self.start = start
            self.count = count
            self.end = end
        }
    }

    @Test(
        "working days are counted from the day after",
        arguments: [
            Count("2026-11-20", 0, "2026-11-20"), Count("2026-11-20", 1, "2026-11-23"),
            Count("2026-11-20", 5, "2026-11-27"), Count("2026-11-21", 1, "2026-11-23"),
            // Good Friday is worked, Easter Monday is not.
            Count("2026-04-02", 2, "2026-04-07"),
            // Labour Day, Europe Day, Ascension and Whit Monday in one month.
            Count("2026-04-30", 15, "2026-05-26"),
            Count("2026-12-23", 2, "2026-12-28"), Count("2026-12-31", 1, "2027-01-04"),
            Count("2026-11-20", 250, "2027-11-16"),
            // Over Easter, over Christmas and New Year. What falls on a weekend is not made up for.
            Count("2026-03-31", 5, "2026-04-08"), Count("2035-03-23", 1, "2035-03-27"),
            Count("2026-12-18", 10, "2027-01-05"), Count("2026-12-24", 5, "2027-01-04"),
            Count("2027-12-23", 2, "2027-12-27"),
        ]
    )
    func counting(_ example: Count) throws {
        let start = try #require(CivilDate(example.start))
        let end = LuxembourgCalendar.day(example.count, workingDaysAfter: start)
        #expect(end.description == example.end)
    }

    @Test(
        "six in the morning in Luxembourg, in UTC",
        arguments: [
            ("2026-01-15", "05:00"), ("2026-07-15", "04:00"),
            // The days on which the clock changes, and their neighbours.
            ("2026-03-28", "05:00"), ("2026-03-29", "04:00"), ("2026-03-30", "04:00"),
            ("2026-10-24", "04:00"), ("2026-10-25", "05:00"), ("2026-10-26", "05:00"),
            ("2027-03-28", "04:00"), ("2027-10-30", "04:00"), ("2027-10-31", "05:00"),
            ("2024-03-31", "04:00"), ("2024-10-27", "05:00"),
            ("2026-12-31", "05:00"), ("2027-01-01", "05:00"),
        ]
    )
    func morning(text: String, time: String) throws {
        let date = try #require(CivilDate(text))
        #expect(LuxembourgCalendar.morning(of: date).description == "\(text)T\(time):00.000Z")
    }

    @Test(
        "the clock changes at 01:00 UTC",
        arguments: [
            ("2026-03-29T00:59:59Z", 3600), ("2026-03-29T01:00:00Z", 7200),
            ("2026-10-25T00:59:59Z", 7200), ("2026-10-25T01:00:00Z", 3600),
            ("2025-03-30T01:00:00Z", 7200), ("2025-10-26T01:00:00Z", 3600),
            ("2026-01-01T00:00:00Z", 3600), ("2026-12-31T23:59:59Z", 3600),
        ]
    )
    func offset(text: String, seconds: Int64) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(LuxembourgCalendar.offsetSeconds(at: instant) == seconds)
    }

    @Test(
        "the day in Luxembourg begins before UTC's",
        arguments: [
            ("2026-11-20T22:59:59.999Z", "2026-11-20"), ("2026-11-20T23:00:00Z", "2026-11-21"),
            ("2026-07-01T21:59:59.999Z", "2026-07-01"), ("2026-07-01T22:00:00Z", "2026-07-02"),
            ("2026-12-31T23:00:00Z", "2027-01-01"), ("1969-12-31T22:59:59.999Z", "1969-12-31"),
        ]
    )
    func day(text: String, date: String) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(LuxembourgCalendar.date(at: instant).description == date)
    }

    struct Due: Sendable {
        let start: String
        let period: Period
        let due: String

        init(_ start: String, _ period: Period, _ due: String) {
            self.start = start
            self.period = period
            self.due = due
        }
    }

    @Test(
        "what falls due is done at six of its day, and what is short to the second",
        arguments: [
            Due("2026-11-20T10:00:00Z", .workingDays(5), "2026-11-27T05:00:00.000Z"),
            Due("2026-11-20T23:30:00Z", .workingDays(1), "2026-11-23T05:00:00.000Z"),
            Due("2026-12-23T10:00:00Z", .workingDays(2), "2026-12-28T05:00:00.000Z"),
            Due("2026-03-27T10:00:00Z", .workingDays(1), "2026-03-30T04:00:00.000Z"),
            // Over Easter Sundays on which the clock changes, and over its change back.
            Due("2035-03-23T10:00:00Z", .workingDays(1), "2035-03-27T04:00:00.000Z"),
            Due("2027-03-24T10:00:00Z", .workingDays(2), "2027-03-26T05:00:00.000Z"),
            Due("2027-03-24T10:00:00Z", .workingDays(3), "2027-03-30T04:00:00.000Z"),
            Due("2026-10-23T10:00:00Z", .workingDays(1), "2026-10-26T05:00:00.000Z"),
            Due("2026-11-20T10:00:00Z", .seconds(30 * 86_400), "2026-12-20T05:00:00.000Z"),
            Due("2026-07-01T22:30:00Z", .seconds(86_400), "2026-07-03T04:00:00.000Z"),
            Due("2026-03-28T12:00:00Z", .seconds(86_400), "2026-03-29T04:00:00.000Z"),
            Due("2026-10-24T12:00:00Z", .seconds(86_400), "2026-10-25T05:00:00.000Z"),
            Due("2026-11-20T10:00:00.250Z", .seconds(90), "2026-11-20T10:01:30.250Z"),
            Due("2026-11-20T10:00:00Z", .seconds(0), "2026-11-20T10:00:00.000Z"),
            Due("2026-11-20T10:00:00Z", .seconds(86_399), "2026-11-21T09:59:59.000Z"),
            Due("2026-11-20T10:00:00Z", .seconds(90_000), "2026-11-21T11:00:00.000Z"),
            // Hours are hours, also while the clock changes.
            Due("2026-03-29T00:30:00Z", .seconds(3600), "2026-03-29T01:30:00.000Z"),
        ]
    )
    func due(_ example: Due) throws {
        let start = try #require(Instant(rfc3339: example.start))
        #expect(LuxembourgCalendar.due(example.period, after: start).description == example.due)
    }
}
