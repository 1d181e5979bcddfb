import Contract
import Domain
import Foundation
import Testing

@testable import Procedures

/// `Docs/portal-messages.md`, which tells authors of portals what there is to be sent and received.
@Suite("The reference of messages", .timeLimit(.minutes(10)))
struct MessagePageTests {
    /// Written by `REGISTRAR_RECORD_GOLDEN=1`, and compared otherwise.
    @Test("the page shows the messages as schemas and rules have them")
    func page() throws {
        let file = PublishedMessage.file("Docs/portal-messages.md")
        let page = try MessagePage().text
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] != nil {
            try page.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("the page was written; a recording is no check")
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }

    @Test("each message stands there with whole events that are its schema's examples")
    func examples() throws {
        let page = try String(
            contentsOf: PublishedMessage.file("Docs/portal-messages.md"),
            encoding: .utf8
        )
        // A section from one heading to the next.
        let sections = Dictionary(
            uniqueKeysWithValues: page.components(separatedBy: "\n### ").dropFirst().map {
                ($0.prefix { $0 != "\n" }.filter { $0 != "`" }, $0)
            }
        )
        let messages = try PublishedMessage.all()
        let inbound = messages.filter(\.isInbound).map(\.routingKey)
        #expect(Set(inbound) == Set(ProcedureCatalogue.messages.map(\.routingKey)))
        for message in messages {
            let section = try #require(sections[message.routingKey], "\(message.routingKey)")
            let events = try section.matches(of: /```json\n([^`]+)\n```/).map {
                try JSONValue(parsing: Array($0.1.utf8))
            }
            #expect(!events.isEmpty, "\(message.routingKey)")
            #expect(Set(events).isSubset(of: message.schema["examples"]?.elements ?? []))
            let types = Set(events.map { $0["type"]?.text })
            #expect(types == [EventType.type(ofRoutingKey: message.routingKey)])
        }
    }

    @Test("what the rules refuse and answer is found where it belongs")
    func outcomes() throws {
        let outcomes = try MessageOutcomes.shared.get()
        let answers = outcomes.answers["registration.access.company"]
        #expect(answers?["status.request"]?.contains("rejected: operator-exists") == true)
        #expect(answers?["notification.email"] != nil)
        #expect(outcomes.answers["registration.excise.verification"]?["disclosure.excise"] != nil)
        #expect(outcomes.answers[MessageOutcomes.clock]?["status.request"] != nil)
        let codes = outcomes.refusals["registration.excise.guarantee-release"]?.map(\.code)
        #expect(codes?.contains(.obligationsOpen) == true)
    }
}
