/// Which texts the contract takes. Works on Unicode scalars: a `Character` may hide several, such
/// as a carriage return with its line feed.
enum TextRules {
    /// Text of any number of lines. Where it may not be empty, something of it can be seen: blanks
    /// are no grounds, and no answer.
    static func isFreeText(_ text: String, length: ClosedRange<Int>) -> Bool {
        guard length.lowerBound == 0 || text.unicodeScalars.contains(where: isVisible) else {
            return false
        }
        // Forms of web pages end lines by CR and LF (HTML §4.10.22.8).
        return holds(text, length: length) {
            $0 == "\n" || $0 == "\r" || $0 == "\t" || !isControl($0)
        }
    }

    /// What is written in one line: nothing in it is invisible, and no blank stands at either end,
    /// so that two texts that look alike are alike.
    static func isLine(_ text: String, length: ClosedRange<Int>) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, !isBlank(first), !isBlank(last)
        else { return false }
        return holds(text, length: length) { !isControl($0) && !isInvisible($0) }
    }

    static func isName(_ text: String) -> Bool { isLine(text, length: 1...100) }

    /// The strings that CloudEvents 1.0 §"Type System" allows: no control characters and no
    /// noncharacters.
    static func isAttribute(_ text: String, length: ClosedRange<Int>) -> Bool {
        holds(text, length: length) { scalar in
            !isControl(scalar) && scalar.value & 0xfffe != 0xfffe
                && !(0xfdd0...0xfdef).contains(scalar.value)
        }
    }

    /// Unicode's general category Cc.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }

    /// What nobody sees by itself (Unicode's Default_Ignorable_Code_Point: zero-width characters,
    /// bidirectional controls, fillers, variation selectors, tags), and what ends a line.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value > 0x7f else { return false }
        return scalar.properties.isDefaultIgnorableCodePoint
            || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// What leaves its place empty: Unicode's White_Space, and the braille pattern without a dot.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar == " " || (0x09...0x0d).contains(scalar.value)
            : scalar.properties.isWhitespace || scalar.value == 0x2800
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        !isControl(scalar) && !isInvisible(scalar) && !isBlank(scalar)
    }

    /// The cents of an amount such as `10000.00`: at most 13 digits before the point, of which
    /// the first is not a zero in front of others.
    static func cents(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard (4...16).contains(bytes.count), bytes[bytes.count - 3] == UInt8(ascii: "."),
            bytes[0] != UInt8(ascii: "0") || bytes.count == 4
        else { return nil }
        var cents: Int64 = 0
        for (index, byte) in bytes.enumerated() where index != bytes.count - 3 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            cents = cents * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return cents
    }

    private static func holds(
        _ text: String,
        length: ClosedRange<Int>,
        _ isAllowed: (Unicode.Scalar) -> Bool
    ) -> Bool {
        var count = 0
        for scalar in text.unicodeScalars {
            guard isAllowed(scalar) else { return false }
            count += 1
        }
        return length.contains(count)
    }
}
