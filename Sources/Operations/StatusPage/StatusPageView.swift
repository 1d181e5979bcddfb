/// The status page: pure, from a snapshot to HTML.
///
/// It needs no script. Every drawing has its words, and no state is told by colour alone.
struct StatusPageView: Sendable {
    static let refreshSeconds = 10

    let snapshot: StatusSnapshot
    /// Whether the browser is to reload it by itself.
    let isLive: Bool

    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(headline) · Registrar</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        \(renewal)\
        <link rel="stylesheet" href="/style.css">
        <link rel="icon" type="image/svg+xml" href="/icon.svg">
        </head>
        <body>
        \(masthead)
        <main>
        \(trouble)\(conditions)\(history)
        <div class="columns">
        <div>
        \(queues)
        </div>
        <div>
        \(waiting)\(deadLetters)
        </div>
        </div>
        \(requests)\(accounts)\(duties)
        </main>
        \(footer)
        </body>
        </html>

        """
    }

    private var renewal: HTML {
        guard isLive else { return "" }
        return #"<meta http-equiv="refresh" content="\#(Self.refreshSeconds)">\#n"#
    }

    private var headline: String {
        snapshot.isReady ? "Taking messages" : "Not taking messages"
    }

    // MARK: Top and bottom

    private var masthead: HTML {
        let level: StatusLight.Level = snapshot.isReady ? .good : .failure
        let up = Wording.duration(seconds: (snapshot.now - snapshot.startedAt).seconds)
        let time = RFC3339.text(sinceEpoch: snapshot.now)
        let note: HTML =
            isLive
            ? "renewed every \(Self.refreshSeconds) s · <a href=\"/paused\">Pause</a>"
            : "paused · <a href=\"/\">Resume</a>"
        return """
            <header>
            <p class="brand">Registrar</p>
            <h1 class="\(level.rawValue)">\(icon(level))\(headline)</h1>
            <p class="facts">Version \(snapshot.version) · up \(up) · as of \
            <time datetime="\(time)">\(String(time.dropFirst(11).prefix(8))) UTC</time> · \
            \(note)</p>
            </header>
            """
    }

    private var footer: HTML {
        """
        <footer><nav aria-label="Other pages"><a href="/metrics">Metrics</a> \
        <a href="/readyz">Readiness</a> <a href="/livez">Liveness</a></nav>
        <p>Counts and names only: nothing here tells of a person or a request.</p></footer>
        """
    }

    // MARK: How it is

    /// Shown only while something keeps it from working.
    private var trouble: HTML {
        let reasons = snapshot.reasons + snapshot.hanging
        guard !reasons.isEmpty else { return "" }
        let items: [HTML] = reasons.map { reason in
            """
            <li><b>\(reason.component)</b> \(reason.reason) <span class="since">since \
            <time datetime="\(reason.since)">\(Self.readable(reason.since))</time></span></li>

            """
        }
        return """
            <section class="trouble" aria-labelledby="trouble">
            <h2 id="trouble">Why messages wait</h2>
            <ul>
            \(items)</ul>
            </section>

            """
    }

    /// `2026-02-28 23:59:59 UTC` of RFC 3339 text.
    private static func readable(_ time: String) -> String {
        String(time.prefix(19)).split(separator: "T").joined(separator: " ") + " UTC"
    }

    private var conditions: HTML {
        let items: [HTML] = snapshot.lights.map { light in
            """
            <li class="\(light.level.rawValue)">\(icon(light.level))
            <h3>\(light.name)</h3>
            <p class="word">\(light.level.word)</p>
            <p>\(light.text)</p></li>

            """
        }
        return section("condition", "Condition", "<ul class=\"lights\">\n\(items)</ul>")
    }

    /// Shapes that differ as much as their colours do.
    private func icon(_ level: StatusLight.Level) -> HTML {
        let shape: HTML =
            switch level {
            case .good: #"<circle cx="10" cy="10" r="9"/><path d="M5.8 10.4l2.9 2.9 5.6-6"/>"#
            case .attention:
                """
                <path class="body" d="M10 1.6 19 18H1Z"/><path d="M10 7.4v4.8M10 14.9v.1"/>
                """
            case .failure:
                """
                <path class="body" d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3Z"/>\
                <path d="M6.8 6.8l6.4 6.4m0-6.4-6.4 6.4"/>
                """
            case .unknown:
                #"<circle class="ring" cx="10" cy="10" r="8"/><path class="dash" d="M6.5 10h7"/>"#
            }
        return """
            <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">\
            \(shape)</svg>
            """
    }

    // MARK: The last minutes

    private var history: HTML {
        let minutes = StatusPlot.minutes(for: snapshot.samples)
        let throughput = StatusPlot(
            identifier: "throughput",
            title: "Throughput",
            minutes: minutes,
            unit: "\(Wording.thinSpace)/s",
            lines: [
                line("Messages settled", "first", \.settledPerSecond),
                line("sent and confirmed", "second", \.confirmedPerSecond),
            ],
            format: Wording.rate
        )
        let backlog = StatusPlot(
            identifier: "backlog",
            title: "Backlog",
            minutes: minutes,
            unit: "",
            lines: [
                line("Messages to be settled", "first") { Double($0.backlog) },
                line("to be sent", "second") { Double($0.outboxPending) },
            ],
            format: { Wording.count(Int($0.rounded())) },
            leastScale: 4
        )
        return section(
            "history",
            minutes == 60 ? "Last hour" : "Last \(minutes) minutes",
            "<div class=\"plots\">\n\(throughput.html)\(backlog.html)</div>"
        )
    }

    private func line(
        _ name: String,
        _ style: String,
        _ value: (StatusSample) -> Double
    ) -> StatusPlot.Line {
        StatusPlot.Line(
            name: name,
            style: style,
            points: snapshot.samples.map { ($0.secondsAgo, value($0)) }
        )
    }
}
