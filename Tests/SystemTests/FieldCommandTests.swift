import Domain
import Foundation
import Testing

/// What only one procedure knows goes through `registrarctl` by the fields that it declares, and is
/// told in sentences.
@Suite("registrarctl: fields", .timeLimit(.minutes(5)))
struct FieldCommandTests {
    private static let number = "exciseNumber=LU00000123456"
    private static let office = [
        "--role", "excise-office", "--subject", "eaccess:emil", "--name", "Emil Tran",
    ]

    /// A day in Luxembourg, so many days from now.
    private func day(_ days: Int) -> String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).adding(days: days).description
    }

    private func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }

    /// However the lines are broken.
    private func expect(_ sentences: [String], in text: String) {
        let words = text.split { $0.isWhitespace }.joined(separator: " ")
        for sentence in sentences {
            #expect(words.contains(sentence), "no \"\(sentence)\" in:\n\(text)")
        }
        #expect(!text.contains("'registrarctl request timeline'"), "an event without a sentence")
    }

    @Test("Asked for, answered, granted and reported on by fields; every event has a sentence")
    func life() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let anne = Registrant("anne")
            try await grantCompany(anne, "LU3001", installation)
            let applicant = People.applicant("anne")
            let request = try await tool.send(
                ["submit", "authorisation", "--eori", "LU3001"]
                    + fields("kind=temporary-registered-consignee", "movement=600 bottles")
                    + fields("products=energy", "products=alcohol") + applicant
            )
            try await tool.wait(for: "pending", of: request)
            _ = try await tool.send(
                ["submit", "supplement", "--request-id", request, "--answer", "Here it is."]
                    + fields("guarantee.reference=G 1", "guarantee.amount=500.00")
                    + fields("guarantee.currency=EUR") + applicant
            )
            try await eventually("a guarantee") {
                try await tool.json("request", "show", request)["stated"]?["guarantee.amount"]?.text
                    == "500.00" ? () : nil
            }
            let terms = fields(Self.number, "validFrom=\(day(-60))", "validUntil=\(day(0))")
            try await tool.run(["decide", request, "--outcome", "granted"] + terms + Self.office)
            try await tool.wait(for: "granted", of: request)
            let movement = fields(Self.number, "arc=26FR0123456789ABCDEF7")
            let receipt = try await tool.send(
                ["submit", "receipt"] + movement + fields("receivedOn=\(day(-30))") + applicant
            )
            try await tool.wait(for: "answered", of: receipt)
            let done = try await tool.send(
                ["submit", "ac4"] + movement + fields("declaredOn=\(day(0))") + applicant
            )
            try await tool.wait(for: "answered", of: done)

            let granted =
                "uthorisation LU00000123456 was granted, as temporary registered consignee for "
                + "alcohol, energy: from \(day(-60)) until \(day(0))"
            let story = try await tool.run("request", "explain", request)
            expect(
                [
                    "Stated: the kind of authorisation; the excise goods;", "the guarantee",
                    "The excise office granted it.", granted,
                    "A guarantee of 500.00 EUR is held for authorisation LU00000123456.",
                ],
                in: story
            )
            let duty = "the AC4 declaration on 26FR0123456789ABCDEF7, under authorisation LU0000"
            let reported = try await tool.run("request", "explain", receipt)
            let end = try await tool.run("request", "explain", done)
            expect(["It was answered at once.", "Overdue when it arose", duty], in: reported)
            expect(["Done on \(day(0)), late, for it was due by"], in: reported + end)
            expect([granted], in: try await tool.run("request", "timeline", request))
            expect([duty, granted], in: try await tool.run("request", "show", receipt) + story)
            try await daemon.stop()
        }
    }

    @Test("What the daemon would refuse of a field is said with its place, and not sent")
    func refused() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let applicant = People.applicant("anne")
            let both = try await tool.attempt(
                ["submit", "receipt"] + fields(Self.number, "receivedOn=\(day(0))") + applicant
            )
            #expect(both.status == 65)
            #expect(both.stderr.contains("/data must have exactly one of arc, reference"))
            let amount = try await tool.attempt(
                ["submit", "authorisation", "--eori", "LU3001"]
                    + fields("kind=registered-consignee", "products=alcohol")
                    + fields("guarantee.amount=500") + applicant
            )
            #expect(amount.status == 65)
            #expect(amount.stderr.contains("/data/guarantee/amount must be an amount"))
            #expect(amount.stderr.contains("/data/guarantee/currency is required"))
        }
    }
}
