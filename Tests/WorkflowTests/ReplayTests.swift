import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// What operators do: outbox messages that are sent again, reasons, and what is predicted.
@Suite(.timeLimit(.minutes(1))) struct OperatorTests {
    private func workplace() async throws -> Workplace {
        let place = try Workplace()
        try await place.serve()
        return place
    }

    // MARK: - Reasons

    @Test("A reason is kept beside the journal, and goes with the person")
    func reasons() async throws {
        let place = try await workplace()
        place.send(Messages.registration(1))
        await place.work()
        func say(_ draft: Draft, _ reason: String) async {
            var draft = draft
            draft.user = Messages.anOperator
            draft.reason = reason
            place.send(draft)
            await place.work()
        }
        await say(Messages.decision(1, identifier: "d1"), "told by phone")
        #expect(Array(place.contents.reasons.values) == ["told by phone"])
        let reason = try #require(place.contents.reasons.keys.first)
        #expect(place.contents.journal[Int(reason) - 1].request == Messages.request(1))
        #expect(
            place.contents.texts[Messages.request(1)]?.map(\.content) == ["told by phone"]
        )
        let causes = place.contents.journal.map(\.cause)
        #expect(causes.allSatisfy { !$0.contains("phone") })
        #expect(causes.contains { $0.contains(#""reason":true"#) })
        // Of others it is ignored; of what is refused it is kept as well.
        var other = Messages.registration(2, by: "bob", eori: "LU2")
        other.reason = "ignored"
        place.send(other)
        await say(Messages.decision(1, identifier: "d2"), "too late")
        #expect(place.contents.reasons.values.sorted() == ["told by phone", "too late"])

        await say(Messages.right("erasure", 3, by: "anne"), "Anne asked")
        #expect(place.contents.persons.values.allSatisfy { $0.subject != "eaccess:anne" })
        #expect(place.contents.reasons.isEmpty)
        #expect(!place.contents.texts.values.contains { !$0.isEmpty })
    }

    // MARK: - The outbox

    @Test("Parked messages are sent again when an operator says so, and nobody else")
    func outboxRetry() async throws {
        let place = try await workplace()
        place.broker.unbind(["notification"])
        place.send(Messages.registration(1), Messages.registration(2, by: "bob", eori: "LU2"))
        await place.work()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        let parked = place.contents.outbox.filter { $0.parkedReason != nil }
        #expect(parked.count == 5)
        place.broker.unbind([])
        place.send(
            Messages.act(
                "outbox-retry",
                #"{"all":true}"#,
                by: Messages.provisioner,
                identifier: "act-0"
            )
        )
        await place.settle()
        #expect(place.broker.deadLetters == ["forbidden"])
        #expect(place.broker.mails.isEmpty)

        // With what stands behind it, and nothing of another stream.
        let first = try #require(parked.first?.sequence)
        place.send(
            Messages.act("outbox-retry", #"{"messages":[\#(first)]}"#, identifier: "act-1")
        )
        await place.settle()
        #expect(
            place.broker.mails == ["access.pending", "access.awaiting-you", "access.granted"]
        )
        #expect(place.contents.outbox.count { $0.parkedReason != nil } == 2)
        // What is new of a stream that is still parked does not overtake.
        place.send(Messages.decision(2, identifier: "d2"))
        await place.settle()
        #expect(place.contents.outbox.count { $0.parkedReason != nil } == 3)

        place.send(Messages.act("outbox-retry", #"{"all":true}"#, identifier: "act-2"))
        await place.settle()
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.mails.suffix(3) == place.broker.mails.prefix(3))
        #expect(place.contents.story.count { $0 == "outbox.retried" } == 2)
        #expect(place.contents.reasons.values.allSatisfy { $0 == "bound again" })
    }

    // MARK: - The forecast

    @Test("What is predicted happens, and predicting changes nothing")
    func forecast() async throws {
        let place = try await workplace()
        place.send(
            Messages.registration(1),
            Messages.decision(9, identifier: "d9")
        )
        await place.work()
        var forged = Messages.decision(2, identifier: "d2")
        forged.user = Messages.portal
        let messages: [InboundMessage] = [
            Messages.registration(1).message,
            Messages.registration(1, eori: "LU3", identifier: "registration-1").message,
            Messages.registration(2, profile: "employee", by: "bob", eori: "LU7").message,
            Messages.registration(3, by: "carl", eori: "LU3").message,
            Messages.decision(3, identifier: "d3").message,
            Messages.decision(3, identifier: "d4").message,
            Messages.decision(8, identifier: "d8").message,
            Messages.registration(9, by: "dora", eori: "LU9").message, forged.message,
            Messages.registration(5).message(body: "{"),
        ]
        let before = place.contents.story
        let (settings, identifiers, now) = (place.settings, place.identifiers, place.clock.now)
        let predicted = try await place.register.write { transaction in
            try Forecaster(settings, identifiers: identifiers, prefix: "registrar")
                .forecast(messages, at: now, on: transaction)
        }
        #expect(place.contents.story == before)
        #expect(
            predicted.map(\.disposition) == [
                .duplicate, .refused, .rejected, .applied, .applied, .refused, .deferred, .applied,
                .dead, .dead,
            ]
        )
        #expect(
            predicted.map(\.code) == [
                nil, .idReused, .operatorUnknown, nil, nil, .requestClosed, nil, nil, .forbidden,
                .malformed,
            ]
        )
        #expect(
            predicted[4].events.prefix(2) == ["person.recorded", "request.changed"]
                || predicted[4].events.first == "request.changed"
        )
        #expect(predicted[5].detail?.isEmpty == false)

        let start = place.observer.record.processed.count
        for message in messages {
            place.broker.send([message])
            await place.work()
        }
        // Each message by itself; the decision that waited comes with its request.
        let happened = place.observer.record.processed.dropFirst(start).filter {
            $0.request != Messages.request(9) || $0.kind != "approval.decision"
        }
        #expect(happened.map(\.disposition) == predicted.map(\.disposition))
        #expect(happened.map(\.code) == predicted.map(\.code))
    }
}
