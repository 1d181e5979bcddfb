import Domain
import Foundation
import TestKit
import Testing

/// What `Docs/portal.md` tells the authors of portals to do works.
@Suite("The example of a portal", .serialized, .timeLimit(.minutes(3)))
struct PortalExampleTests {
    @Test("It registers a company, decides, and learns of the account")
    func grant() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            let end = try await run(installation, eori: "LUPORTAL1")
            #expect(end.exitCode == 0, "\(end.output)\(end.errors)")
            let lines = end.output.split(separator: "\n")
            try #require(lines.count == 4, "\(end.output)")
            #expect(lines[0].hasSuffix(" is sent"))
            #expect(lines[1].hasSuffix(" is pending, revision 1"))
            #expect(lines[2].hasSuffix(" is granted, revision 2"))
            #expect(lines[3].hasPrefix("account "))
            #expect(lines[3].hasSuffix(" is provisioning, for import"))
            let request = try #require(lines[0].split(separator: " ").dropFirst().first)
            #expect(try installation.request(String(request))?.status == .granted)
            #expect(try !hasQueue(installation))
        }
    }

    @Test("It shows what was refused, and why, and leaves nothing behind")
    func problem() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            let end = try await run(installation, eori: "not an EORI")
            #expect(end.exitCode == 1, "\(end.output)\(end.errors)")
            let lines = end.output.split(separator: "\n")
            try #require(lines.count == 4, "\(end.output)")
            let title = "The event does not follow the schema of its type"
            #expect(lines[1] == "refused as schema: \(title)")
            #expect(lines[2].hasPrefix("  "))
            #expect(lines[3].hasPrefix("  /data/eori: must be an EORI number"))
            #expect(try !hasQueue(installation))
        }
    }

    @Test("It shows which rule rejected a request")
    func rejection() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            #expect(try await run(installation, eori: "LUPORTAL2").exitCode == 0)
            let end = try await run(installation, eori: "LUPORTAL2")
            #expect(end.exitCode == 1, "\(end.output)\(end.errors)")
            let lines = end.output.split(separator: "\n")
            try #require(lines.count == 3, "\(end.output)")
            #expect(lines[1].hasSuffix(" is rejected, revision 1"))
            #expect(lines[2] == "  operator-exists")
        }
    }

    @Test("Stopped by whoever started it, it leaves nothing behind either")
    func interrupted() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.start()
            // Nobody answers: the program waits.
            try await daemon.stop()
            let program = try RunningProgram(
                "/usr/bin/python3",
                arguments: arguments(installation, eori: "LUPORTAL3")
            )
            _ = try await program.waitForLine(containing: " is sent")
            #expect(try hasQueue(installation))
            program.signal(SIGINT)
            #expect(try await program.waitForEnd() == 130, "\(program.stderr)")
            #expect(program.stderr == "")
            #expect(try !hasQueue(installation))
        }
    }

    private func hasQueue(_ installation: Installation) throws -> Bool {
        try installation.broker.control(["-q", "list_queues", "name"])
            .split(separator: "\n").contains("ntp-portal.events")
    }

    private func run(_ installation: Installation, eori: String) async throws
        -> TestKit.Command.Result
    {
        let arguments = arguments(installation, eori: eori)
        return try await blocking {
            try TestKit.Command.run(["/usr/bin/python3"] + arguments)
        }
    }

    /// For Debian's own Python, for which python3-pika is made; another may come first in the path.
    private func arguments(_ installation: Installation, eori: String) -> [String] {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Docs/examples/portal.py").path
        let broker = installation.broker
        return [
            "-B", script, "--prefix", installation.prefix,
            "--portal", broker.url(user: "ntp-portal"),
            "--back-office", broker.url(user: "customs-backoffice"), "--eori", eori,
        ]
    }
}
