/// What the daemon's `/metrics` says, in Prometheus' text format.
struct MetricsText {
    struct Series: Hashable {
        let labels: [String: String]
        let value: Double
    }

    private let series: [String: [Series]]

    /// Lines that are none are left out.
    init(_ text: String) {
        var series: [String: [Series]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "),
                let value = Self.number(line[line.index(after: space)...])
            else { continue }
            let head = line[..<space]
            let name = head.prefix { $0 != "{" }
            series[String(name), default: []].append(
                Series(labels: Self.labels(head.dropFirst(name.count)), value: value)
            )
        }
        self.series = series
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text)
        }
    }

    /// Of `{a="b",c="d"}`. What this daemon writes has no quotation marks and commas in its values.
    private static func labels(_ text: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in text.dropFirst().dropLast().split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
        }
        return labels
    }

    func all(_ name: String) -> [Series] { series[name] ?? [] }

    /// The sum of the series with these labels; nil when there is none.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = all(name).filter { one in
            labels.allSatisfy { one.labels[$0.key] == $0.value }
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    /// How often a histogram's values were at most so great, over all label sets, ascending.
    func buckets(_ name: String) -> [(limit: Double, count: Double)] {
        var counts: [Double: Double] = [:]
        for one in all(name + "_bucket") {
            guard let limit = one.labels["le"].flatMap({ Self.number($0[...]) }) else { continue }
            counts[limit, default: 0] += one.value
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// What a histogram's values were between two looks at it.
struct HistogramSpan {
    private let buckets: [(limit: Double, count: Double)]

    /// - Parameter earlier: Nil for all since the daemon's start.
    init(_ name: String, _ now: MetricsText, since earlier: MetricsText?) {
        var before: [Double: Double] = [:]
        for bucket in earlier?.buckets(name) ?? [] { before[bucket.limit] = bucket.count }
        buckets = now.buckets(name).map { ($0.limit, $0.count - (before[$0.limit] ?? 0)) }
    }

    /// The value that so great a share of all is below, as Prometheus reckons it; nil when there
    /// are none.
    func quantile(_ share: Double) -> Double? {
        guard let total = buckets.last?.count, total > 0 else { return nil }
        let rank = share * total
        var (lower, below) = (0.0, 0.0)
        for bucket in buckets {
            if bucket.count >= rank {
                guard bucket.limit.isFinite else { return lower }
                let inside = bucket.count - below
                return inside <= 0
                    ? bucket.limit : lower + (bucket.limit - lower) * (rank - below) / inside
            }
            (lower, below) = (bucket.limit, bucket.count)
        }
        return lower
    }
}
