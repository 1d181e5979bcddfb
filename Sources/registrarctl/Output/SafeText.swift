/// Text of others, made fit to be shown: no character of it moves the cursor, changes colours or
/// turns the line around.
enum SafeText {
    /// In one line; line ends and tabs are escaped as well.
    static func line(_ text: String) -> String { escape(text, keepingLines: false) }

    /// In as many lines as it has.
    static func lines(_ text: String) -> String { escape(text, keepingLines: true) }

    private static func escape(_ text: String, keepingLines: Bool) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where keepingLines, "\t" where keepingLines: safe.append(scalar)
            case "\n": safe.append(contentsOf: "\\n".unicodeScalars)
            case "\t": safe.append(contentsOf: "\\t".unicodeScalars)
            case "\r": safe.append(contentsOf: "\\r".unicodeScalars)
            case _ where isUnsafe(scalar):
                safe.append(
                    contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
                )
            default: safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// Controls, and what steers the direction of text or breaks lines.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
            0xFEFF:
            true
        default: false
        }
    }
}

extension String {
    /// The columns that a terminal gives this text: none for combining marks, two for wide
    /// characters (Unicode Standard Annex #11).
    var displayWidth: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// The text in at most `width` columns; an ellipsis takes the place of what does not fit.
    func shortened(to width: Int) -> String {
        guard displayWidth > width else { return self }
        var short = ""
        var used = 0
        for character in self {
            guard used + character.displayWidth < width else { break }
            short.append(character)
            used += character.displayWidth
        }
        return short + "…"
    }

    /// The text with spaces after it up to `width` columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - displayWidth))
    }
}

extension Character {
    fileprivate var displayWidth: Int {
        var width = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: width = Swift.max(width, Self.isWide(scalar) ? 2 : 1)
            }
        }
        return width
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isEmojiPresentation { return true }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
