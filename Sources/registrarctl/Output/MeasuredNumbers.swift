extension FixedWidthInteger {
    /// The nearest integer that there is; 0 for what is no number. Measured values come from
    /// outside.
    init(saturating value: Double) {
        guard !value.isNaN else {
            self = 0
            return
        }
        self = Self(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
}
