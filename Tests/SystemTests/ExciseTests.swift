import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// Excise authorisations and what has to be done under them, on a real broker and a real store.
/// What takes days is shown with a manual clock elsewhere; here what is reported late is overdue at
/// once.
@Suite(.serialized)
struct ExciseTests {
    private let anne = Registrant("anne")
    private let number = "LU00000123456"
    private let office = Decider(role: "excise-office", subject: "eaccess:emil")

    /// A day in Luxembourg, so many days from now.
    private func day(_ days: Int) -> String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).adding(days: days).description
    }

    private func event(_ kind: String, _ request: String, _ members: String) -> InboundEvent {
        InboundEvent(
            "registration.excise.\(kind)",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(anne.json),\#(members)}"#
        )
    }

    private func report(_ kind: String, _ request: String, _ day: String) -> InboundEvent {
        let movement = #""exciseNumber":"\#(number)","arc":"26FR0123456789ABCDEF7""#
        return event(kind, request, "\(movement),\(day)")
    }

    private func grant(_ request: String, from first: String, until last: String) -> InboundEvent {
        InboundEvent(
            "approval.decision",
            subject: request,
            """
            {"requestId":"\(request)","actor":\(office.json),"outcome":"granted",\
            "exciseNumber":"\(number)","validFrom":"\(first)","validUntil":"\(last)"}
            """
        )
    }

    private func statuses(_ received: [Received]) -> [String] {
        received.filter { $0.delivery.routingKey == "status.obligation" }.map {
            "\($0.data("kind")?.text ?? "") \($0.status ?? "")"
        }
    }

    @Test("Asked for, refused for want of a guarantee, granted, overdue, declared late, revoked")
    func life() async throws {
        try await Installation.with { installation in
            var daemon = try await installation.startAll()
            try await grantCompany(anne, "LU3001", installation)
            _ = try await installation.settle(daemon, deliveries: 2)
            let request = newRequest()
            let asked = event(
                "authorisation",
                request,
                #""eori":"LU3001","kind":"temporary-registered-consignee","#
                    + #""products":["alcohol"],"movement":"600 bottles""#
            )
            try await installation.portal.send(asked)
            let grant = grant(request, from: day(-60), until: day(0))
            try await installation.exciseOffice.send(grant)
            var received = try await installation.settle(daemon, deliveries: 4)
            #expect(received.compactMap(\.problem) == ["urn:luccs:problem:guarantee-required"])
            let tool = try OperatorTool(installation)
            let shown = try await tool.run("request", "show", request)
            #expect(shown.contains("  movement  600 bottles\n"), "in:\n\(shown)")
            let stated = try await tool.json("request", "show", request)["stated"]
            #expect(stated?["kind"]?.text == "temporary-registered-consignee")
            #expect(try installation.request(request)?.status == .pending)

            let guarantee = InboundEvent(
                "registration.supplement",
                subject: request,
                #"{"requestId":"\#(request)","applicant":\#(anne.json),"answer":"here","#
                    + #""guarantee":{"reference":"G 1","amount":"500.00","currency":"EUR"}}"#
            )
            try await installation.portal.send(guarantee)
            _ = try await installation.settle(daemon, deliveries: 5)
            var again = grant
            again.id = newRequest()
            try await installation.exciseOffice.send(again)
            received = try await installation.settle(daemon, deliveries: 6)
            let granted = try #require(received.last { $0.status == "granted" })
            expectContract(granted, cause: again, request: request)
            #expect(granted.data("exciseNumber")?.text == number)
            let mail = try #require(received.last { $0.template == "excise.granted" })
            #expect(mail.mailbox == anne.email)
            #expect(mail.data("text")?.text?.contains(number) == true)

            // A restart forgets nothing.
            try await daemon.kill()
            daemon = try await installation.start()
            let receipt = newRequest()
            try await installation.portal.send(
                report("receipt", receipt, #""receivedOn":"\#(day(-30))""#)
            )
            received = try await installation.settle(daemon, deliveries: 1)
            #expect(
                statuses(received) == [
                    "ac4-declaration overdue", "duty-payment overdue",
                    "report-of-receipt overdue",
                ]
            )
            #expect(received.contains { $0.template == "excise.overdue" })
            #expect(
                try daemon.metric(
                    "registrar_obligations",
                    #"kind="ac4-declaration",status="overdue""#
                ) == 1
            )
            try await installation.portal.send(
                report("ac4", newRequest(), #""declaredOn":"\#(day(0))""#)
            )
            received = try await installation.settle(daemon, deliveries: 2)
            #expect(statuses(received).last == "ac4-declaration met-late")

            try await installation.exciseOffice.send(
                InboundEvent(
                    "approval.revocation",
                    subject: nil,
                    """
                    {"target":{"authorisation":"\(number)"},"actor":\(office.json),\
                    "remarks":"over"}
                    """
                )
            )
            received = try await installation.settle(daemon, deliveries: 3)
            #expect(received.contains { $0.template == "excise.revoked" })
            #expect(
                try daemon.metric(
                    "registrar_authorisations",
                    #"kind="temporary-registered-consignee",status="revoked""#
                ) == 1
            )
            try await daemon.stop()
            try installation.reader().verify()
            let verified = try await Program.run(
                "registrarctl",
                arguments: ["journal", "verify", "--config", installation.configurationPath]
            )
            #expect(verified.status == 0, "\(verified.stdout) \(verified.stderr)")
        }
    }

    @Test("Whoever does not speak for the excise office grants no authorisation")
    func forged() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU3002", installation)
            let request = newRequest()
            try await installation.portal.send(
                event(
                    "authorisation",
                    request,
                    #""eori":"LU3002","kind":"registered-consignee","products":["energy"]"#
                )
            )
            try await installation.customs.send(grant(request, from: day(0), until: day(9)))
            let received = try await installation.settle(daemon, deliveries: 4)
            #expect(received.contains { $0.problem == "urn:luccs:problem:forbidden" })
            #expect(try installation.request(request)?.status == .pending)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("Users of EMCS follow what the operator says, and the authorisation's end")
    func users() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU3003", installation)
            let request = newRequest()
            try await installation.portal.send(
                event(
                    "authorisation",
                    request,
                    #""eori":"LU3003","kind":"registered-consignee","products":["tobacco"]"#
                )
            )
            try await installation.exciseOffice.send(grant(request, from: day(0), until: day(90)))
            _ = try await installation.settle(daemon, deliveries: 4)
            let account = try #require(
                try installation.reader().accounts(of: EORI(canonical: "LU3003")).first
            )
            let number = #""exciseNumber":"\#(number)""#
            let named = event(
                "emcs-users",
                newRequest(),
                #"\#(number),"users":["\#(account.identifier)"]"#
            )
            try await installation.portal.send(named)
            let asked = event("verification", newRequest(), number)
            try await installation.portal.send(asked)
            var received = try await installation.settle(daemon, deliveries: 6)
            let order = try #require(received.last { $0.queue == "provisioning" })
            expectContract(order, cause: named, request: try #require(named.subject))
            let luccs = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"
            let change = try #require(order.operation("data", "Operations")?.elements.first)
            #expect(change["path"]?.text == "\(luccs):emcs")
            #expect(change["value"]?.texts == [self.number])
            let answer = try #require(
                received.last { $0.delivery.routingKey == "disclosure.excise" }
            )
            expectContract(answer, cause: asked, request: try #require(asked.subject))
            #expect(answer.data("valid") == .boolean(true))
            #expect(answer.data("kind")?.text == "registered-consignee")
            #expect(try installation.request(try #require(asked.subject)) == nil)

            try await installation.exciseOffice.send(
                InboundEvent(
                    "approval.revocation",
                    subject: nil,
                    """
                    {"target":{"authorisation":"\(self.number)"},"actor":\(office.json),\
                    "remarks":"over"}
                    """
                )
            )
            received = try await installation.settle(daemon, deliveries: 7)
            let last = try #require(received.last { $0.queue == "provisioning" })
            #expect(
                last.operation("data", "Operations")?.elements.first?["value"]?.elements.isEmpty
                    == true
            )
            try await daemon.stop()
            try installation.reader().verify()
        }
    }
}
