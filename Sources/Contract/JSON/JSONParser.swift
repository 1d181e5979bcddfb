public import Domain

extension JSONValue {
    /// How deep arrays and objects may nest; the outermost counts as 1.
    public static let maximumDepth = 16

    /// Reads one JSON text (RFC 8259) in UTF-8, strictly: no byte order mark, comments, trailing
    /// commas, duplicate member names, `\u0000`, lone surrogates or deeper nesting than
    /// `maximumDepth`.
    ///
    /// - Throws: a `malformed` problem that names the place (bytes before it, line, column, and
    ///   the pointer of what it is in) and the fault.
    public init(parsing bytes: [UInt8]) throws(Problem) {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONFault> in
            var parser = JSONParser(buffer)
            do throws(JSONFault) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let value): self = value
        case .failure(let fault): throw fault.problem(in: bytes)
        }
    }
}

/// A recursive descent parser over borrowed bytes; its depth is bounded by `maximumDepth`.
struct JSONParser: ~Copyable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let count: Int
    private var index = 0

    /// `bytes` must outlive the parser.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        self.count = bytes.count
    }

    mutating func document() throws(JSONFault) -> JSONValue {
        guard count > 0 else { throw fault("the text is empty") }
        guard !(count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf) else {
            throw fault("a byte order mark is not allowed")
        }
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        guard index == count else { throw fault("something follows the end of the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        guard index < count else { throw fault("the text ends where a value is expected") }
        switch bytes[index] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number())
        case UInt8(ascii: "t"):
            try literal("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case UInt8(ascii: "/"): throw fault("comments are not allowed")
        default: throw fault("no value begins like this")
        }
    }

    // MARK: Objects and arrays

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        try enter(depth)
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return JSONObject([]) }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(8)
        var names = NameSet()
        while true {
            let start = index
            guard index < count, bytes[index] == UInt8(ascii: "\"") else {
                throw expected("a member's name in quotes")
            }
            let name = try string()
            guard names.insert(name, after: members) else {
                throw JSONFault("the member's name occurs twice in its object", at: start)
                    .inside(.member(name))
            }
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw expected("a colon") }
            skipWhitespace()
            do throws(JSONFault) {
                members.append(JSONObject.Member(name, try value(depth: depth)))
            } catch {
                throw error.inside(.member(name))
            }
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return JSONObject(members) }
            try separator(before: UInt8(ascii: "}"))
        }
    }

    private mutating func array(depth: Int) throws(JSONFault) -> [JSONValue] {
        try enter(depth)
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return [] }
        var elements: [JSONValue] = []
        while true {
            do throws(JSONFault) {
                elements.append(try value(depth: depth))
            } catch {
                throw error.inside(.element(elements.count))
            }
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return elements }
            try separator(before: UInt8(ascii: "]"))
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONFault) {
        guard depth <= JSONValue.maximumDepth else {
            throw fault("objects and arrays nest deeper than \(JSONValue.maximumDepth)")
        }
        index += 1
    }

    private mutating func separator(before end: UInt8) throws(JSONFault) {
        let comma = index
        guard take(UInt8(ascii: ",")) else { throw expected("a comma or the end") }
        skipWhitespace()
        guard index == count || bytes[index] != end else {
            throw JSONFault("a comma before the end is not allowed", at: comma)
        }
    }

    // MARK: Strings

    /// Reads a string from its opening quote on.
    private mutating func string() throws(JSONFault) -> String {
        let start = index + 1
        index = start
        while index < count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let text = text(from: start, to: index)
                index += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
            try skipCharacter(byte)
        }
        throw fault("a string does not end")
    }

    /// Goes on with a string, begun at `start`, at the first backslash in it.
    private mutating func stringWithEscapes(from start: Int) throws(JSONFault) -> String {
        var text = Array(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        while index < count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                let from = index
                try skipCharacter(byte)
                text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[from..<index]))
            }
        }
        throw fault("a string does not end")
    }

    private mutating func skipCharacter(_ byte: UInt8) throws(JSONFault) {
        if byte >= 0x80 {
            try skipMultibyteScalar(byte)
        } else if byte >= 0x20 {
            index += 1
        } else {
            throw fault("a control character in a string must be escaped")
        }
    }

    /// The well-formed byte sequences of the Unicode Standard, table 3-7.
    private mutating func skipMultibyteScalar(_ first: UInt8) throws(JSONFault) {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: throw fault("not UTF-8")
        }
        guard index + length <= count, second.contains(bytes[index + 1]) else {
            throw fault("not UTF-8")
        }
        for position in index + 2..<index + length {
            guard bytes[position] & 0xc0 == 0x80 else { throw fault("not UTF-8") }
        }
        index += length
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
        let start = index
        guard index + 1 < count else { throw fault("a string does not end") }
        let kind = bytes[index + 1]
        index += 2
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar(from: start)
            guard scalar != "\0" else {
                throw JSONFault("the character U+0000 is not allowed", at: start)
            }
            text.append(contentsOf: String(scalar).utf8)
        default: throw JSONFault("there is no such escape", at: start)
        }
    }

    /// Reads what follows `\u`, with the second half of a surrogate pair if there is one.
    private mutating func escapedScalar(from start: Int) throws(JSONFault) -> Unicode.Scalar {
        let first = try hexadecimalDigits(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800...0xdbff).contains(first), index + 1 < count,
            bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { throw JSONFault("a surrogate stands alone", at: start) }
        index += 2
        let second = try hexadecimalDigits(from: start)
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw JSONFault("a surrogate stands alone", at: start) }
        return scalar
    }

    private mutating func hexadecimalDigits(from start: Int) throws(JSONFault) -> UInt32 {
        guard index + 4 <= count else { throw JSONFault("an escape is cut short", at: start) }
        var number: UInt32 = 0
        for position in index..<index + 4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONFault("\\u needs four hexadecimal digits", at: start)
            }
            number = number << 4 | UInt32(digit)
        }
        index += 4
        return number
    }

    // MARK: Numbers and literals

    private mutating func number() throws(JSONFault) -> JSONNumber {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < count, bytes[index] == UInt8(ascii: "0") {
            index += 1
            guard index == count || !Self.isDigit(bytes[index]) else {
                throw JSONFault("a number must not begin with a zero", at: start)
            }
        } else {
            try digits(of: start)
        }
        if take(UInt8(ascii: ".")) { try digits(of: start) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try digits(of: start)
        }
        return JSONNumber(checked: text(from: start, to: index))
    }

    /// Skips one digit or more.
    private mutating func digits(of start: Int) throws(JSONFault) {
        let first = index
        while index < count, Self.isDigit(bytes[index]) { index += 1 }
        guard index > first else { throw JSONFault("a number lacks digits", at: start) }
    }

    private mutating func literal(_ literal: StaticString) throws(JSONFault) {
        let start = index
        for position in 0..<literal.utf8CodeUnitCount {
            guard index < count, bytes[index] == literal.utf8Start[position] else {
                throw JSONFault("no value begins like this", at: start)
            }
            index += 1
        }
    }

    // MARK: Bytes

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// The bytes must be UTF-8, which the caller has checked.
    private func text(from start: Int, to end: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }

    private mutating func skipWhitespace() {
        while index < count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0a, 0x0d: index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private func fault(_ reason: String) -> JSONFault {
        JSONFault(reason, at: index)
    }

    private func expected(_ what: String) -> JSONFault {
        guard index < count else { return fault("the text ends where \(what) is expected") }
        return bytes[index] == UInt8(ascii: "/")
            ? fault("comments are not allowed") : fault("\(what) is expected")
    }
}

/// The member names of one object, to find those that occur twice: by comparing while there are
/// few, so that the usual object costs no hashing; by hashing after that, so that an object made of
/// nothing but names does not cost the square of their number.
private struct NameSet {
    private static let fewest = 16
    private var names: Set<ExactText> = []

    /// Whether `name` is new; `members` are those whose names were inserted before.
    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        guard members.count >= Self.fewest else {
            return !members.contains { $0.name.isExactly(name) }
        }
        if members.count == Self.fewest {
            names = Set(members.map { ExactText($0.name) })
        }
        return names.insert(ExactText(name)).inserted
    }
}
