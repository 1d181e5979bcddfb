import Synchronization

/// Why a metric cannot be registered; a mistake in the program, found at its start.
public struct MetricsRegistryError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
}

/// One label of a time series.
public struct MetricLabel: Sendable, Hashable, Comparable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    public static func < (a: Self, b: Self) -> Bool { (a.name, a.value) < (b.name, b.value) }
}

/// All metrics of the process, rendered as Prometheus text.
///
/// Registering takes a lock and is done once, at the start; updating a series takes none or its
/// own.
public final class MetricsRegistry: Sendable {
    struct Family {
        let help: String
        let kind: MetricKind
        var series: [[MetricLabel]: any MetricSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    /// The registry of the process.
    public static let shared = MetricsRegistry()

    private let state = Mutex(State())

    public init() {}

    /// The counter with this name and these labels; made, at 0, if there is none.
    public func counter(
        _ name: String,
        help: String,
        labels: [MetricLabel] = []
    ) throws(MetricsRegistryError) -> PrometheusCounter {
        try checkCounterName(name)
        return try series(name, help: help, labels: labels) { PrometheusCounter() }
    }

    /// The counter of fractions with this name and these labels; made, at 0, if there is none.
    public func floatingPointCounter(
        _ name: String,
        help: String,
        labels: [MetricLabel] = []
    ) throws(MetricsRegistryError) -> PrometheusFloatingPointCounter {
        try checkCounterName(name)
        return try series(name, help: help, labels: labels) { PrometheusFloatingPointCounter() }
    }

    private func checkCounterName(_ name: String) throws(MetricsRegistryError) {
        guard name.hasSuffix("_total") else {
            throw MetricsRegistryError(
                description: "the counter \(name) must end with _total; rename it"
            )
        }
    }

    /// The gauge with this name and these labels; made with `value` if there is none.
    public func gauge(
        _ name: String,
        help: String,
        labels: [MetricLabel] = [],
        value: Double = 0
    ) throws(MetricsRegistryError) -> PrometheusGauge {
        try series(name, help: help, labels: labels) { PrometheusGauge(value) }
    }

    /// The histogram with this name and these labels; made, empty, if there is none.
    public func histogram(
        _ name: String,
        help: String,
        labels: [MetricLabel] = [],
        bounds: [Double]
    ) throws(MetricsRegistryError) -> PrometheusHistogram {
        let isRising = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        guard isRising, bounds.allSatisfy(\.isFinite), !bounds.isEmpty else {
            throw MetricsRegistryError(
                description: "the bounds of the histogram \(name) must be finite and rise"
            )
        }
        return try series(name, help: help, labels: labels) { PrometheusHistogram(bounds: bounds) }
    }

    /// Adds what is to run before each rendering, to bring gauges up to date. It must not block.
    public func onCollect(_ collector: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Brings everything up to date that is not updated as it changes.
    func collect() {
        // Collectors run outside of the lock: they may register series.
        for collect in state.withLock({ $0.collectors }) { collect() }
    }

    /// Prometheus text format 0.0.4: families by name, series by labels.
    public func render() -> String {
        collect()
        let families = state.withLock { $0.families }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            PrometheusText.append(family, named: name, to: &text)
        }
        return text
    }

    private func series<Series: MetricSeries>(
        _ name: String,
        help: String,
        labels: [MetricLabel],
        make: () -> Series
    ) throws(MetricsRegistryError) -> Series {
        guard PrometheusText.isMetricName(name) else {
            throw MetricsRegistryError(
                description: "\(name) is no name of a metric; use letters, digits and underscores"
            )
        }
        for label in labels where !PrometheusText.isLabelName(label.name) {
            throw MetricsRegistryError(
                description: "\(label.name) is no name of a label of \(name); "
                    + "use letters, digits and underscores"
            )
        }
        let labels = labels.sorted()
        return try state.withLock { (state) throws(MetricsRegistryError) in
            let family = state.families[name]
            guard family == nil || family?.kind == Series.kind else {
                throw MetricsRegistryError(
                    description: "\(name) is a \(family?.kind.rawValue ?? "") already "
                        + "and cannot be a \(Series.kind.rawValue); rename one"
                )
            }
            if let known = family?.series[labels] {
                if let known = known as? Series { return known }
                throw MetricsRegistryError(
                    description:
                        "\(name) is registered already, for whole numbers or for fractions; "
                        + "use the same for both"
                )
            }
            let series = make()
            state.families[name, default: Family(help: help, kind: Series.kind)]
                .series[labels] = series
            return series
        }
    }
}
