import ArgumentParser
import Composition
import Domain
import Foundation
import Glibc
import Settings

/// Measures the daemon beside the broker's own limit, in the same run.
@main
struct Bench: AsyncParsableCommand {
    static let brokerVariable = "REGISTRARCTL_BROKER_URL"

    static let configuration = CommandConfiguration(
        commandName: "registrar-bench",
        abstract: "Measure the daemon beside what the broker itself can relay.",
        usage: """
            make bench BENCH_ARGUMENTS='--requests 5000 --rounds 5'
            \(brokerVariable)=amqp://operator:operator@127.0.0.1:5672/%2F registrar-bench
            registrar-bench --output json | jq .ratio
            """,
        discussion: """
            Fills the queues of a prefix of its own with requests, and then with their decisions, \
            and measures how long registrard takes to drain them: to commit, acknowledge, publish \
            and have confirmed. Then the same traffic (sizes, fan-out, durability) is relayed by \
            the same AMQP module with no store and no rules: the broker's own limit. The ratio of \
            the two is the result.

            The broker user of \(brokerVariable) needs every permission on the prefix. What was \
            declared is deleted at the end.
            """
    )

    /// How the figures are written to standard output.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
    }

    @Option(help: "Requests in one round, each with its decision.")
    var requests = 4000

    @Option(help: "Rounds of each; the median counts.")
    var rounds = 3

    @Option(help: "The daemon's program. Default: registrard beside this program.")
    var daemon: String?

    @Option(help: "Folder of the mail templates.")
    var templates = "Config/templates"

    @Option(help: "Folder for the stores; they are removed at the end. Default: that of TMPDIR.")
    var folder: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How to write data.", valueName: "format"))
    var output = Format.table

    func validate() throws {
        guard (1...1_000_000).contains(requests) else {
            throw ValidationError("--requests is 1 to 1000000")
        }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds is 1 to 100") }
    }

    static func main() async {
        do {
            let command = try parse()
            try await command.run()
            ProgramEnd.leave(EXIT_SUCCESS)
        } catch {
            exit(withError: error)
        }
    }

    func run() async throws {
        let url = try Self.operatorURL()
        let scratch = URL(filePath: folder ?? NSTemporaryDirectory()).appending(
            path: "registrar-bench-\(TimeOrderedIdentifiers().next().text.suffix(8))"
        )
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { remove(scratch) }
        let stage = BenchStage(
            url: url,
            daemon: daemon ?? Self.neighbour("registrard"),
            templates: templates,
            scratch: scratch
        )
        tell("learning the traffic from a few requests")
        let plan = try await stage.learn()
        var results: [BenchRound] = []
        for number in 1...rounds {
            tell("round \(number) of \(rounds): the daemon")
            let ours = try await stage.runDaemon(requests: requests)
            tell("round \(number) of \(rounds): the relay")
            let limit = try await stage.runRelay(requests: requests, plan: plan)
            results.append(BenchRound(daemon: ours, relay: limit))
        }
        let report = BenchReport(requests: requests, plan: plan, rounds: results)
        switch output {
        case .json: try FileHandle.standardOutput.write(contentsOf: report.json)
        case .table: try FileHandle.standardOutput.write(contentsOf: Data("\(report.text)\n".utf8))
        }
    }

    private static func operatorURL() throws -> BrokerURL {
        guard let text = ProcessInfo.processInfo.environment[brokerVariable] else {
            throw ValidationError("set \(brokerVariable), or run Scripts/bench, which has a broker")
        }
        return try BrokerURL(parsing: text)
    }

    private func remove(_ scratch: URL) {
        do {
            try FileManager.default.removeItem(at: scratch)
        } catch {
            tell("could not remove \(scratch.path): \(error.localizedDescription)")
        }
    }

    private func tell(_ message: String) {
        FileHandle.standardError.write(Data("registrar-bench: \(message)\n".utf8))
    }

    private static func neighbour(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: name).path
    }
}
