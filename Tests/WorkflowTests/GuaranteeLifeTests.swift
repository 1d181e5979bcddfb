import Domain
import TestKit
import Testing

@testable import Workflow

/// What becomes of guarantees, from the message to the mail. It is 21 September 2026, a Monday.
@Suite("Guarantees come back, or are called", .timeLimit(.minutes(1)))
struct GuaranteeLifeTests {
    private static let day = "2026-09-21"

    /// A company whose legal representative Anne has an account, and a warehousekeeper's
    /// authorisation with a standing guarantee of 1.00 EUR, GRN-1.
    private func warehouse() async throws -> Workplace {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.authorisation(
                2,
                kind: "authorised-warehousekeeper",
                #","premises":"Mertert"\#(Messages.guarantee)"#
            ),
            Messages.exciseGrant(2, from: "2026-09-01")
        )
        await place.work()
        return place
    }

    private func dispatch(_ number: Int, in place: Workplace) async {
        place.send(
            Messages.dispatch(
                number,
                exciseNumber: Messages.exciseNumber,
                on: Self.day,
                #","guarantee":{"reference":"GRN-2","amount":"500.00","currency":"EUR"}"#
            )
        )
        await place.work()
    }

    private func decision(_ number: Int, _ outcome: String, identifier: String) -> Draft {
        var decision = Messages.decision(
            number,
            outcome,
            by: "emil",
            role: "excise-office",
            identifier: identifier
        )
        decision.user = Messages.office
        return decision
    }

    private func mails(_ place: Workplace) -> [String] {
        place.broker.mails.filter { $0.hasPrefix("excise.guarantee-") }
            .map { String($0.dropFirst("excise.guarantee-".count)) }
    }

    /// Of the guarantee that is called so: how it changed, and what is left.
    private func statuses(_ place: Workplace, of name: String) -> [String] {
        place.broker.data("status.guarantee").filter { $0["reference"] == name }.map {
            "\($0["change"] ?? "") \($0["previous"] ?? "none") \($0["status"] ?? "") "
                + "\($0["held"] ?? "")"
        }
    }

    @Test("A movement's own guarantee is freed, asked back, given back, and comes back once (E16)")
    func recovered() async throws {
        let place = try await warehouse()
        await dispatch(3, in: place)
        #expect(statuses(place, of: "GRN-1") == ["held none held 1.00"])
        place.send(Messages.guaranteeRelease(4, "GRN-2"))
        await place.work()
        #expect(place.broker.problems == ["obligations-open"])
        #expect(mails(place).isEmpty)
        place.send(
            Messages.movementClosed(5, exciseNumber: Messages.exciseNumber, on: Self.day)
        )
        await place.work()
        #expect(mails(place) == ["free"])
        place.send(Messages.guaranteeRelease(6, "GRN-2"))
        await place.work()
        #expect(mails(place) == ["free", "pending", "awaiting-you"])
        place.send(decision(6, "rejected", identifier: "no"))
        await place.work()
        #expect(mails(place).last == "rejected")
        place.send(Messages.guaranteeRelease(7, "GRN-2"))
        await place.work()
        place.send(decision(7, "granted", identifier: "yes"))
        await place.work()
        #expect(mails(place).suffix(3) == ["pending", "awaiting-you", "released"])
        #expect(
            statuses(place, of: "GRN-2")
                == ["held none held 500.00", "released held released 0.00"]
        )
        #expect(place.broker.data("status.request").last?["status"] == "granted")
        place.send(Messages.guaranteeRelease(8, "GRN-2"))
        await place.work()
        #expect(place.broker.problems == ["obligations-open", "not-awaited"])
        #expect(place.contents.guarantees.map(\.status) == [.held, .released])
    }

    @Test(
        "What is called in part is told to the operator with its grounds, and the rest comes back"
    )
    func called() async throws {
        let place = try await warehouse()
        await dispatch(3, in: place)
        place.send(
            Messages.guaranteeDecision(
                "call",
                "GRN-2",
                #","amount":"123.45","remarks":"The duty was not paid.""#
            )
        )
        await place.work()
        place.send(
            Messages.movementClosed(5, exciseNumber: Messages.exciseNumber, on: Self.day)
        )
        await place.work()
        #expect(mails(place) == ["called", "free"])
        let called = place.broker.data("notification.email").first {
            $0["template"] == "excise.guarantee-called"
        }
        let text = try #require(called?["text"])
        for part in ["The duty was not paid.", "123.45", "376.55", "500.00"] {
            #expect(text.contains(part), "no \(part) in \(text)")
        }
        place.send(Messages.guaranteeDecision("release", "GRN-2"))
        await place.work()
        #expect(
            statuses(place, of: "GRN-2") == [
                "held none held 500.00", "called held partly-called 376.55",
                "released partly-called partly-called 0.00",
            ]
        )
        // The grounds may name somebody: they stand beside the request, and not in the journal.
        #expect(place.contents.texts[Messages.request(3)]?.map(\.kind) == [.remarks])
        let entry = place.contents.journal.last { $0.event.contains("guarantee.changed") }
        #expect(entry?.event.contains("excise-office") == true)
    }

    @Test("A standing guarantee can be asked back with the end of its authorisation (E16)")
    func standing() async throws {
        let place = try await warehouse()
        place.send(
            Messages.exciseRevocation(Messages.exciseNumber, by: "emil", identifier: "over")
        )
        await place.work()
        #expect(mails(place) == ["free"])
        place.send(Messages.guaranteeRelease(4))
        await place.work()
        #expect(mails(place).last == "awaiting-you")
    }

    @Test(
        "Of the guarantee of an operator that is revoked the office is told, since nobody can ask"
    )
    func operatorRevoked() async throws {
        let place = try await warehouse()
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                #""target":{"eori":"LU1"},"remarks":"over""#,
                identifier: "operator"
            )
        )
        await place.work()
        let free = place.broker.data("notification.email").filter {
            $0["template"] == "excise.guarantee-free"
        }
        #expect(free.count == 1)
        #expect(free.first?["text"]?.contains("Nobody can ask for it") == true)
    }

    @Test("What is held of a guarantee is disclosed, and kept when its applicant is erased")
    func rights() async throws {
        let place = try await warehouse()
        place.send(Messages.right("access", 11, by: "anne"))
        await place.work()
        let disclosed = try #require(place.broker.data("disclosure.person").first)
        #expect(disclosed.objects("guarantees").map { $0["held"] } == ["1.00"])
        place.send(
            Messages.exciseRevocation(Messages.exciseNumber, by: "emil", identifier: "over")
        )
        await place.work()
        place.send(Messages.right("erasure", 12, by: "anne"))
        await place.work()
        let answer = place.broker.data("status.request").last { !$0.objects("kept").isEmpty }
        let kept = answer?.objects("kept").compactMap { $0["what"] }
        #expect(kept?.contains("guarantee") == true)
        #expect(kept?.contains("authorisation") == false)
        // It still goes by its name, so that it can come back.
        place.send(Messages.guaranteeDecision("release"))
        await place.work()
        #expect(place.contents.guarantees.map(\.status) == [.released])
    }
}
