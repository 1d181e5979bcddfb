import Domain

/// An entry as calendars take it in (RFC 5545, with the methods of RFC 5546).
struct ICalendar {
    let entry: CalendarEntry
    /// What the entry is known by, at every change of it.
    let host: String
    let organizer: String
    let language: Language
    let at: Instant

    private static let lineBytes = 75

    /// Lines that end in CRLF and have 75 bytes at most.
    var text: String {
        let isOver = entry.day == nil
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Registrar//registrard//EN",
            "METHOD:\(isOver ? "CANCEL" : "PUBLISH")", "BEGIN:VEVENT",
            "UID:\(entry.obligation)@\(host)", "DTSTAMP:\(Self.stamp(at))",
            // What is later has the greater number; minutes stay within 31 bits for 4,000 years.
            "SEQUENCE:\(max(0, at.seconds) / 60)", "ORGANIZER:mailto:\(organizer)",
            "SUMMARY;LANGUAGE=\(language.rawValue):\(Self.escaped(entry.summary[language] ?? ""))",
        ]
        if let day = entry.day {
            lines += [
                "DTSTART;VALUE=DATE:\(Self.date(day))",
                "DTEND;VALUE=DATE:\(Self.date(day.adding(days: 1)))", "STATUS:CONFIRMED",
            ]
        } else {
            lines.append("STATUS:CANCELLED")
        }
        lines += ["TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR"]
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    /// RFC 5545 §3.3.11.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\", ";", ",": "\\\(scalar)"
            case "\n": "\\n"
            default: "\(scalar)"
            }
        }.joined()
    }

    /// RFC 5545 §3.1: no line is longer, and none is broken within a character.
    private static func folded(_ line: String) -> String {
        var folded = ""
        var count = 0
        for scalar in line.unicodeScalars {
            let width = String(scalar).utf8.count
            if count + width > lineBytes {
                folded += "\r\n "
                count = 1
            }
            folded.unicodeScalars.append(scalar)
            count += width
        }
        return folded
    }

    /// Such as `20261121`.
    private static func date(_ day: CivilDate) -> String {
        day.description.filter { $0 != "-" }
    }

    /// Such as `20261121T051409Z`.
    private static func stamp(_ instant: Instant) -> String {
        instant.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
