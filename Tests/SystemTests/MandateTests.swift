import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// A mandate on a real broker and a real store: agreed to by both sides, used by the
/// representative's people, and ended.
@Suite(.serialized)
struct MandateTests {
    private let anne = Registrant("anne")
    private let frank = Registrant("frank")
    private let olga = Registrant("olga")
    private let number = "LU00000123456"
    private let office = Decider(role: "excise-office", subject: "eaccess:emil")

    private var today: String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).description
    }

    private func event(
        _ kind: String,
        _ person: Registrant,
        _ members: String,
        request: String = newRequest()
    ) -> InboundEvent {
        InboundEvent(
            "registration.excise.\(kind)",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(person.json),\#(members)}"#
        )
    }

    private func statuses(_ received: [Received], _ kind: String) -> [Received] {
        received.filter { $0.delivery.routingKey == "status.\(kind)" }
    }

    private func addressees(_ received: [Received], of mail: String) -> [String] {
        received.filter { $0.template == "excise.\(mail)" }.compactMap(\.mailbox)
    }

    private func lastOrder(_ received: [Received]) -> Received? {
        received.last { $0.queue == "provisioning" }
    }

    private func names(of preview: JSONValue) throws -> [String] {
        let events = try #require(preview["events"]?.elements)
        return events.compactMap { $0["event"]?["event"]?.text }
    }

    /// The numbers that the last order to the provisioner sets.
    private func numbers(_ received: [Received]) throws -> [String] {
        let order = try #require(lastOrder(received))
        let change = try #require(order.operation("data", "Operations")?.elements.first)
        #expect(change["path"]?.text?.hasSuffix(":emcs") == true)
        return change["value"]?.texts ?? ["none"]
    }

    /// Both sides find it, and it says who acts for whom.
    private func look(at mandate: String, with tool: OperatorTool) async throws {
        for side in ["LU3101", "LU3102"] {
            let list = try await tool.json("mandate", "list", "--eori", side)
            let found = list["mandates"]?.elements.compactMap { $0["authorisation"]?.text }
            #expect(found == [mandate], "\(side)")
        }
        let shown = try await tool.json("mandate", "show", mandate)
        #expect(shown["kind"]?.text == "direct-mandate")
        #expect(shown["eori"]?.text == "LU3102")
        #expect(shown["counterparty"]?.text == "LU3101")
    }

    /// Both companies, an employee of the representative, and the operator's authorisation.
    private func begin(_ installation: Installation, _ daemon: Daemon) async throws {
        try await grantCompany(anne, "LU3101", installation)
        try await grantCompany(frank, "LU3102", installation)
        let (employee, authorisation) = (newRequest(), newRequest())
        try await installation.portal.send(olga.employee(employee, "LU3102"))
        try await installation.portal.send(Decider.manager(frank).grant(employee))
        let asked = #""eori":"LU3101","kind":"registered-consignee","products":["alcohol"]"#
        try await installation.portal.send(
            event("authorisation", anne, asked, request: authorisation)
        )
        try await installation.exciseOffice.send(
            InboundEvent(
                "approval.decision",
                subject: authorisation,
                """
                {"requestId":"\(authorisation)","actor":\(office.json),"outcome":"granted",\
                "exciseNumber":"\(number)","validFrom":"\(today)"}
                """
            )
        )
        _ = try await installation.settle(daemon, deliveries: 8)
    }

    @Test(
        "Agreed to, used by the representative's people, revoked: EMCS is gone with it (E14, E30)"
    )
    func life() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await begin(installation, daemon)
            let request = newRequest()
            let terms = #""eori":"LU3101","representative":"LU3102","kind":"direct""#
            let more = #","scope":["emcs","ac4"],"validFrom":"\#(today)""#
            let asked = event("mandate", anne, terms + more, request: request)
            try await installation.portal.send(asked)
            var received = try await installation.settle(daemon, deliveries: 9)
            #expect(statuses(received, "mandate").isEmpty)
            #expect(addressees(received, of: "mandate-awaiting-you") == [frank.email])
            let agreed = Decider.manager(frank).grant(request)
            try await installation.portal.send(agreed)
            received = try await installation.settle(daemon, deliveries: 10)
            let granted = try #require(statuses(received, "mandate").last)
            expectContract(granted, cause: agreed, request: request)
            #expect(granted.status == "in-force")
            let mandate = try #require(granted.data("mandate")?.text)

            let user = try #require(
                try installation.reader().accounts(of: EORI(canonical: "LU3102")).last
            )
            let under = #""exciseNumber":"\#(number)""#
            let named = #"\#(under),"users":["\#(user.identifier)"],"mandate":"\#(mandate)""#
            try await installation.portal.send(event("emcs-users", frank, named))
            received = try await installation.settle(daemon, deliveries: 11)
            #expect(try numbers(received) == [number])

            let movement = #"\#(under),"arc":"26FR0123456789ABCDEF7""#
            try await installation.portal.send(
                event("receipt", anne, #"\#(movement),"receivedOn":"\#(today)""#)
            )
            let declared = #"\#(movement),"declaredOn":"\#(today)""#
            try await installation.portal.send(event("ac4", olga, declared))
            let by = #","representation":{"mandate":"\#(mandate)","kind":"direct"}"#
            try await installation.portal.send(event("ac4", olga, declared + by))
            received = try await installation.settle(daemon, deliveries: 14)
            #expect(received.compactMap(\.problem) == ["urn:luccs:problem:mandate-missing"])
            let duty = statuses(received, "obligation").last
            #expect(duty?.data("kind")?.text == "ac4-declaration")
            #expect(duty?.status == "met")

            let tool = try OperatorTool(installation)
            try await look(at: mandate, with: tool)
            let revocation =
                ["revoke", "mandate", mandate, "--remarks", "over", "--reason", "a letter"]
                + ["--role", office.role, "--subject", office.subject, "--name", "Some Body"]
            let preview = try await tool.json(["preview"] + revocation)
            #expect(preview["outcome"]?.text == "applied")
            #expect(try names(of: preview) == ["authorisation.changed", "account.changed"])
            try await tool.run(revocation)
            received = try await installation.settle(daemon, deliveries: 15)
            #expect(statuses(received, "mandate").last?.status == "ended")
            #expect(try numbers(received).isEmpty)
            #expect(addressees(received, of: "mandate-ended") == [anne.email, frank.email])
            try await daemon.stop()
            try installation.reader().verify()
            let verified = try await Program.run(
                "registrarctl",
                arguments: ["journal", "verify", "--config", installation.configurationPath]
            )
            #expect(verified.status == 0, "\(verified.stdout) \(verified.stderr)")
        }
    }
}
