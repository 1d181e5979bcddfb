import Contract
import Domain
import Testing

/// A dead letter that is replayed counts as its first sender's, and as nobody else's.
@Suite struct ReplayTests {
    private let decoder = Fixture.decoder

    private func letter(of message: InboundMessage, user: String?) -> DeadLetter {
        var message = message
        message.properties.userIdentifier = user
        return DeadLetter(
            of: message,
            problem: Problem(.forbidden, "not yours"),
            identifier: Self.identifier,
            at: Instant(seconds: 1_795_238_049),
            prefix: "registrar"
        )
    }

    private static let identifier = DeadLetterIdentifier(
        UniversalIdentifier(canonical: "01a1fd03-4bd3-77aa-bd7f-050f62b6b435")
    )

    private func replayed(_ message: InboundMessage, user: String?) -> InboundMessage {
        letter(of: message, user: user).message(
            in: message.queue,
            replay: Replay(letter: Self.identifier, user: "ctl", number: 4, reason: "mended")
        )
    }

    @Test func theFirstSendersRolesCount() {
        let registration = Fixture.registration()
        #expect(decoder.decode(replayed(registration, user: "portal")).command != nil)
        for user in ["provisioner", "customs", "nobody", "stranger", "", nil] {
            let decoded = decoder.decode(replayed(registration, user: user))
            #expect(decoded.problem?.code == .forbidden, "\(user ?? "nobody")")
        }
        let nameless = decoder.decode(replayed(registration, user: nil))
        #expect(nameless.problem?.detail.contains("who sent it first") == true)
        // An operator's own letter is an operator's.
        #expect(decoder.decode(replayed(registration, user: "ctl")).command != nil)
    }

    /// What somebody writes into headers about the sender is nothing to us.
    @Test func headersNeverSpeakForTheSender() {
        for user in ["provisioner", "nobody", "ctl"] {
            var message = Fixture.registration()
            message.properties.userIdentifier = user
            message.properties.headers = [
                HeaderField("x-registrar-user", .text("portal")),
                HeaderField("x-registrar-replays", .integer(1)),
                HeaderField("x-registrar-dead-letter", .text(Self.identifier.description)),
            ]
            #expect((decoder.decode(message).command != nil) == (user == "ctl"), "\(user)")
            #expect(letter(of: message, user: user).user == user)
            #expect(letter(of: message, user: user).replays == 0)
        }
    }

    @Test func aLetterThatFailsAgainIsTheSameLetter() {
        let message = replayed(Fixture.registration(), user: "portal")
        #expect(decoder.decode(message).envelope?.reason == "mended")
        let again = DeadLetter(
            of: message,
            problem: Problem(.schema, "wrong"),
            identifier: DeadLetterIdentifier(UniversalIdentifier(canonical: "new")),
            at: Instant(seconds: 1_795_238_050),
            prefix: "registrar"
        )
        #expect(again.identifier == Self.identifier)
        #expect(again.replays == 4)
        #expect(again.user == "portal")
    }

    @Test func reasonsAreTakenFromOperatorsAlone() {
        func reason(_ json: String, by user: String) -> DecodedMessage {
            decoder.decode(
                Fixture.registration(user: user, attributes: [("reason", json)])
            )
        }
        #expect(reason(#""because\nof it""#, by: "ctl").envelope?.reason == "because\nof it")
        #expect(reason("null", by: "ctl").envelope?.reason == nil)
        let longest = String(repeating: "é", count: 400)
        #expect(reason("\"\(longest)\"", by: "ctl").envelope?.reason == longest)
        for wrong in ["\"\(longest)é\"", #""""#, "7", "{}", #""a\u0001b""#] {
            let decoded = reason(wrong, by: "ctl")
            #expect(decoded.problem?.code == .schema)
            #expect(decoded.problem?.findings.map(\.pointer) == ["/reason"])
            #expect(reason(wrong, by: "portal").command != nil)
        }
        let ignored = reason(#""because""#, by: "portal")
        #expect(ignored.command != nil && ignored.envelope?.reason == nil)
    }

    @Test func operatorsMessagesAreNobodyElses() {
        for key in ["report.operator", "report.operator.outbox-retry", "report.operator.x.y"] {
            for user in ["portal", "customs", "excise", "vehicles", "provisioner", "both"] {
                let message = Fixture.message(key, body: Fixture.event(key, data: "{}"), user: user)
                #expect(decoder.decode(message).problem?.code == .forbidden, "\(user) \(key)")
                // Nor by way of the dead letters.
                let again = replayed(message, user: user)
                #expect(decoder.decode(again).problem?.code == .forbidden, "\(user) \(key)")
            }
            let message = Fixture.message(key, body: Fixture.event(key, data: "{}"), user: "ctl")
            #expect(decoder.decode(message).problem?.code == .unknownType)
        }
        let body = Fixture.event("report.operators", data: "{}")
        let message = Fixture.message("report.operators", body: body, user: "provisioner")
        #expect(decoder.decode(message).problem?.code == .unknownType)
    }
}
