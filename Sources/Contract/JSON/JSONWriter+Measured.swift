extension JSONWriter {
    /// Something that was measured, to the thousandth. Null for what is not known, and for what is
    /// infinite: JSON has no word for that.
    public mutating func number(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return member(name, JSONValue.null) }
        let rounded = (value * 1000).rounded() / 1000
        guard let whole = Int64(exactly: rounded) else {
            return member(name, (try? JSONValue(parsing: Array("\(rounded)".utf8))) ?? .null)
        }
        member(name, whole)
    }
}
