import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// What operators do: dead letters that are replayed, outbox messages that are sent again, reasons.
@Suite(.timeLimit(.minutes(1))) struct ReplayTests {
    private func workplace() async throws -> Workplace {
        let place = try Workplace()
        try await place.serve()
        return place
    }

    /// The latest dead letter on its way back, as registrarctl sends it.
    private func replay(_ place: Workplace, reason: String? = nil) throws -> InboundMessage {
        let letter = try #require(
            place.broker.published.last { $0.message.exchange == .dead }?.message
        )
        let headers = letter.properties.headers
        func value(_ name: String) -> HeaderValue? { headers.first { $0.name == name }?.value }
        guard case .text(let key) = value("x-registrar-routing-key"),
            case .integer(let replays) = value("x-registrar-replays")
        else { throw OurFault() }
        var properties = letter.properties
        properties.userIdentifier = Messages.anOperator
        properties.headers = headers.filter { !$0.name.hasPrefix("x-registrar-") }
        properties.headers += [
            HeaderField("x-registrar-user", value("x-registrar-user") ?? .text("")),
            HeaderField("x-registrar-replays", .integer(replays + 1)),
        ]
        if let reason {
            properties.headers.append(HeaderField("x-registrar-replay-reason", .text(reason)))
        }
        return InboundMessage(
            queue: key.hasPrefix("approval.") ? .approvals : .registrations,
            routingKey: key,
            redelivered: false,
            properties: properties,
            body: letter.body
        )
    }

    // MARK: - Dead letters

    @Test("A forbidden message stays forbidden when it is replayed, until its sender may send it")
    func forbidden() async throws {
        let place = try await workplace()
        place.send(Messages.registration(1))
        await place.work()
        var forged = Messages.decision(1, identifier: "d1")
        forged.user = Messages.portal
        place.send(forged)
        await place.work()
        for number in 1...3 {
            place.broker.send([try replay(place)])
            await place.work()
            #expect(place.contents.requests[Messages.request(1)]?.status == .pending)
            #expect(place.broker.deadLetters.count == 1 + number)
        }
        let letter = try #require(place.broker.published.last { $0.message.exchange == .dead })
        #expect(
            letter.message.properties.headers.contains(
                HeaderField("x-registrar-replays", .integer(3))
            )
        )
        #expect(
            letter.message.properties.headers.contains(
                HeaderField("x-registrar-user", .text(Messages.portal))
            )
        )
        let cause = Reading(try #require(place.contents.journal.last).cause.utf8)
        #expect(cause["user"] == Messages.portal && cause["replayedBy"] == Messages.anOperator)

        var publishers = Workplace.publishers
        publishers[Messages.portal] = [.portal, .customsAuthority]
        await place.service.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        place.broker.send([try replay(place, reason: "the office's portal")])
        await place.work()
        #expect(place.contents.requests[Messages.request(1)]?.status == .granted)
        // The event is known as its first sender's.
        place.send(forged)
        await place.work()
        #expect(place.observer.record.dispositions.suffix(2) == [.applied, .duplicate])
    }

    @Test("A message that waited in vain has its effect when it is replayed after its request")
    func requestUnknown() async throws {
        let place = try await workplace()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        place.clock.advance(bySeconds: 86_400)
        await place.work()
        #expect(place.broker.deadLetters == ["request-unknown"])
        place.send(Messages.registration(1))
        await place.work()
        let letter = try replay(place)
        place.broker.send([letter, letter])
        await place.work()
        #expect(place.contents.requests[Messages.request(1)]?.status == .granted)
        #expect(place.observer.record.dispositions.suffix(2) == [.applied, .duplicate])
    }

    @Test("A replay that is sent twice has one effect; the next replay is another")
    func twice() async throws {
        let place = try await workplace()
        place.broker.send([Messages.registration(1).message(body: "no JSON")])
        await place.work()
        let first = try replay(place)
        place.broker.send([first, first])
        await place.work()
        #expect(place.broker.deadLetters == ["malformed", "malformed"])
        #expect(place.observer.record.dispositions == [.dead, .dead, .duplicate])
        place.broker.send([try replay(place)])
        await place.work()
        #expect(place.broker.deadLetters.count == 3)
        #expect(place.broker.acknowledgedCount == 4)
    }

    @Test("Another event of the same id came first: the replay is refused as reused")
    func reused() async throws {
        let place = try await workplace()
        func send(_ number: Int) async {
            var draft = Messages.registration(number, eori: "LU\(number)", identifier: "one")
            draft.user = "new-portal"
            place.send(draft)
            await place.work()
        }
        await send(1)
        var publishers = Workplace.publishers
        publishers["new-portal"] = [.portal]
        await place.service.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        await send(2)
        #expect(place.observer.record.dispositions == [.dead, .applied])
        place.broker.send([try replay(place)])
        await place.work()
        #expect(place.observer.record.codes == [.forbidden, .idReused])
        #expect(place.contents.requests.count == 1)
    }

    @Test("Put aside as poison, a replay is still its first sender's")
    func poison() async throws {
        let place = try await workplace()
        var forged = Messages.decision(1, identifier: "d1")
        forged.user = Messages.portal
        place.send(forged)
        await place.work()
        let message = try replay(place)
        let processor = MessageProcessor(place.settings, place.identifiers, prefix: "registrar")
        let now = place.clock.now
        let letter = try await place.register.write { transaction in
            var rows: [OutboxRow] = []
            _ = try processor.buryPoison(
                message,
                crashes: 5,
                at: now,
                in: transaction,
                queued: &rows
            )
            return rows.first?.message
        }
        let headers = try #require(letter).properties.headers
        #expect(headers.contains(HeaderField("x-registrar-user", .text(Messages.portal))))
        #expect(headers.contains(HeaderField("x-registrar-replays", .integer(1))))
    }

    @Test("Of an operator who lost the role, a replay is nobody's, and stays so")
    func lostRole() async throws {
        let place = try await workplace()
        var forged = Messages.decision(1, identifier: "d1")
        forged.user = Messages.portal
        place.send(Messages.registration(1), forged)
        await place.work()
        let message = try replay(place)
        var publishers = Workplace.publishers
        publishers[Messages.anOperator] = []
        await place.service.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        place.broker.send([message])
        await place.work()
        await place.service.reload(try Workplace.settings(identifiers: place.identifiers))
        place.broker.send([try replay(place)])
        await place.work()
        #expect(place.observer.record.codes == [.forbidden, .forbidden, .forbidden])
        #expect(place.contents.requests[Messages.request(1)]?.status == .pending)
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

    @Test("What was discarded is journalled, by id and code")
    func discarded() async throws {
        let place = try await workplace()
        let letters = #"[{"messageId":"m-1","code":"schema"},{"messageId":null,"code":"x"}]"#
        place.send(
            Messages.act("dead-letter-discarded", #"{"letters":\#(letters)}"#, identifier: "act-1")
        )
        await place.work()
        let entry = try #require(place.contents.journal.last)
        #expect(
            entry.event == #"{"event":"dead-letters.discarded","letters":["#
                + #"{"message":"m-1","code":"schema"},{"message":null,"code":"x"}]}"#
        )
        #expect(entry.cause.contains(#""user":"operator""#))
        #expect(place.contents.reasons.count == 1)
    }

    // MARK: - The forecast

    @Test("What is foretold happens, and foretelling changes nothing")
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
        let foretold = try await place.register.write { transaction in
            try Forecaster(settings, identifiers: identifiers, prefix: "registrar")
                .forecast(messages, at: now, on: transaction)
        }
        #expect(place.contents.story == before)
        #expect(
            foretold.map(\.disposition) == [
                .duplicate, .refused, .rejected, .applied, .applied, .refused, .deferred, .applied,
                .dead, .dead,
            ]
        )
        #expect(
            foretold.map(\.code) == [
                nil, .idReused, .operatorUnknown, nil, nil, .requestClosed, nil, nil, .forbidden,
                .malformed,
            ]
        )
        #expect(
            foretold[4].events.prefix(2) == ["person.recorded", "request.changed"]
                || foretold[4].events.first == "request.changed"
        )
        #expect(foretold[5].detail?.isEmpty == false)

        let start = place.observer.record.treatments.count
        for message in messages {
            place.broker.send([message])
            await place.work()
        }
        // Each message's own treatment; that of the decision that waited comes with its request.
        let happened = place.observer.record.treatments.dropFirst(start).filter {
            $0.request != Messages.request(9) || $0.kind != "approval.decision"
        }
        #expect(happened.map(\.disposition) == foretold.map(\.disposition))
        #expect(happened.map(\.code) == foretold.map(\.code))
    }
}
