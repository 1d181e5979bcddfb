import Foundation
import Testing
import Yams

@testable import Operations

/// Metrics, alerts, dashboard and manual name the same things, and Prometheus' own tool agrees.
@Suite("Monitoring")
struct MonitoringTests {
    /// A metric as the daemon or the manual has it.
    struct Metric: Hashable {
        let name: String
        let kind: String
        let labels: [String]
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What `/metrics` says, from a daemon that has worked.
    let text: String
    let metrics: [Metric]

    init() throws {
        let example = try StatusExample()
        try ProcessMetrics(registry: example.registry, startUnixSeconds: 1)
        example.work()
        text = example.registry.render()
        metrics = Self.metrics(in: text)
    }

    private static func file(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names that an expression uses, without what a histogram adds to its name.
    private func names(in expressions: String) -> Set<String> {
        let histograms = metrics.filter { $0.kind == "histogram" }.map(\.name)
        let words = expressions.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        return Set(
            words.filter { $0.hasPrefix("registrar_") || $0.hasPrefix("process_") }.map { word in
                histograms.first { name in
                    ["_bucket", "_sum", "_count"].contains { name + $0 == word }
                } ?? String(word)
            }
        )
    }

    // MARK: What Prometheus says

    @Test("promtool finds nothing to say about the metrics")
    func metricsAreInGoodForm() async throws {
        let result = try await promtool(["check", "metrics"], input: text)
        #expect(result == Outcome(status: 0, output: ""))
    }

    @Test("the alerts fire in their cases, and only there")
    func alertsFire() async throws {
        let folder = Self.root.appending(path: "Config/monitoring").path
        let checked = try await promtool(["check", "rules", folder + "/rules.yaml"])
        #expect(checked.status == 0, "\(checked.output)")
        let tested = try await promtool(["test", "rules", folder + "/rules.test.yaml"])
        #expect(tested.status == 0, "\(tested.output)")
    }

    @Test("a daemon at work raises no alert")
    func healthIsSilent() async throws {
        // What is said of the process is said of the tests' own, which is no small daemon.
        let samples = text.split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.hasPrefix("process_")
        }
        var series = samples.map { sample in
            let end = sample.lastIndex(of: " ") ?? sample.endIndex
            let (name, value) = (sample[..<end], sample[end...].dropFirst())
            let labels = name.hasSuffix("}") ? "\(name.dropLast())," : "\(name){"
            return (labels + #"job="registrard",instance="good"}"#, String(value))
        }
        series.append((#"up{job="registrard",instance="good"}"#, "1"))
        // A day and an hour, by steps of five minutes.
        let count = 25 * 12
        let tests =
            [
                "name": "health", "interval": "5m",
                "input_series": series.map { name, value in
                    [
                        "series": name,
                        "values": Array(repeating: value, count: count).joined(separator: " "),
                    ]
                },
                "alert_rule_test": try AlertingRules().alerts.map { alert in
                    ["eval_time": "1485m", "alertname": alert.name, "exp_alerts": [String]()]
                        as [String: Any]
                },
            ] as [String: Any]
        let rules = Self.root.appending(path: "Config/monitoring/rules.yaml").path
        let file = ["rule_files": [rules], "tests": [tests]] as [String: Any]
        let result = try await promtool(["test", "rules"], file: file)
        #expect(result.status == 0, "\(result.output.prefix(2000))")
    }

    @Test("Prometheus understands every expression of the dashboard")
    func dashboardIsUnderstood() async throws {
        let rules = try Dashboard().expressions.enumerated().map { index, expression in
            // What Grafana puts in before it asks.
            let asked = expression.replacing("$__rate_interval", with: "5m")
                .replacing("$instance", with: ".*")
            return ["record": "panel:\(index)", "expr": asked]
        }
        let groups = ["groups": [["name": "dashboard", "rules": rules] as [String: Any]]]
        let checked = try await promtool(["check", "rules"], file: groups)
        #expect(checked.status == 0, "\(checked.output)")
    }

    // MARK: Who names what

    @Test("the manual has every metric with its type and labels, and no other")
    func manualIsComplete() throws {
        let rows = try Self.file("Docs/monitoring.md").split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1].hasPrefix("`"), cells[1].contains("_") else {
                return Metric?.none
            }
            let labels = cells[3].split(separator: ",")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            return Metric(name: cells[1].replacing("`", with: ""), kind: cells[2], labels: labels)
        }
        #expect(Set(rows).subtracting(metrics) == [])
        #expect(Set(metrics).subtracting(rows) == [])
        #expect(rows.count == metrics.count)
    }

    @Test("alerts and dashboard use metrics that there are, and every metric of ours is used")
    func namesAreKnown() throws {
        let known = Set(metrics.map(\.name))
        let rules = try AlertingRules().alerts.map(\.expression).joined(separator: "\n")
        let dashboard = try Dashboard().expressions.joined(separator: "\n")
        #expect(names(in: rules).subtracting(known) == [])
        #expect(names(in: dashboard).subtracting(known) == [])
        let unused = known.subtracting(names(in: rules + "\n" + dashboard))
        // Times of what the alerts ask about otherwise.
        #expect(
            unused == [
                "registrar_last_reload_timestamp_seconds",
                "registrar_last_journal_verification_timestamp_seconds",
            ]
        )
    }

    @Test("each alert waits, has a severity, a section in the manual, and a case")
    func alertsAreExplained() throws {
        let manual = try AlertManual()
        let alerts = try AlertingRules().alerts
        #expect(alerts.count > 20 && alerts.map(\.name) == manual.sections.map(\.name))
        #expect(alerts.map(\.name) == manual.overview.map(\.name))
        #expect(alerts.map(\.severity) == manual.overview.map(\.severity))
        let cases = try #require(
            Yams.load(yaml: Self.file("Config/monitoring/rules.test.yaml")) as? [String: Any]
        )
        let tests = try #require(cases["tests"] as? [[String: Any]])
        for alert in alerts {
            #expect(alert.wait != nil, "\(alert.name) fires at once")
            #expect(["critical", "warning", "info"].contains(alert.severity), "\(alert.name)")
            #expect(alert.summary.hasSuffix("."), "\(alert.name)")
            let place = "Docs/alerts.md#\(alert.name.lowercased())"
            #expect(alert.runbook == place, "\(alert.name)")
            let section = manual.sections.first { $0.name == alert.name }
            let begin = "\(alert.severity.capitalized), after \(alert.wait ?? "")."
            #expect(section?.lines.first == begin[...], "\(alert.name)")
            #expect(section?.parts == AlertManual.parts, "\(alert.name)")
            let own = tests.filter { $0["name"] as? String == alert.name }
                .flatMap { $0["alert_rule_test"] as? [[String: Any]] ?? [] }
                .filter { $0["alertname"] as? String == alert.name }
                .map { ($0["exp_alerts"] as? [Any] ?? []).isEmpty }
            #expect(Set(own) == [true, false], "\(alert.name) fires in no case, or in all")
        }
    }

    @Test("the dashboard's panels have titles and places of their own")
    func dashboardIsWhole() throws {
        let dashboard = try Dashboard()
        let identifiers = Set(dashboard.panels.compactMap { $0["id"] as? Int })
        #expect(identifiers.count == dashboard.panels.count)
        var taken: Set<[Int]> = []
        for panel in dashboard.panels {
            let title = panel["title"] as? String ?? ""
            #expect(!title.isEmpty)
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y) = (place["x"] ?? 0, place["y"] ?? 0)
            let (width, height) = (place["w"] ?? 0, place["h"] ?? 0)
            #expect(width > 0 && height > 0 && x + width <= 24, "\(title)")
            for column in x..<x + width {
                for row in y..<y + height {
                    #expect(taken.insert([column, row]).inserted, "\(title) covers another")
                }
            }
        }
    }

    // MARK: Reading

    /// The families of a text that Prometheus reads.
    private static func metrics(in text: String) -> [Metric] {
        let lines = text.split(separator: "\n")
        return lines.filter { $0.hasPrefix("# TYPE ") }.map { line in
            let words = line.split(separator: " ").map(String.init)
            let suffix = words[3] == "histogram" ? "_count" : ""
            let sample = lines.first {
                $0.hasPrefix(words[2] + suffix + "{") || $0.hasPrefix(words[2] + suffix + " ")
            }
            let labels = sample?.matches(of: #/[{,]([a-z_]+)="/#).map { String($0.1) } ?? []
            return Metric(name: words[2], kind: words[3], labels: labels)
        }
    }

    private struct AlertingRules {
        struct Alert {
            let name: String
            let expression: String
            let wait: String?
            let severity: String
            let summary: String
            let runbook: String
        }

        let alerts: [Alert]

        init() throws {
            let file = try Yams.load(yaml: MonitoringTests.file("Config/monitoring/rules.yaml"))
            let groups = try #require((file as? [String: Any])?["groups"] as? [[String: Any]])
            alerts = groups.flatMap { $0["rules"] as? [[String: Any]] ?? [] }.map { rule in
                let labels = rule["labels"] as? [String: String] ?? [:]
                let annotations = rule["annotations"] as? [String: String] ?? [:]
                return Alert(
                    name: rule["alert"] as? String ?? "",
                    expression: rule["expr"] as? String ?? "",
                    wait: rule["for"] as? String,
                    severity: labels["severity"] ?? "",
                    summary: annotations["summary"] ?? "",
                    runbook: annotations["runbook_url"] ?? ""
                )
            }
        }
    }

    /// What the manual says of each alert.
    private struct AlertManual {
        /// What whoever is woken has to find, in this order.
        static let parts = ["Means.", "See.", "Do.", "Do not"]

        struct Section {
            let name: String
            /// Those that are not empty.
            var lines: [Substring] = []

            /// The parts that it has.
            var parts: [String] {
                lines.compactMap { line in
                    AlertManual.parts.first { line.hasPrefix("**\($0)**") }
                }
            }
        }

        private(set) var sections: [Section] = []
        /// The table at the beginning.
        private(set) var overview: [(name: String, severity: String)] = []

        init() throws {
            for line in try MonitoringTests.file("Docs/alerts.md").split(separator: "\n") {
                if line.hasPrefix("### ") {
                    sections.append(Section(name: String(line.dropFirst(4))))
                } else if line.hasPrefix("#") {
                    continue
                } else if !sections.isEmpty {
                    sections[sections.count - 1].lines.append(line)
                } else if let row = line.wholeMatch(
                    of: #/\| \[(\w+)\]\(#(\w+)\) \| (\w+) \| .+ \|/#
                ), row.1.lowercased() == row.2 {
                    overview.append((String(row.1), String(row.3)))
                }
            }
        }
    }

    private struct Dashboard {
        let panels: [[String: Any]]

        init() throws {
            let text = try MonitoringTests.file("Config/monitoring/dashboard.json")
            let file = try JSONSerialization.jsonObject(with: Data(text.utf8))
            panels = try #require((file as? [String: Any])?["panels"] as? [[String: Any]])
        }

        var expressions: [String] {
            panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
                .compactMap { $0["expr"] as? String }
        }
    }

    // MARK: Running promtool

    struct Outcome: Equatable {
        let status: Int32
        let output: String
    }

    /// Hands over a file that is written as YAML for the purpose.
    private func promtool(_ arguments: [String], file content: [String: Any]) async throws
        -> Outcome
    {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "registrar-monitoring-\(UUID().uuidString).yaml")
        try Yams.dump(object: content).write(to: file, atomically: true, encoding: .utf8)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        return try await promtool(arguments + [file.path])
    }

    private func promtool(_ arguments: [String], input: String = "") async throws -> Outcome {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let places =
            path.split(separator: ":").map { "\($0)/promtool" }
            + [Self.root.appending(path: ".build/tools/promtool").path]
        let program = try #require(
            places.first { FileManager.default.isExecutableFile(atPath: $0) },
            "there is no promtool: make packages-for-tests fetches it"
        )
        return try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            // Files, since a pipe takes no more than its reader does.
            let folder = FileManager.default.temporaryDirectory
            let files = ["in", "out"].map {
                folder.appending(path: "registrar-promtool-\(UUID().uuidString)-\($0)")
            }
            defer {
                for file in files {
                    #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) }
                }
            }
            try Data(input.utf8).write(to: files[0])
            try Data().write(to: files[1])
            let output = try FileHandle(forWritingTo: files[1])
            process.standardInput = try FileHandle(forReadingFrom: files[0])
            process.standardOutput = output
            process.standardError = output
            try process.run()
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try String(contentsOf: files[1], encoding: .utf8)
            )
        }
    }
}
