import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// Relief from import duties, on a real broker and a real store.
@Suite("Relief from import duties", .timeLimit(.minutes(5)))
struct ReliefTests {
    private let anne = Registrant("anne")
    private static let papers = [
        "passport", "packing-list", "transport-document", "customs-declaration", "inventory",
        "used-goods-attestation", "relief-certificate", "residence-certificate",
    ]

    private func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }

    /// A day in Luxembourg, so many days from now.
    private func day(_ days: Int) -> String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).adding(days: days).description
    }

    private func paid(_ request: String) -> InboundEvent {
        InboundEvent(
            "approval.payment",
            subject: request,
            #"{"requestId":"\#(request)","actor":\#(Decider.customs.json),"kind":"deposit","#
                + #""amount":"2669.14","paidOn":"\#(day(0))"}"#
        )
    }

    private func handedIn(_ request: String) -> InboundEvent {
        let documents = Self.papers.map { #"{"kind":"\#($0)","reference":"GED-\#($0)"}"# }
            .joined(separator: ",")
        return InboundEvent(
            "registration.supplement",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(anne.json),"answer":"Here they are.","#
                + #""documents":[\#(documents)]}"#
        )
    }

    private func duties(_ received: [Received]) -> [String] {
        received.filter { $0.delivery.routingKey == "status.obligation" }.map {
            "\($0.data("kind")?.text ?? "") \($0.status ?? "")"
        }
    }

    @Test("A removal against a deposit, from the request until the deposit comes back (R05, R10)")
    func deposit() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let request = try await tool.send(
                ["submit", "household-goods"]
                    + fields("arrivingFrom=outside-eu", "establishedOn=\(day(-11))")
                    + fields("declaredValue=12345.67", "monthsAbroad=24", "monthsOwned=12")
                    + fields("ownedAndUsedAbroad=true", "acquiredForImport=false")
                    + fields("residence=never-here", "nationality=other")
                    + fields("permanentResidencePermit=true") + People.applicant("anne")
            )
            var received = try await installation.settle(daemon, deliveries: 1)
            let asked = try #require(received.last { $0.status == "pending" })
            #expect(asked.data("total")?.text == "2669.14")
            #expect(asked.data("missing")?.elements.count == Self.papers.count)
            #expect(asked.data("findings") == nil)
            #expect(received.contains { $0.template == "relief.awaiting-you" })

            try await tool.run(
                ["decide", request, "--outcome", "granted"]
                    + fields("provisional=true", "conditions=Keep the boxes.") + People.officer
            )
            received = try await installation.settle(daemon, deliveries: 2)
            #expect(received.last { $0.status == "pending" }?.data("step")?.text == "provisional")
            let told = try #require(received.last { $0.template == "relief.provisional" })
            #expect(told.data("text")?.text?.contains("Keep the boxes.") == true)
            #expect(told.data("text")?.text?.contains("2,669.14") == true)

            try await installation.customs.send(paid(request))
            try await installation.portal.send(handedIn(request))
            received = try await installation.settle(daemon, deliveries: 4)
            let complete = try #require(received.last { $0.status == "pending" })
            #expect(complete.data("missing")?.elements.isEmpty == true)
            #expect(received.allSatisfy { $0.problem == nil })

            try await tool.run(["decide", request, "--outcome", "granted"] + People.officer)
            received = try await installation.settle(daemon, deliveries: 5)
            for mail in ["relief.granted", "relief.deposit-back", "relief.deposit-release"] {
                #expect(received.contains { $0.template == mail }, "\(mail)")
            }
            let back = try #require(received.last { $0.template == "relief.deposit-back" })
            #expect(back.data("text")?.text?.contains("2,669.14") == true)
            let states = duties(received)
            #expect(
                states == ["relief-documents open", "relief-documents met", "no-transfer open"]
            )
            let story = try await tool.run("request", "explain", request)
            #expect(!story.contains("'registrarctl request timeline'"), "in:\n\(story)")
            let shown = try await tool.json("request", "show", request)["stated"]
            #expect(shown?["paid.deposit"]?.text == "2669.14")
            try await daemon.stop()
            try installation.reader().verify()
        }
    }
}
