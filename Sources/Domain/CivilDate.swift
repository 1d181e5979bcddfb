/// A day of the Gregorian calendar, in no time zone.
public struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// Nil unless the day exists; years 0 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.lengthOfMonth(month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Nil unless `text` is `YYYY-MM-DD` and the day exists.
    public init?(_ text: String) {
        self.init(Array(text.utf8)[...])
    }

    init?(_ slice: ArraySlice<UInt8>) {
        let bytes = Array(slice)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = bytes.number(0..<4), let month = bytes.number(5..<7),
            let day = bytes.number(8..<10)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day `dayNumber` days after 1970-01-01, by counting in 400-year eras of 146,097 days
    /// that begin on 1 March, so that the leap day comes last.
    public init(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        let dayOfEra = shifted.positiveRemainder(146_097)
        let era = (shifted - dayOfEra) / 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    public var dayNumber: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let yearOfEra = yearFromMarch.positiveRemainder(400)
        let era = (yearFromMarch - yearOfEra) / 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// 0 is Monday, 6 is Sunday: 1970-01-01 was a Thursday.
    public var weekday: Int { (dayNumber + 3).positiveRemainder(7) }

    public func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }

    /// The same day of a later month, or an earlier one for a negative count; its last where it has
    /// no such day (European Convention on the Calculation of Time-Limits, ETS 76, article 4(2)).
    public func adding(months: Int) -> CivilDate {
        let count = year * 12 + month - 1 + months
        let monthIndex = count.positiveRemainder(12)
        let (year, month) = ((count - monthIndex) / 12, monthIndex + 1)
        let first = CivilDate(year: year, month: month, day: 1) ?? self
        return first.adding(days: min(day, Self.lengthOfMonth(month, year: year)) - 1)
    }

    public var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    func append(to text: inout [UInt8]) {
        text.appendDigits(year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(day, width: 2)
    }

    private static func lengthOfMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
