/// Writes JSON (RFC 8259) into bytes, without white space.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///         writer.member("eori", "LU123")
///         writer.array("operations") { $0.string("import") }
///     }
///
/// Nothing checks that values stand where the grammar has them; the nesting of the calls sees to
/// it. Strings escape what they must, and the line separators U+2028 and U+2029, which are line
/// ends to some readers.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]
    /// The fixed texts among it, in their order.
    public private(set) var fixedParts: [FixedPart] = []
    private var needsComma = false

    public init(reservingCapacity capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The bytes as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Members

    public mutating func object(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows
    {
        key(name)
        try object(body)
    }

    public mutating func array(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(body)
    }

    /// Nil is written as null.
    public mutating func member(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Nil is written as null.
    public mutating func member(_ name: String, _ value: (some FixedWidthInteger)?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        boolean(value)
    }

    public mutating func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    public mutating func member(_ name: String, _ values: some Sequence<String>) {
        array(name) { writer in
            for value in values { writer.string(value) }
        }
    }

    /// Left out when nil.
    public mutating func optionalMember(_ name: String, _ value: String?) {
        if let value { member(name, value) }
    }

    // MARK: Values

    public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    public mutating func string(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    public mutating func integer(_ value: some FixedWidthInteger) {
        raw(String(value))
    }

    public mutating func boolean(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    public mutating func null() {
        raw("null")
    }

    /// A value as it was parsed: members in their order, numbers by their text.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .boolean(let boolean): self.boolean(boolean)
        case .number(let number): raw(number.text)
        case .string(let string): self.string(string)
        case .array(let elements):
            array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let object):
            self.object { writer in
                for member in object.members { writer.member(member.name, member.value) }
            }
        }
    }

    /// Text that is one JSON value already.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    /// Bytes that are one JSON value already.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Strings made of parts

    /// A string whose content `body` appends, escaped already.
    public mutating func string(parts body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        body(&self)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Content of a string, escaped already.
    public mutating func append(escaped part: [UInt8]) {
        bytes.append(contentsOf: part)
    }

    /// Content of a string that others share, escaped already.
    public mutating func append(escaped part: FixedText) {
        if part.bytes.count >= FixedText.shortest {
            fixedParts.append(FixedPart(offset: bytes.count, text: part))
        }
        bytes.append(contentsOf: part.bytes)
    }

    /// A member's name; its value has to follow.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Punctuation

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    // MARK: Strings

    private mutating func quote(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { append(escaping: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies runs of what needs no escape in one go.
    private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var index = 0
        while index < text.count {
            // Those before the last eight are looked at once more rather than one by one.
            let start = min(index, text.count - 8)
            if start >= 0, Self.isPlain(eightFrom: start, in: text) {
                index = start + 8
                continue
            }
            let byte = text[index]
            var length = 1
            if byte == 0xe2 {
                guard Self.isLineSeparator(at: index, in: text) else {
                    index += 1
                    continue
                }
                length = 3
            } else if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                index += 1
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
            appendEscape(byte, last: text[index + length - 1])
            index += length
            runStart = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
    }

    /// Whether none of eight bytes could need an escape, seen in one step: in the top bit of each
    /// stands what a subtraction borrows where it is less than 0x20, or like one of the others.
    private static func isPlain(
        eightFrom index: Int,
        in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let bytes = UnsafeRawBufferPointer(text)
            .loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let ones: UInt64 = 0x0101_0101_0101_0101
        func less(_ bytes: UInt64, than limit: UInt64) -> UInt64 {
            (bytes &- ones &* limit) & ~bytes
        }
        let found =
            less(bytes, than: 0x20)
            | less(bytes ^ ones &* UInt64(UInt8(ascii: "\"")), than: 1)
            | less(bytes ^ ones &* UInt64(UInt8(ascii: "\\")), than: 1)
            | less(bytes ^ ones &* 0xe2, than: 1)
        return found & (ones &* 0x80) == 0
    }

    /// U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
    private static func isLineSeparator(
        at index: Int,
        in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        index + 2 < text.count && text[index + 1] == 0x80 && text[index + 2] & 0xfe == 0xa8
    }

    private mutating func appendEscape(_ byte: UInt8, last: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x0a: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0d: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0xe2: bytes.append(contentsOf: (last == 0xa8 ? #"\u2028"# : #"\u2029"#).utf8)
        default:
            bytes.append(contentsOf: #"\u00"#.utf8)
            bytes.append(Self.hexadecimalDigit(byte >> 4))
            bytes.append(Self.hexadecimalDigit(byte & 0x0f))
        }
    }

    private static func hexadecimalDigit(_ number: UInt8) -> UInt8 {
        number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
    }
}
