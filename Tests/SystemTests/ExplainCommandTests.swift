import Contract
import Domain
import Storage
import TestKit
import Testing

/// `registrarctl request explain` beside a daemon and a broker that run.
@Suite("registrarctl: explain")
struct ExplainCommandTests {
    @Test("The story of an employee, told while the daemon runs, without and with names")
    func employee() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let (anne, bob) = (Registrant("anne"), Registrant("bob"))
            let (company, employee) = (newRequest(), newRequest())
            try await installation.portal.send(anne.company(company, "LU77"))
            try await installation.customs.send(Decider.customs.grant(company))
            try await tool.wait(for: "granted", of: company)
            try await installation.outboxEmpties()
            try await installation.portal.send(bob.employee(employee, "LU77"))
            try await tool.wait(for: "pending", of: employee)
            try await installation.customs.send(Decider.customs.grant(employee))
            try await installation.portal.send(Decider.manager(bob).grant(employee))
            try await installation.portal.send(Decider.manager(anne).grant(employee))
            try await tool.wait(for: "granted", of: employee)
            try await installation.outboxEmpties()

            let managing = try #require(try installation.reader().accounts(of: EORI("LU77")).first)
            let story = try await tool.run("request", "explain", employee)
            // However the lines are broken.
            let sentences = story.split { $0.isWhitespace }.joined(separator: " ")
            for text in [
                "refused: the actor has no say in this", "nobody decides on a request of their own",
                "by the right of account \(managing.identifier)",
                "to \(installation.prefix).out: confirmed by the broker after ",
                "from broker user ntp-portal", "The request is closed",
            ] {
                #expect(sentences.contains(text), "no \"\(text)\" in:\n\(story)")
            }
            #expect(!story.contains("Weber") && !story.contains("eaccess:"))
            #expect(!story.contains("\u{1B}"), "colour is for terminals")
            let named = try await tool.run("request", "explain", employee, "--names")
            #expect(named.contains("(Bob Weber)") && named.contains("(Anne Weber)"))

            let json = try await tool.json("request", "explain", employee)
            let chapters = json["story"]?.elements ?? []
            // The two decisions that were refused and the one that counted came over two queues.
            let outcomes = chapters.compactMap { $0["outcome"]?.text }
            #expect(
                outcomes.sorted() == [
                    "account-active", "granted", "refused", "refused", "submitted",
                ]
            )
            #expect(
                Set(chapters.compactMap { $0["code"]?.text }) == ["not-authorised", "own-request"]
            )
            let decided = chapters.first { $0["outcome"]?.text == "granted" }
            #expect(decided?["account"]?.text == managing.identifier.description)
            #expect(decided?["person"]?.text == managing.person.description)
            try await daemon.stop()
            // Told from the store alone just as well.
            #expect(try await tool.run("request", "explain", employee) == story)
            let unknown = try await tool.attempt(["request", "explain", newRequest()])
            #expect(unknown.status == 65)
            #expect(unknown.stderr.contains("there is no request"))
        }
    }
}
