import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

@Suite("What is closed and past its time goes by itself", .timeLimit(.minutes(1)))
struct RetentionTests {
    private static let day = 86_400.0

    /// Rejected after 90 days, withdrawn after 30, granted after a year; rights requests after two.
    private func place() throws -> Workplace {
        let place = try Workplace()
        place.settings.procedures.retention = [
            "access": [
                .rejected: .seconds(90 * 86_400), .withdrawn: .seconds(30 * 86_400),
                .granted: .seconds(365 * 86_400),
            ],
            "person": [.granted: .seconds(730 * 86_400)],
        ]
        return place
    }

    private func pass(days: Double, _ place: Workplace) async {
        place.clock.advance(bySeconds: days * Self.day)
        await place.work()
    }

    private func erased(_ place: Workplace) -> [RetainedKind: Int] {
        place.observer.record.batches.reduce(into: [:]) { counts, batch in
            counts.merge(batch.erased, uniquingKeysWith: +)
        }
    }

    @Test("A rejected request goes after its time, and the person with it (A18)")
    func rejected() async throws {
        let place = try place()
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.decision(1, "rejected", identifier: "no")
        )
        await place.work()
        #expect(place.contents.texts.count == 1)
        await pass(days: 89, place)
        #expect(place.contents.requests.count == 1)
        #expect(place.contents.persons.count == 2)
        await pass(days: 2, place)
        #expect(place.contents.requests.isEmpty)
        #expect(place.contents.texts.isEmpty)
        // The official who decided is not the applicant.
        #expect(place.contents.persons.values.map(\.subject) == ["eaccess:claude"])
        #expect(
            place.contents.story.suffix(3)
                == ["person.erased", "request.erased", "erasure.told"]
        )
        #expect(
            place.contents.journal.last?.cause
                == #"{"cause":"timer:erase:\#(Messages.request(1))"}"#
        )
        #expect(erased(place) == [RetainedKind(procedure: "access", status: .rejected): 1])
        let entries = place.contents.journal.count
        await pass(days: 400, place)
        #expect(place.contents.journal.count == entries)
    }

    @Test("The person stays as long as something else is recorded")
    func othersHold() async throws {
        let place = try place()
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.withdrawal(1, by: "anne", identifier: "back"),
            Messages.registration(2, eori: "LU2"),
            Messages.decision(2, "rejected", identifier: "no")
        )
        await place.work()
        await pass(days: 31, place)
        #expect(place.contents.requests.map(\.key) == [Messages.request(2)])
        #expect(place.contents.persons.values.contains { $0.subject == "eaccess:anne" })
        await pass(days: 60, place)
        #expect(place.contents.requests.isEmpty)
        #expect(!place.contents.persons.values.contains { $0.subject == "eaccess:anne" })
    }

    @Test("Restricted data are not erased before the restriction is lifted")
    func restricted() async throws {
        let place = try place()
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.decision(1, "rejected", identifier: "no")
        )
        await place.work()
        place.send(Messages.right("restriction", 7, by: "anne", #","restricted":true"#))
        await place.work()
        await pass(days: 91, place)
        await pass(days: 10, place)
        #expect(place.contents.requests[Messages.request(1)] != nil)
        #expect(place.contents.story.count { $0 == "request.kept" } == 1)
        place.send(Messages.right("restriction", 8, by: "anne", #","restricted":false"#))
        await place.work()
        await pass(days: 21, place)
        #expect(place.contents.requests[Messages.request(1)] == nil)
        #expect(place.contents.persons.values.contains { $0.subject == "eaccess:anne" })
        // The requests by which the rights were exercised have a time of their own.
        await pass(days: 720, place)
        #expect(place.contents.requests.isEmpty)
        #expect(!place.contents.persons.values.contains { $0.subject == "eaccess:anne" })
    }

    @Test("What was granted stays while it stands, and goes when it does not")
    func granted() async throws {
        let place = try place()
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "yes"))
        await place.work()
        await pass(days: 366, place)
        #expect(place.contents.requests.count == 1)
        #expect(place.contents.persons.count == 2)
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                #""target":{"eori":"LU1"},"remarks":"gone""#,
                identifier: "end"
            )
        )
        await place.work()
        await pass(days: 31, place)
        #expect(place.contents.requests.isEmpty)
        #expect(!place.contents.persons.values.contains { $0.subject == "eaccess:anne" })
        // The user exists downstream, though revoked.
        #expect(
            place.broker.data("provisioning.account").last?.object("operation")["method"]
                == "DELETE"
        )
        #expect(place.contents.accounts.map(\.status) == [.deleted])
    }

    @Test("A thousand requests that fall due at once go in bounded parts, none twice")
    func manyAtOnce() async throws {
        let place = try place()
        try await place.serve()
        for number in 1...450 {
            place.send(
                Messages.registration(number, by: "p\(number)", eori: "LU\(number)"),
                Messages.decision(number, "rejected", identifier: "no-\(number)")
            )
        }
        await place.work()
        await pass(days: 91, place)
        #expect(place.contents.requests.isEmpty)
        #expect(place.contents.persons.count == 1)
        #expect(place.contents.story.count { $0 == "request.erased" } == 450)
        #expect(erased(place).values.reduce(0, +) == 450)
        #expect(place.observer.record.batches.allSatisfy { $0.erased.values.reduce(0, +) <= 200 })
    }
}
