import AMQP
import Domain
import Foundation
import Storage
import Testing

/// A traveller's declaration on a real broker and a real store.
@Suite("A traveller's declaration", .timeLimit(.minutes(5)))
struct TravellerTests {
    private let anne = Registrant("anne")

    private func declaration(_ request: String) -> InboundEvent {
        InboundEvent(
            "registration.traveller.declaration",
            subject: request,
            """
            {"requestId":"\(request)","applicant":\(anne.json),"arrivingFrom":"outside-eu",\
            "by":"air","age":34,"goods":[{"kind":"cigarettes","quantity":150,"unit":"piece"},\
            {"kind":"smoking-tobacco","quantity":70,"unit":"g"},\
            {"kind":"arms","quantity":1,"unit":"piece","originCountry":"SY"}],"cash":"12345.67"}
            """
        )
    }

    @Test("Answered by a status, a disclosure and a mail; nothing of it is stored (E03, R21, R31)")
    func answered() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            let sent = declaration(request)
            try await installation.portal.send(sent)
            try await installation.portal.send(sent)
            let received = try await installation.settle(daemon, deliveries: 2)
            #expect(received.count == 3)
            let status = try #require(
                received.first { $0.delivery.routingKey == "status.request" }
            )
            expectContract(status, cause: sent, request: request)
            #expect(status.status == "answered")
            #expect(status.data("procedure")?.text == "traveller")

            let answer = try #require(
                received.first { $0.delivery.routingKey == "disclosure.traveller" }
            )
            expectContract(answer, cause: sent, request: request)
            let lines = answer.data("lines")?.elements ?? []
            #expect(lines.map { $0["outcome"]?.text } == ["free", "exceeds", "prohibited"])
            #expect(answer.data("cash", "outcome")?.text == "declare")
            #expect(answer.data("share", "tobacco")?.text == "1.000")
            #expect(answer.data("basis")?.text == "seed")

            let mail = try #require(received.first { $0.template == "traveller.answered" })
            #expect(mail.mailbox == anne.email)
            let text = try #require(mail.data("text")?.text)
            #expect(text.contains("2. Smoking tobacco, 70 g: 62.5 g free, declare 7.5 g"))
            #expect(text.contains("1. Cigarettes, 150: en franchise"))

            #expect(try installation.request(request)?.status == .answered)
            let tool = try OperatorTool(installation)
            let shown = try await tool.run("request", "show", request)
            let story = try await tool.run("request", "explain", request)
            #expect(story.contains("It was answered at once."))
            #expect(!story.contains("'registrarctl request timeline'"))
            let person = try await tool.run(["person", "disclose", anne.subject] + People.why)
            for word in ["12345", "cigarettes", "smoking", "62.5", "outside-eu"] {
                #expect(!(shown + story + person + daemon.program.stderr).contains(word))
            }
            try await tool.run("journal", "verify")
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("The tool declares cash; what the daemon would refuse is not sent")
    func tool() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }
            let request = try await tool.send(
                ["submit", "declaration"]
                    + fields("direction=departure", "goingTo=outside-eu", "cash=10000.00")
                    + People.applicant("anne")
            )
            try await tool.wait(for: "answered", of: request)
            let arrival = try await tool.send(
                ["submit", "declaration"]
                    + fields("arrivingFrom=frontier-zone", "by=land", "age=17", "cash=9999.99")
                    + People.applicant("anne")
            )
            try await tool.wait(for: "answered", of: arrival)
            let received = try await installation.settle(daemon, deliveries: 2)
            let answers = received.filter { $0.delivery.routingKey == "disclosure.traveller" }
            #expect(answers.map { $0.data("cash", "outcome")?.text } == ["declare", "free"])
            let refused = try await tool.attempt(
                ["submit", "declaration"] + fields("arrivingFrom=eu", "by=land", "goingTo=eu")
                    + People.applicant("anne")
            )
            #expect(refused.status == 65)
            #expect(refused.stderr.contains("/data/age is required"))
            #expect(refused.stderr.contains("/data/goingTo says something only of a departure"))
            try await daemon.stop()
        }
    }
}
