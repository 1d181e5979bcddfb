import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// What becomes of one message, and that it concerns no other.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopMessageTests {
    @Test("the same message again changes nothing, however often")
    func duplicates() async throws {
        let place = try Workplace()
        try await place.serve()
        let draft = Messages.registration(1)
        place.send(draft, draft)
        await place.work()
        place.send(draft)
        await place.work()
        #expect(place.observer.record.dispositions == [.applied, .duplicate, .duplicate])
        #expect(place.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(place.contents.story == ["person.recorded", "request.submitted"])
        #expect(place.broker.acknowledgedCount == 3)
    }

    @Test("the same id with other content is refused as reused; its repetition is a duplicate")
    func reused() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(
            Messages.registration(1, identifier: "one"),
            Messages.registration(2, eori: "LU2", identifier: "one")
        )
        await place.work()
        #expect(place.observer.record.dispositions == [.applied, .refused])
        #expect(place.broker.problems == ["id-reused"])
        #expect(place.contents.requests.count == 1)
        // Of another user, the same source and id are another message.
        var other = Messages.registration(3, eori: "LU3", identifier: "one")
        other.user = "other-portal"
        var publishers = Workplace.publishers
        publishers["other-portal"] = [.portal]
        await place.loop.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        place.send(other)
        await place.work()
        #expect(place.observer.record.dispositions == [.applied, .refused, .applied])
    }

    @Test("a refused message that is delivered again is refused once")
    func refusedOnce() async throws {
        let place = try Workplace()
        try await place.begin()
        place.send(
            Messages.registration(1, identifier: "one"),
            Messages.registration(2, eori: "LU2", identifier: "one"),
            Messages.registration(3, terms: false)
        )
        place.broker.send([Messages.registration(4).message(body: "no JSON")])
        for _ in 0..<3 {
            // Each time the acknowledgement is lost.
            place.broker.openSource()
            place.loop.receive(place.broker.deliver())
            place.broker.closeSource()
            await place.work()
        }
        place.broker.serve(place.loop)
        await place.work()
        #expect(
            place.observer.record.dispositions
                == [.applied, .refused, .refused, .dead] + Array(repeating: .duplicate, count: 12)
        )
        #expect(place.broker.problems == ["id-reused", "terms-not-accepted"])
        #expect(place.broker.deadLetters == ["malformed"])
        #expect(place.broker.unacknowledgedCount == 0)
    }

    @Test("the same rubbish sent twice is two dead letters")
    func sameRubbish() async throws {
        let place = try Workplace()
        try await place.serve()
        let rubbish = Messages.registration(1).message(body: "no JSON")
        place.broker.send([rubbish, rubbish])
        await place.work()
        #expect(place.broker.deadLetters == ["malformed", "malformed"])
        let identifiers = place.broker.published.map(\.message.properties.messageIdentifier)
        #expect(Set(identifiers).count == 2)
    }

    @Test("a problem goes to a known sender whose envelope could be read, and to nobody else")
    func problems() async throws {
        let place = try Workplace()
        try await place.serve()
        var unknownType = Messages.registration(1)
        unknownType.routingKey = "registration.nonsense"
        var stranger = Messages.registration(2)
        stranger.user = "stranger"
        var nameless = Messages.registration(3)
        nameless.user = nil
        var overreaching = Messages.registration(4)
        overreaching.user = Messages.customs
        place.send(unknownType, stranger, nameless, overreaching)
        place.broker.send([Messages.registration(5).message(body: "{}")])
        await place.work()
        #expect(
            place.broker.deadLetters
                == ["unknown-type", "forbidden", "forbidden", "forbidden", "not-an-event"]
        )
        #expect(Set(place.broker.problems) == ["unknown-type", "forbidden"])
        #expect(place.broker.problems.count == 2)
        #expect(place.contents.requests.isEmpty)
        #expect(place.contents.story == Array(repeating: "message.dead-lettered", count: 5))
    }

    @Test("a registration that a rule rejects is recorded as rejected")
    func rejected() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.registration(1, profile: "employee"))
        await place.work()
        #expect(place.observer.record.dispositions == [.rejected])
        #expect(place.observer.record.codes == [.operatorUnknown])
        #expect(place.broker.mails == ["access.rejected"])
        #expect(place.broker.problems.isEmpty)
    }

    // MARK: - Faults of ours

    @Test("a fault of ours with one message is that message's end, and no other's")
    func confined() async throws {
        let place = try Workplace()
        let (person, request) = (
            PersonIdentifier(SequentialIdentifiers.identifier(1, series: 50)), Messages.request(1)
        )
        let start = place.clock.now
        // A request of a person of whom nothing is stored: granting it cannot be followed.
        try await place.register.write { transaction in
            try transaction.apply(
                .personRecorded(Person(identifier: person, subject: "eaccess:nobody")),
                at: start
            )
            try transaction.apply(
                .requestSubmitted(
                    Request(
                        identifier: request,
                        procedure: "access",
                        profile: "company",
                        person: person,
                        eori: EORI(canonical: "LU1"),
                        requested: OperationSet([.import]),
                        submittedAt: start
                    )
                ),
                at: start
            )
        }
        try await place.serve()
        place.send(
            Messages.decision(2, identifier: "before"),
            Messages.decision(1, identifier: "faulty"),
            Messages.decision(3, identifier: "after")
        )
        await place.work()
        #expect(place.observer.record.dispositions == [.deferred, .dead, .deferred])
        #expect(place.observer.record.codes == [.poison])
        #expect(place.contents.requests[request]?.status == .pending, "nothing of it remains")
        #expect(place.contents.operators.isEmpty && place.contents.accounts.isEmpty)
        #expect(place.broker.deadLetters == ["poison"])
        #expect(place.broker.problems == ["poison"], "its sender is known")
        #expect(place.broker.acknowledgedCount == 3)
        #expect(place.broker.mails.isEmpty)
    }

    @Test("a fault of ours with a message that waited is that message's end as well")
    func confinedRetry() async throws {
        let faulty = Messages.request(1)
        let register = MemoryRegister(onChange: { change in
            if case .record(.replace(.request(let request))) = change,
                request.identifier == faulty
            {
                throw OurFault()
            }
        })
        let place = try Workplace(register: register)
        try await place.serve()
        place.send(
            Messages.decision(1, identifier: "d1"),
            Messages.decision(2, identifier: "d2")
        )
        await place.work()
        place.send(Messages.registration(1), Messages.registration(2, eori: "LU2"))
        await place.work()
        #expect(
            place.observer.record.dispositions
                == [.deferred, .deferred, .applied, .applied, .dead, .applied]
        )
        #expect(place.contents.deferred.isEmpty)
        #expect(place.contents.requests[faulty]?.status == .pending)
        #expect(place.contents.requests[Messages.request(2)]?.status == .granted)
        #expect(place.broker.deadLetters == ["poison"])
    }
}
