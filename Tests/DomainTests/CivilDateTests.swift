import Domain
import Testing

@Suite struct CivilDateTests {
    @Test("day numbers and dates agree on every day of 400 years before and after the epoch")
    func roundTrip() {
        // An independent count: day after day with a table of months.
        var (year, month, day) = (1570, 1, 1)
        var number = -146_097
        var failures: [String] = []
        while year <= 2370 {
            let date = CivilDate(dayNumber: number)
            let weekday = ((number % 7) + 10) % 7
            if (date.year, date.month, date.day) != (year, month, day)
                || date.dayNumber != number || date.weekday != weekday
                || CivilDate(year: year, month: month, day: day) != date
                || CivilDate(date.description) != date
            {
                failures.append("\(year)-\(month)-\(day) is \(date)")
            }
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            number += 1
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(failures.isEmpty, "\(failures.prefix(5))")
    }

    @Test(
        "known days have their numbers",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017), ("2026-11-21", 20_778),
            ("0000-01-01", -719_528), ("9999-12-31", 2_932_896),
        ]
    )
    func knownDays(text: String, number: Int) {
        #expect(CivilDate(text)?.dayNumber == number)
        #expect(CivilDate(dayNumber: number).description == text)
    }

    @Test(
        "known days have their weekdays, 0 for Monday",
        arguments: [
            ("1970-01-01", 3), ("1969-12-31", 2), ("2000-01-01", 5), ("2026-11-21", 5),
            ("2026-11-22", 6), ("2026-11-23", 0), ("1582-10-15", 4),
        ]
    )
    func weekdays(text: String, weekday: Int) {
        #expect(CivilDate(text)?.weekday == weekday)
    }

    @Test(
        "days that do not exist, and other texts, are not read",
        arguments: [
            "", "2026-11", "2026-11-2", "2026-1-21", "26-11-21", "2026-11-211", "2026/11/21",
            "2026-11-21T", " 2026-11-21", "2026-11-00", "2026-00-21", "2026-13-21", "2026-11-31",
            "2026-02-29", "2100-02-29", "1900-02-29", "-026-11-21", "+026-11-21", "2026-+1-21",
            "2026-11-2\u{0664}", "２026-11-21",
        ]
    )
    func refuses(_ text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("the leap day exists every four years, but not every hundred, but every four hundred")
    func leapDays() {
        for year in [1600, 1996, 2000, 2004, 2024, 2400] {
            #expect(CivilDate(year: year, month: 2, day: 29) != nil, "\(year)")
        }
        for year in [1700, 1800, 1900, 2023, 2100, 2200] {
            #expect(CivilDate(year: year, month: 2, day: 29) == nil, "\(year)")
        }
        #expect(CivilDate(year: -1, month: 1, day: 1) == nil)
        #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
    }

    @Test("dates are ordered and counted on")
    func order() throws {
        let new = try #require(CivilDate("2027-01-01"))
        let old = try #require(CivilDate("2026-12-31"))
        #expect(old < new)
        #expect(!(new < old))
        #expect(old.adding(days: 1) == new)
        #expect(new.adding(days: -1) == old)
        #expect(new.adding(days: 58).adding(days: 365).description == "2028-02-28")
    }
}
