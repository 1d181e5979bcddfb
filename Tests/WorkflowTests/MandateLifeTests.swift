import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// Mandates from the request to the end, with all that others are told. It is 21 September 2026, a
/// Monday, when a life begins; Anne represents the operator by law, and Frank the representative.
@Suite struct MandateLifeTests {
    /// Both companies, the operator's authorisation, and Olga, who works for the representative.
    private func workplace() async throws -> Workplace {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.decision(1, identifier: "d1"),
            Messages.registration(2, by: "frank", eori: "LU2"),
            Messages.decision(2, identifier: "d2")
        )
        await place.work()
        place.send(
            Messages.registration(3, profile: "employee", by: "olga", eori: "LU2"),
            Messages.decision(3, by: "frank", role: "manager", identifier: "d3"),
            Messages.authorisation(4),
            Messages.exciseGrant(4, from: "2026-09-01")
        )
        await place.work()
        return place
    }

    private func agree(_ place: Workplace, until last: String? = nil) async {
        place.send(Messages.mandate(5, from: "2026-09-21", until: last))
        await place.work()
        place.send(Messages.decision(5, by: "frank", role: "manager", identifier: "d5"))
        await place.work()
    }

    private func mandate(_ place: Workplace) throws -> Authorisation {
        let mandates = place.contents.authorisations.filter { $0.counterparty != nil }
        return try #require(mandates.last)
    }

    private func jump(_ place: Workplace, to text: String) async throws {
        let instant = try #require(Instant(rfc3339: text))
        place.clock.jump(bySeconds: instant.seconds - place.clock.now.seconds)
        await place.pass(seconds: 3)
    }

    /// With those to whom they went.
    private func mails(_ place: Workplace) -> [String] {
        place.broker.data("notification.email").compactMap { data in
            guard let template = data["template"], template.contains("mandate") else { return nil }
            let addressees = data.objects("to").compactMap { $0["email"] }
            return "\(template.dropFirst(7)) \(addressees.joined(separator: ","))"
        }
    }

    private func statuses(_ place: Workplace) -> [String] {
        place.broker.data("status.mandate").map {
            "\($0["operator"] ?? "") \($0["representative"] ?? "") \($0["kind"] ?? "") "
                + "\($0["previous"] ?? "new") > \($0["status"] ?? "") until "
                + ($0["validUntil"] ?? "further")
        }
    }

    /// The numbers that the provisioner was told to set, one order after the other.
    private func orders(_ place: Workplace) -> [[String]] {
        place.broker.data("provisioning.account").flatMap { data in
            data.object("operation").object("data").objects("Operations")
        }.filter { $0["path"]?.hasSuffix(":emcs") == true }.map { $0.texts("value").sorted() }
    }

    private func journalNames(_ place: Workplace, _ number: String) -> Bool {
        place.contents.journal.contains { $0.event.contains(number) }
    }

    private func checkJournal(_ place: Workplace) throws {
        var replayed: [String: JSONObject] = [:]
        for entry in place.contents.journal {
            for effect in try #require(JournalEffect.effects(of: Array(entry.event.utf8))) {
                guard case .overwrite(_, let identifier, let record) = effect else { continue }
                replayed[identifier] = record
            }
        }
        let format = JournalFormat()
        let stored =
            place.contents.authorisations.map { ($0.number.text, format.record($0)) }
            + place.contents.accounts.map { ($0.identifier.description, format.record($0)) }
        for (identifier, record) in stored {
            var json = JSONWriter()
            json.value(.object(try #require(replayed[identifier])))
            #expect(json.text == record)
        }
    }

    @Test("a mandate's life: agreed to, used, warned of and over, with all that others see (E30)")
    func life() async throws {
        let place = try await workplace()
        await agree(place, until: "2026-10-31")
        let number = try mandate(place).number.text
        let olga = try #require(place.contents.accounts.last)
        place.send(Messages.mandateUsers(6, by: "frank", [olga.identifier.description], number))
        await place.work()
        place.send(Messages.excise("receipt", 7, #","receivedOn":"2026-09-21""#))
        await place.work()
        let declared = #","declaredOn":"2026-09-21"\#(Messages.represented(by: number))"#
        place.send(Messages.excise("ac4", 8, by: "olga", declared))
        await place.work()
        try await jump(place, to: "2026-10-01T04:00:00Z")
        try await jump(place, to: "2026-11-01T05:00:00Z")
        #expect(place.broker.problems.isEmpty)
        #expect(place.contents.obligations.first?.status == .met)
        #expect(
            statuses(place) == [
                "LU1 LU2 direct new > in-force until 2026-10-31",
                "LU1 LU2 direct in-force > lapsed until 2026-10-31",
            ]
        )
        #expect(orders(place) == [[Messages.exciseNumber], []])
        #expect(
            mails(place) == [
                "mandate-pending anne@example.lu", "mandate-awaiting-you frank@example.lu",
                "mandate-granted anne@example.lu", "mandate-granted frank@example.lu",
                "users-by-mandate anne@example.lu", "mandate-warning anne@example.lu",
                "mandate-warning frank@example.lu", "mandate-ended anne@example.lu",
                "mandate-ended frank@example.lu",
            ]
        )
        let ended = try #require(place.contents.accounts.last)
        #expect(ended.entitlements.isEmpty)
        try checkJournal(place)
    }

    @Test("a yes that comes first waits for the mandate, and is given then")
    func early() async throws {
        let place = try await workplace()
        place.send(Messages.decision(5, by: "frank", role: "manager", identifier: "d5"))
        await place.work()
        #expect(place.contents.deferred.count == 1)
        place.send(Messages.mandate(5, from: "2026-09-21"))
        await place.work()
        #expect(place.contents.deferred.isEmpty)
        let granted = place.contents.requests[Messages.request(5)]
        #expect(granted?.status == .granted)
        #expect(granted?.approvals == ["operator", "representative"])
        #expect(statuses(place) == ["LU1 LU2 direct new > in-force until further"])
    }

    @Test("whose yes is missing is reminded, and both sides are told when it is too late")
    func expiry() async throws {
        let place = try await workplace()
        place.send(Messages.mandate(5, from: "2026-09-21"))
        await place.work()
        try await jump(place, to: "2026-09-28T04:00:00Z")
        try await jump(place, to: "2026-10-21T14:00:00Z")
        #expect(
            mails(place) == [
                "mandate-pending anne@example.lu", "mandate-awaiting-you frank@example.lu",
                "mandate-awaiting-you frank@example.lu", "mandate-expired anne@example.lu",
                "mandate-expired frank@example.lu",
            ]
        )
        #expect(statuses(place).isEmpty)
    }

    @Test("what a side wants to end is told once, and EMCS is taken when the day is over")
    func end() async throws {
        let place = try await workplace()
        await agree(place)
        let number = try mandate(place).number.text
        let olga = try #require(place.contents.accounts.last)
        place.send(Messages.mandateUsers(6, by: "frank", [olga.identifier.description], number))
        await place.work()
        place.send(Messages.mandateEnd(7, by: "frank", number, on: "2026-09-22"))
        await place.work()
        #expect(orders(place) == [[Messages.exciseNumber]])
        try await jump(place, to: "2026-09-23T04:00:00Z")
        #expect(orders(place) == [[Messages.exciseNumber], []])
        #expect(
            statuses(place) == [
                "LU1 LU2 direct new > in-force until further",
                "LU1 LU2 direct in-force > in-force until 2026-09-22",
                "LU1 LU2 direct in-force > ended until 2026-09-22",
            ]
        )
        #expect(
            mails(place).suffix(2) == [
                "mandate-ended anne@example.lu", "mandate-ended frank@example.lu",
            ]
        )
        #expect(try mandate(place).status == .revoked)
        try checkJournal(place)
    }

    @Test("a mandate of a natural person stands in the journal without their number")
    func naturalPerson() async throws {
        let place = try await workplace()
        place.send(
            Messages.registration(11, profile: "natural-person", by: "nina", eori: "LUNINA77"),
            Messages.decision(11, identifier: "d11")
        )
        await place.work()
        place.send(Messages.authorisation(15, by: "nina", eori: "LUNINA77"))
        await place.work()
        place.send(Messages.mandate(12, by: "nina", eori: "LUNINA77", from: "2026-09-21"))
        await place.work()
        place.send(Messages.decision(12, by: "frank", role: "manager", identifier: "d12"))
        await place.work()
        #expect(try mandate(place).counterparty?.text == "LUNINA77")
        #expect(journalNames(place, "LUNINA77") == false)
        place.send(Messages.right("erasure", 13, by: "nina"))
        await place.pass(seconds: 3)
        #expect(try mandate(place).counterparty?.number == "LUNINA77")
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                #""target":{"eori":"LUNINA77"},"remarks":"over""#,
                identifier: "r14"
            )
        )
        await place.pass(seconds: 3)
        #expect(try mandate(place).status == .revoked)
        #expect(journalNames(place, "LUNINA77") == false)
    }

    @Test("what many mandates rest on takes them along a part at a time, and each account once")
    func cascade() async throws {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        place.settings.procedures.cascade = CascadeSettings(accounts: 1, authorisations: 1)
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.decision(1, identifier: "d1"),
            Messages.registration(2, by: "frank", eori: "LU2"),
            Messages.decision(2, identifier: "d2"),
            Messages.registration(3, by: "carl", eori: "LU3"),
            Messages.decision(3, identifier: "d3")
        )
        await place.work()
        place.send(
            Messages.authorisation(4),
            Messages.exciseGrant(4, from: "2026-09-01"),
            Messages.authorisation(5, by: "frank", eori: "LU2"),
            Messages.exciseGrant(5, exciseNumber: "LU00000654321", from: "2026-09-01"),
            Messages.authorisation(6, by: "carl", eori: "LU3"),
            Messages.exciseGrant(6, exciseNumber: "LU00000654322", from: "2026-09-01")
        )
        await place.work()
        place.send(
            Messages.mandate(7, kind: "indirect", from: "2026-09-21"),
            Messages.mandate(8, by: "carl", eori: "LU3", kind: "indirect", from: "2026-09-21"),
            Messages.mandate(9, by: "carl", eori: "LU3", representative: "LU1", from: "2026-09-21")
        )
        await place.work()
        place.send(
            Messages.decision(7, by: "frank", role: "manager", identifier: "d7"),
            Messages.decision(8, by: "frank", role: "manager", identifier: "d8"),
            Messages.decision(9, by: "anne", role: "manager", identifier: "d9")
        )
        await place.work()
        let held = place.contents.authorisations.filter { $0.eori.text == "LU2" }
        let first = try #require(held.first)
        let user = try #require(place.contents.accounts.dropFirst().first).identifier.description
        let given = place.contents.authorisations.filter { $0.kind == "indirect-mandate" }
        #expect(given.count == 2)
        place.send(Messages.mandateUsers(10, by: "frank", [user], given[0].number.text))
        await place.work()
        place.send(Messages.exciseRevocation(first.number.text, by: "emil", identifier: "r1"))
        await place.pass(seconds: 5)
        #expect(place.broker.problems.isEmpty)
        let ended = place.contents.authorisations.filter { $0.status == .revoked }
        #expect(ended.map(\.number) == [first.number] + given.map(\.number))
        #expect(orders(place) == [[Messages.exciseNumber], []])
        #expect(place.contents.authorisations.count == 6)
        try checkJournal(place)
    }
}
