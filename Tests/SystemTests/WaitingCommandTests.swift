import Contract
import Foundation
import TestKit
import Testing

/// What becomes of what was sent, for whoever waits for it.
@Suite("registrarctl: --wait", .timeLimit(.minutes(5)))
struct WaitingCommandTests {
    private static let form =
        ["submit", "natural-person", "--eori", "LUADHOC1", "--operation", "import"]
        + ["--accept-terms", "--wait"] + People.applicant("carla")
    private static let ownDecision = [
        "--role", "customs-authority", "--subject", "eaccess:carla", "--name", "Carla Weber",
    ]

    @Test("what was done is printed, a refusal ends with 1, and silence with 75")
    func outcomes() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let submitted = try await tool.run(Self.form).split(separator: "\n").map(String.init)
            let request = try #require(submitted.first)
            #expect(submitted.dropFirst().contains("  submitted"), "\(submitted)")

            let decision = ["decide", request, "--outcome", "granted", "--wait"]
            let own = try await tool.attempt(decision + Self.ownDecision)
            #expect(own.status == 1)
            #expect(own.stdout.contains("\n  refused: own-request, "), "\(own.stdout)")
            let json = try OperatorTool.json(
                try await tool.attempt(decision + Self.ownDecision + ["--output", "json"]).stdout
            )
            #expect(
                json["entries"]?.elements.map { $0["event"]?["code"]?.text } == ["own-request"]
            )

            let granted = try await tool.run(decision + People.officer)
            #expect(granted.contains("\n  granted by customs-authority"), "\(granted)")
            let early = try await tool.run(
                ["decide", UUID().uuidString.lowercased(), "--outcome", "granted", "--wait"]
                    + People.officer
            )
            #expect(early.contains("\n  waits for its request"), "\(early)")
            let reported = try await tool.run(["clock", "confirm", "--wait"] + People.why)
            #expect(reported.split(separator: "\n").count > 1, "\(reported)")
            try await showsDecider(of: request, installation)
            try await daemon.stop()

            let silence = try await tool.attempt(
                decision + ["--timeout", "0.2"] + People.officer
            )
            #expect(silence.status == 75)
            #expect(silence.stderr.contains("has not dealt with it after 0.2 s"))
            #expect(silence.stdout.contains(request))
        }
    }

    /// By the file that the environment names.
    private func showsDecider(of request: String, _ installation: Installation) async throws {
        let shown = try await Program.run(
            "registrarctl",
            arguments: ["request", "show", request],
            environment: ["REGISTRAR_CONFIG": installation.configurationPath]
        )
        #expect(
            shown.stdout.contains("  Decided by  eaccess:officer (customs-authority)\n"),
            "\(shown.stdout)\(shown.stderr)"
        )
    }
}
