import Contract
import Foundation
import TestKit
import Testing

/// `registrarctl queue`: messages as people read them.
@Suite("registrarctl queue", .timeLimit(.minutes(3)))
struct QueueCommandTests {
    @Test("Mails, operations, problems and dead letters are shown, and taken when asked to")
    func showing() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let company = try await tool.send(
                [
                    "submit", "company", "--eori", "LU700", "--accept-terms", "--operation",
                    "transit",
                ]
                    + People.applicant("anne")
            )
            let pending = try await tool.run("queue", "show", "notifications", "--count", "2")
            #expect(pending.hasPrefix("To:      Anne Weber <anne@example.lu>\nSubject: LUCCS"))
            #expect(pending.contains("\n\nDear Anne Weber,\n"))
            #expect(pending.contains("\n\nTo:      servicedesk@example.lu\n"))
            // It is still there.
            let brief = try await tool.run(
                "queue",
                "show",
                "notifications",
                "--count",
                "2",
                "--brief",
                "--take"
            )
            #expect(brief.split(separator: "\n").count == 4)
            #expect(!brief.contains("Dear"))
            #expect(try await tool.run("queue", "show", "notifications").isEmpty)

            try await tool.run(["decide", company, "--outcome", "granted"] + People.officer)
            let operation = try await tool.run("queue", "show", "provisioning", "--count", "1")
            #expect(operation.hasPrefix("POST /Users   account "))
            #expect(operation.contains("\"operations\": [\"transit\"]"))

            try await tool.run(["decide", company, "--outcome", "granted"] + People.officer)
            let problem = try await tool.run("queue", "show", "problems", "--count", "1")
            #expect(problem.hasPrefix("request-closed: "))
            #expect(problem.contains("about request \(company)"))

            try await tool.run(
                "queue",
                "publish",
                "registration.access.company",
                input: "{\u{1B}[2Jbroken"
            )
            for queue in ["dead-letters", "registrations"] {
                let refused = try await tool.attempt(["queue", "show", queue, "--take"])
                #expect(refused.status == 64 && refused.stderr.contains("dead-letter discard"))
            }
            try await daemon.stop()
        }
    }

    @Test("Too few messages, no such queue, and a user without the right end with their codes")
    func failures() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let few = try await tool.attempt([
                "queue", "show", "problems", "--count", "1", "--timeout", "0.2",
            ])
            #expect(few.status == 75)
            #expect(few.stderr.contains("0 of 1 messages came"))
            let unknown = try await tool.attempt(["queue", "show", "problem"])
            #expect(unknown.status == 64)
            #expect(unknown.stderr.contains("dead-letters"))
            let wrongUser = try await tool.attempt(
                ["queue", "show", "problems"],
                environment: [
                    "REGISTRARCTL_BROKER_URL": OperatorTool.url(
                        "operator:wrong@",
                        installation.broker
                    )
                ]
            )
            #expect(wrongUser.status == 77)
            try await daemon.stop()
        }
    }
}
