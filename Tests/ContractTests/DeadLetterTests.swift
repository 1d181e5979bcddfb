import Domain
import Testing

@testable import Contract

@Suite struct DeadLetterTests {
    private let now = Instant(milliseconds: 1_795_238_049_250)
    private let identifier = DeadLetterIdentifier(
        UniversalIdentifier(canonical: "01a1fd03-4bd3-77aa-bd7f-050f62b6b435")
    )

    private func inbound(
        _ properties: MessageProperties,
        queue: InboundQueue = .approvals,
        body: [UInt8] = [0xff, 0x00, 0x7b]
    ) -> InboundMessage {
        InboundMessage(
            queue: queue,
            routingKey: "approval.decision",
            redelivered: true,
            properties: properties,
            body: body
        )
    }

    private func letter(
        of properties: MessageProperties,
        problem: Problem = Problem(.malformed, "byte 0: x")
    ) -> DeadLetter {
        DeadLetter(
            of: inbound(properties),
            problem: problem,
            identifier: identifier,
            at: now,
            prefix: "registrar"
        )
    }

    private let original = MessageProperties(
        contentType: "text/plain",
        contentEncoding: "gzip",
        headers: [
            HeaderField("x-trace", .table([HeaderField("a", .array([.void, .double(1)]))])),
            HeaderField("X-Registrar-Dead-Letter", .text("fine")),
            HeaderField("x-registrar-anything", .boolean(true)),
            HeaderField("CC", .array([.text("forbidden")])), HeaderField("n", .unsigned(7)),
            HeaderField("x-death", .array([])), HeaderField("X-First-Death-Queue", .text("q")),
            HeaderField("x-delivery-count", .integer(4)),
        ],
        deliveryMode: 1,
        priority: 5,
        correlationIdentifier: "c",
        replyTo: "r",
        expiration: "60000",
        messageIdentifier: "m",
        timestampSeconds: 12,
        type: "t",
        userIdentifier: "portal",
        applicationIdentifier: "app"
    )

    @Test func keepsAllThatCame() {
        let letter = letter(of: original)
        #expect(letter.identifier == identifier)
        #expect(letter.reason == .problem(.malformed))
        #expect(letter.detail == "byte 0: x")
        #expect(letter.at == now)
        #expect(letter.queue == "registrar.approvals")
        #expect(letter.routingKey == "approval.decision")
        #expect(letter.user == "portal")
        #expect(letter.replays == 0)
        #expect(letter.properties == original)
        #expect(letter.body == [0xff, 0x00, 0x7b])
    }

    @Test(arguments: [nil, ""])
    func withoutUser(_ user: String?) {
        var properties = original
        properties.userIdentifier = user
        properties.headers.append(HeaderField("x-registrar-user", .text("operator")))
        #expect(letter(of: properties).user == nil)
    }

    @Test func detailNamesThePlaces() {
        let letter = letter(
            of: MessageProperties(),
            problem: Problem(
                .schema,
                "wrong",
                findings: [
                    Finding(pointer: "/data/eori", detail: "is required"),
                    Finding(pointer: "/data/operations/0", detail: "must be one"),
                ]
            )
        )
        #expect(letter.detail == "wrong; /data/eori is required; /data/operations/0 must be one")
        let single = self.letter(
            of: MessageProperties(),
            problem: Problem(.forbidden, at: "/type", "not yours")
        )
        #expect(single.detail == "not yours; at /type")
    }

    @Test func detailIsBounded() {
        let detail = String(repeating: "é", count: 1000)
        #expect(letter(of: MessageProperties(), problem: Problem(.schema, detail)).detail == detail)
        let cut = letter(of: MessageProperties(), problem: Problem(.schema, detail + "x"))
        #expect(cut.detail == String(repeating: "é", count: 999) + "…")
    }

    /// Properties that would not fit a frame any more are left out, and it says so.
    @Test func headersThatAreTooLargeAreLeftOut() {
        func large(_ size: Int) -> MessageProperties {
            MessageProperties(headers: [
                HeaderField("big", .array([.bytes([UInt8](repeating: 0, count: size))]))
            ])
        }
        #expect(letter(of: large(98_000)).properties.headers.count == 1)
        let cut = letter(of: large(98_304))
        #expect(cut.properties.headers.isEmpty)
        // The name takes 4 bytes, the array 5 and what is in it 5 besides its own.
        #expect(cut.detail == "byte 0: x; its headers were left out: they need 98318 bytes")
    }

    // MARK: - Sent back

    @Test func whatGoesBackToAQueueNamesItsLetter() {
        let message = letter(of: original).sentBack(
            to: "notifications",
            number: 3,
            messageIdentifier: "own"
        )
        #expect(message.exchange == .out)
        #expect(message.routingKey == "replay.notifications")
        #expect(message.mandatory)
        #expect(message.subject == "c")
        #expect(message.body == [0xff, 0x00, 0x7b])
        var expected = original
        expected.userIdentifier = nil
        expected.expiration = nil
        expected.deliveryMode = 2
        expected.headers = [
            original.headers[0], original.headers[4],
            HeaderField("x-registrar-dead-letter", .text(identifier.description)),
            HeaderField("x-registrar-replays", .integer(3)),
        ]
        #expect(message.properties == expected)
        let nameless = letter(of: MessageProperties())
            .sentBack(to: "problems", number: 1, messageIdentifier: "own")
        #expect(nameless.properties.messageIdentifier == "own")
        #expect(nameless.subject == identifier.description)
        #expect(DeadLetter.claimedIdentifier(inbound(message.properties)) == identifier)
    }

    // MARK: - The broker's

    private func death(_ fields: HeaderField...) -> HeaderValue { .table(fields) }

    private func ofBroker(_ headers: [HeaderField], user: String? = nil) -> DeadLetter {
        DeadLetter(
            ofBroker: inbound(
                MessageProperties(headers: headers, userIdentifier: user),
                queue: .deadLetters
            ),
            identifier: identifier,
            at: now
        )
    }

    @Test func theBrokersLastWordCounts() {
        let last = death(
            HeaderField("reason", .text("delivery_limit")),
            HeaderField("queue", .text("registrar.registrations")),
            HeaderField("exchange", .text("registrar.in")),
            HeaderField("time", .timestamp(1_795_238_000)),
            HeaderField("count", .integer(2))
        )
        let invented = death(
            HeaderField("reason", .text("rejected")),
            HeaderField("queue", .text("registrar.notifications"))
        )
        let letter = ofBroker(
            [
                HeaderField("x-first-death-queue", .text("registrar.provisioning")),
                HeaderField("x-registrar-user", .text("operator")),
                HeaderField("x-death", .array([last, invented])),
            ],
            user: "ntp-portal"
        )
        #expect(letter.reason == .broker(.deliveryLimit))
        #expect(letter.queue == "registrar.registrations")
        #expect(letter.routingKey == "approval.decision")
        #expect(letter.user == "ntp-portal")
        #expect(
            letter.detail
                == "the broker put it aside in registrar.registrations, where it had come through "
                + "registrar.in, at 2026-11-21T05:13:20.000Z; 2 times"
        )
    }

    @Test func aLetterThatSaysNothingIsOneAllTheSame() {
        let silent: [[HeaderField]] = [
            [], [HeaderField("x-death", .void)], [HeaderField("x-death", .array([]))],
            [HeaderField("x-death", .array([.text("x")]))],
            [HeaderField("x-death", .array([.table([])]))],
            [HeaderField("x-death", .table([HeaderField("reason", .text("rejected"))]))],
            [
                HeaderField(
                    "x-death",
                    .array([.table([HeaderField("reason", .text("made up"))])])
                )
            ],
        ]
        for headers in silent {
            let letter = ofBroker(headers)
            #expect(letter.reason == .broker(.unknown), "\(headers)")
            #expect(letter.queue == nil && letter.user == nil)
            #expect(letter.routingKey == "approval.decision")
        }
    }

    /// Numbers and times are whatever somebody wrote.
    @Test func foreignNumbersHaveNoEffectButTheirOwn() {
        for seconds in [UInt64.max, UInt64(Int64.max), UInt64(Int64.max) / 1000 + 1, 1 << 62] {
            let letter = ofBroker([
                HeaderField(
                    "x-death",
                    .array([
                        death(
                            HeaderField("reason", .text("expired")),
                            HeaderField("time", .timestamp(seconds)),
                            HeaderField("count", .unsigned(.max))
                        )
                    ])
                )
            ])
            #expect(letter.reason == .broker(.expired))
            #expect(letter.detail?.contains("9999-12-31T23:59:59.999Z") == true)
        }
    }

    /// A reader of letters must survive whatever a letter holds. Each run is the same.
    @Test func mutatedLettersAreRead() {
        var random = Mutations(state: 20_261_128)
        for _ in 0..<20_000 {
            let message = inbound(
                MessageProperties(
                    headers: random.headers(),
                    correlationIdentifier: random.text(),
                    timestampSeconds: random.next(),
                    userIdentifier: random.text()
                ),
                queue: .deadLetters
            )
            let letter = DeadLetter(ofBroker: message, identifier: identifier, at: now)
            #expect(letter.properties.headers == message.properties.headers)
            #expect(letter.storedBytes > 0)
            #expect((letter.detail ?? "").unicodeScalars.count < 1000)
            _ = DeadLetter.marks(of: message)
            _ = DeadLetter.claimedIdentifier(message)
            let back = letter.sentBack(to: "problems", number: .max, messageIdentifier: "m")
            #expect(back.properties.headers.suffix(2).map(\.name).first == DeadLetter.Header.letter)
            #expect(back.heldBytes >= letter.body.count)
        }
    }
}

/// Headers such as a broker writes, with anything in their places; SplitMix64.
private struct Mutations {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: UInt64) -> Int { Int(next() % bound) }

    private static let words = [
        "", "rejected", "delivery_limit", "registrar.registrations", "x-death", "reason", "queue",
        "time", "count", "exchange", "x-registrar-dead-letter", "x-registrar-replays", "\u{0}",
        "01a1fd03-4bd3-77aa-bd7f-050f62b6b435", "e\u{301}\u{202e}", "\r\n",
    ]

    mutating func text() -> String {
        let word = Self.words[below(UInt64(Self.words.count))]
        return below(20) == 0 ? String(repeating: word, count: 200) : word
    }

    private mutating func number() -> UInt64 {
        let edges: [UInt64] = [0, 1, .max, 1 << 63, 1 << 63 - 1, 253_402_300_799, 1 << 31]
        return below(2) == 0 ? edges[below(UInt64(edges.count))] : next()
    }

    mutating func headers() -> [HeaderField] {
        var headers = (0..<below(4)).map { _ in HeaderField(text(), value(depth: 3)) }
        if below(3) > 0 {
            let death = (0..<below(6)).map { _ in HeaderField(text(), value(depth: 1)) }
            headers.append(HeaderField("x-death", .array([.table(death), value(depth: 2)])))
        }
        return headers
    }

    private mutating func value(depth: Int) -> HeaderValue {
        switch below(depth > 0 ? 12 : 10) {
        case 0: .text(text())
        case 1: .bytes((0..<below(9)).map { _ in UInt8(truncatingIfNeeded: next()) })
        case 2: .boolean(below(2) == 0)
        case 3: .integer(Int64(bitPattern: number()))
        case 4: .unsigned(number())
        case 5: .double(Double(bitPattern: next()))
        case 6, 7: .timestamp(number())
        case 8: .decimal(scale: UInt8(truncatingIfNeeded: next()), value: .max)
        case 9: .void
        case 10: .array((0..<below(4)).map { _ in value(depth: depth - 1) })
        default: .table((0..<below(4)).map { _ in HeaderField(text(), value(depth: depth - 1)) })
        }
    }
}
