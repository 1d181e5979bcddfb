/// A length of time as the configuration writes it: `10s`, `5m`, `24h`, `30d`, `5wd` for working
/// days, or `6mo` for months of the calendar.
public enum Period: Hashable, Sendable {
    /// A fixed length in seconds; a day is 24 hours.
    case seconds(Int)
    /// Working days of Luxembourg: their length depends on the calendar.
    case workingDays(Int)
    /// Months of the calendar: from a day to the same day of another month, or to its last.
    case months(Int)

    public static let secondsPerDay = 86_400
    /// Longest number of digits that is read; keeps every length far from overflow.
    private static let maximumDigits = 9
    private static let units: [(suffix: String, seconds: Int)] = [
        ("d", secondsPerDay), ("h", 3600), ("m", 60), ("s", 1),
    ]

    public static func days(_ count: Int) -> Self { .seconds(count * secondsPerDay) }

    /// Reads a duration; nil when `text` is none.
    public init?(_ text: String) {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty, digits.count <= Self.maximumDigits,
            let count = Int(Substring(digits))
        else { return nil }
        switch String(text.dropFirst(digits.count)) {
        case "wd": self = .workingDays(count)
        case "mo": self = .months(count)
        case let suffix:
            guard let unit = Self.units.first(where: { $0.suffix == suffix }) else { return nil }
            self = .seconds(count * unit.seconds)
        }
    }

    /// The fixed length in seconds; nil for what depends on the calendar.
    public var seconds: Int? {
        guard case .seconds(let seconds) = self else { return nil }
        return seconds
    }

    /// The fixed length; nil for what depends on the calendar.
    public var duration: Duration? { seconds.map { .seconds($0) } }
}

extension Period: CustomStringConvertible {
    /// The way the configuration writes it, in the largest unit that fits.
    public var description: String {
        switch self {
        case .workingDays(let count):
            return "\(count)wd"
        case .months(let count):
            return "\(count)mo"
        case .seconds(let seconds):
            guard seconds > 0, let unit = Self.units.first(where: { seconds % $0.seconds == 0 })
            else { return "\(seconds)s" }
            return "\(seconds / unit.seconds)\(unit.suffix)"
        }
    }
}
