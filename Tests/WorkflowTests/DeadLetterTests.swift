import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Dead letters in the store: how they come there, and how they go.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterTests {
    private func workplace(_ change: (inout MessageLoopLimits) -> Void = { _ in }) async throws
        -> Workplace
    {
        var limits = MessageLoopLimits.prompt
        change(&limits)
        let place = try Workplace(limits: limits)
        try await place.serve()
        return place
    }

    /// An operator's order about letters, and what is done about it.
    private func order(
        _ act: String,
        _ letters: [DeadLetterIdentifier],
        _ place: Workplace,
        by user: String = Messages.anOperator
    ) async {
        let number = place.contents.journal.count
        let ids = letters.map { "\"\($0)\"" }.joined(separator: ",")
        place.send(
            Messages.act(
                "dead-letter-\(act)",
                #"{"letters":[\#(ids)]}"#,
                by: user,
                identifier: "act-\(number)"
            )
        )
        await place.work()
        await place.pass(seconds: 1)
    }

    private func letters(_ place: Workplace) -> [DeadLetter] {
        place.contents.letters.filter { $0.sent == nil }.map(\.letter)
    }

    private func letter(_ place: Workplace) throws -> DeadLetter {
        try #require(letters(place).last)
    }

    private func rubbish(_ number: Int, user: String? = Messages.portal) -> InboundMessage {
        var draft = Messages.registration(number)
        draft.user = user
        return draft.message(body: "{\(number)")
    }

    // MARK: - Replay

    @Test("A forbidden message stays forbidden when it is replayed, until its sender may send it")
    func forbidden() async throws {
        let place = try await workplace()
        place.send(Messages.registration(1))
        await place.work()
        var forged = Messages.decision(1, identifier: "d1")
        forged.user = Messages.portal
        place.send(forged)
        await place.work()
        let first = try letter(place)
        for number in 1...3 {
            await order("replay", [first.identifier], place)
            #expect(place.contents.requests[Messages.request(1)]?.status == .pending)
            #expect(place.broker.deadLetters.count == 1 + number)
            let again = try letter(place)
            #expect(again.identifier == first.identifier)
            #expect(again.replays == Int64(number))
            #expect(again.user == Messages.portal)
            #expect(letters(place).count == 1)
        }
        let told = place.broker.data("status.dead-letter")
        #expect(told.allSatisfy { $0["deadLetter"] == first.identifier.description })
        let dead = try #require(
            place.contents.journal.last {
                Reading($0.event.utf8)["event"] == "message.dead-lettered"
            }
        )
        let cause = Reading(dead.cause.utf8)
        #expect(cause["user"] == Messages.portal && cause["replayedBy"] == Messages.anOperator)

        var publishers = Workplace.publishers
        publishers[Messages.portal] = [.portal, .customsAuthority]
        await place.loop.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        await order("replay", [first.identifier], place)
        #expect(place.contents.requests[Messages.request(1)]?.status == .granted)
        #expect(letters(place).isEmpty)
        #expect(place.contents.reasons.values.contains("bound again"))
        // After it, the account that the grant opened is confirmed.
        let end = try #require(
            place.contents.journal.last {
                Reading($0.event.utf8)["event"] == "dead-letter.replayed"
            }
        )
        #expect(Reading(end.event.utf8)["outcome"] == "applied")
        // The event is known as its first sender's.
        place.send(forged)
        await place.work()
        #expect(place.observer.record.dispositions.last == .duplicate)
    }

    @Test("A message that waited in vain has its effect when it is replayed after its request")
    func requestUnknown() async throws {
        let place = try await workplace()
        place.send(Messages.decision(1, identifier: "d1"))
        await place.work()
        place.clock.advance(bySeconds: 86_400)
        await place.work()
        #expect(place.broker.deadLetters == ["request-unknown"])
        // It may wait in vain again, and stays the letter that it was.
        let first = try letter(place)
        await order("replay", [first.identifier], place)
        #expect(letters(place).isEmpty)
        #expect(place.contents.deferred.map(\.message.replay?.letter) == [first.identifier])
        place.clock.advance(bySeconds: 86_400)
        await place.work()
        #expect(try letter(place).identifier == first.identifier)
        #expect(try letter(place).replays == 1)

        place.send(Messages.registration(1))
        await place.work()
        await order("replay", [first.identifier], place)
        #expect(place.contents.requests[Messages.request(1)]?.status == .granted)
        #expect(letters(place).isEmpty)
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
        await place.loop.reload(
            try Workplace.settings(identifiers: place.identifiers, publishers: publishers)
        )
        await send(2)
        #expect(place.observer.record.dispositions == [.dead, .applied])
        await order("replay", [try letter(place).identifier], place)
        #expect(place.observer.record.codes == [.forbidden, .idReused])
        #expect(place.contents.requests.count == 1)
        #expect(letters(place).isEmpty, "its sender was told")
    }

    @Test("Nobody but an operator has letters replayed or thrown away")
    func operatorsAlone() async throws {
        let place = try await workplace()
        place.broker.send([rubbish(1)])
        await place.work()
        let letter = try letter(place)
        for act in ["replay", "discard"] {
            for user in [Messages.portal, Messages.customs, Messages.provisioner, "stranger"] {
                await order(act, [letter.identifier], place, by: user)
            }
        }
        #expect(letters(place).first == letter)
        #expect(Set(place.broker.deadLetters) == ["malformed", "forbidden"])
    }

    @Test("Headers that name a sender, a letter or a number of replays are nothing but headers")
    func headersOfSenders() async throws {
        let place = try await workplace()
        place.broker.send([rubbish(1)])
        await place.work()
        let first = try letter(place)
        var forged = Messages.decision(1, identifier: "d1").message
        forged.properties.userIdentifier = "stranger"
        forged.properties.headers = [
            HeaderField("x-registrar-user", .text(Messages.customs)),
            HeaderField("x-registrar-replays", .integer(7)),
            HeaderField("x-registrar-dead-letter", .text(first.identifier.description)),
        ]
        place.broker.send([forged])
        await place.work()
        let second = try letter(place)
        #expect(second.identifier != first.identifier)
        #expect(second.user == "stranger" && second.replays == 0)
        #expect(second.properties.headers == forged.properties.headers)
        #expect(letters(place).count == 2)
    }

    // MARK: - Discard

    @Test("Of several letters, the one that is named goes, and it is known who let it go")
    func discard() async throws {
        let place = try await workplace()
        place.broker.send((1...3).map { rubbish($0) })
        await place.work()
        let all = letters(place)
        await order("discard", [all[1].identifier], place)
        #expect(letters(place) == [all[0], all[2]])
        let entry = try #require(
            place.contents.journal.last {
                Reading($0.event.utf8)["event"] == "dead-letters.discarded"
            }
        )
        #expect(
            entry.event == #"{"event":"dead-letters.discarded","letters":["#
                + #"{"deadLetter":"\#(all[1].identifier)","code":"malformed"}]}"#
        )
        #expect(entry.cause.contains(#""user":"operator""#))
        #expect(Array(place.contents.reasons.values) == ["bound again"])
        // What is gone cannot be dealt with again.
        await order("discard", [all[1].identifier], place)
        #expect(place.observer.record.codes.last == .notEligible)
        #expect(letters(place).count == 2)
    }

    // MARK: - The broker's letters

    private func ofBroker(
        _ reason: String = "rejected",
        queue: String? = "registrar.notifications",
        key: String = "notification.email",
        user: String? = nil,
        headers: [HeaderField] = [],
        body: String = "a mail"
    ) -> InboundMessage {
        var fields = headers
        if let queue {
            let death: [HeaderField] = [
                HeaderField("reason", .text(reason)), HeaderField("queue", .text(queue)),
                HeaderField("time", .timestamp(1_790_000_000)), HeaderField("count", .integer(1)),
            ]
            fields.append(HeaderField("x-death", .array([.table(death)])))
        }
        return InboundMessage(
            queue: .deadLetters,
            routingKey: key,
            redelivered: false,
            properties: MessageProperties(
                headers: fields,
                messageIdentifier: "m-1",
                userIdentifier: user
            ),
            body: Array(body.utf8)
        )
    }

    @Test("What the broker puts aside is taken into the store, with the broker's own word")
    func takenIn() async throws {
        let place = try await workplace()
        let reasons = ["rejected", "expired", "maxlen", "delivery_limit"]
        for reason in reasons { place.broker.send([ofBroker(reason, body: reason)]) }
        place.broker.send([ofBroker(queue: nil)])
        await place.work()
        #expect(letters(place).map(\.reason.rawValue) == reasons + ["unknown"])
        #expect(place.broker.deadLetters == reasons + ["unknown"])
        #expect(place.broker.acknowledgedCount == 5)
        #expect(place.broker.problems.isEmpty)
        #expect(letters(place)[0].queue == "registrar.notifications")
        #expect(
            place.observer.record.processed.map(\.letter?.rawValue) == reasons + ["unknown"]
        )
    }

    @Test("A letter whose acknowledgement is lost is taken in once; two that are alike are two")
    func redelivered() async throws {
        let place = try await workplace()
        place.broker.send([ofBroker(), ofBroker()])
        await place.work()
        #expect(letters(place).count == 2)
        let next = try await workplace()
        next.crash()
        try await next.begin()
        // Before the session, which the broker knows as the former process's.
        next.broker.send([ofBroker()])
        next.broker.openSource()
        next.loop.receive(next.broker.deliver())
        next.broker.closeSource()
        await next.work()
        #expect(letters(next).count == 1)
        next.broker.serve(next.loop)
        await next.work()
        #expect(letters(next).count == 1)
        #expect(next.broker.unacknowledgedCount == 0)
    }

    @Test("What a mailer refused goes back to its queue, and is known when it comes again")
    func sentBack() async throws {
        let place = try await workplace()
        place.broker.send([ofBroker()])
        await place.work()
        let first = try letter(place)
        await order("replay", [first.identifier], place)
        let sent = try #require(
            place.broker.published.last { $0.message.routingKey == "replay.notifications" }
        ).message
        #expect(sent.body == first.body && sent.mandatory)
        #expect(letters(place).isEmpty)
        #expect(Reading(try #require(place.contents.journal.last).event.utf8)["outcome"] == "sent")
        // Somebody who only says so is somebody else.
        let mark = sent.properties.headers
        place.broker.send([ofBroker(headers: mark, body: "another mail")])
        await place.work()
        #expect(try letter(place).identifier != first.identifier)
        place.broker.send([ofBroker("delivery_limit", key: "replay.notifications", headers: mark)])
        await place.work()
        let again = try letter(place)
        #expect(again.identifier == first.identifier)
        #expect(again.replays == 1)
        #expect(again.routingKey == "notification.email")
        #expect(again.reason == .broker(.deliveryLimit))
        // And it is known again after another replay.
        await order("replay", [first.identifier], place)
        place.broker.send([ofBroker(key: "replay.notifications", headers: mark)])
        await place.work()
        #expect(try letter(place).replays == 2)
    }

    @Test("A letter of an inbound queue is dealt with as its sender's; without a queue, by its key")
    func inboundLetters() async throws {
        let place = try await workplace()
        for (number, queue) in ["registrar.registrations", nil].enumerated() {
            let draft = Messages.registration(number + 1, eori: "LU\(number)").message
            let body = String(decoding: draft.body, as: UTF8.self)
            for user in [Messages.portal, nil] {
                var message = ofBroker(
                    "delivery_limit",
                    queue: queue,
                    key: draft.routingKey,
                    user: user,
                    headers: [HeaderField("x-registrar-user", .text(Messages.anOperator))],
                    body: body
                )
                message.properties.contentType = draft.properties.contentType
                place.broker.send([message])
                await place.work()
                await order("replay", [try letter(place).identifier], place)
                #expect(
                    place.contents.requests.count == number + 1,
                    "\(queue ?? "none") \(user ?? "nobody")"
                )
            }
        }
        #expect(letters(place).map(\.reason) == [.problem(.forbidden), .problem(.forbidden)])
    }

    @Test("Who may dead-letter into our exchange from a queue of their own has no say by that")
    func foreign() async throws {
        let place = try await workplace()
        let draft = Messages.registration(1).message
        for queue in ["ntp-portal.mine", "registrar", "registrar.", "registrar.other", ""] {
            var message = ofBroker(
                queue: queue.isEmpty ? nil : queue,
                key: queue.isEmpty ? "something.else" : draft.routingKey,
                user: Messages.portal,
                body: String(decoding: draft.body, as: UTF8.self)
            )
            message.properties.contentType = draft.properties.contentType
            place.broker.send([message])
            await place.work()
            let before = try letter(place)
            await order("replay", [before.identifier], place)
            #expect(place.contents.requests.isEmpty, "\(queue)")
            let after = try letter(place)
            #expect(after.identifier == before.identifier && after.replays == 1)
            #expect(after.reason == .problem(.unknownType))
        }
    }

    // MARK: - Bounds

    @Test("The time of a letter ends by the clock, and the journal says so")
    func expiry() async throws {
        let place = try await workplace { $0.deadLetters.retainSeconds = 100 }
        place.broker.send([rubbish(1)])
        await place.work()
        let letter = try letter(place)
        await place.pass(seconds: 98)
        #expect(letters(place).count == 1)
        await place.pass(seconds: 4)
        #expect(letters(place).isEmpty)
        #expect(
            place.contents.journal.last?.event
                == #"{"event":"dead-letter.expired","deadLetter":"\#(letter.identifier)","#
                + #""code":"malformed"}"#
        )
        #expect(place.observer.record.dueWork[.eraseDeadLetter] == 1)
    }

    @Test("Whoever sends most rubbish pushes out their own oldest letters, and nobody else's")
    func room() async throws {
        let place = try await workplace { $0.deadLetters.count = 4 }
        place.broker.send([rubbish(1, user: "modest"), rubbish(2, user: nil)])
        place.broker.send((3...9).map { rubbish($0) })
        await place.work()
        #expect(
            letters(place).map { String(decoding: $0.body, as: UTF8.self) }
                == ["{1", "{2", "{8", "{9"]
        )
        #expect(place.contents.story.count { $0 == "dead-letter.dropped" } == 5)
        #expect(place.observer.record.processed.reduce(0) { $0 + $1.droppedLetters } == 5)

        let bytes = try await workplace { $0.deadLetters.bytes = 10_000 }
        bytes.broker.send([rubbish(1, user: "modest")])
        let large = String(repeating: "x", count: 4000)
        bytes.broker.send((2...5).map { Messages.registration($0).message(body: "\($0)" + large) })
        await bytes.work()
        #expect(letters(bytes).map { $0.body.first } == [123, 52, 53])
        #expect(try await bytes.register.write { try $0.deadLetterTotals().bytes } <= 10_000)
    }

    // MARK: - Crashes

    @Test("A letter whose replay ends the process is put back as poison; others are replayed")
    func poison() async throws {
        let crashed = Mutex(false)
        let broker = MemoryBroker()
        let register = MemoryRegister(onChange: { change in
            guard case .record(.add(.request(let request))) = change,
                request.identifier == Messages.request(2)
            else { return }
            crashed.withLock { $0 = true }
            broker.cut()
            throw RegisterUnavailable(reason: "the process ended")
        })
        let place = try Workplace(register: register, broker: broker)
        place.settings = try Workplace.settings(
            identifiers: place.identifiers,
            publishers: Workplace.publishers.merging([Messages.portal: []]) { $1 }
        )
        try await place.serve()
        place.send(
            Messages.registration(1),
            Messages.registration(2, eori: "LU2"),
            Messages.registration(3, eori: "LU3")
        )
        await place.work()
        let all = letters(place).map(\.identifier)
        #expect(all.count == 3)
        await place.loop.reload(try Workplace.settings(identifiers: place.identifiers))
        place.settings = try Workplace.settings(identifiers: place.identifiers)
        place.send(
            Messages.act(
                "dead-letter-replay",
                #"{"letters":[\#(all.map { "\"\($0)\"" }.joined(separator: ","))]}"#,
                identifier: "act"
            )
        )
        var crashes = 0
        for _ in 0..<20 {
            await place.work()
            place.clock.advance(bySeconds: 1)
            place.loop.queue.add(.clock)
            while await place.loop.step() == .worked, !crashed.withLock(\.self) {}
            guard crashed.withLock(\.self) else { break }
            crashes += 1
            crashed.withLock { $0 = false }
            place.crash()
            try await place.begin()
            broker.serve(place.loop)
        }
        #expect(crashes == 2, "in company, and alone")
        #expect(
            place.contents.requestOrder.sorted { "\($0)" < "\($1)" }
                == [Messages.request(1), Messages.request(3)]
        )
        #expect(letters(place).map(\.identifier) == [all[1]])
        #expect(letters(place).map(\.reason) == [.problem(.poison)])
        #expect(place.contents.attempts.isEmpty)
    }
}
