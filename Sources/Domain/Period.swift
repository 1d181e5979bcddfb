/// A length of time as the configuration writes it: `10s`, `5m`, `24h`, `30d`, or `5wd` for
/// working days.
public enum Period: Hashable, Sendable {
    /// A fixed length in seconds; a day is 24 hours.
    case seconds(Int)
    /// Working days of Luxembourg: their length depends on the calendar.
    case workingDays(Int)

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
        let suffix = String(text.dropFirst(digits.count))
        if suffix == "wd" {
            self = .workingDays(count)
            return
        }
        guard let unit = Self.units.first(where: { $0.suffix == suffix }) else { return nil }
        self = .seconds(count * unit.seconds)
    }

    /// The fixed length in seconds; nil for working days.
    public var seconds: Int? {
        guard case .seconds(let seconds) = self else { return nil }
        return seconds
    }

    /// The fixed length; nil for working days.
    public var duration: Duration? { seconds.map { .seconds($0) } }
}

extension Period: CustomStringConvertible {
    /// The way the configuration writes it, in the largest unit that fits.
    public var description: String {
        switch self {
        case .workingDays(let count):
            return "\(count)wd"
        case .seconds(let seconds):
            guard seconds > 0, let unit = Self.units.first(where: { seconds % $0.seconds == 0 })
            else { return "\(seconds)s" }
            return "\(seconds / unit.seconds)\(unit.suffix)"
        }
    }
}
