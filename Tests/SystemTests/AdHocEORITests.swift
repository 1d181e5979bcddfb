import AMQP
import Domain
import Foundation
import Storage
import Testing

/// A natural person asks for an EORI and gets it with the account, on a real broker and a real
/// store.
@Suite("An ad hoc EORI", .timeLimit(.minutes(5)))
struct AdHocEORITests {
    private func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }

    private func submit(_ name: String) -> [String] {
        ["submit", "ad-hoc-eori", "--operation", "import", "--operation", "transit"]
            + ["--accept-terms"] + fields("purpose=A stand at the fair") + People.applicant(name)
    }

    @Test("Asked for by the tool, granted with a number: account, mail and story")
    func life() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let request = try await tool.send(submit("dora"))
            try await tool.wait(for: "pending", of: request)
            let grant = ["decide", request, "--outcome", "granted", "--operation", "import"]
            try await tool.run(grant + fields("eori=LUADHOC9") + People.officer)
            try await tool.wait(for: "granted", of: request)
            let received = try await installation.settle(daemon, deliveries: 2)
            #expect(received.compactMap(\.problem) == [])

            let asked = try #require(received.first { $0.template == "ad-hoc-eori.awaiting-you" })
            #expect(asked.mailbox == "servicedesk@example.lu")
            #expect(asked.data("text")?.text?.contains("A stand at the fair") == true)
            let mail = try #require(received.first { $0.template == "ad-hoc-eori.granted" })
            #expect(mail.mailbox == "dora@example.lu")
            #expect(mail.data("text")?.text?.contains("LUADHOC9") == true)
            let order = try #require(received.first { $0.queue == "provisioning" })
            let account = try #require(order.data("account")?.text)
            #expect(order.operation("method")?.text == "POST")
            #expect(order.operation("data", "userName")?.text == "eaccess:dora@LUADHOC9")
            let steps = received.filter { $0.delivery.routingKey == "status.account" }
            #expect(steps.map(\.status) == ["provisioning", "active"])
            #expect(steps.allSatisfy { $0.data("eori")?.text == "LUADHOC9" })

            let reader = try installation.reader()
            let eori = EORI(canonical: "LUADHOC9")
            #expect(try installation.request(request)?.eori == eori)
            let economicOperator = try #require(try reader.economicOperator(eori))
            #expect(economicOperator.kind == .naturalPerson)
            #expect(economicOperator.operations == OperationSet([.import]))
            #expect(try reader.accounts().map(\.identifier.description) == [account])
            #expect(try reader.accounts().map(\.status) == [.active])
            try reader.verify()
            try await tool.run("journal", "verify")
            let story = try await tool.run("request", "explain", request)
            #expect(story.contains("LUADHOC9"))
            #expect(!story.contains("'registrarctl request timeline'"))
            try await daemon.stop()
        }
    }

    @Test("Without a number, with one that is taken or none, nothing is granted; a second waits")
    func refused() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            try await grantCompany(Registrant("anne"), "LU3002", installation)
            _ = try await installation.settle(daemon, deliveries: 2)
            let request = try await tool.send(submit("dora"))
            try await tool.wait(for: "pending", of: request)
            let grant = ["decide", request, "--outcome", "granted"] + People.officer
            try await tool.run(grant)
            try await tool.run(grant + fields("eori=LU3002"))
            _ = try await tool.send(submit("dora"))
            let received = try await installation.settle(daemon, deliveries: 6)
            #expect(
                received.compactMap(\.problem) == [
                    "urn:luccs:problem:schema", "urn:luccs:problem:operator-exists",
                    "urn:luccs:problem:request-exists",
                ]
            )
            let misshapen = try await tool.attempt(grant + fields("eori=lu 1"))
            #expect(misshapen.status == 64 || misshapen.status == 65)
            #expect(misshapen.stderr.contains("eori"))
            #expect(try installation.request(request)?.status == .pending)
            try await daemon.stop()
        }
    }
}
