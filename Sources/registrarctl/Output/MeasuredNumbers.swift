import Contract

extension JSONWriter {
    /// Something that was measured, to the thousandth. Null for what is not known, and for what is
    /// infinite: JSON has no word for that.
    mutating func number(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return member(name, JSONValue.null) }
        let rounded = (value * 1000).rounded() / 1000
        guard let whole = Int64(exactly: rounded) else {
            return member(name, (try? JSONValue(parsing: Array("\(rounded)".utf8))) ?? .null)
        }
        member(name, whole)
    }
}

extension FixedWidthInteger {
    /// The nearest integer that there is; 0 for what is no number. Measured values come from outside.
    init(saturating value: Double) {
        guard !value.isNaN else {
            self = 0
            return
        }
        self = Self(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
}
