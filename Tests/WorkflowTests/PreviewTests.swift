import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

@Suite("What would become of a message is told, and nothing of it is kept")
struct PreviewTests {
    private func workplace() async throws -> Workplace {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(Messages.authorisation(2), Messages.exciseGrant(2, from: "2026-09-01"))
        await place.work()
        return place
    }

    /// All that is kept but the journal's entries and the messages' own.
    private func records(_ place: Workplace) -> [Int] {
        let contents = place.contents
        return [
            contents.requests.count, contents.obligations.count, contents.persons.count,
            contents.accounts.count, contents.fields.count, contents.deferred.count,
        ]
    }

    @Test("the days and mails of a receipt are told before it is reported, and are so afterwards")
    func receipt() async throws {
        let place = try await workplace()
        let receipt = Messages.excise("receipt", 3, #","receivedOn":"2026-09-21""#)
        let before = records(place)
        let mailed = place.broker.mails.count
        place.send(Messages.preview(90, of: receipt))
        await place.work()
        #expect(records(place) == before)
        #expect(place.broker.mails.count == mailed)
        let answer = try #require(place.broker.data("disclosure.preview").last)
        #expect(answer["outcome"] == "applied" && answer["code"] == nil)
        let mails = answer.objects("mails").map { "\($0["template"] ?? "") \($0["count"] ?? "")" }
        #expect(mails == ["excise.due 2"])
        func days(_ statuses: [Reading]) -> [String?] {
            statuses.map { "\($0["kind"] ?? "") \($0["dueOn"] ?? "")" }
        }
        let foretold = answer.objects("follows").filter { $0["message"] == "status.obligation" }
            .map { $0.object("data") }
        place.send(receipt)
        await place.work()
        let told = place.broker.data("status.obligation")
        #expect(days(foretold) == days(told) && told.count == 3)
        let entry = place.contents.journal.first { $0.event.contains("preview.answered") }
        #expect(
            entry?.event
                == #"{"event":"preview.answered","message":"registration.excise.receipt","#
                + #""outcome":"applied"}"#
        )
    }

    @Test("what would be refused is told with the code and the places")
    func refused() async throws {
        let place = try await workplace()
        let before = records(place)
        let cases: [(Draft, String, String)] = [
            (
                Messages.excise("receipt", 3, #","receivedOn":"2999-01-01""#), "refused",
                "date-out-of-range"
            ),
            (Messages.excise("receipt", 3, ""), "dead", "schema"),
            (Messages.withdrawal(3, by: "anne", identifier: "w"), "deferred", ""),
        ]
        for (number, (draft, outcome, code)) in cases.enumerated() {
            place.send(Messages.preview(91 + number, of: draft))
            await place.work()
            let answer = try #require(place.broker.data("disclosure.preview").last)
            #expect(answer["outcome"] == outcome)
            #expect(answer["code"] ?? "" == code)
        }
        let problems = place.broker.data("problem.request")
        #expect(problems.isEmpty)
        #expect(records(place) == before)
        #expect(place.contents.letters.isEmpty)
    }

    @Test("nobody previews what others decide, or a preview")
    func others() async throws {
        let place = try await workplace()
        place.send(
            Messages.preview(
                95,
                of: Messages.decision(2, identifier: "d"),
                as: "approval.decision"
            ),
            Messages.preview(
                96,
                of: Messages.decision(2, identifier: "d"),
                as: "registration.preview"
            )
        )
        await place.work()
        let answers = place.broker.data("disclosure.preview")
        #expect(answers.isEmpty)
        let dispositions = place.observer.record.dispositions
        #expect(dispositions.count { $0 == .dead } == 2)
    }

    @Test("a preview that comes twice is answered once, however long its id is")
    func twice() async throws {
        let place = try await workplace()
        var draft = Messages.preview(
            97,
            of: Messages.excise("receipt", 3, #","receivedOn":"2026-09-21""#)
        )
        // As long as an id may be.
        draft.identifier = String(repeating: "x", count: 128)
        place.send(draft, draft)
        await place.work()
        let answers = place.broker.data("disclosure.preview")
        #expect(answers.map { $0["outcome"] } == ["applied"])
    }
}
