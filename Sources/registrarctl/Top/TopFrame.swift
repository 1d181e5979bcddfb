import Composition
import Domain

/// One picture of the daemon at work, in lines.
struct TopFrame {
    /// A line's pieces, each in its style.
    typealias Line = [Cell]

    let state: TopState
    let columns: Int
    var showsKeys = false

    private static let sparks = Array("▁▂▃▄▅▆▇█")
    private static let sparkColumns = 14

    var lines: [Line] {
        var lines = [head, []]
        guard state.reading.metrics != nil else { return lines + conditions }
        lines += queues + [[]] + flow + [[]]
        lines += [
            counts("requests", "registrar_requests", by: "status") {
                RequestStatus(rawValue: $0)?.style
            },
            counts("accounts", "registrar_accounts", by: "state") {
                AccountStatus(rawValue: $0)?.style
            },
            counts("dead letters", "registrar_dead_letters", by: "reason") { _ in .bad },
        ]
        return lines + [[]] + conditions + (showsKeys ? Self.keys : [])
    }

    private static let keys: [Line] = [
        [],
        [
            Cell("keys".padded(to: 16)), Cell("q", .bold), Cell(" ends it · "),
            Cell("space", .bold), Cell(" looks at once · "), Cell("?", .bold),
            Cell(" hides this"),
        ],
    ]

    /// The lines as text, none wider than the screen.
    func text(on screen: Screen) -> [String] {
        lines.map { line in
            var rest = columns
            return line.map { piece in
                let text = piece.text.shortened(to: rest)
                rest -= text.displayWidth
                return rest < 0 ? "" : screen.paint(text, piece.style)
            }
            .joined()
        }
    }

    // MARK: Parts

    private var head: Line {
        let metrics = state.reading.metrics
        let version = metrics?.all("registrar_build_info").first?.labels["version"]
        var line: Line = [Cell("Registrar \(version ?? "")".padded(to: 18), .bold)]
        switch state.reading.readiness {
        case .ready: line.append(Cell("takes messages", .good))
        case .notReady: line.append(Cell("takes no messages", .bad))
        case .none: line.append(Cell("does not answer", .bad))
        }
        if let start = metrics?.value("process_start_time_seconds") {
            let since = Instant(seconds: Int64(saturating: start))
            line.append(Cell("   up \(LocalTime.age(of: since, at: state.reading.at))", .faint))
        }
        if let memory = metrics?.value("process_resident_memory_bytes") {
            line.append(Cell("   \(Int(saturating: memory / 1_048_576)) MiB", .faint))
        }
        line.append(Cell("   \(LocalTime.text(state.reading.at))", .faint))
        return line
    }

    private var queues: [Line] {
        let titles =
            "queue".padded(to: 16) + Self.right("/s", 7) + "  "
            + "lately".padded(to: Self.sparkColumns) + Self.right("waits", 9)
            + Self.right("drained in", 12) + Self.right("in hand", 9)
            + Self.right("consumers", 11)
        let lines = state.queues.map { queue -> Line in
            let waits = queue.waiting ?? 0
            let drain = queue.drainSeconds ?? 0
            return [
                Cell(queue.name.padded(to: 16)),
                Cell(Self.right(queue.rate.map(Self.number) ?? "–", 7), .bold), Cell("  "),
                Cell(spark(queue.history).padded(to: Self.sparkColumns), .notable),
                Cell(
                    Self.right(queue.waiting.map { "\(Int(saturating: $0))" } ?? "–", 9),
                    waits > 0 ? .waiting : nil
                ),
                Cell(
                    Self.right(waits > 0 ? Self.duration(drain) : "–", 12),
                    waits > 0 && !drain.isFinite ? .bad : nil
                ),
                Cell(Self.right(queue.inHand.map { "\(Int(saturating: $0))" } ?? "–", 9)),
                Cell(
                    Self.right(queue.consumers.map { "\(Int(saturating: $0))" } ?? "–", 11),
                    waits > 0 && queue.consumers == 0 ? .bad : nil
                ),
            ]
        }
        return [[Cell(titles, .faint)]] + lines
    }

    private var flow: [Line] {
        func value(_ name: String) -> Double { state.reading.metrics?.value(name) ?? 0 }
        let parked = value("registrar_outbox_parked")
        let oldest = value("registrar_outbox_oldest_age_seconds")
        let outbox: Line = [
            Cell("outbox".padded(to: 16)),
            Cell("\(Int(saturating: value("registrar_outbox_pending"))) to be confirmed"),
            Cell(", \(Int(saturating: parked)) parked", parked > 0 ? .bad : nil),
            Cell(oldest > 0 ? ", the oldest \(Self.duration(oldest))" : ""),
            Cell(state.confirmedRate.map { ", \(Self.number($0)) confirmed a second" } ?? ""),
        ]
        let deferred = value("registrar_deferred")
        return [
            outbox, span("commit", "registrar_commit_seconds"),
            span("confirm", "registrar_outbox_confirm_seconds"),
            span("critical", "registrar_critical_seconds"),
            [
                Cell("store".padded(to: 16)),
                Cell(Self.bytes(value("registrar_store_bytes"))),
                Cell(", log \(Self.bytes(value("registrar_store_wal_bytes")))"),
                Cell(
                    deferred > 0
                        ? ", \(Int(saturating: deferred)) messages wait for their request" : "",
                    .waiting
                ),
            ],
        ]
    }

    private func span(_ title: String, _ name: String) -> Line {
        guard let span = state.span(name), let median = span.median, let high = span.high else {
            return [Cell(title.padded(to: 16)), Cell("–", .faint)]
        }
        return [
            Cell(title.padded(to: 16)),
            Cell("half within \(Self.short(median)), 99 % within \(Self.short(high))"),
        ]
    }

    /// A metric's values by one of its labels.
    private func counts(
        _ title: String,
        _ metric: String,
        by label: String,
        style: (String) -> Style?
    ) -> Line {
        let pieces = state.counts(metric, by: label).map { name, count in
            Cell("\(name) \(Int(saturating: count))", style(name))
        }
        guard !pieces.isEmpty else { return [Cell(title.padded(to: 16)), Cell("none", .faint)] }
        return [Cell(title.padded(to: 16))]
            + pieces.enumerated().flatMap { $0.offset == 0 ? [$0.element] : [" · ", $0.element] }
    }

    private var conditions: [Line] {
        switch state.reading.readiness {
        case .ready(let reasons) where reasons.isEmpty:
            [[Cell("conditions".padded(to: 16)), Cell("all is well", .good)]]
        case .none(let why): [[Cell("conditions".padded(to: 16)), Cell(why, .bad)]]
        case .ready(let reasons), .notReady(let reasons):
            reasons.map { reason in
                [
                    Cell(reason.component.padded(to: 16), .bad),
                    Cell("\(reason.reason), since \(reason.since)"),
                ]
            }
        }
    }

    // MARK: Words

    private func spark(_ history: [Double]) -> String {
        let shown = history.suffix(Self.sparkColumns)
        let greatest = max(shown.max() ?? 0, 1)
        return String(
            shown.map { value in
                let step = Int(saturating: value / greatest * Double(Self.sparks.count - 1))
                return Self.sparks[min(max(step, 0), Self.sparks.count - 1)]
            }
        )
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.displayWidth)) + text
    }

    private static func number(_ value: Double) -> String {
        value >= 10 || value == 0 ? "\(Int(saturating: value))" : "\((value * 10).rounded() / 10)"
    }

    private static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "not at all" }
        let start = Instant(seconds: 0)
        let whole = Int64(saturating: seconds.rounded(.up))
        return LocalTime.age(of: start, at: start.advanced(bySeconds: whole))
    }

    private static func short(_ seconds: Double) -> String {
        seconds < 1
            ? "\((seconds * 10_000).rounded() / 10) ms" : "\((seconds * 10).rounded() / 10) s"
    }

    private static func bytes(_ bytes: Double) -> String {
        "\((bytes / 104_857.6).rounded() / 10) MiB"
    }
}
