import Contract
import Domain
import Foundation
import TestKit
import Testing

@testable import registrarctl

/// What `registrarctl request explain` tells, to the letter: the files in `Golden/stories`.
///
/// To rewrite them after a wanted change, run these tests once with
/// `REGISTRAR_RECORD_GOLDEN=1` in the environment, and read the difference. That run fails on
/// purpose.
@Suite("registrarctl: stories")
struct StoryTests {
    private let anne = Registrant("anne")
    private let bob = Registrant("bob")
    private let request = StoryStage.request(1)

    private func expect(
        _ story: String,
        is name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/stories/\(name).txt")
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] == "1" {
            try Data(story.utf8).write(to: file)
            Issue.record(
                "recorded \(name); run again without the variable",
                sourceLocation: sourceLocation
            )
            return
        }
        #expect(
            try String(contentsOf: file, encoding: .utf8) == story,
            "\(name) differs from:\n\(story)",
            sourceLocation: sourceLocation
        )
    }

    @Test("A company that was granted, with its operator and its account")
    func company() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try expect(try stage.tell(request), is: "pending")
        try await stage.decide(
            Decider.customs.decision(
                request,
                "granted",
                operations: ["import"],
                remarks: "Transit needs a guarantee."
            )
        )
        try expect(try stage.tell(request), is: "company")
    }

    @Test("Information that was asked for and given")
    func information() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try await stage.decide(
            Decider.customs.decision(request, "information-requested", remarks: "Where?")
        )
        try await stage.send(anne.supplement(request, "In Bettembourg."))
        try expect(try stage.tell(request), is: "information")
    }

    @Test("An employee whom a rule rejected; no name is told unless it is asked for")
    func rejectedByRule() async throws {
        let stage = try await StoryStage()
        try await stage.send(bob.employee(request, "LU1"))
        let story = try stage.tell(request)
        try expect(story, is: "rejected-by-rule")
        #expect(!story.contains("Bob"))
        #expect(try stage.tell(request, named: true).contains("Bob Weber"))
    }

    @Test("An employee: who may decide, the account by which it was decided, and its later end")
    func employee() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try await stage.decide(Decider.customs.grant(request))
        let second = StoryStage.request(2)
        try await stage.send(bob.employee(second, "LU1"))
        try expect(try stage.tell(second, named: true), is: "employee-pending")
        try await stage.send(Decider.manager(anne).grant(second))
        let account = try #require(try stage.view(second)?.teller.story.accounts.first)
        try await stage.decide(
            InboundEvent(
                "approval.revocation",
                subject: nil,
                """
                {"actor":\(Decider.customs.json),"remarks":"Left.",\
                "target":{"account":"\(account.identifier)"}}
                """
            )
        )
        try expect(try stage.tell(second, named: true), is: "employee")
    }

    @Test("A decision on the actor's own request is refused, and the request is as it was")
    func ownRequest() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try await stage.decide(
            Decider(role: "customs-authority", subject: anne.subject).grant(request)
        )
        try expect(try stage.tell(request), is: "own-request")
    }

    @Test("A decision that came before its request, while it waits and after")
    func early() async throws {
        let stage = try await StoryStage()
        try await stage.decide(Decider.customs.grant(request))
        try expect(try stage.tell(request), is: "early-waiting")
        try await stage.send(anne.naturalPerson(request, "LU1"))
        try expect(try stage.tell(request), is: "early")
    }

    @Test("A request that never came: its decision is dead after a day")
    func neverCame() async throws {
        let stage = try await StoryStage()
        try await stage.decide(Decider.customs.grant(request))
        await stage.pass(days: 2)
        try expect(try stage.tell(request), is: "never-came")
    }

    @Test("A request that its applicant took back")
    func withdrawn() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try await stage.send(anne.withdrawal(request))
        try expect(try stage.tell(request), is: "withdrawn")
    }

    @Test("A request that expired")
    func expired() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        await stage.pass(days: 31)
        try expect(try stage.tell(request), is: "expired")
    }

    @Test("Mails that no queue takes are parked")
    func parked() async throws {
        let stage = try await StoryStage()
        stage.broker.unbind(["notification"])
        try await stage.send(anne.company(request, "LU1"))
        try expect(try stage.tell(request), is: "parked")
    }

    @Test("A request that was never stored, for the terms were not accepted; and one unheard of")
    func unknown() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1", termsAccepted: false))
        try expect(try stage.tell(request), is: "terms-not-accepted")
        #expect(try stage.view(StoryStage.request(7)) == nil)
    }

    @Test("For programs: the code, who, by which account, and what is not confirmed")
    func json() async throws {
        let stage = try await StoryStage()
        try await stage.send(anne.company(request, "LU1"))
        try await stage.decide(
            Decider(role: "manager", subject: "eaccess:stranger").grant(request)
        )
        var writer = JSONWriter()
        let view = try #require(try stage.view(request))
        writer.object { view.write(to: &$0) }
        let json = try JSONValue(parsing: writer.bytes)
        #expect(json["requestId"]?.text == request)
        #expect(json["known"] == .boolean(true))
        let story = json["story"]?.elements ?? []
        #expect(story.map { $0["outcome"]?.text } == ["submitted", "dead-lettered"])
        #expect(story.last?["code"]?.text == "forbidden")
        #expect(story.last?["cause"]?["user"]?.text == "customs-backoffice")
        #expect(story.first?["cause"]?["sentAt"]?.text == "2026-11-23T07:05:00.000Z")
        #expect(story.first?["messages"]?.elements.count == 3)
        #expect(json["next"]?.elements.last?["at"]?.text != nil)
    }
}
