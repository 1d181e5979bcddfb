import Contract
import Domain
import Foundation
import Glibc
import TestKit
import Testing

@testable import registrarctl

/// `registrarctl top`, on a terminal and elsewhere.
@Suite("registrarctl top", .timeLimit(.minutes(3)))
struct TopCommandTests {
    @Test("Elsewhere than on a terminal it writes one picture, or JSON")
    func once() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            try await installation.portal.send(Registrant("anne").company(newRequest(), "LU9101"))
            try await installation.portal.send(
                OutgoingMessage("registration.access.company", Array("{broken".utf8))
            )
            try await eventually("both dealt with") {
                try daemon.metric("registrar_batch_size_sum") >= 2 ? () : nil
            }
            // The broker is asked every few seconds.
            for queue in ["registrations", "approvals", "reports"] {
                try await eventually("a consumer of \(queue)") {
                    try daemon.metric("registrar_queue_consumers", #"queue="\#(queue)""#) == 1
                        ? () : nil
                }
            }
            let text = try await tool.run("top", "--interval", "0.1")
            #expect(text.contains("takes messages"))
            #expect(text.contains("registrations"))
            #expect(text.contains("requests        pending 1"))
            #expect(text.contains("dead letters    malformed 1"))
            #expect(text.contains("all is well"))
            #expect(!text.contains("\u{1B}"))
            let json = try await tool.json("top", "--interval", "0.1")
            #expect(json["ready"] == .boolean(true))
            #expect(
                json["queues"]?.elements.compactMap { $0["name"]?.text }
                    == [
                        "registrations", "approvals", "reports", "notifications", "provisioning",
                        "problems",
                    ]
            )
            let own = json["queues"]?.elements.prefix(3) ?? []
            #expect(own.allSatisfy { $0["perSecond"] != .null })
            #expect(own.allSatisfy { $0["consumers"]?.integer == 1 })
            #expect(json["requests"]?["pending"]?.integer == 1)
            #expect(json["deadLettered"]?["malformed"]?.integer == 1)
            #expect(json["deadLetters"]?["malformed"]?.integer == 1)
            #expect(json["commitSeconds"]?["p99"] != .null)
            try await daemon.stop()
            let gone = try await tool.attempt(["top", "--interval", "0.1"])
            #expect(gone.status == 69)
            #expect(gone.stdout.contains("does not answer"))
        }
    }

    @Test("On a terminal it follows the daemon and the window, and gives the terminal back")
    func live() async throws {
        try await Installation.with { installation in
            _ = try OperatorTool(installation)
            let daemon = try await installation.start()
            try await Window.with(columns: 80, rows: 24, installation, "--interval", "0.1") {
                window in
                try await window.waits(for: "takes messages")
                let first = try await window.content()
                #expect(first.contains("registrations") && first.contains("all is well"))
                #expect(!first.contains("before"), "it has a screen of its own")
                #expect(!first.contains("…"), "it fits the smallest usual window:\n\(first)")
                try await window.press("?")
                try await window.waits(for: "space looks at once")
                try await window.press("?")
                try await installation.portal.send(
                    Registrant("anne").company(newRequest(), "LU9102")
                )
                try await window.waits(for: "pending 1")
                try await window.resize(columns: 40, rows: 8)
                try await eventually("a picture that fits") {
                    let lines = try await window.content().split(separator: "\n")
                    return lines.contains { $0.hasSuffix("…") } && lines.count <= 8 ? () : nil
                }
                try await window.resize(columns: 80, rows: 24)
                try await daemon.stop()
                try await window.waits(for: "does not answer")
                try await window.press("q")
                try await window.waits(for: "ended with 0")
                try await expectGivenBack(window)
            }
        }
    }

    @Test("A signal ends it like a key, with the terminal as it was", arguments: ["INT", "TERM"])
    func signals(_ signal: String) async throws {
        try await Installation.with { installation in
            _ = try OperatorTool(installation)
            try await Window.with(columns: 80, rows: 24, installation) { window in
                // There is no daemon, and that is no reason to end.
                try await window.waits(for: "does not answer")
                if signal == "INT" {
                    try await window.press("C-c")
                } else {
                    try await window.run("kill -TERM $(cat \(window.processFile))")
                }
                try await window.waits(for: "ended with 0")
                try await expectGivenBack(window)
            }
        }
    }

    private func expectGivenBack(_ window: Window) async throws {
        let content = try await window.content()
        #expect(content.contains("before") && !content.contains("conditions"), "\(content)")
        let settings = try ["before", "after"].map {
            try String(contentsOfFile: "\(window.folder)/terminal-\($0)", encoding: .utf8)
        }
        #expect(settings[0] == settings[1])
        #expect(!settings[0].isEmpty)
    }

    // MARK: - What it reckons with

    @Test("Percentiles are reckoned from a histogram's buckets, since the look before")
    func quantiles() throws {
        func metrics(_ counts: [Int]) -> MetricsText {
            MetricsText(
                zip(["0.1", "1", "+Inf"], counts).map { limit, count in
                    """
                    # TYPE x_seconds histogram
                    x_seconds_bucket{queue="a",le="\(limit)"} \(count)
                    x_seconds_bucket{queue="b",le="\(limit)"} 0
                    """
                }.joined(separator: "\n")
            )
        }
        let (before, now) = (metrics([10, 10, 10]), metrics([10, 20, 20]))
        #expect(HistogramSpan("x_seconds", now, since: nil).quantile(0.5) == 0.1)
        let recent = HistogramSpan("x_seconds", now, since: before)
        #expect(try #require(recent.quantile(0.5)) == 0.55)
        #expect(HistogramSpan("x_seconds", now, since: now).quantile(0.5) == nil)
        #expect(HistogramSpan("x_seconds", metrics([0, 0, 5]), since: nil).quantile(0.9) == 1)
        #expect(HistogramSpan("y", now, since: nil).quantile(0.5) == nil)
    }

    @Test("Speed is the counter's growth, and a daemon that restarted is no slower than nothing")
    func rates() {
        func reading(_ count: Int, at seconds: Double) -> TopReading {
            TopReading(
                at: Instant(seconds: 0),
                monotonicSeconds: seconds,
                metrics: MetricsText(#"registrar_received_total{queue="reports"} \#(count)"#),
                readiness: .ready([])
            )
        }
        var state = TopState(reading(10, at: 1))
        #expect(state.queues[2].rate == nil)
        state.add(reading(30, at: 3))
        #expect(state.queues[2].rate == 10)
        state.add(reading(5, at: 4))
        #expect(state.queues[2].rate == 0)
        #expect(state.queues[2].history == [10, 0])
    }
}

/// A terminal of tmux's, with a program in it that says how it ended.
private struct Window {
    let folder: String
    /// Of a tmux server of our own.
    private let name = "registrar-\(UUID().uuidString)"

    var processFile: String { "\(folder)/terminal-process" }

    /// Opens a window, hands it over, and takes it away whatever happens.
    static func with(
        columns: Int,
        rows: Int,
        _ installation: Installation,
        _ arguments: String...,
        body: (Window) async throws -> Void
    ) async throws {
        let window = Window(folder: installation.folder)
        let command =
            [try Program.path("registrarctl"), "top"] + arguments
            + ["--config", installation.configurationPath]
        let script = """
            stty -g >"\(window.folder)/terminal-before"
            echo before
            # Ctrl-C is for the program; its shell goes on.
            trap : INT
            # In the foreground, so that the terminal's keys reach it, under its shell's number.
            sh -c 'echo $$ >"\(window.processFile)"; exec "$@"' "$0" "$@"
            status=$?
            stty -g >"\(window.folder)/terminal-after"
            echo "ended with $status"
            cat
            """
        let size = ["-x", "\(columns)", "-y", "\(rows)"]
        try await window.tmux(
            ["-f", "/dev/null", "new-session", "-d"] + size + ["sh", "-c", script, "sh"] + command
        )
        do {
            try await body(window)
        } catch {
            try await window.tmux(["kill-server"])
            throw error
        }
        try await window.tmux(["kill-server"])
    }

    func content() async throws -> String { try await tmux(["capture-pane", "-p"]) }

    func press(_ key: String) async throws { try await tmux(["send-keys", key]) }

    func resize(columns: Int, rows: Int) async throws {
        try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    func run(_ command: String) async throws { try await tmux(["run-shell", command]) }

    func waits(for text: String) async throws {
        var seen = ""
        do {
            try await eventually("\"\(text)\" on the screen") {
                seen = try await content()
                return seen.contains(text) ? () : nil
            }
        } catch {
            throw Unmet("\(error); it shows:\n\(seen)")
        }
    }

    @discardableResult
    private func tmux(_ arguments: [String]) async throws -> String {
        let result = try await Program.run(
            "/usr/bin/tmux",
            arguments: ["-u", "-L", name] + arguments,
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"],
            timeoutSeconds: 20
        )
        guard result.status == 0 else {
            throw Unmet("tmux \(arguments.prefix(3)): \(result.stderr)")
        }
        return result.stdout
    }
}
