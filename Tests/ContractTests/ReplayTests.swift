import Contract
import Domain
import Testing

/// What an operator has sent again counts as its first sender's, and as nobody else's.
@Suite struct ReplayTests {
    private let decoder = Fixture.decoder

    private func replayed(
        _ message: InboundMessage,
        by user: String? = "ctl",
        headers: [HeaderField]
    ) -> InboundMessage {
        var message = message
        message.properties.userIdentifier = user
        message.properties.headers = headers
        return message
    }

    private func from(_ user: String, replays: Int64 = 1) -> [HeaderField] {
        [
            HeaderField("x-registrar-user", .text(user)),
            HeaderField("x-registrar-replays", .integer(replays)),
        ]
    }

    @Test func theFirstSendersRolesCount() {
        let registration = Fixture.registration()
        #expect(
            decoder.decode(replayed(registration, headers: from("portal"))).command != nil
        )
        for user in ["provisioner", "customs", "nobody", "stranger", ""] {
            let decoded = decoder.decode(replayed(registration, headers: from(user)))
            #expect(decoded.problem?.code == .forbidden, "\(user)")
        }
        // An operator's own letter is an operator's.
        #expect(decoder.decode(replayed(registration, headers: from("ctl"))).command != nil)
        #expect(decoder.decode(replayed(registration, headers: [])).command != nil)
    }

    /// Headers that do not say clearly who it was.
    static let unclear: [[HeaderField]] = [
        [HeaderField("x-registrar-replays", .integer(1))],
        [HeaderField("x-registrar-user", .text(""))],
        [HeaderField("x-registrar-user", .void)],
        [HeaderField("x-registrar-user", .array([.text("portal")]))],
        [HeaderField("x-registrar-user", .bytes(Array("portal".utf8)))],
        [HeaderField("x-registrar-user", .text("portal")), HeaderField("x-registrar-user", .void)],
        [
            HeaderField("x-registrar-user", .text("portal")),
            HeaderField("x-registrar-user", .text("customs")),
        ],
    ]

    @Test(arguments: unclear)
    func withoutAFirstSenderNobodysRolesCount(_ headers: [HeaderField]) {
        let decoded = decoder.decode(replayed(Fixture.registration(), headers: headers))
        #expect(decoded.problem?.code == .forbidden)
        #expect(decoded.problem?.detail.contains("who sent it first") == true)
    }

    @Test func nobodyElseIsBelieved() {
        for user in ["provisioner", "customs", "nobody", "stranger", "", nil] {
            let message = replayed(Fixture.registration(), by: user, headers: from("portal"))
            #expect(decoder.decode(message).problem?.code == .forbidden)
            #expect(message.attributed(by: Fixture.publishers) == message)
        }
        let own = replayed(Fixture.registration(), by: "portal", headers: from("ctl"))
        #expect(decoder.decode(own).command != nil)
        #expect(own.attributed(by: Fixture.publishers).replay == nil)
    }

    @Test func itIsKnownWhoReplayedWhatHowOftenAndWhy() {
        let headers =
            from("portal", replays: 4)
            + [HeaderField("x-registrar-replay-reason", .text("the schema was wrong"))]
        let message = replayed(Fixture.registration(), headers: headers)
        let attributed = message.attributed(by: Fixture.publishers)
        #expect(attributed.properties.userIdentifier == "portal")
        #expect(
            attributed.replay == Replay(user: "ctl", number: 4, reason: "the schema was wrong")
        )
        #expect(attributed.attributed(by: Fixture.publishers) == attributed)
        #expect(attributed.asDelivered == message)
        #expect(decoder.decode(message).envelope?.reason == "the schema was wrong")
        #expect(decoder.decode(attributed).envelope?.reason == "the schema was wrong")
        // Operators who lost the role are believed no more, of messages that waited either.
        #expect(
            message.attributed(by: Publishers(["ctl": [.portal]])).properties.userIdentifier
                == "ctl"
        )
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
                let again = replayed(message, headers: from(user))
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
