/// One metric with a fixed set of label values, all of which exist from the start: nobody outside
/// can make series without end.
public struct MetricVector<Series: MetricSeries>: Sendable {
    static var other: String { "other" }

    private let series: [[String]: Series]
    private let fallback: Series?

    /// - Parameters:
    ///   - hasOther: Whether what was not foreseen is counted under `other`, rather than left out.
    ///     A state that cannot occur must have no series: at 0 it would look like a failure.
    ///   - make: Registers the series with these labels.
    init(
        _ labels: MetricLabels,
        hasOther: Bool = false,
        make: ([MetricLabel]) throws(MetricsRegistryError) -> Series
    ) throws(MetricsRegistryError) {
        func named(_ row: [String]) -> [MetricLabel] {
            zip(labels.names, row).map { MetricLabel($0, $1) }
        }
        var series: [[String]: Series] = [:]
        for row in labels.rows { series[row] = try make(named(row)) }
        self.series = series
        fallback = hasOther ? try make(named(labels.names.map { _ in Self.other })) : nil
    }

    /// Nil for what was not foreseen, unless that has a series of its own.
    public subscript(values: String...) -> Series? { series[values] ?? fallback }

    /// Every series, the one for what was not foreseen included.
    var all: [Series] { Array(series.values) + [fallback].compactMap(\.self) }

    /// The series that was foreseen for these values.
    func known(_ values: String...) -> Series? { series[values] }
}

/// The labels of a vector: a row for each series, with a value for each name.
struct MetricLabels {
    let names: [String]
    let rows: [[String]]

    init(_ names: [String], _ rows: [[String]]) {
        (self.names, self.rows) = (names, rows)
    }

    /// One label with these values.
    init(_ name: String, _ values: [String]) {
        self.init([name], values.map { [$0] })
    }

    /// Every combination of the values of two labels.
    init(_ first: (name: String, values: [String]), _ second: (name: String, values: [String])) {
        self.init([first.name, second.name], combinations(first.values, second.values))
    }
}

/// Every combination of the values of several labels.
func combinations(_ values: [String]...) -> [[String]] {
    values.reduce([[]]) { rows, column in
        rows.flatMap { row in column.map { row + [$0] } }
    }
}

extension MetricsRegistry {
    func counters(
        _ name: String,
        _ help: String,
        _ labels: MetricLabels,
        hasOther: Bool = false
    ) throws(MetricsRegistryError) -> MetricVector<PrometheusCounter> {
        try MetricVector(labels, hasOther: hasOther) { labels throws(MetricsRegistryError) in
            try counter(name, help: help, labels: labels)
        }
    }

    func gauges(
        _ name: String,
        _ help: String,
        _ labels: MetricLabels
    ) throws(MetricsRegistryError) -> MetricVector<PrometheusGauge> {
        try MetricVector(labels) { labels throws(MetricsRegistryError) in
            try gauge(name, help: help, labels: labels)
        }
    }

    func histograms(
        _ name: String,
        _ help: String,
        _ labels: MetricLabels,
        _ bounds: [Double]
    ) throws(MetricsRegistryError) -> MetricVector<PrometheusHistogram> {
        try MetricVector(labels) { labels throws(MetricsRegistryError) in
            try histogram(name, help: help, labels: labels, bounds: bounds)
        }
    }
}
