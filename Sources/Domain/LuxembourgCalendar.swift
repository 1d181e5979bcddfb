/// Time and working days in Luxembourg.
///
/// Working days leave out weekends and the public holidays of the Labour Code, article L.232-2.
/// Clock time follows the European Union's summer time (Directive 2000/84/EC): one hour ahead of
/// UTC, two from the last Sunday of March to the last Sunday of October, changing at 01:00 UTC.
public enum LuxembourgCalendar {
    /// The hour of the day, local time, at which what is due on a day is done.
    public static let hourOfDueWork = 6

    public static func isWorkingDay(_ date: CivilDate) -> Bool {
        date.weekday < 5 && !isPublicHoliday(date)
    }

    public static func isPublicHoliday(_ date: CivilDate) -> Bool {
        switch (date.month, date.day) {
        case (1, 1), (5, 1), (5, 9), (6, 23), (8, 15), (11, 1), (12, 25), (12, 26): true
        default:
            switch date.dayNumber - easterSunday(of: date.year).dayNumber {
            // Easter Monday, Ascension, Whit Monday.
            case 1, 39, 50: true
            default: false
            }
        }
    }

    /// Easter Sunday of the Gregorian calendar, after the anonymous algorithm published in
    /// Nature of 20 April 1876.
    public static func easterSunday(of year: Int) -> CivilDate {
        let golden = year % 19
        let century = year / 100
        let yearOfCentury = year % 100
        let epact =
            (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let weekdayShift =
            (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
        let correction = (golden + 11 * epact + 22 * weekdayShift) / 451
        let monthAndDay = epact + weekdayShift - 7 * correction + 114
        let firstOfMarch = CivilDate(dayNumber: dayNumber(year: year, month: 3, day: 1))
        return firstOfMarch.adding(
            days: (monthAndDay / 31 - 3) * 31 + monthAndDay % 31
        )
    }

    /// The day that is `count` working days after `date`; `date` itself does not count.
    public static func day(_ count: Int, workingDaysAfter date: CivilDate) -> CivilDate {
        var day = date
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            if isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    /// The day that is `count` working days before `date`; `date` itself does not count.
    public static func day(_ count: Int, workingDaysBefore date: CivilDate) -> CivilDate {
        var day = date
        var left = count
        while left > 0 {
            day = day.adding(days: -1)
            if isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    /// The day that is `period` after `date`, a part of a day counting as a whole one.
    public static func day(_ period: Period, after date: CivilDate) -> CivilDate {
        switch period {
        case .workingDays(let count): day(count, workingDaysAfter: date)
        case .months(let count): date.adding(months: count)
        case .seconds(let seconds): date.adding(days: (seconds + 86_399) / 86_400)
        }
    }

    /// The day that is `period` before `date`, a part of a day counting as a whole one.
    public static func day(_ period: Period, before date: CivilDate) -> CivilDate {
        switch period {
        case .workingDays(let count): day(count, workingDaysBefore: date)
        case .months(let count): date.adding(months: -count)
        case .seconds(let seconds): date.adding(days: -((seconds + 86_399) / 86_400))
        }
    }

    /// The Thursday of the week after that of `date`; weeks run from Monday to Sunday.
    public static func thursdayOfNextWeek(after date: CivilDate) -> CivilDate {
        date.adding(days: 7 + 3 - date.weekday)
    }

    /// `date`, or the first working day after it if it is none itself.
    public static func workingDay(notBefore date: CivilDate) -> CivilDate {
        isWorkingDay(date) ? date : day(1, workingDaysAfter: date)
    }

    /// When something that falls due `period` after `start` is to be done: at 06:00 local time of
    /// its day, unless the period is a fraction of a day, which is taken to the second.
    public static func due(_ period: Period, after start: Instant) -> Instant {
        switch period {
        case .workingDays, .months: morning(of: day(period, after: date(at: start)))
        case .seconds(let seconds) where seconds > 0 && seconds % 86_400 == 0:
            morning(of: date(at: start).adding(days: seconds / 86_400))
        case .seconds(let seconds): start.advanced(bySeconds: Int64(seconds))
        }
    }

    /// 06:00 local time of `date`.
    public static func morning(of date: CivilDate) -> Instant {
        let midnightAsUTC = Int64(date.dayNumber) * 86_400
        let local = midnightAsUTC + Int64(hourOfDueWork) * 3600
        // 06:00 is hours away from either change of the clock, so one look decides.
        let offset = offsetSeconds(at: Instant(seconds: local - 3600))
        return Instant(seconds: local - offset)
    }

    /// Midnight, with which `date` begins in Luxembourg.
    public static func start(of date: CivilDate) -> Instant {
        let midnightAsUTC = Int64(date.dayNumber) * 86_400
        // Clocks are changed two and three hours after midnight.
        let offset = offsetSeconds(at: Instant(seconds: midnightAsUTC - 3600))
        return Instant(seconds: midnightAsUTC - offset)
    }

    /// The calendar day in Luxembourg at `instant`.
    public static func date(at instant: Instant) -> CivilDate {
        let local = instant.seconds + offsetSeconds(at: instant)
        return CivilDate(dayNumber: Int((local - local.positiveRemainder(86_400)) / 86_400))
    }

    /// The time of day in Luxembourg at `instant`, such as `14:05`.
    public static func time(at instant: Instant) -> String {
        let minutes = (instant.seconds + offsetSeconds(at: instant)).positiveRemainder(86_400) / 60
        return [minutes / 60, minutes % 60].map { String(String(100 + $0).dropFirst()) }
            .joined(separator: ":")
    }

    /// How far local time is ahead of UTC.
    public static func offsetSeconds(at instant: Instant) -> Int64 {
        let days = instant.seconds - instant.seconds.positiveRemainder(86_400)
        let year = CivilDate(dayNumber: Int(days / 86_400)).year
        let summer = clockChange(year: year, month: 3)..<clockChange(year: year, month: 10)
        return summer.contains(instant.seconds) ? 7200 : 3600
    }

    /// 01:00 UTC of the last Sunday of a month of 31 days, in seconds since the epoch.
    private static func clockChange(year: Int, month: Int) -> Int64 {
        let last = CivilDate(dayNumber: dayNumber(year: year, month: month, day: 31))
        let sunday = last.adding(days: -((last.weekday + 1) % 7))
        return Int64(sunday.dayNumber) * 86_400 + 3600
    }

    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        CivilDate(year: year, month: month, day: day)?.dayNumber ?? 0
    }
}
