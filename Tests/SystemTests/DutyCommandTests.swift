import Contract
import Domain
import Foundation
import Testing

/// What operators may do, have to do and have given for it, by `registrarctl`.
@Suite("registrarctl: authorisations, obligations, guarantees", .timeLimit(.minutes(5)))
struct DutyCommandTests {
    private static let number = "LU00000123456"
    private static let office = [
        "--role", "excise-office", "--subject", "eaccess:emil", "--name", "Emil Tran",
    ]

    /// A day in Luxembourg, so many days from now.
    private func day(_ days: Int) -> String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).adding(days: days).description
    }

    private func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }

    /// A consignee with a guarantee, who has received a movement; returns the movement's code.
    private func receive(_ tool: OperatorTool) async throws -> String {
        let applicant = People.applicant("anne")
        let request = try await tool.send(
            ["submit", "authorisation", "--eori", "LU3001"]
                + fields("kind=temporary-registered-consignee", "movement=600 bottles")
                + fields("products=energy", "products=alcohol")
                + fields("guarantee.reference=G 1", "guarantee.amount=500.00")
                + fields("guarantee.currency=EUR") + applicant
        )
        try await tool.wait(for: "pending", of: request)
        try await tool.run(
            ["decide", request, "--outcome", "granted"]
                + fields("exciseNumber=\(Self.number)", "validFrom=\(day(-60))")
                + fields("validUntil=\(day(30))") + Self.office
        )
        try await tool.wait(for: "granted", of: request)
        let code = "26FR0123456789ABCDEF7"
        let receipt = try await tool.send(
            ["submit", "receipt"]
                + fields("exciseNumber=\(Self.number)", "arc=\(code)", "receivedOn=\(day(-1))")
                + applicant
        )
        try await tool.wait(for: "answered", of: receipt)
        return code
    }

    @Test("When is the AC4 due? One command; and all of an operator on one page")
    func life() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            try await grantCompany(Registrant("anne"), "LU3001", installation)
            let code = try await receive(tool)

            let list = ["obligation", "list", "--eori", "LU3001"]
            let declaration = list + ["--kind", "ac4-declaration"]
            let due = try await tool.json(declaration)["obligations"]?.elements
            #expect(due?.count == 1 && due?.first?["reference"]?.text == code)
            #expect(due?.first?["status"]?.text == "open")
            let day = try #require(due?.first?["dueOn"]?.text.flatMap { CivilDate($0) })
            let table = try await tool.run(declaration)
            #expect(table.contains("\(day)  open    AC4 declaration  \(code)  LU3001"), "\(table)")
            // Before a day is not on that day.
            for (before, count) in [(day, 0), (day.adding(days: 1), 1)] {
                let found = try await tool.json(declaration + ["--due-before", "\(before)"])
                #expect(found["obligations"]?.elements.count == count)
            }
            let all = try await tool.json("obligation", "list", "--authorisation", Self.number)
            let days = all["obligations"]?.elements.compactMap { $0["dueOn"]?.text } ?? []
            #expect(days.count > 1 && days == days.sorted())
            let none = try await tool.attempt(["obligation", "list", "--status", "met"])
            #expect(none.status == 0 && none.stdout.isEmpty)
            #expect(none.stderr.contains("no obligation matches"))

            try await expectRecords(tool, operator: days, daemon)
            try await daemon.stop()
        }
    }

    /// - Parameter days: When something is due, in order.
    private func expectRecords(
        _ tool: OperatorTool,
        operator days: [String],
        _ daemon: Daemon
    ) async throws {
        let list = try await tool.json("authorisation", "list", "--eori", "LU3001")
        let authorisation = try #require(list["authorisations"]?.elements.first)
        #expect(authorisation["authorisation"]?.text == Self.number)
        #expect(authorisation["kind"]?.text == "temporary-registered-consignee")
        #expect(authorisation["status"]?.text == "active")
        let shown = try await tool.run("authorisation", "show", Self.number)
        for part in [
            "temporary registered consignee", "alcohol, energy", "AC4 declaration", "500.00 EUR",
        ] {
            #expect(shown.contains(part), "no \(part) in \(shown)")
        }
        let guarantees = try await tool.json("guarantee", "list", "--status", "held")
        let guarantee = try #require(guarantees["guarantees"]?.elements.first)
        let identifier = try #require(guarantee["guarantee"]?.text)
        #expect(guarantee["heldCents"]?.integer == 50_000)
        #expect(try await tool.run("guarantee", "show", identifier).contains("500.00 EUR"))

        let page = try await tool.json("operator", "show", "LU3001")
        #expect(page["status"]?.text == "registered" && page["accountCount"]?.integer == 1)
        #expect(page["dueNext"]?["dueOn"]?.text == days.first)
        #expect(page["obligations"]?.elements.count == days.count)
        #expect(page["more"]?.elements.isEmpty == true)
        let short = try await tool.json("operator", "show", "LU3001", "--limit", "1")
        #expect(short["more"]?.elements.compactMap(\.text) == ["obligations"])
        let text = try await tool.run("operator", "show", "LU3001", "--limit", "1")
        for part in [
            "Anne Weber", "Due next    \(try #require(days.first)), ", Self.number, "500.00 EUR",
            "there are more: registrarctl obligation list --eori LU3001",
        ] {
            #expect(text.contains(part), "no \(part) in \(text)")
        }

        let register = try await tool.json("status")["register"]
        #expect(register?["guarantees"]?["held"]?.integer == 1)
        #expect(register?["authorisations"]?.elements.first?["count"]?.integer == 1)
        let counts = register?["obligations"]?.elements.compactMap { $0["count"]?.integer } ?? []
        #expect(counts.reduce(0, +) == Int64(days.count))
        #expect(try daemon.metric("registrar_guarantees", #"status="held""#) == 1)
        #expect(try daemon.page("/")?.body.contains(">To be done by a day</h2>") == true)
    }

    @Test("What a revocation would bring is what it brings; to look changes nothing")
    func preview() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            try await grantCompany(Registrant("anne"), "LU3001", installation)
            _ = try await receive(tool)
            try await installation.outboxEmpties()
            func entries() async throws -> Int64 {
                let register = try await tool.json("status")["register"]
                return try #require(register?["journalEntries"]?.integer)
            }
            let before = try await entries()
            let revocation = ["revoke", "operator", "LU3001", "--remarks", "Over."] + People.why
            let preview = try await tool.json(["preview"] + revocation + People.officer)
            #expect(preview["outcome"]?.text == "applied")
            let predicted =
                preview["events"]?.elements.compactMap { $0["event"]?["event"]?.text } ?? []
            for name in ["operator.changed", "account.changed", "authorisation.changed"] {
                #expect(predicted.contains(name), "no \(name) in \(predicted)")
            }
            #expect(preview["obligations"]?.elements.isEmpty == false)
            let text = try await tool.run(["preview"] + revocation + People.officer)
            for part in ["Anne Weber", "Who would be mailed", "Still to be done", Self.number] {
                #expect(text.contains(part), "no \(part) in \(text)")
            }
            // A company's manager may not.
            let refused = try await tool.json(["preview"] + revocation + People.manager("anne"))
            #expect(refused["outcome"]?.text == "refused")
            #expect(refused["code"]?.text != nil && refused["messages"]?.elements != nil)
            #expect(try await entries() == before)

            try await tool.run(revocation + People.officer)
            try await eventually("the revocation") {
                try await tool.json("operator", "show", "LU3001")["status"]?.text == "revoked"
                    ? () : nil
            }
            let export = try await tool.run("journal", "export", "--after", "\(before)")
            let happened = try export.split(separator: "\n").map {
                try JSONValue(parsing: Array($0.utf8))["event"]?["event"]?.text ?? ""
            }
            #expect(Array(happened.prefix(predicted.count)) == predicted)
            try await daemon.stop()
        }
    }

    @Test("What is not there is said with where to look; what is not meant, with what to write")
    func unknown() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            try await daemon.stop()
            let nobody = "7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10"
            for (arguments, status, words) in [
                (["authorisation", "show", "X1"], 65, "there is no authorisation X1 in"),
                (["guarantee", "show", nobody], 65, "there is no guarantee \(nobody) in"),
                (["operator", "show", "LU9"], 65, "there is no operator LU9 in"),
                (["guarantee", "show", "7"], 64, "a guarantee's id is a UUID"),
                (["obligation", "list", "--kind", "x"], 64, "there are ac4-declaration"),
                (["authorisation", "list", "--kind", "x"], 64, "there is no kind \"x\"; there "),
                (["obligation", "list", "--due-before", "soon"], 64, "write a day, such as"),
                (["obligation", "list"], 0, "nothing that is to be done matches"),
                (["guarantee", "list"], 0, "no guarantee matches"),
                (["authorisation", "list"], 0, "no authorisation matches"),
                (["mandate", "list"], 0, "no mandate matches"),
                (["mandate", "show", nobody], 65, "there is no mandate \(nobody) in"),
                (["mandate", "show", "X1"], 64, "a mandate's id is a UUID"),
            ] as [([String], Int32, String)] {
                let result = try await tool.attempt(arguments)
                #expect(result.status == status, "\(arguments)")
                #expect(result.stdout.isEmpty)
                #expect(result.stderr.contains(words), "\(result.stderr)")
            }
        }
    }
}
