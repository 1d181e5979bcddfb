/// The text exposition format, as
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format> has it.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func append(_ family: MetricsRegistry.Family, named name: String, to text: inout String)
    {
        text += "# HELP \(name) \(escaped(family.help, quotes: false))\n"
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, series) in family.series.sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            switch series {
            case let counter as PrometheusCounter:
                appendSample(name, labels, String(counter.value), to: &text)
            case let counter as PrometheusFloatingPointCounter:
                appendSample(name, labels, number(counter.value), to: &text)
            case let gauge as PrometheusGauge:
                appendSample(name, labels, number(gauge.value), to: &text)
            case let histogram as PrometheusHistogram:
                append(histogram, named: name, labels, to: &text)
            default:
                continue
            }
        }
    }

    private static func append(
        _ histogram: PrometheusHistogram,
        named name: String,
        _ labels: [MetricLabel],
        to text: inout String
    ) {
        let totals = histogram.snapshot()
        var count = 0
        for (index, bucket) in totals.counts.enumerated() {
            count += bucket
            let bound = index < histogram.bounds.count ? number(histogram.bounds[index]) : "+Inf"
            appendSample(
                name + "_bucket",
                labels + [MetricLabel("le", bound)],
                String(count),
                to: &text
            )
        }
        appendSample(name + "_sum", labels, number(totals.sum), to: &text)
        appendSample(name + "_count", labels, String(count), to: &text)
    }

    private static func appendSample(
        _ name: String,
        _ labels: [MetricLabel],
        _ value: String,
        to text: inout String
    ) {
        text += name
        if !labels.isEmpty {
            text += "{"
            for (index, label) in labels.enumerated() {
                if index > 0 { text += "," }
                text += "\(label.name)=\"\(escaped(label.value, quotes: true))\""
            }
            text += "}"
        }
        text += " \(value)\n"
    }

    /// A number as Go's `ParseFloat` reads it, whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    static func isMetricName(_ name: String) -> Bool {
        isName(name, allowed: { $0 == UInt8(ascii: ":") })
    }

    static func isLabelName(_ name: String) -> Bool {
        isName(name, allowed: { _ in false }) && !name.hasPrefix("__") && name != "le"
    }

    private static func isName(_ name: String, allowed: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: allowed(byte)
            }
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
