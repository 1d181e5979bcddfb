/// Makes text fit for where it lands. All of it works on bytes or Unicode scalars: a `Character`
/// may be a quote with a combining mark, or CR and LF in one, and would slip past a comparison.
enum MailText {
    /// UTF-8 without what could reorder, split or hide the text around it: bidirectional
    /// controls are left out; control characters become spaces.
    ///
    /// - Parameter keepsLines: whether line breaks (CR, LF, CRLF, NEL, LS, PS) stay, as LF; else
    ///   they become spaces too.
    static func sanitised(_ text: String, keepsLines: Bool) -> [UInt8] {
        let lineBreak: UInt8 = keepsLines ? 0x0a : 0x20
        var clean: [UInt8] = []
        clean.reserveCapacity(text.utf8.count)
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                let third = index + 2 < bytes.count ? bytes[index + 2] : 0
                switch (byte, next, third) {
                case (0x0d, 0x0a, _): break  // the LF follows
                case (0x0a, _, _), (0x0d, _, _): clean.append(lineBreak)
                case (..<0x20, _, _), (0x7f, _, _): clean.append(0x20)
                case (0xc2, 0x85, _):  // U+0085, next line
                    clean.append(lineBreak)
                    index += 1
                case (0xc2, 0x80...0x9f, _):  // C1 controls
                    clean.append(0x20)
                    index += 1
                case (0xe2, 0x80, 0xa8...0xa9):  // U+2028 and U+2029, separators
                    clean.append(lineBreak)
                    index += 2
                case (0xe2, 0x80, 0xaa...0xae),  // U+202A–202E, embeddings and overrides
                    (0xe2, 0x81, 0xa6...0xa9):  // U+2066–2069, isolates
                    index += 2
                default: clean.append(byte)
                }
                index += 1
            }
        }
        return clean
    }

    /// Escaped for HTML content and quoted attributes.
    static func html(_ text: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.count + 16)
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): escaped.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): escaped.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): escaped.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): escaped.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): escaped.append(contentsOf: "&#39;".utf8)
            default: escaped.append(byte)
            }
        }
        return escaped
    }

    /// A value's HTML with a `<br>` at every line break.
    static func htmlWithLines(_ text: [UInt8]) -> [UInt8] {
        var broken: [UInt8] = []
        for byte in html(text) {
            if byte == 0x0a { broken.append(contentsOf: "<br>".utf8) }
            broken.append(byte)
        }
        return broken
    }

    /// The content of a JSON string (RFC 8259 §7), without its quotes.
    static func json(_ text: some Sequence<UInt8>) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.underestimatedCount + 16)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                escaped.append(UInt8(ascii: "\\"))
                escaped.append(byte)
            case 0x0a: escaped.append(contentsOf: #"\n"#.utf8)
            case 0x09: escaped.append(contentsOf: #"\t"#.utf8)
            case ..<0x20:
                escaped.append(contentsOf: #"\u00"#.utf8)
                let digits = Array("0123456789abcdef".utf8)
                escaped.append(digits[Int(byte >> 4)])
                escaped.append(digits[Int(byte & 0x0f)])
            default: escaped.append(byte)
            }
        }
        return escaped
    }
}
