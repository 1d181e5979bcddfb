import Domain

/// Time as people in Luxembourg read it.
enum LocalTime {
    /// Such as `2026-11-21 07:00:12`.
    static func text(_ instant: Instant) -> String {
        String(shifted(instant).prefix(19))
    }

    /// To the minute, such as `2026-11-21 07:00`.
    static func short(_ instant: Instant) -> String {
        String(shifted(instant).prefix(16))
    }

    /// With milliseconds, such as `2026-11-21 07:00:12.250`.
    static func precise(_ instant: Instant) -> String {
        String(shifted(instant).prefix(23))
    }

    private static func shifted(_ instant: Instant) -> String {
        let local = instant.advanced(
            bySeconds: LuxembourgCalendar.offsetSeconds(at: instant)
        )
        .description
        return local.replacing("T", with: " ")
    }

    /// How long ago something was, in its two greatest units, such as `3 d 4 h`.
    static func age(of instant: Instant, at now: Instant) -> String {
        let seconds = max(0, (now.milliseconds - instant.milliseconds) / 1000)
        return switch seconds {
        case 86_400...: "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        case 3600...: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        case 60...: "\(seconds / 60) min \(seconds % 60) s"
        default: "\(seconds) s"
        }
    }
}
