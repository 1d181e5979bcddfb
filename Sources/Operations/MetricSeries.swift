import Synchronization

/// What Prometheus calls the type of a metric.
public enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// One time series: a metric with one set of labels.
public protocol MetricSeries: AnyObject, Sendable {
    static var kind: MetricKind { get }
}

/// A number that only grows. Safe to update from any thread, without a lock.
public final class PrometheusCounter: MetricSeries {
    public static let kind = MetricKind.counter
    private let count = Atomic<Int64>(0)

    public init() {}

    public var value: Int64 { count.load(ordering: .relaxed) }

    /// Adds `amount`; what is negative is left out, since a counter never falls.
    public func increment(by amount: Int = 1) {
        guard amount > 0 else { return }
        // Wraps after 9.2 × 10^18, which Prometheus takes for a restart.
        count.wrappingAdd(Int64(amount), ordering: .relaxed)
    }
}

/// A number with a fraction that only grows, and that somebody else counts. Safe to update from any
/// thread, without a lock.
public final class PrometheusFloatingPointCounter: MetricSeries {
    public static let kind = MetricKind.counter
    private let total = PrometheusGauge()

    public init() {}

    public var value: Double { total.value }

    /// Takes over the total.
    public func set(total value: Double) { total.set(value) }
}

/// A number that goes up and down. Safe to update from any thread, without a lock.
public final class PrometheusGauge: MetricSeries {
    public static let kind = MetricKind.gauge
    private let bits: Atomic<UInt64>

    public init(_ value: Double = 0) {
        bits = Atomic(value.bitPattern)
    }

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    public func set(_ value: Int) { set(Double(value)) }
    /// 1 for what is so, 0 for what is not.
    public func set(_ isSo: Bool) { set(isSo ? 1.0 : 0.0) }

    /// Sets it, unless it is higher.
    public func raise(to value: Double) {
        var old = bits.load(ordering: .relaxed)
        while Double(bitPattern: old) < value {
            let (exchanged, original) = bits.weakCompareExchange(
                expected: old,
                desired: value.bitPattern,
                ordering: .relaxed
            )
            if exchanged { return }
            old = original
        }
    }
}

/// Counts values by size. Safe to update from any thread.
public final class PrometheusHistogram: MetricSeries {
    public static let kind = MetricKind.histogram

    struct Totals {
        /// Values up to each bound, not added up; one more for those above the last.
        var counts: [Int]
        var sum = 0.0
    }

    /// Upper bounds of the buckets, rising; the last one, +Inf, is implied.
    public let bounds: [Double]
    private let totals: Mutex<Totals>

    public init(bounds: [Double]) {
        self.bounds = bounds
        totals = Mutex(Totals(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value; not-a-number is left out, since it would spoil the sum for ever.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bucket(of: value)
        totals.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    /// Counts many values at once, under one lock.
    public func observe(_ values: [Double]) {
        totals.withLock { totals in
            for value in values where !value.isNaN {
                totals.counts[bucket(of: value)] += 1
                totals.sum += value
            }
        }
    }

    func snapshot() -> Totals { totals.withLock { $0 } }

    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Bounds of histograms.
public enum HistogramBounds {
    /// From half a millisecond to ten seconds: work inside one machine.
    public static let latencySeconds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// From five milliseconds to a day: time that includes waiting in queues.
    public static let waitSeconds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400,
    ]
    /// Powers of two up to the largest prefetch.
    public static let batchSize: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
}
