import Glibc

/// The clocks that this module reads, as plain functions so that tests can turn them.
public struct OperationsClock: Sendable {
    /// Time since some fixed moment; never goes back.
    public let monotonic: @Sendable () -> Duration
    /// Time since 1970-01-01T00:00:00Z; may jump.
    public let sinceEpoch: @Sendable () -> Duration

    /// The system's clocks: CLOCK_MONOTONIC, which is also systemd's, and CLOCK_REALTIME.
    public static let system = Self(
        monotonic: {
            let clock = SuspendingClock()
            return clock.systemEpoch.duration(to: clock.now)
        },
        sinceEpoch: {
            var time = timeval()
            // Fails only when given a bad address.
            gettimeofday(&time, nil)
            return .seconds(time.tv_sec) + .microseconds(time.tv_usec)
        }
    )
}

/// RFC 3339 text, in UTC.
enum RFC3339 {
    /// `2026-02-28T23:59:59.123Z`, with milliseconds, cut and not rounded.
    static func text(sinceEpoch: Duration) -> String {
        let (seconds, attoseconds) = sinceEpoch.components
        let days = Int((seconds / 86_400) - (seconds % 86_400 < 0 ? 1 : 0))
        let second = Int(seconds) - days * 86_400
        let (year, month, day) = date(daysSinceEpoch: days)
        let milliseconds = Int(max(0, attoseconds) / 1_000_000_000_000_000)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
            + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
            + padded(second % 60, 2) + "." + padded(milliseconds, 3) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Proleptic Gregorian date. Years are counted from March, so that the leap day comes last,
    /// in eras of 400 years, all of which have 146,097 days.
    private static func date(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
