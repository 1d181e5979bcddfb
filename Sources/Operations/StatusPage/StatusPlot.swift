/// Lines over the last minutes, as an SVG that stretches to the width it is given. Whatever is text
/// stands beside it in HTML, where it keeps its size.
struct StatusPlot: Sendable {
    struct Line: Sendable {
        let name: String
        /// `first` or `second`: drawn solid and filled, or dashed.
        let style: String
        let points: [(secondsAgo: Double, value: Double)]
    }

    /// Distinguishes the ids of one plot from another's.
    let identifier: String
    let title: String
    /// What the width stands for; see `minutes(for:)`.
    let minutes: Int
    /// What a value is followed by, such as `/s`.
    let unit: String
    let lines: [Line]
    let format: @Sendable (Double) -> String
    /// The upper end of the scale when hardly anything happens.
    var leastScale = 0.1

    private static let width = 720.0
    private static let height = 160.0

    /// So many that all of the samples are seen, and in four equal parts of whole minutes.
    static func minutes(for samples: [StatusSample]) -> Int {
        let oldest = samples.first?.secondsAgo ?? 0
        return [4, 12, 20, 40].first { oldest <= Double($0) * 60 } ?? 60
    }

    /// The upper end of the scale: a round number not far above all values.
    static func scale(for peak: Double, atLeast least: Double) -> Double {
        guard peak > least, peak.isFinite else { return least }
        var step = 0.1
        while true {
            for factor in [1.0, 2, 3, 4, 6, 8] where factor * step >= peak { return factor * step }
            step *= 10
        }
    }

    var html: HTML {
        let peak = lines.flatMap { $0.points.map(\.value) }.max() ?? 0
        let scale = Self.scale(for: peak, atLeast: leastScale)
        return """
            <figure aria-labelledby="\(identifier)-name">
            <figcaption>
            <h3 id="\(identifier)-name">\(title)</h3>
            <ul class="legend">\(lines.map(legend))</ul>
            </figcaption>
            <div class="plot">
            <div class="scale" aria-hidden="true">\
            <span>\(format(scale))</span><span>\(format(scale / 2))</span><span>0</span></div>
            \(lines.contains { $0.points.count > 1 } ? drawing(scale) : Self.nothing)
            </div>
            <div class="minutes" aria-hidden="true"><span>\(minutes) min ago</span>\
            <span>\(minutes / 4 * 3)</span><span>\(minutes / 2)</span>\
            <span>\(minutes / 4)</span><span>now</span></div>
            </figure>

            """
    }

    private static let nothing: HTML =
        "<p class=\"none\">The first figures come within half a minute.</p>"

    private func legend(_ line: Line) -> HTML {
        let now = line.points.last?.value ?? 0
        return """
            <li><svg class="key \(line.style)" viewBox="0 0 24 8" aria-hidden="true">\
            <path d="M1 4H23"/></svg>\(line.name) <b>\(format(now))\(unit)</b></li>
            """
    }

    private func drawing(_ scale: Double) -> HTML {
        let areas: [HTML] = lines.filter { $0.style == "first" }.map { line in
            let path = self.path(of: line, scale)
            let start = x(line.points[0].secondsAgo)
            let end = x(line.points[line.points.count - 1].secondsAgo)
            return """
                <path class="area" d="\(path)V\(Self.text(Self.height))H\(start)Z"/>\
                <path class="now" d="M\(end) \(y(line.points.last?.value ?? 0, scale))h0"/>
                """
        }
        let strokes: [HTML] = lines.map { line in
            "<path class=\"line \(line.style)\" d=\"\(path(of: line, scale))\"/>"
        }
        let grid: [HTML] = [0, 0.5, 1].map { part in
            let level = Self.text(Self.height * part)
            return "<path class=\"grid\" d=\"M0 \(level)H\(Self.text(Self.width))\"/>"
        }
        return """
            <svg viewBox="0 0 \(Self.text(Self.width)) \(Self.text(Self.height))" \
            preserveAspectRatio="none" role="img" \
            aria-labelledby="\(identifier)-title \(identifier)-text">
            <title id="\(identifier)-title">\(title) over the last \(minutes) minutes</title>
            <desc id="\(identifier)-text">\(lines.map(description).joined(separator: " "))</desc>
            \(grid)\(areas)\(strokes)
            </svg>
            """
    }

    /// What the line shows, for those who do not see it.
    private func description(of line: Line) -> String {
        guard let last = line.points.last, let peak = line.points.map(\.value).max() else {
            return "\(line.name): no figures yet."
        }
        let mean = line.points.map(\.value).reduce(0, +) / Double(line.points.count)
        return "\(line.name): \(format(last.value))\(unit) now, \(format(mean))\(unit) on average, "
            + "\(format(peak))\(unit) at most."
    }

    private func path(of line: Line, _ scale: Double) -> String {
        "M" + line.points.map { "\(x($0.secondsAgo)) \(y($0.value, scale))" }.joined(separator: "L")
    }

    private func x(_ secondsAgo: Double) -> String {
        Self.text(Self.width * (1 - min(1, secondsAgo / Double(minutes * 60))))
    }

    private func y(_ value: Double, _ scale: Double) -> String {
        Self.text(Self.height * (1 - max(0, min(1, value / scale))))
    }

    /// To a tenth of a pixel, which is finer than anybody sees.
    static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }
}
