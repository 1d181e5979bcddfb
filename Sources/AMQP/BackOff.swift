/// How long to wait before the next attempt: doubling from a base to a maximum, with jitter, so
/// that many clients do not come back in step. Pure: the random number comes from the caller.
public struct BackOff: Sendable, Hashable {
    /// The longest first wait, in seconds.
    public var baseSeconds: Double
    /// The longest wait of all, in seconds.
    public var maximumSeconds: Double

    /// Creates a back-off.
    public init(baseSeconds: Double = 0.5, maximumSeconds: Double = 30) {
        self.baseSeconds = baseSeconds
        self.maximumSeconds = maximumSeconds
    }

    /// The wait in seconds after so many failures in a row (1 or more): between half of the doubled
    /// base and all of it.
    public func delaySeconds(
        afterFailures failures: Int,
        using generator: inout some RandomNumberGenerator
    ) -> Double {
        let doublings = Double(min(max(failures, 1) - 1, 60))
        var ceiling = baseSeconds
        for _ in 0..<Int(doublings) where ceiling < maximumSeconds { ceiling *= 2 }
        ceiling = min(ceiling, maximumSeconds)
        // Not Double.random(in:using:), which draws again for as long as it gets the largest
        // number.
        let fraction = Double(generator.next() >> 11) / Double(1 << 53 as UInt64)
        return ceiling * (0.5 + 0.5 * fraction)
    }
}
