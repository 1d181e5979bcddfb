/// Numbers as people read them.
enum Wording {
    /// Separates thousands, and a number from its unit, without breaking the line.
    static let thinSpace = "\u{202F}"

    /// `12 345`
    static func count(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits.removeLast(3)
        }
        groups.insert(Substring(digits), at: 0)
        return (value < 0 ? "−" : "") + groups.joined(separator: thinSpace)
    }

    /// `1 message`, `2 messages`
    static func count(_ value: Int, _ one: String, _ many: String) -> String {
        count(value) + " " + (value == 1 ? one : many)
    }

    /// With a fraction where that matters: `0`, `0.04`, `3.2`, `120`.
    static func rate(_ value: Double) -> String {
        if value <= 0 || !value.isFinite { return "0" }
        if value < 0.01 { return "<" + thinSpace + "0.01" }
        return decimal(value, places: value < 1 ? 2 : value < 100 ? 1 : 0)
    }

    /// In one unit, or in two where the first is small: `45 s`, `4 min 10 s`, `2 h 5 min`, `12 d`.
    static func duration(seconds value: Double) -> String {
        guard value.isFinite, value < 1e12 else { return "unknown" }
        if value > 0, value < 1 { return "<\(thinSpace)1\(thinSpace)s" }
        let seconds = Int(max(0, value).rounded())
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0\(thinSpace)s" }
        return parts[first...].prefix(parts[first].0 < 10 ? 2 : 1).filter { $0.0 > 0 }
            .map { "\($0.0)\(thinSpace)\($0.1)" }.joined(separator: " ")
    }

    /// `512 B`, `4.0 KiB`, `84.1 MiB`
    static func bytes(_ value: Int) -> String {
        var amount = Double(value)
        var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
        while amount >= 1024, units.count > 1 {
            amount /= 1024
            units.removeFirst()
        }
        let isWhole = units.count == 5
        return decimal(amount, places: isWhole ? 0 : 1) + thinSpace + (units.first ?? "")
    }

    /// Rounded half up to so many decimals.
    static func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard places > 0 else { return count(scaled) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: places - fraction.count)
        return count(scaled / scale) + "." + zeros + fraction
    }
}
