import Domain
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
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return Instant(milliseconds: milliseconds).description
    }
}
