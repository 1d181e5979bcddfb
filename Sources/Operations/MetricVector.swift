/// One metric with a fixed set of label values, all of which exist from the start: nobody outside
/// can make series without end.
struct MetricVector<Series: MetricSeries>: Sendable {
    static var other: String { "other" }

    private let series: [[String]: Series]
    private let fallback: Series?

    /// - Parameters:
    ///   - values: One row for each series, with a value for each of `names`.
    ///   - hasOther: Whether what was not foreseen is counted under `other`, rather than left out.
    ///     A state that cannot occur must have no series: at 0 it would look like a failure.
    ///   - make: Registers the series with these labels.
    init(
        names: [String],
        values: [[String]],
        hasOther: Bool = false,
        make: ([MetricLabel]) throws(MetricsRegistryError) -> Series
    ) throws(MetricsRegistryError) {
        func labels(_ row: [String]) -> [MetricLabel] {
            zip(names, row).map { MetricLabel($0, $1) }
        }
        var series: [[String]: Series] = [:]
        for row in values { series[row] = try make(labels(row)) }
        self.series = series
        fallback = hasOther ? try make(labels(names.map { _ in Self.other })) : nil
    }

    /// Nil for what was not foreseen, unless that has a series of its own.
    subscript(values: String...) -> Series? { series[values] ?? fallback }

    /// Every series, the one for what was not foreseen included.
    var all: [Series] { Array(series.values) + [fallback].compactMap(\.self) }

    /// The series that was foreseen for these values.
    func known(_ values: String...) -> Series? { series[values] }
}

/// Every combination of the values of several labels.
func combinations(_ values: [String]...) -> [[String]] {
    values.reduce([[]]) { rows, column in
        rows.flatMap { row in column.map { row + [$0] } }
    }
}
