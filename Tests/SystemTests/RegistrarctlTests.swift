import AMQP
import Broker
import Contract
import Domain
import Foundation
import TestKit
import Testing

/// The operator's tool on a broker and a daemon that run.
@Suite("registrarctl", .timeLimit(.minutes(5)))
struct RegistrarctlTests {
    @Test("A company, its employee, a manager and their end: every change by the tool")
    func changes() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let company = try await tool.send(
                ["submit", "company", "--eori", "LU100", "--accept-terms"]
                    + ["--operation", "transit", "--operation", "import"]
                    + People.applicant("anne")
            )
            try await tool.wait(for: "pending", of: company)
            let decided = try await tool.run(
                ["decide", company, "--outcome", "granted", "--output", "json", "--revision", "1"]
                    + People.officer
            )
            #expect(try OperatorTool.json(decided)["requestId"]?.text == company)
            try await tool.wait(for: "granted", of: company)

            let employee = try await tool.send(
                ["submit", "employee", "--eori", "LU100", "--accept-terms"]
                    + People.applicant("bob")
            )
            try await tool.wait(for: "pending", of: employee)
            try await tool.run(
                ["decide", employee, "--outcome", "granted"] + People.manager("anne")
            )
            try await tool.wait(for: "granted", of: employee)
            let account = try #require(
                try await tool.json("account", "list", "--eori", "LU100")["accounts"]?.elements
                    .last?["account"]?.text
            )

            _ = try await tool.send(
                ["role", "appoint", account] + People.manager("anne") + People.why
            )
            try await expect(account, tool) { $0["role"]?.text == "manager" }
            _ = try await tool.send(["role", "dismiss", account] + People.officer + People.why)
            try await expect(account, tool) { $0["role"]?.text == "employee" }
            _ = try await tool.send(
                ["operations", "account", account, "--operation", "import"] + People.officer
                    + People.why
            )
            try await expect(account, tool) { $0["operations"]?.elements.count == 1 }
            _ = try await tool.send(
                ["operations", "operator", "LU100", "--operation", "transit"] + People.officer
                    + People.why
            )
            try await expect(account, tool) { $0["operations"]?.elements.isEmpty == true }
            _ = try await tool.send(
                ["revoke", "account", account, "--remarks", "Left."] + People.manager("anne")
                    + People.why
            )
            try await expect(account, tool) { $0["status"]?.text == "revoked" }
            _ = try await tool.send(
                ["revoke", "operator", "LU100", "--remarks", "Ceased."] + People.officer
                    + People.why
            )
            try await eventually("all accounts revoked") {
                try await tool.json("account", "list", "--status", "active")["accounts"]?
                    .elements.isEmpty == true ? () : nil
            }
            try await daemon.stop()
        }
    }

    /// Waits until an account is as it should be.
    private func expect(
        _ account: String,
        _ tool: OperatorTool,
        _ condition: (JSONValue) -> Bool
    ) async throws {
        try await eventually("a change of the account \(account)") {
            let accounts = try await tool.json("account", "list")["accounts"]?.elements ?? []
            return accounts.contains { $0["account"]?.text == account && condition($0) } ? () : nil
        }
    }

    @Test("A natural person's request: information, the answer, more operations, a withdrawal")
    func information() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let request = newRequest()
            let printed = try await tool.send(
                ["submit", "natural-person", "--eori", "LUADHOC1", "--operation", "import"]
                    + ["--accept-terms", "--request-id", request.uppercased()]
                    + People.applicant("carla")
            )
            #expect(printed == request)
            try await tool.wait(for: "pending", of: request)
            try await tool.run(
                ["decide", request, "--outcome", "information-requested"]
                    + ["--remarks", "Which goods?\nFrom where?"] + People.officer
            )
            try await tool.wait(for: "awaiting-information", of: request)
            _ = try await tool.send(
                ["submit", "supplement", "--request-id", request, "--answer", "Furniture."]
                    + People.applicant("carla")
            )
            try await tool.wait(for: "pending", of: request)
            try await tool.run(["decide", request, "--outcome", "granted"] + People.officer)
            try await tool.wait(for: "granted", of: request)

            let more = try await tool.send(
                ["submit", "operations", "--eori", "LUADHOC1", "--operation", "transit"]
                    + People.applicant("carla")
            )
            try await tool.wait(for: "pending", of: more)
            _ = try await tool.send(
                ["submit", "withdrawal", "--request-id", more] + People.applicant("carla")
            )
            try await tool.wait(for: "withdrawn", of: more)

            let shown = try await tool.run("request", "show", request)
            for text in [
                "Request \(request)\n", "  Status      granted\n", "  Name       Carla Weber\n",
                "    Which goods?\n    From where?\n", "    Furniture.\n",
                "natural-person  active  import", "awaiting-information by customs-authority",
                "  → notification.email", "confirmed after ",
            ] {
                #expect(shown.contains(text), "no \"\(text)\" in:\n\(shown)")
            }
            let dossier = try await tool.json("request", "show", request)
            #expect(dossier["applicant"]?["email"]?.text == "carla@example.lu")
            #expect(
                dossier["applicant"]?["languages"]?.elements.compactMap(\.text) == ["de", "en"]
            )
            #expect(
                dossier["texts"]?.elements.compactMap { $0["kind"]?.text } == ["remarks", "answer"]
            )
            let messages = dossier["timeline"]?.elements.flatMap { $0["messages"]?.elements ?? [] }
            #expect(messages?.contains { $0["confirmedAt"]?.text != nil } == true)
            // The timeline is for those who may not see who it is.
            let timeline = try await tool.run("request", "timeline", request)
            #expect(!timeline.contains("Carla") && !timeline.contains("eaccess:carla"))
            #expect(timeline.contains("information received"))
            try await daemon.stop()
        }
    }

    @Test("A complete event goes as it is, from a file and from standard input")
    func events() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let request = newRequest()
            let body = """
                { "specversion": "1.0", "id": "e-1", "source": "urn:test", "subject": "\(request)",
                  "type": "lu.etat.do.registration.access.company.v1",
                  "time": "2026-11-21T06:00:00Z", "traceparent":
                  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                  "data": { "requestId": "\(request)", "eori": "LU7", "termsAccepted": true,
                    "operations": ["import"], "applicant": { "subject": "s", "familyName": "F",
                      "givenName": "G", "email": "g@example.lu", "authentication": "eidas" } } }
                """
            let file = installation.folder + "/event.json"
            try installation.write(body, to: file)
            let first = try await tool.json("submit", "event", file)
            #expect(first["requestId"]?.text == request)
            #expect(first["eventId"]?.text == "e-1")
            let second = try await tool.run("submit", "event", "-", input: body)
            #expect(second == request + "\n")
            // The second is the same to the byte, so nothing follows from it.
            let received = try await installation.settle(daemon, deliveries: 2)
            let mails = received.filter { $0.queue == "notifications" }
            #expect(mails.count == 2)
            #expect(mails.allSatisfy { $0.attribute("causationid") == "e-1" })
            #expect(mails.allSatisfy { $0.attribute("traceparent")?.hasPrefix("00-0af") == true })
            #expect(!received.contains { $0.queue == "problems" })
            try await daemon.stop()
        }
    }

    @Test("Lists of requests: filters, the limit, and what is said when nothing matches")
    func lists() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            var requests: [String] = []
            for number in 1...3 {
                requests.append(
                    try await tool.send(
                        ["submit", "company", "--eori", "LU20\(number)", "--accept-terms"]
                            + ["--operation", "import"] + People.applicant("p\(number)")
                    )
                )
            }
            let employee = try await tool.send(
                ["submit", "employee", "--eori", "LU999", "--accept-terms"]
                    + People.applicant("bob")
            )
            try await tool.wait(for: "rejected", of: employee)

            func ids(_ filter: String...) async throws -> [String] {
                let output = try await tool.run(
                    ["request", "list"] + filter + ["--output", "json"]
                )
                return try OperatorTool.json(output)["requests"]?.elements.compactMap {
                    $0["requestId"]?.text
                } ?? []
            }
            #expect(try await ids() == [employee] + requests.reversed())
            #expect(try await ids("--status", "rejected") == [employee])
            #expect(try await ids("--profile", "company", "--limit", "2").count == 2)
            #expect(try await ids("--eori", "LU202") == [requests[1]])
            #expect(try await ids("--procedure", "excise").isEmpty)
            #expect(try await ids("--since", "2000-01-01").count == 4)
            #expect(try await ids("--since", "9999-01-01T00:00:00Z").isEmpty)

            let cut = try await tool.attempt(["request", "list", "--limit", "1"])
            let lines = cut.stdout.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix("REQUEST    "))
            #expect(lines[1].hasPrefix(employee + "  "))
            #expect(cut.stderr.contains("there are more"))
            #expect(!cut.stdout.contains("\u{1B}"), "colour is for terminals")
            let none = try await tool.attempt(["request", "list", "--status", "granted"])
            #expect((none.status, none.stdout) == (0, ""))
            #expect(none.stderr == "registrarctl: no request matches\n")
            try await daemon.stop()
        }
    }

    @Test("Messages that wait, and those that were put aside, stay where they are when looked at")
    func messages() async throws {
        try await Installation.with { installation in
            // A daemon that declares would put right what this test breaks.
            let tool = try OperatorTool(installation, broker: "declare: false")
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "registrard"))
            )
            try await installation.topology.declare(on: connection, isPassive: false)
            await connection.close()
            let daemon = try await installation.start()
            let early = newRequest()
            try await tool.run(["decide", early, "--outcome", "granted"] + People.officer)
            try await installation.portal.send(
                OutgoingMessage("registration.a", Array("{broken".utf8))
            )
            try await installation.portal.send(
                OutgoingMessage("approval.b", Array("[]".utf8))
            )
            try await eventually("three messages dealt with") {
                try daemon.metric("registrar_batch_size_sum") >= 3 ? () : nil
            }
            try await installation.outboxEmpties()

            let deferred = try await tool.json("deferred", "list")["messages"]?.elements
            #expect(deferred?.count == 1)
            #expect(deferred?.first?["requestId"]?.text == early)
            #expect(deferred?.first?["user"]?.text == "operator")
            #expect(try await tool.run("deferred", "list").contains("\(early)  approval.decision"))
            for _ in 1...2 {
                let letters = try await tool.json("dead-letter", "list")["deadLetters"]?.elements
                #expect(
                    // 7 and 2 bytes, in base64.
                    letters?.compactMap { $0["body"]?.text?.count } == [12, 4],
                    "they keep their order"
                )
                #expect(letters?.first?["reason"]?.text == "malformed")
                #expect(letters?.first?["user"]?.text == "ntp-portal")
            }
            let table = try await tool.attempt(["dead-letter", "list", "--limit", "1"])
            #expect(table.stdout.contains("malformed  \(installation.prefix).registrations  ntp-"))
            #expect(table.stderr.contains("1 of 2"))
            let empty = try await tool.attempt(["outbox", "list"])
            #expect((empty.status, empty.stdout) == (0, ""))

            try await unroutable(tool)
            try await daemon.stop()
        }
    }

    /// Takes the mailer's queue away: its mail is parked, and the outbox says so.
    private func unroutable(_ tool: OperatorTool) async throws {
        let broker = tool.installation.broker
        let connection = try await Connection.open(Endpoint(url: broker.url(user: "operator")))
        try await connection.deleteQueue("\(tool.installation.prefix).notifications")
        await connection.close()
        let request = try await tool.send(
            ["submit", "company", "--eori", "LU300", "--operation", "import", "--accept-terms"]
                + People.applicant("dora")
        )
        try await tool.wait(for: "pending", of: request)
        try await eventually("two messages parked") {
            try await tool.json("outbox", "list", "--parked")["total"]?.integer == 2 ? () : nil
        }
        let parked = try await tool.run("outbox", "list")
        #expect(parked.contains("parked"))
        #expect(parked.contains("notification.email  312 NO_ROUTE"))
        let topology = try await tool.attempt(["topology", "check"])
        #expect(topology.status == 1)
        #expect(
            topology.stdout.contains("\(tool.installation.prefix).notifications  queue     mis")
        )
        #expect(topology.stderr.contains("not complete"))
    }

    @Test("The status names the daemon, the register and the queues; it fails unless all is well")
    func status() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let before = try await tool.attempt(["status", "--output", "json"])
            #expect(before.status == 1)
            #expect(before.stderr.contains("nobody answers at http://127.0.0.1:"))
            #expect(before.stderr.contains("there is no store at"))
            #expect(before.stderr.contains("cannot be used") == false)
            let missing = try OperatorTool.json(before.stdout)
            #expect(missing["ready"] == .boolean(false))
            #expect(missing["register"] == .null)

            let daemon = try await installation.start()
            let request = try await tool.send(
                ["submit", "company", "--eori", "LU400", "--operation", "import"]
                    + ["--accept-terms"] + People.applicant("eva")
            )
            try await tool.wait(for: "pending", of: request)
            try await installation.outboxEmpties()
            let status = try await tool.json("status")
            #expect(status["ready"] == .boolean(true))
            let register = status["register"]
            #expect(register?["requests"]?.elements.first?["count"]?.integer == 1)
            #expect(register?["outboxPending"]?.integer == 0)
            #expect(register?["oldestOpenRequestAt"]?.text != nil)
            let mails = status["queues"]?.elements.first {
                $0["name"]?.text == "\(installation.prefix).notifications"
            }
            #expect(mails?["messages"]?.integer == 2)
            let text = try await tool.run("status")
            for part in ["  State    ready\n", "PENDING", "Waiting for a request  0", "CONSUMERS"] {
                #expect(text.contains(part), "no \"\(part)\" in:\n\(text)")
            }
            #expect(try await tool.run("topology", "check").contains("exchange  there"))
            try await daemon.stop()
        }
    }

    @Test("The journal is verified and exported; the configuration is shown with its origins")
    func journalAndConfiguration() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let request = try await tool.send(
                ["submit", "company", "--eori", "LU500", "--operation", "import"]
                    + ["--accept-terms"] + People.applicant("fred")
            )
            try await tool.wait(for: "pending", of: request)
            try await daemon.stop()

            let verified = try await tool.json("journal", "verify")
            #expect(verified["verified"] == .boolean(true))
            let export = try await tool.run("journal", "export").split(separator: "\n")
            let entries = try export.map { try OperatorTool.json($0 + "\n") }
            #expect(entries.compactMap { $0["sequence"]?.integer } == [1, 2])
            #expect(entries.last?["hash"]?.text == verified["hash"]?.text)
            #expect(entries.last?["previous"]?.text == entries.first?["hash"]?.text)
            #expect(entries.last?["event"]?["request"]?["eori"]?.text == "LU500")
            #expect(try await tool.run("journal", "export", "--after", "2").isEmpty)
            try await tampering(tool)

            let shown = try await tool.attempt(
                ["config", "show", "--origin"],
                environment: ["REGISTRARD_BROKER_PREFETCH": "7"]
            )
            #expect(shown.status == 0)
            #expect(shown.stdout.contains("environment REGISTRARD_BROKER_PREFETCH"))
            #expect(shown.stdout.contains("\(installation.configurationPath):1"))
            #expect(!shown.stdout.contains("registrard:registrard@"), "a password is shown")
            #expect(shown.stderr.contains("holds a password"))
            let entry = try await tool.json("config", "show")["entries"]?.elements.first {
                $0["key"]?.text == "broker.prefix"
            }
            #expect(entry?["value"]?.text == installation.prefix)
        }
    }

    /// Changes one digit of a journal entry in the file: the check fails, and says so.
    private func tampering(_ tool: OperatorTool) async throws {
        let file = URL(fileURLWithPath: tool.installation.storePath)
        var store = try Data(contentsOf: file)
        let text = try #require(store.range(of: Data(#""profile":"company""#.utf8)))
        store[text.upperBound - 2] = UInt8(ascii: "i")
        try store.write(to: file)
        let result = try await tool.attempt(["journal", "verify", "--output", "json"])
        #expect(result.status == 1)
        #expect(try OperatorTool.json(result.stdout)["verified"] == .boolean(false))
        #expect(result.stderr.contains("journal entry 2 was altered"), "\(result.stderr)")
    }
}
