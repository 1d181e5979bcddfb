import Domain

/// A JSON value as it was written: members in their order, numbers by their text.
public enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object, in the order in which they were written; no name occurs twice.
public struct JSONObject: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    public let members: [Member]

    /// The names must differ from each other.
    public init(_ members: [Member]) {
        self.members = members
    }

    /// The value of the member that is named exactly `name`.
    public subscript(name: String) -> JSONValue? {
        firstIndex(of: name).map { members[$0].value }
    }

    func firstIndex(of name: String) -> Int? {
        members.firstIndex { $0.name.isExactly(name) }
    }
}

/// A JSON number by its exact text, which follows the grammar of RFC 8259 §6.
public struct JSONNumber: Hashable, Sendable {
    /// The greatest integer that every reader of JSON takes for what it is (RFC 8259 §6).
    public static let greatestExactInteger = (1 << 53) - 1

    public let text: String

    /// Takes text that follows the grammar.
    init(checked text: String) {
        self.text = text
    }

    public init(_ value: some FixedWidthInteger) {
        self.text = String(value)
    }

    /// The value if it is an integer that 64 bits hold, however it was written: `1.0` and `10e-1`
    /// are 1.
    public var integer: Int64? { scaled(byPowerOfTen: 0) }

    /// The value times ten to the power of `places`, if that is an integer that 64 bits hold: by
    /// 3, `0.25` is 250, and `0.0001` is nil.
    public func scaled(byPowerOfTen places: Int) -> Int64? {
        let parts = Parts(text.utf8)
        guard let last = parts.lastSignificant else { return 0 }
        let digits = parts.digits[...last]
        let zerosDropped = parts.digits.count - 1 - last
        let power = parts.exponent - parts.fractionDigits + zerosDropped + places
        // 19 digits is what the largest 64-bit integer has.
        guard power >= 0, power <= 19, digits.count + power <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard let next = value.appending(Int64(digit), negative: parts.negative) else {
                return nil
            }
            value = next
        }
        for _ in 0..<power {
            guard let next = value.appending(0, negative: parts.negative) else { return nil }
            value = next
        }
        return value
    }

    /// What the text consists of.
    private struct Parts {
        var negative = false
        /// Without zeros in front.
        var digits: [UInt8] = []
        var fractionDigits = 0
        /// Saturates far beyond what matters, far before 64 bits overflow.
        var exponent = 0

        init(_ text: String.UTF8View) {
            var inFraction = false
            var inExponent = false
            var exponentIsNegative = false
            for byte in text {
                switch byte {
                case UInt8(ascii: "-"):
                    if inExponent { exponentIsNegative = true } else { negative = true }
                case UInt8(ascii: "."): inFraction = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    let digit = byte - UInt8(ascii: "0")
                    if inExponent {
                        exponent = min(exponent * 10 + Int(digit), 1 << 40)
                    } else {
                        if inFraction { fractionDigits += 1 }
                        if digit != 0 || !digits.isEmpty { digits.append(digit) }
                    }
                default: break
                }
            }
            if exponentIsNegative { exponent = -exponent }
        }

        /// The index of the last digit that is not zero; nil when the number is zero.
        var lastSignificant: Int? { digits.lastIndex { $0 != 0 } }
    }
}

extension Int64 {
    /// This number with one more decimal digit, away from zero; nil on overflow.
    fileprivate func appending(_ digit: Int64, negative: Bool) -> Int64? {
        let (shifted, overflowed) = multipliedReportingOverflow(by: 10)
        let (sum, overflowedAgain) = shifted.addingReportingOverflow(negative ? -digit : digit)
        return overflowed || overflowedAgain ? nil : sum
    }
}
