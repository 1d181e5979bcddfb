import AMQP
import Broker
import Contract
import Domain
import Foundation
import Glibc
import TestKit
import Testing

@testable import registrarctl

/// `registrarctl doctor`: what is healthy is said to be so, and each fault is found by its name.
@Suite("registrarctl doctor", .timeLimit(.minutes(5)))
struct DoctorCommandTests {
    private struct Report {
        let status: Int32
        /// The worst verdict for each name.
        let verdicts: [String: String]
        let findings: [String: String]
        let advised: Bool

        subscript(name: String) -> String? { verdicts[name] }
    }

    private static let weights = ["ok": 0, "hint": 1, "warning": 2, "problem": 3]

    private func examine(_ tool: OperatorTool, _ arguments: String...) async throws -> Report {
        let result = try await tool.attempt(["doctor", "--output", "json"] + arguments)
        let json = try OperatorTool.json(result.stdout)
        var (verdicts, findings) = ([String: String](), [String: String]())
        var isAdvised = true
        for check in json["checks"]?.elements ?? [] {
            let name = try #require(check["name"]?.text)
            let verdict = try #require(check["verdict"]?.text)
            let weight = try #require(Self.weights[verdict])
            #expect(check["finding"]?.text?.isEmpty == false)
            // Whatever is not as it should be comes with what to do.
            if verdict != "ok", check["advice"]?.text?.isEmpty != false { isAdvised = false }
            if weight >= Self.weights[verdicts[name] ?? "ok"] ?? 0 {
                verdicts[name] = verdict
                findings[name] = check["finding"]?.text
            }
        }
        return Report(
            status: result.status,
            verdicts: verdicts,
            findings: findings,
            advised: isAdvised
        )
    }

    private func close(_ installation: Installation) {
        chmod(installation.folder + "/password", 0o600)
        chmod(installation.storeFolder, 0o700)
    }

    @Test("A healthy installation has no problem, and asking leaves nothing behind")
    func healthy() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            close(installation)
            let daemon = try await installation.start()
            let report = try await examine(tool, "--deep")
            #expect(report.status == 0, "\(report.findings)")
            #expect(!report.verdicts.values.contains("problem"), "\(report.findings)")
            for name in [
                "configuration.file", "configuration.templates", "configuration.secret",
                "store.rights", "store.disk-space", "store.log", "store.settings", "store.journal",
                "broker.library", "broker.version", "broker.topology", "broker.arguments",
                "broker.consumers",
                "daemon.ready", "daemon.watchdog", "daemon.clock", "work.parked", "work.deferred",
                "work.failed-accounts", "work.failed-orders", "work.dead-letters",
            ] {
                #expect(report[name] == "ok", "\(name): \(report.findings[name] ?? "missing")")
            }
            #expect(report["store.backup"] == "hint")
            #expect(report.advised)
            // The tests' broker lets everybody make queues.
            #expect(report["broker.rights"] == "warning")
            #expect(try installation.journal().isEmpty)
            try await daemon.stop()
        }
    }

    @Test("Each fault is found, and ends it with 1 when it is a problem")
    func faults() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            try await installation.portal.send(
                OutgoingMessage("registration.a", Array("{broken".utf8))
            )
            try await installation.customs.send(Decider.customs.grant(newRequest()))
            try await eventually("both dealt with") {
                try daemon.metric("registrar_batch_size_sum") >= 2 ? () : nil
            }
            try await installation.outboxEmpties()
            let open = try await examine(tool)
            #expect(open["work.dead-letters"] == "warning")
            #expect(open["work.deferred"] == "hint")
            #expect(open["configuration.secret"] == "problem")
            #expect(open.findings["configuration.secret"]?.contains("mode 0644") == true)
            #expect(open.status == 1)
            close(installation)
            #expect(try await examine(tool).status == 0)
            try await unread(tool)

            chmod(installation.storePath, 0o644)
            chmod(installation.storeFolder, 0o777)
            let files = try await examine(tool)
            #expect(files["store.rights"] == "problem" && files["store.folder"] == "problem")
            chmod(installation.storePath, 0o600)
            close(installation)

            try await daemon.stop()
            #expect(try await examine(tool)["daemon.alive"] == "problem")
            try await broker(tool)
            try installation.configure(
                publishers: "x: [portal, customs-authority], y: [operator, portal]"
            )
            let roles = try await examine(tool)
            #expect(roles["configuration.publishers"] == "warning")
            #expect(roles["broker.login"] == "warning")
            try installation.write(
                "broker: { deliveryLimit: 20 }",
                to: installation.configurationPath
            )
            let limit = try await examine(tool)
            #expect(limit["configuration.delivery-limit"] == "warning")
            #expect(limit.findings["configuration.delivery-limit"]?.contains("20") == true)
            try installation.write("broker: { prefech: 1 }", to: installation.configurationPath)
            let typo = try await examine(tool)
            #expect(typo["configuration.file"] == "problem" && typo.status == 1)
            #expect(typo.findings["configuration.file"]?.contains("prefetch") == true)
        }
    }

    /// Mails that nobody takes.
    private func unread(_ tool: OperatorTool) async throws {
        try await tool.installation.portal.send(Registrant("anne").company(newRequest(), "LU9"))
        let report = try await eventually("mails wait") {
            let report = try await examine(tool)
            return report["broker.consumers"] == "warning" ? report : nil
        }
        let finding = report.findings["broker.consumers"]
        #expect(finding?.contains("notifications: ") == true, "\(finding ?? "")")
        #expect(finding?.contains("nobody takes them") == true, "\(finding ?? "")")
    }

    /// A queue of another kind in the place of one, then none.
    private func broker(_ tool: OperatorTool) async throws {
        let installation = tool.installation
        let connection = try await Connection.open(
            Endpoint(url: installation.broker.url(user: "registrard"))
        )
        let name = installation.topology.queue(.reports)
        _ = try await connection.deleteQueue(name)
        try await connection.declareQueue(
            QueueDeclaration(name: name, arguments: ["x-queue-type": "classic"])
        )
        let other = try await examine(tool)
        #expect(other["broker.arguments"] == "problem")
        #expect(other.findings["broker.arguments"]?.contains(name) == true)
        _ = try await connection.deleteQueue(name)
        await connection.close()
        let missing = try await examine(tool)
        #expect(missing["broker.topology"] == "problem")
        #expect(missing["broker.arguments"] == nil, "asking must not make the queue")
        #expect(try await examine(tool)["broker.topology"] == "problem")
    }

    @Test("On a terminal's text, what to do follows what was found")
    func text() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let result = try await tool.attempt(["doctor", "--brief"])
            #expect(result.status == 1)
            #expect(result.stdout.contains("\nDaemon\n  problem  nobody answers at http://"))
            #expect(result.stdout.contains("→ systemctl status registrard"))
            #expect(!result.stdout.contains("  ok  "))
            #expect(result.stdout.hasSuffix("hints\n"))
        }
    }

    @Test("The time of an HTTP header is read")
    func httpDate() {
        #expect(
            HTTPDate.instant("Sun, 06 Nov 1994 08:49:37 GMT")
                == Instant(rfc3339: "1994-11-06T08:49:37Z")
        )
        for wrong in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"] {
            #expect(HTTPDate.instant(wrong) == nil)
        }
    }
}
