import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Erasures that are more than one transaction does.
@Suite("An erasure is done in parts, and complete", .timeLimit(.minutes(1)))
struct ErasureTests {
    private func workplace(erasedAtOnce: Int = 500) throws -> Workplace {
        var limits = MessageLoopLimits.prompt
        limits.erasedAtOnce = erasedAtOnce
        limits.outboxInMemory = 20
        let place = try Workplace(limits: limits)
        place.settings.procedures.retention = ["access": [.rejected: .seconds(90 * 86_400)]]
        return place
    }

    private func erasure(_ number: Int = 900, of person: String = "anne") -> Draft {
        Messages.right("erasure", number, by: person)
    }

    private func text(_ rows: [OutboxRow]) -> [String] {
        rows.map { String(decoding: $0.message.body, as: UTF8.self) }
    }

    /// Templates of mails to or about Anne that were published, in order.
    private func mailsNamingAnne(_ place: Workplace) -> [String] {
        place.broker.published.filter { row in
            let body = String(decoding: row.message.body, as: UTF8.self)
            return row.message.routingKey == "notification.email"
                && (body.contains("anne@") || body.contains("Weber anne"))
        }.compactMap { Reading($0.message.body).object("data")["template"] }
    }

    @Test(
        "More requests than one transaction withdraws: pending at first, granted when all is done"
    )
    func manyRequests() async throws {
        let place = try workplace()
        try await place.serve()
        for number in 1...130 { place.send(Messages.registration(number, eori: "LU\(number)")) }
        place.send(Messages.decision(1, identifier: "yes"))
        await place.work()
        place.send(erasure())
        await place.work()
        let statuses = place.broker.data("status.request")
        #expect(statuses.count { $0["status"] == "withdrawn" } == 129)
        let answer = statuses.filter { $0["requestId"] == "\(Messages.request(900))" }
        #expect(answer.map { $0["status"] } == ["pending", "granted"])
        #expect(
            answer.last?.objects("kept").map { $0["what"] } == [
                "decisions", "operator-registration",
            ]
        )
        #expect(statuses.last?["status"] == "granted")
        #expect(place.broker.mails.count { $0 == "access.withdrawn" } == 129)
        let farewell = place.broker.mails.filter { $0 == "person.erased" }
        #expect(farewell.count == 2, "the person and the authority, each once")
        let deletions = place.broker.data("provisioning.account").filter {
            $0.object("operation")["method"] == "DELETE"
        }
        #expect(deletions.count == 1)
        let story = place.contents.story
        #expect(story.suffix(1) == ["erasure.completed"])
        #expect(story.count { $0 == "erasure.begun" } == 1)
        #expect(place.contents.persons.values.allSatisfy { $0.details == nil })
        #expect(place.contents.erasures.isEmpty)
    }

    @Test("What waits to be sent about a request that was erased before does not leave any more")
    func retained() async throws {
        let place = try workplace()
        try await place.serve()
        place.broker.unbind(["notification"])
        place.send(
            Messages.registration(1, by: "anne"),
            Messages.decision(1, "rejected", identifier: "no"),
            Messages.registration(2, by: "anne", eori: "LU2")
        )
        await place.work()
        // The first request goes: it was rejected more than 90 days ago.
        place.clock.advance(bySeconds: 91 * 86_400)
        await place.work()
        #expect(place.contents.requests[Messages.request(1)] == nil)
        #expect(place.contents.outboxCount(of: "access.rejected") == 1)
        place.send(erasure())
        await place.work()
        place.broker.unbind([])
        await place.pass(seconds: 700)
        #expect(place.contents.outbox.allSatisfy { $0.settledAt != nil })
        // The office was never sent the name, and does not learn it now.
        #expect(
            mailsNamingAnne(place).allSatisfy {
                ["access.withdrawn", "person.erased"].contains($0)
            }
        )
        #expect(place.broker.mails.count { $0 == "person.erased" } == 1)
    }

    @Test("Nothing that names the person leaves while an erasure goes on, nor after a crash in it")
    func inParts() async throws {
        let place = try workplace(erasedAtOnce: 2)
        try await place.serve()
        place.broker.unbind(["notification"])
        for number in 1...30 {
            place.send(
                Messages.registration(number, eori: "LU\(number)"),
                Messages.decision(number, "rejected", identifier: "no-\(number)")
            )
        }
        place.send(Messages.registration(70, by: "bob", eori: "LU70"))
        await place.work()
        let waiting = place.contents.outbox.count { $0.settledAt == nil }
        #expect(waiting > 80)
        place.send(erasure())
        // A few iterations, and then the process is gone.
        for _ in 0..<4 { _ = await place.loop.step() }
        #expect(place.contents.erasures.count == 1)
        #expect(place.contents.persons.values.allSatisfy { $0.subject != "eaccess:anne" })
        place.crash()
        try await place.begin()
        place.broker.unbind([])
        place.broker.serve(place.loop)
        await place.pass(seconds: 700)
        #expect(place.contents.erasures.isEmpty)
        #expect(place.contents.story.contains("erasure.completed"))
        #expect(mailsNamingAnne(place) == ["person.erased"])
        // Others' mails left.
        #expect(place.broker.mails.contains("access.pending"))
        let dropped = place.contents.outbox.count { $0.wasErased }
        #expect(dropped >= 60)
    }

    @Test("A fault in the first part leaves what was asked for, and the erasure is gone on with")
    func fault() async throws {
        struct Fault: Error {}
        let isBroken = Mutex(true)
        let faults = Mutex(0)
        let register = MemoryRegister(onChange: { change in
            guard case .record(.eraseWritings) = change, isBroken.withLock(\.self) else { return }
            faults.withLock { $0 += 1 }
            throw Fault()
        })
        let place = try Workplace(register: register)
        try await place.serve()
        place.send(Messages.registration(1), erasure(), Messages.registration(2, by: "bob"))
        await place.work()
        #expect(place.contents.requests[Messages.request(900)]?.status == .granted)
        #expect(place.contents.requests[Messages.request(2)] != nil)
        #expect(place.contents.erasures.count == 1)
        #expect(place.contents.letters.isEmpty)
        // With the whole batch, and by itself; then not again for a while.
        #expect(faults.withLock(\.self) == 2)
        isBroken.withLock { $0 = false }
        await place.pass(seconds: 700)
        #expect(place.contents.erasures.isEmpty)
        #expect(place.contents.story.contains("erasure.completed"))
    }

    @Test("A natural person's number goes with the person, and is never in the journal")
    func number() async throws {
        let place = try workplace()
        try await place.serve()
        place.send(
            Messages.registration(1, profile: "natural-person", by: "nina", eori: "LUNINA77"),
            Messages.decision(1, identifier: "yes")
        )
        await place.work()
        #expect(place.contents.operators[EORI(canonical: "LUNINA77")]?.status == .registered)
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                #""target":{"eori":"LUNINA77"},"remarks":"over""#,
                identifier: "revoke"
            ),
            erasure(of: "nina")
        )
        await place.work()
        #expect(place.contents.journal.allSatisfy { !$0.event.contains("LUNINA77") })
        #expect(place.contents.surrogates.isEmpty)
        #expect(place.contents.requests.values.allSatisfy { $0.eori?.isErased != false })
        #expect(place.contents.accounts.allSatisfy { $0.eori.isErased })
        #expect(place.contents.operators.values.allSatisfy { $0.eori.isErased })
    }

    @Test("A status that says a natural person's number is about the person; a company's is not")
    func numberInStatus() async throws {
        let place = try workplace()
        try await place.serve()
        place.send(
            Messages.registration(1, profile: "natural-person", by: "nina", eori: "LUNINA77"),
            Messages.decision(1, identifier: "yes"),
            Messages.registration(2, by: "anne"),
            Messages.decision(2, identifier: "yes-2")
        )
        await place.work()
        let nina = try #require(place.contents.requests[Messages.request(1)]).person
        let statuses = place.contents.outbox.filter { $0.routingKey == "status.account" }
        let named = Set(statuses.map(\.about))
        #expect(named == [[nina], []])
    }

    @Test("Who comes back under the same number while the erasure goes on keeps it")
    func again() async throws {
        let place = try workplace(erasedAtOnce: 1)
        try await place.serve()
        let own = Messages.registration(1, profile: "natural-person", by: "nina", eori: "LUNINA77")
        place.send(own, Messages.withdrawal(1, by: "nina", identifier: "back"))
        await place.work()
        place.send(
            erasure(of: "nina"),
            Messages.registration(2, profile: "natural-person", by: "nina", eori: "LUNINA77")
        )
        await place.work()
        #expect(place.contents.erasures.isEmpty)
        let eori = EORI(canonical: "LUNINA77")
        #expect(place.contents.requests[Messages.request(2)]?.eori == eori)
        place.send(Messages.decision(2, identifier: "yes"))
        await place.work()
        #expect(place.contents.operators[eori]?.status == .registered)
        #expect(place.contents.journal.allSatisfy { !$0.event.contains("LUNINA77") })
    }

    @Test("Who stands in a message that waits alone is found, told and forgotten")
    func waiting() async throws {
        let place = try workplace()
        try await place.serve()
        place.send(Messages.decision(5, by: "zoe", identifier: "early"))
        await place.work()
        #expect(place.contents.deferred.count == 1)
        place.send(Messages.right("access", 10, by: "zoe"))
        await place.work()
        let told = try #require(place.broker.data("disclosure.person").last)
        #expect(told["known"] == "1")
        let mention = try #require(told.objects("mentions").first)
        #expect(mention["kind"] == "waiting")
        #expect(mention["content"]?.contains("zoe") == true)
        #expect(place.contents.persons.isEmpty, "asking stores nothing")
        place.send(erasure(11, of: "zoe"))
        await place.work()
        #expect(place.contents.deferred.isEmpty)
        #expect(place.contents.persons.isEmpty)
        let status = try #require(place.broker.data("status.request").last)
        #expect(status["status"] == "granted")
        place.send(Messages.right("access", 12, by: "zoe"))
        await place.work()
        let again = try #require(place.broker.data("disclosure.person").last)
        #expect(again.objects("mentions").isEmpty)
    }

    @Test("Why an operator sent what was refused about nobody known is not kept")
    func reason() async throws {
        let place = try workplace()
        try await place.serve()
        var draft = Messages.right(
            "rectification",
            10,
            by: "stranger",
            #","changes":{"givenName":"A"}"#
        )
        draft.user = Messages.anOperator
        draft.reason = "Ms Stranger has called"
        place.send(draft)
        await place.work()
        #expect(place.broker.data("problem.request").count == 1)
        #expect(place.contents.reasons.isEmpty)
        #expect(place.contents.texts.values.allSatisfy { $0.isEmpty })
    }

    @Test("Nobody decides on a request whose applicant is being erased, nor finds the person")
    func decided() async throws {
        let place = try workplace(erasedAtOnce: 1)
        try await place.serve()
        for number in 1...60 { place.send(Messages.registration(number, eori: "LU\(number)")) }
        await place.work()
        place.send(erasure(), Messages.decision(60, identifier: "late"))
        await place.work()
        #expect(place.broker.data("problem.request").count == 1)
        let request = try #require(place.contents.requests[Messages.request(60)])
        #expect(request.status == .withdrawn)
        #expect(place.contents.accounts.isEmpty)
        // Who comes again is somebody else.
        place.send(Messages.registration(80, eori: "LU80"))
        await place.work()
        let again = try #require(place.contents.requests[Messages.request(80)])
        #expect(again.person != request.person)
        #expect(again.status == .pending)
    }
}

extension MemoryContents {
    /// How many mails of the template wait.
    fileprivate func outboxCount(of template: String) -> Int {
        outbox.count { $0.mail?.template == template && $0.settledAt == nil }
    }
}
