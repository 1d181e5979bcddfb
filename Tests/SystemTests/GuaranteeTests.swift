import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// Money that secures goods on the way, on a real broker and a real store.
@Suite(.serialized)
struct GuaranteeTests {
    private let anne = Registrant("anne")
    private let number = "LU00000123456"
    private let office = Decider(role: "excise-office", subject: "eaccess:emil")
    private let today: String = {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).description
    }()

    /// The code that EMCS gives a movement from here, this year.
    private var arc: String { "\(today.dropFirst(2).prefix(2))LU0123456789ABCDEF7" }

    private func event(_ kind: String, _ request: String, _ members: String) -> InboundEvent {
        InboundEvent(
            "registration.excise.\(kind)",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(anne.json),\#(members)}"#
        )
    }

    private func guarantee(_ name: String, _ amount: String) -> String {
        #""guarantee":{"reference":"\#(name)","amount":"\#(amount)","currency":"EUR"}"#
    }

    private func decision(_ request: String, _ members: String) -> InboundEvent {
        InboundEvent(
            "approval.decision",
            subject: request,
            #"{"requestId":"\#(request)","actor":\#(office.json),"outcome":"granted"\#(members)}"#
        )
    }

    private func release() -> InboundEvent {
        event(
            "guarantee-release",
            newRequest(),
            #""exciseNumber":"\#(number)","reference":"GRN-2""#
        )
    }

    /// A warehousekeeper with a standing guarantee, and goods on the way with one of their own.
    private func dispatch(
        for eori: String,
        _ daemon: Daemon,
        in installation: Installation
    ) async throws -> [Received] {
        try await grantCompany(anne, eori, installation)
        let request = newRequest()
        let members =
            #""eori":"\#(eori)","kind":"authorised-warehousekeeper","premises":"Mertert","#
            + #""products":["alcohol"],\#(guarantee("GRN-1", "10000.00"))"#
        try await installation.portal.send(event("authorisation", request, members))
        try await installation.exciseOffice.send(
            decision(request, #","exciseNumber":"\#(number)","validFrom":"\#(today)""#)
        )
        _ = try await installation.settle(daemon, deliveries: 4)
        let consignee = #"{"exciseNumber":"FR00000ABCDEF","kind":"warehouse","#
        let checked = #""checkedOn":"\#(today)","result":"valid"}"#
        let goods = #"[{"product":"W200","quantity":12.5,"unit":"hl"}]"#
        try await installation.portal.send(
            event(
                "dispatch",
                newRequest(),
                #""exciseNumber":"\#(number)","arc":"\#(arc)","dispatchedOn":"\#(today)","#
                    + #""consignee":\#(consignee)\#(checked),"goods":\#(goods),"#
                    + guarantee("GRN-2", "500.00")
            )
        )
        return try await installation.settle(daemon, deliveries: 5)
    }

    private func close() -> InboundEvent {
        event(
            "movement-closed",
            newRequest(),
            #""exciseNumber":"\#(number)","arc":"\#(arc)","reportedOn":"\#(today)""#
        )
    }

    private func statuses(_ received: [Received]) -> [String] {
        received.filter { $0.delivery.routingKey == "status.guarantee" }.map {
            "\($0.data("change")?.text ?? "") \($0.status ?? "") \($0.data("held")?.text ?? "")"
        }
    }

    @Test(
        "A movement's own guarantee is asked back when the goods have arrived, and comes back once"
    )
    func recovered() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            var received = try await dispatch(for: "LU3101", daemon, in: installation)
            #expect(statuses(received).last == "held held 500.00")
            try await installation.portal.send(release())
            received = try await installation.settle(daemon, deliveries: 6)
            let refused = try #require(received.last { $0.problem != nil })
            #expect(refused.problem == "urn:luccs:problem:obligations-open")
            #expect(refused.data("errors")?.elements.count == 1)
            try await installation.portal.send(close())
            received = try await installation.settle(daemon, deliveries: 7)
            let free = try #require(received.last { $0.template == "excise.guarantee-free" })
            #expect(free.data("text")?.text?.contains("GRN-2") == true)

            let asked = release()
            try await installation.portal.send(asked)
            received = try await installation.settle(daemon, deliveries: 8)
            #expect(received.contains { $0.template == "excise.guarantee-awaiting-you" })
            let request = try #require(asked.subject)
            let grant = decision(request, "")
            try await installation.exciseOffice.send(grant)
            received = try await installation.settle(daemon, deliveries: 9)
            #expect(statuses(received).last == "released released 0.00")
            #expect(received.contains { $0.template == "excise.guarantee-released" })
            let granted = try #require(received.last { $0.status == "granted" })
            expectContract(granted, cause: grant, request: request)
            try await installation.portal.send(release())
            received = try await installation.settle(daemon, deliveries: 10)
            #expect(received.compactMap(\.problem).last == "urn:luccs:problem:not-awaited")
            #expect(try daemon.metric("registrar_guarantees", #"status="released""#) == 1)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("A part of a guarantee is called, and the tool shows what is left")
    func called() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            _ = try await dispatch(for: "LU3102", daemon, in: installation)
            try await installation.exciseOffice.send(
                InboundEvent(
                    "approval.guarantee",
                    subject: nil,
                    #"{"actor":\#(office.json),"reference":"GRN-2","eori":"LU3102","#
                        + #""action":"call","amount":"123.45","remarks":"Not paid."}"#
                )
            )
            let received = try await installation.settle(daemon, deliveries: 6)
            #expect(statuses(received).last == "called partly-called 376.55")
            let mail = try #require(received.last { $0.template == "excise.guarantee-called" })
            #expect(mail.data("text")?.text?.contains("Not paid.") == true)
            let tool = try OperatorTool(installation)
            let listed = try await tool.run("guarantee", "list", "--status", "partly-called")
            for part in ["123.45 EUR", "376.55 EUR", arc] {
                #expect(listed.contains(part), "no \(part) in \(listed)")
            }
            try await decide(with: tool, daemon, in: installation)
            let revocation = [
                "preview", "revoke", "operator", "LU3102", "--remarks", "Over.",
            ]
            let preview = try await tool.json(revocation + People.why + People.officer)
            #expect(preview["guarantees"]?.elements.count == 2)
            try await daemon.stop()
            #expect(try await tool.run("guarantee", "list", "--status", "called").contains(arc))
            let verified = try await Program.run(
                "registrarctl",
                arguments: ["journal", "verify", "--config", installation.configurationPath]
            )
            #expect(verified.status == 0, "\(verified.stdout) \(verified.stderr)")
        }
    }

    /// What is left of the movement's guarantee cannot be given back while the goods are on the
    /// way, and is called.
    private func decide(
        with tool: OperatorTool,
        _ daemon: Daemon,
        in installation: Installation
    ) async throws {
        let held = try await tool.json(["guarantee", "list", "--status", "partly-called"])
        let identifier = try #require(held["guarantees"]?.elements.first?["guarantee"]?.text)
        let officer = [
            "--role", "excise-office", "--subject", "eaccess:emil", "--name", "Emil Tran",
        ]
        let release = ["guarantee", "release", identifier, "--amount", "1.00"]
        let sent = try await tool.json(release + People.why + officer)
        let event = try #require(sent["eventId"]?.text)
        var received = try await installation.settle(daemon, deliveries: 7)
        let refused = try #require(received.last { $0.problem != nil })
        #expect(refused.problem == "urn:luccs:problem:not-eligible")
        #expect(refused.data("event")?["id"]?.text == event)
        let call = [
            "guarantee", "call", identifier, "--amount", "376.55", "--remarks", "Nor the rest.",
        ]
        _ = try await tool.json(call + People.why + officer)
        received = try await installation.settle(daemon, deliveries: 8)
        #expect(statuses(received).last == "called called 0.00")
        let mail = try #require(received.last { $0.template == "excise.guarantee-called" })
        #expect(mail.data("text")?.text?.contains("Nor the rest.") == true)
        let written = ["guarantee", "release", identifier, "--amount", "23,455"]
        let result = try await tool.attempt(written + People.why + officer)
        #expect(result.status == 65 && result.stderr.contains("/data/amount"), "\(result.stderr)")
    }
}
