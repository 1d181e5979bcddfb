/// Quantities with at most three decimals, kept as whole numbers of their thousandths.
public enum Thousandths {
    /// Without zeros at the end: 12500 is `12.5`.
    public static func text(_ thousandths: Int64) -> String {
        let fraction = String(1000 + thousandths % 1000).dropFirst()
        let digits = fraction.prefix(3 - fraction.reversed().prefix { $0 == "0" }.count)
        return "\(thousandths / 1000)" + (digits.isEmpty ? "" : "." + digits)
    }

    /// Nil for what is no such quantity, or one of more than 15 digits.
    public static func value(of text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
            (parts.count == 1 ? 0...0 : 1...3).contains(fraction.utf8.count),
            (parts[0] + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(parts[0] + fraction + String(repeating: "0", count: 3 - fraction.utf8.count))
    }
}
