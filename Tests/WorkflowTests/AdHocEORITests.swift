import Domain
import TestKit
import Testing

@testable import Workflow

extension Messages {
    static func adHocEORI(_ number: Int, by person: String) -> Draft {
        byApplicant(
            "access.ad-hoc-eori",
            number,
            person,
            "ad-hoc-eori-\(number)",
            #","purpose":"see the file","operations":["import"],"termsAccepted":true"#
        )
    }

    /// Grants an EORI.
    static func grant(_ number: Int, eori: String, identifier: String) -> Draft {
        var draft = decision(number, identifier: identifier)
        draft.data.removeLast()
        draft.data += #","eori":"\#(eori)"}"#
        return draft
    }
}

@Suite("A number that a grant gives is the person's from then on", .timeLimit(.minutes(1)))
struct AdHocEORITests {
    private let eori = EORI(canonical: "LUNINA77")

    /// Where Nina has asked.
    private func workplace() async throws -> Workplace {
        let place = try Workplace()
        place.settings.procedures.retention = ["ad-hoc-eori": [.granted: .seconds(30 * 86_400)]]
        try await place.serve()
        place.send(Messages.adHocEORI(1, by: "nina"))
        return place
    }

    private var revocation: Draft {
        Messages.management(
            "revocation",
            by: "claude",
            role: "customs-authority",
            #""target":{"eori":"LUNINA77"},"remarks":"over""#,
            identifier: "revoke"
        )
    }

    @Test("It stands in the request, under it there are operator and account; never in the journal")
    func granted() async throws {
        let place = try await workplace()
        await place.work()
        #expect(place.contents.requests[Messages.request(1)]?.eori == nil)
        place.send(Messages.grant(1, eori: eori.text, identifier: "yes"))
        await place.work()
        let request = try #require(place.contents.requests[Messages.request(1)])
        #expect(request.eori == eori)
        #expect(place.contents.operators[eori]?.request == request.identifier)
        #expect(place.contents.accounts.map(\.eori) == [eori])
        #expect(place.contents.surrogates.values.map(\.person) == [request.person])
        #expect(place.contents.journal.allSatisfy { !$0.event.contains(eori.text) })
        let mail = try #require(place.broker.data("notification.email").last)
        #expect(mail["template"] == "ad-hoc-eori.granted")
        #expect(mail["text"]?.contains(eori.text) == true)
    }

    @Test("A grant that comes before its request gives it, too")
    func early() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.grant(1, eori: eori.text, identifier: "yes"))
        await place.work()
        place.send(Messages.adHocEORI(1, by: "nina"))
        await place.work()
        #expect(place.contents.requests[Messages.request(1)]?.eori == eori)
        #expect(place.contents.accounts.map(\.eori) == [eori])
    }

    @Test("It goes with the person, when the operator has ended")
    func erased() async throws {
        let place = try await workplace()
        place.send(Messages.grant(1, eori: eori.text, identifier: "yes"))
        await place.work()
        place.send(revocation, Messages.right("erasure", 900, by: "nina"))
        await place.work()
        #expect(place.contents.journal.allSatisfy { !$0.event.contains(eori.text) })
        #expect(place.contents.surrogates.isEmpty)
        #expect(place.contents.requests[Messages.request(1)]?.eori?.isErased == true)
        #expect(place.contents.accounts.map(\.eori.isErased) == [true])
        #expect(place.contents.fields.isEmpty)
    }

    @Test("A granted request is kept as long as its operator stands, and goes after it")
    func retained() async throws {
        let place = try await workplace()
        place.send(Messages.grant(1, eori: eori.text, identifier: "yes"))
        await place.work()
        await pass(days: 40, place)
        #expect(place.contents.requests[Messages.request(1)]?.eori == eori)
        place.send(revocation)
        await place.work()
        await pass(days: 40, place)
        #expect(place.contents.requests.isEmpty)
        #expect(place.contents.fields.isEmpty)
        #expect(place.contents.surrogates.isEmpty)
    }

    private func pass(days: Double, _ place: Workplace) async {
        place.clock.advance(bySeconds: days * 86_400)
        await place.work()
    }
}
