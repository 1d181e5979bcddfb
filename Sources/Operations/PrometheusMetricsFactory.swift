public import CoreMetrics

/// Lets libraries that record through swift-metrics appear in a ``MetricsRegistry``.
///
/// Names follow Prometheus: `http.requests` becomes `http_requests_total`; timers are histograms in
/// seconds. A series stays until the process ends, as Prometheus wants it, also when its user is
/// done with it.
public struct PrometheusMetricsFactory: MetricsFactory {
    private let registry: MetricsRegistry
    private static let help = "Recorded by a library."

    public init(registry: MetricsRegistry = .shared) {
        self.registry = registry
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        register(label, suffix: "_total", as: .counter) { name throws(MetricsRegistryError) in
            try registry.counter(name, help: Self.help, labels: Self.labels(dimensions))
        } ?? PrometheusCounter()
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        register(label, suffix: "_total", as: .counter) { name throws(MetricsRegistryError) in
            try registry.floatingPointCounter(
                name,
                help: Self.help,
                labels: Self.labels(dimensions)
            )
        } ?? PrometheusFloatingPointCounter()
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        register(label, as: .gauge) { name throws(MetricsRegistryError) in
            try registry.gauge(name, help: Self.help, labels: Self.labels(dimensions))
        } ?? PrometheusGauge()
    }

    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return register(label, as: .gauge) { name throws(MetricsRegistryError) in
                try registry.gauge(name, help: Self.help, labels: Self.labels(dimensions))
            } ?? PrometheusGauge()
        }
        return histogram(label, dimensions, bounds: HistogramBounds.batchSize)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, suffix: "_seconds", bounds: HistogramBounds.latencySeconds)
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func histogram(
        _ label: String,
        _ dimensions: [(String, String)],
        suffix: String = "",
        bounds: [Double]
    ) -> PrometheusHistogram {
        register(label, suffix: suffix, as: .histogram) { name throws(MetricsRegistryError) in
            try registry.histogram(
                name,
                help: Self.help,
                labels: Self.labels(dimensions),
                bounds: bounds
            )
        } ?? PrometheusHistogram(bounds: bounds)
    }

    /// Registers under the library's name or, when another kind of metric has that, with the kind
    /// added. Nil when both are taken; then the values are counted, but not shown: swift-metrics
    /// knows no failure.
    private func register<Series: MetricSeries>(
        _ label: String,
        suffix: String = "",
        as kind: MetricKind,
        _ make: (String) throws(MetricsRegistryError) -> Series
    ) -> Series? {
        let name = PrometheusText.sanitized(label)
        for stem in [name, "\(name)_\(kind.rawValue)"] {
            let full = stem.hasSuffix(suffix) ? stem : stem + suffix
            if let series = try? make(full) { return series }
        }
        return nil
    }

    private static func labels(_ dimensions: [(String, String)]) -> [MetricLabel] {
        dimensions.map { name, value in
            let sanitized = PrometheusText.sanitized(name)
            return MetricLabel(
                PrometheusText.isLabelName(sanitized) ? sanitized : "label_" + sanitized,
                value
            )
        }
    }
}
