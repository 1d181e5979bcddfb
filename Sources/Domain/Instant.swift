/// A point in time, in milliseconds since 1970-01-01T00:00:00Z; what the store and messages keep.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// What is too far away to be kept is the first or the last instant that can be: seconds come
    /// from senders, too.
    public init(seconds: Int64) {
        self.milliseconds = Self.milliseconds(seconds)
    }

    private static func milliseconds(_ seconds: Int64) -> Int64 {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        guard overflows else { return product }
        return seconds < 0 ? .min : .max
    }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 { milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0) }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public func advanced(bySeconds seconds: Int64) -> Instant {
        let (sum, overflows) = milliseconds.addingReportingOverflow(Self.milliseconds(seconds))
        guard overflows else { return Instant(milliseconds: sum) }
        return Instant(milliseconds: seconds < 0 ? .min : .max)
    }

    /// The years 0000 to 9999 in UTC: what RFC 3339 can write.
    private static let writable: ClosedRange<Int64> =
        -62_167_219_200_000...253_402_300_799_999

    /// RFC 3339 in UTC with milliseconds, such as `2026-11-21T05:14:09.250Z`.
    ///
    /// The format ends with the years 0000 and 9999: what lies beyond is written as the first or
    /// the last instant that it has.
    public var description: String {
        guard Self.writable.contains(milliseconds) else {
            let nearest = milliseconds < 0 ? Self.writable.lowerBound : Self.writable.upperBound
            return Instant(milliseconds: nearest).description
        }
        let date = CivilDate(dayNumber: Int((seconds - seconds.positiveRemainder(86_400)) / 86_400))
        let ofDay = Int(seconds.positiveRemainder(86_400))
        var text: [UInt8] = []
        text.reserveCapacity(24)
        date.append(to: &text)
        text.append(UInt8(ascii: "T"))
        text.appendDigits(ofDay / 3600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(ofDay / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(ofDay % 60, width: 2)
        text.append(UInt8(ascii: "."))
        text.appendDigits(Int(milliseconds.positiveRemainder(1000)), width: 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 §5.6 `date-time`: any offset, any number of fraction digits (those past
    /// milliseconds are dropped), `T` and `Z` in either case, a leap second (23:59:60 in UTC) as
    /// the second after. Nil when `text` is anything else, or in UTC of no year from 0 to 9999.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let date = CivilDate(bytes[0..<10]),
            bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = bytes.number(11..<13), hour < 24,
            let minute = bytes.number(14..<16), minute < 60,
            let second = bytes.number(17..<19), second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            var scale: Int64 = 100
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                fraction += Int64(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        guard let offsetSeconds = Self.offset(bytes[index...]) else { return nil }
        let ofDay = Int64(hour * 3600 + minute * 60 + second)
        let seconds = Int64(date.dayNumber) * 86_400 + ofDay - offsetSeconds
        // A minute has a 61st second only where it is the day's last in UTC (RFC 3339, appendix D).
        if second == 60, seconds.positiveRemainder(86_400) != 0 { return nil }
        let milliseconds = seconds * 1000 + fraction
        guard Self.writable.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let zone = Array(bytes)
        if zone.count == 1, zone[0] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
            let hours = zone.number(1..<3), hours < 24,
            let minutes = zone.number(4..<6), minutes < 60
        else { return nil }
        let seconds = Int64(hours * 3600 + minutes * 60)
        return switch zone[0] {
        case UInt8(ascii: "+"): seconds
        case UInt8(ascii: "-"): -seconds
        default: nil
        }
    }
}

extension BinaryInteger {
    /// The remainder in `0 ..< divisor`, for negative numbers too.
    func positiveRemainder(_ divisor: Self) -> Self {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension [UInt8] {
    mutating func appendDigits(_ number: Int, width: Int) {
        // Two at a time: dividing by what is known when this is compiled is a multiplication.
        if width > 2 { appendDigits(number / 100, width: width - 2) }
        if width > 1 { append(UInt8(ascii: "0") + UInt8(number / 10 % 10)) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// The decimal number that `range` spells, if it is digits only.
    func number(_ range: Range<Int>) -> Int? {
        var number = 0
        for byte in self[range] {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }
}
