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
            try #require(lines.count == 3, "\(end.output)")
            #expect(lines[0].hasSuffix(" is pending, revision 1"))
            #expect(lines[1].hasSuffix(" is granted, revision 2"))
            #expect(lines[2].hasPrefix("account "))
            #expect(lines[2].hasSuffix(" is provisioning, for import"))
            let request = try #require(lines[0].split(separator: " ").dropFirst().first)
            #expect(try installation.request(String(request))?.status == .granted)
        }
    }

    @Test("It shows what was refused, and why")
    func problem() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            let end = try await run(installation, eori: "not an EORI")
            #expect(end.exitCode == 1, "\(end.output)\(end.errors)")
            #expect(end.output.hasPrefix("refused: urn:luccs:problem:schema: "))
            #expect(end.output.contains("\n  /data/eori: must be an EORI number"))
        }
    }

    private func run(_ installation: Installation, eori: String) async throws
        -> TestKit.Command.Result
    {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Docs/examples/portal.py").path
        let broker = installation.broker
        let arguments = [
            // Debian's own, for which python3-pika is made; another may come first in the path.
            "/usr/bin/python3", "-B", script, "--prefix", installation.prefix,
            "--portal", broker.url(user: "ntp-portal"),
            "--back-office", broker.url(user: "customs-backoffice"), "--eori", eori,
        ]
        return try await blocking { try TestKit.Command.run(arguments) }
    }
}
