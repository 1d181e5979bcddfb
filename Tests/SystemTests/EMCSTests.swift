import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// EMCS is away and works again, on a real broker and a real store; and what would become of a
/// message is told before it is sent.
@Suite(.serialized)
struct EMCSTests {
    private let anne = Registrant("anne")
    private let number = "LU00000123456"
    private let office = Decider(role: "excise-office", subject: "eaccess:emil")

    private var now: Instant { Instant(seconds: Int64(Date.now.timeIntervalSince1970)) }
    private var today: CivilDate { LuxembourgCalendar.date(at: now) }

    private func event(
        _ kind: String,
        _ members: String,
        request: String = newRequest()
    ) -> InboundEvent {
        InboundEvent("registration.excise.\(kind)", subject: request, data(members, request))
    }

    private func data(_ members: String, _ request: String) -> String {
        #"{"requestId":"\#(request)","applicant":\#(anne.json),\#(members)}"#
    }

    /// A company whose representative uses EMCS under its number.
    private func begin(_ installation: Installation, _ daemon: Daemon) async throws {
        try await grantCompany(anne, "LU3201", installation)
        let authorisation = newRequest()
        let asked = #""eori":"LU3201","kind":"registered-consignee","products":["alcohol"]"#
        try await installation.portal.send(
            event("authorisation", asked, request: authorisation)
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
        _ = try await installation.settle(daemon, deliveries: 4)
        let account = try #require(
            try installation.reader().accounts(of: EORI(canonical: "LU3201")).last
        )
        let users = #""exciseNumber":"\#(number)","users":["\#(account.identifier)"]"#
        try await installation.portal.send(event("emcs-users", users))
        _ = try await installation.settle(daemon, deliveries: 5)
    }

    private func templates(_ received: [Received]) -> [String] {
        received.compactMap(\.template)
    }

    private func catchUp(_ received: [Received]) -> [JSONValue] {
        let events = received.filter { $0.data("kind")?.text == "emcs-catch-up" }
        return events.compactMap { $0.event?["data"] }
    }

    @Test("While it is away goods move with papers, and what is done later is not late (E29)")
    func away() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await begin(installation, daemon)
            let tool = try OperatorTool(installation)
            func say(_ word: String) async throws {
                try await tool.run(
                    [
                        "emcs", word, "--since", "\(now)", "--remarks", "A call.", "--reason",
                        "a call",
                    ]
                        + [
                            "--role", office.role, "--subject", office.subject, "--name",
                            "Some Body",
                        ]
                )
            }
            try await say("down")
            var received = try await installation.settle(daemon, deliveries: 6)
            try await eventually("the mail that it is away") {
                received += try await installation.collector.drain()
                return templates(received).contains("excise.emcs-down") ? () : nil
            }
            #expect(try daemon.metric("registrar_system_away{system=\"emcs\"}") == 1)

            let under = #""exciseNumber":"\#(number)","reference":"FB-1""#
            let paper = #"\#(under),"side":"receipt","on":"\#(today)","reason":"no answer""#
            try await installation.portal.send(event("fallback", paper))
            received = try await installation.settle(daemon, deliveries: 7)
            #expect(templates(received).contains("excise.fallback-confirmed"))
            let open = try #require(catchUp(received).last)
            #expect(open["status"]?.text == "open" && open["dueOn"] == nil)

            try await say("up")
            _ = try await installation.settle(daemon, deliveries: 8)
            received = []
            try await eventually("a day for the entry") {
                received += try await installation.collector.drain()
                return catchUp(received).last?["dueOn"] != nil ? () : nil
            }
            let due = LuxembourgCalendar.day(1, workingDaysAfter: today)
            #expect(catchUp(received).last?["dueOn"]?.text == due.description)
            try await installation.portal.send(
                event("fallback-closed", #"\#(under),"arc":"26FR0123456789ABCDEF7""#)
            )
            received = try await installation.settle(daemon, deliveries: 9)
            #expect(catchUp(received).last?["status"]?.text == "met")
            #expect(try daemon.metric("registrar_system_away{system=\"emcs\"}") == 0)
            try await daemon.stop()
        }
    }

    @Test("What would become of a message is told, and nothing of it is stored or mailed")
    func preview() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await begin(installation, daemon)
            let (request, previewed) = (newRequest(), newRequest())
            let arrived = #""arc":"26FR0123456789ABCDEF7","receivedOn":"\#(today)""#
            let content = data(#""exciseNumber":"\#(number)",\#(arrived)"#, previewed)
            let asked = InboundEvent(
                "registration.preview",
                subject: request,
                #"{"requestId":"\#(request)","message":"registration.excise.receipt","#
                    + #""data":\#(content)}"#
            )
            try await installation.portal.send(asked)
            let received = try await installation.settle(daemon, deliveries: 6)
            let answer = try #require(
                received.last { $0.delivery.routingKey == "disclosure.preview" }
            )
            expectContract(answer, cause: asked, request: request)
            #expect(answer.data("outcome")?.text == "applied")
            let follows = answer.data("follows")?.elements ?? []
            let kinds = follows.compactMap { $0["data"]?["kind"]?.text }
            #expect(kinds == ["ac4-declaration", "duty-payment", "report-of-receipt"])
            #expect(!templates(received).contains("excise.due"))
            let stored = try installation.reader().obligations(ObligationFilter(limit: 9))
            #expect(stored.isEmpty)
            try await daemon.stop()
        }
    }
}
