import Contract
import Domain
import Logging
import TestKit
import Testing

@testable import Workflow

@Suite("A traveller is answered at once, and nothing of the declaration stays")
struct TravellerTests {
    private static let content = #"""
        ,"goods":[{"kind":"smoking-tobacco","quantity":4711.125,"unit":"g"},\#
        {"kind":"other","quantity":1,"unit":"piece","value":"8765.43","originCountry":"QX"}],\#
        "cash":"98765.43"
        """#

    /// What the declaration said, and what was made of it.
    private static let said = [
        "4711", "4461", "8765", "98765", "smoking-tobacco", "tobacco-air", "QX", "exceeds",
        "declare\"", #""age""#, "outside-eu",
    ]

    private func workplace(
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> Workplace {
        let place = try Workplace(log: log)
        place.settings.procedures.retention = ["traveller": [.answered: .seconds(90 * 86_400)]]
        place.renew()
        try await place.serve()
        return place
    }

    @Test("status, disclosure and mail follow, and what they say is neither stored nor logged")
    func answered() async throws {
        let lines = Lines()
        let log = Logger(label: "test") { _ in LineHandler(lines: lines) }
        let place = try await workplace(log: log)
        place.send(Messages.traveller(1, Self.content))
        await place.work()
        let status = try #require(place.broker.data("status.request").last)
        #expect(status["status"] == "answered" && status["procedure"] == "traveller")
        let answer = try #require(place.broker.data("disclosure.traveller").last)
        #expect(answer.objects("lines").map { $0["outcome"] } == ["exceeds", "exceeds"])
        #expect(answer.objects("lines").map { $0["over"] } == ["4461.125", "1"])
        #expect(answer.object("cash")["outcome"] == "declare")
        #expect(answer["basis"] == "seed" && answer["asOf"] == "2026-11-21")
        #expect(place.broker.mails == ["traveller.answered"])
        let mail = try #require(place.broker.data("notification.email").last)
        #expect(mail["text"]?.contains("4,461.125 g") == true)

        #expect(place.contents.fields.isEmpty)
        #expect(place.contents.texts.values.allSatisfy { $0.isEmpty })
        #expect(place.contents.letters.isEmpty)
        #expect(place.contents.outbox.count == 3)
        #expect(place.contents.outbox.allSatisfy { $0.message == nil })
        let journal = place.contents.journal
        #expect(journal.contains { $0.event.contains(#""event":"request.answered""#) })
        for word in Self.said {
            #expect(journal.allSatisfy { !$0.event.contains(word) && !$0.cause.contains(word) })
            #expect(lines.all.allSatisfy { !$0.contains(word) })
        }
    }

    @Test("the same declaration twice is answered once")
    func duplicate() async throws {
        let place = try await workplace()
        let draft = Messages.traveller(1)
        place.send(draft, draft)
        await place.work()
        place.send(draft)
        await place.work()
        #expect(place.broker.data("disclosure.traveller").count == 1)
        #expect(place.broker.mails == ["traveller.answered"])
        #expect(place.contents.requests.count == 1)
    }

    @Test("a preview tells the status and the mail, and sends and keeps nothing")
    func preview() async throws {
        let place = try await workplace()
        place.send(Messages.preview(90, of: Messages.traveller(1)))
        await place.work()
        let answer = try #require(place.broker.data("disclosure.preview").last)
        #expect(answer["outcome"] == "applied")
        let follows = answer.objects("follows")
        #expect(follows.map { $0["message"] } == ["status.request"])
        #expect(follows.first?.object("data")["status"] == "answered")
        #expect(answer.objects("mails").map { $0["template"] } == ["traveller.answered"])
        #expect(place.broker.mails.isEmpty)
        #expect(place.broker.data("disclosure.traveller").isEmpty)
        #expect(place.contents.requests.isEmpty && place.contents.persons.isEmpty)
    }

    @Test("what is left, that somebody was answered, goes with the person when its time is over")
    func retention() async throws {
        let place = try await workplace()
        place.send(Messages.traveller(1))
        await place.work()
        #expect(place.contents.requests.count == 1)
        place.clock.advance(bySeconds: 89 * 86_400)
        await place.work()
        #expect(place.contents.requests.count == 1)
        place.clock.advance(bySeconds: 2 * 86_400)
        await place.work()
        #expect(place.contents.requests.isEmpty)
        #expect(place.contents.persons.values.allSatisfy { $0.details == nil })
    }

    @Test("a person who is erased takes an answer along that nobody has fetched")
    func erased() async throws {
        let place = try await workplace()
        place.broker.unbind(["notification"])
        place.send(Messages.traveller(1, Self.content))
        await place.work()
        #expect(place.broker.mails.isEmpty)
        #expect(place.contents.outbox.count { $0.mail?.template == "traveller.answered" } == 1)
        place.send(Messages.right("erasure", 2, by: "anne"))
        await place.work()
        place.broker.unbind([])
        await place.pass(seconds: 700)
        #expect(!place.broker.mails.contains("traveller.answered"))
        #expect(place.contents.outbox.allSatisfy { $0.message == nil })
    }
}
