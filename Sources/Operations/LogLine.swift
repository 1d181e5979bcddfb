import Logging

/// One event as one line.
///
/// Whatever a value contains, it can neither begin a second line nor disturb a terminal. All of it
/// works on Unicode scalars: as characters, a carriage return with its line feed is one, which is
/// neither of the two.
struct LogLine {
    let level: Logger.Level
    let label: String
    let message: String
    let metadata: Logger.Metadata
    let sinceEpoch: Duration

    /// Longest message or value, in scalars; the journal cuts lines at 48 KiB.
    static let maximumScalars = 4096
    private static let maximumDepth = 4

    func bytes(style: LogStyle) -> [UInt8] {
        var line = ""
        line.reserveCapacity(256)
        switch style {
        case .journal:
            line += "<\(priority)>"
            appendText(to: &line)
        case .text:
            line += RFC3339.text(sinceEpoch: sinceEpoch)
            line += " \(level.rawValue) "
            appendText(to: &line)
        case .json:
            appendJSON(to: &line)
        }
        line += "\n"
        return Array(line.utf8)
    }

    /// Severity as syslog(3) counts it.
    private var priority: Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    // MARK: Text

    private func appendText(to line: inout String) {
        Escaping.append(message, to: &line, quotes: false)
        for (key, value) in sortedMetadata {
            line += " "
            Self.appendKey(key, to: &line)
            line += "="
            Self.appendValue(Self.flat(value), to: &line)
        }
    }

    private static func appendKey(_ key: String, to line: inout String) {
        let isPlain = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3D && $0 != 0x22 }
        line += isPlain && !key.isEmpty ? key : Escaping.quoted(key)
    }

    private static func appendValue(_ value: String, to line: inout String) {
        let needsQuotes =
            value.isEmpty
            || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0 == "\\" }
        if needsQuotes {
            line += Escaping.quoted(value)
        } else {
            Escaping.append(value, to: &line, quotes: false)
        }
    }

    private static func flat(_ value: Logger.MetadataValue, depth: Int = 0) -> String {
        switch value {
        case .string(let text): return text
        case .stringConvertible(let value): return value.description
        case .array(let values):
            guard depth < maximumDepth else { return "…" }
            return "[" + values.map { flat($0, depth: depth + 1) }.joined(separator: ",") + "]"
        case .dictionary(let values):
            guard depth < maximumDepth else { return "…" }
            let members = values.sorted { $0.key < $1.key }.map {
                "\($0.key):\(flat($0.value, depth: depth + 1))"
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    // MARK: JSON

    private func appendJSON(to line: inout String) {
        line +=
            "{\"time\":\"\(RFC3339.text(sinceEpoch: sinceEpoch))\",\"level\":\"\(level.rawValue)\""
        line += ",\"logger\":\(Escaping.quoted(label)),\"message\":\(Escaping.quoted(message))"
        if !metadata.isEmpty {
            line += ",\"metadata\":"
            Self.appendJSON(.dictionary(metadata), to: &line, depth: 0)
        }
        line += "}"
    }

    private static func appendJSON(
        _ value: Logger.MetadataValue,
        to line: inout String,
        depth: Int
    ) {
        switch value {
        case .array(let values) where depth < maximumDepth:
            line += "["
            for (index, value) in values.enumerated() {
                if index > 0 { line += "," }
                appendJSON(value, to: &line, depth: depth + 1)
            }
            line += "]"
        case .dictionary(let values) where depth < maximumDepth:
            line += "{"
            for (index, member) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                line += Escaping.quoted(member.key) + ":"
                appendJSON(member.value, to: &line, depth: depth + 1)
            }
            line += "}"
        case .stringConvertible(let number as Int):
            line += String(number)
        case .stringConvertible(let number as Double) where number.isFinite:
            line += String(number)
        case .stringConvertible(let flag as Bool):
            line += String(flag)
        default:
            line += Escaping.quoted(flat(value, depth: depth))
        }
    }

    private var sortedMetadata: [(key: String, value: Logger.MetadataValue)] {
        metadata.sorted { $0.key < $1.key }
    }
}

/// Escapes of JSON, which the other styles share, so that one rule holds for all.
enum Escaping {
    /// As a string of JSON.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        append(text, to: &quoted, quotes: true)
        return quoted + "\""
    }

    /// Appends `text`, with every scalar escaped that could end a line, hide or reorder text; cut
    /// when very long.
    static func append(_ text: String, to line: inout String, quotes: Bool) {
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < LogLine.maximumScalars else {
                line += "…"
                return
            }
            count += 1
            append(scalar, to: &line, quotes: quotes)
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout String, quotes: Bool) {
        switch scalar {
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\t": line += "\\t"
        case "\\": line += "\\\\"
        case "\"": line += quotes ? "\\\"" : "\""
        default:
            if scalar.value >= 0x20, scalar.value < 0x7F || !isUnsafe(scalar) {
                line.unicodeScalars.append(scalar)
                return
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format includes bidirectional controls, zero-width characters and the byte order mark.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            true
        default: false
        }
    }
}
