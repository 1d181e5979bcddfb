import Contract
import Domain
import Testing

@Suite struct EventWriterTests {
    private let writer = EventWriter(source: "urn:luccs:registrar")
    private let now = Instant(milliseconds: 1_795_238_049_250)

    @Test func writesTheEnvelopeInAStableOrder() {
        let message = writer.message(
            identifier: "e-9",
            routingKey: "notification.email",
            time: now,
            subject: Fixture.request,
            traceParent: "00-t",
            causation: "e-1",
            account: AccountIdentifier(Fixture.request)
        ) { data in
            data.member("requestId", Fixture.request)
        }
        #expect(
            String(decoding: message.body, as: UTF8.self)
                == #"{"specversion":"1.0","id":"e-9","source":"urn:luccs:registrar","#
                + #""type":"lu.etat.do.notification.email.v1","time":"\#(now)","#
                + #""subject":"\#(Fixture.request)","datacontenttype":"application/json","#
                + #""traceparent":"00-t","causationid":"e-1","correlationid":"\#(Fixture.request)","#
                + #""data":{"requestId":"\#(Fixture.request)"}}"#
        )
        #expect(message.exchange == .out)
        #expect(message.routingKey == "notification.email")
        #expect(message.subject == Fixture.request)
        #expect(message.account == AccountIdentifier(Fixture.request))
        #expect(
            message.properties
                == MessageProperties(
                    contentType: "application/cloudevents+json",
                    deliveryMode: 2,
                    correlationIdentifier: Fixture.request,
                    messageIdentifier: "e-9",
                    timestampSeconds: 1_795_238_049,
                    type: "lu.etat.do.notification.email.v1",
                    applicationIdentifier: "registrard"
                )
        )
    }

    @Test func leavesOutWhatIsNotThere() {
        let message = writer.message(
            identifier: "e",
            routingKey: "journal.checkpoint",
            time: now,
            subject: nil
        ) { _ in }
        #expect(
            String(decoding: message.body, as: UTF8.self)
                == #"{"specversion":"1.0","id":"e","source":"urn:luccs:registrar","#
                + #""type":"lu.etat.do.journal.checkpoint.v1","time":"\#(now)","#
                + #""datacontenttype":"application/json","data":{}}"#
        )
        #expect(message.properties.correlationIdentifier == nil)
        #expect(message.subject == "e")
        #expect(message.account == nil)
    }

    @Test(arguments: [
        ("notification.email", true), ("provisioning.account", true), ("problem.request", true),
        ("status.request", false), ("status.account", false), ("disclosure.person", false),
        ("journal.checkpoint", false),
        ("statuses.x", true),
    ])
    func mandatoryByFamily(_ routingKey: String, _ isMandatory: Bool) {
        let message = writer.message(
            identifier: "e",
            routingKey: routingKey,
            time: now,
            subject: nil
        ) { _ in }
        #expect(message.mandatory == isMandatory)
    }

    @Test func longValuesAreNoProperties() throws {
        let fits = String(repeating: "é", count: 127) + "x"
        let long = String(repeating: "é", count: 128)
        for (text, property) in [(fits, fits), (long, nil)] {
            let message = writer.message(
                identifier: text,
                routingKey: "problem.request",
                time: Instant(seconds: -5),
                subject: text
            ) { _ in }
            #expect(message.properties.messageIdentifier == property)
            #expect(message.properties.correlationIdentifier == property)
            #expect(message.properties.timestampSeconds == 0)
            guard case .object(let event) = try JSONValue(parsing: message.body) else {
                Issue.record("not an object")
                return
            }
            #expect(event["id"] == .string(text))
            #expect(event["correlationid"] == .string(text))
        }
    }
}

@Suite struct ProblemEventTests {
    private let envelope = Envelope(
        identifier: "e-1",
        source: "urn:luccs:ntp-portal",
        type: "lu.etat.do.registration.fake.v1",
        time: Instant(seconds: 0),
        subject: Fixture.request.uppercased(),
        traceParent: nil
    )

    @Test func writesProblemDetails() {
        var writer = JSONWriter()
        let problem = Problem(.schema, at: "/data/eori", "is required")
        writer.object {
            ProblemEvent.write(
                problem,
                about: envelope,
                request: envelope.requestIdentifier,
                to: &$0
            )
        }
        #expect(
            writer.text
                == #"{"type":"urn:luccs:problem:schema","#
                + #""title":"\#(ProblemCode.schema.title)","detail":"is required","status":400,"#
                + #""errors":[{"pointer":"/data/eori","detail":"is required"}],"event":{"id":"e-1","#
                + #""source":"urn:luccs:ntp-portal","type":"lu.etat.do.registration.fake.v1"},"#
                + #""requestId":"\#(Fixture.request)"}"#
        )
    }

    @Test func withoutFindingsAndRequest() {
        var writer = JSONWriter()
        writer.object {
            ProblemEvent.write(
                Problem(.ownRequest, "no"),
                about: envelope,
                request: nil,
                to: &$0
            )
        }
        #expect(writer.text.contains(#""status":403,"errors":[],"event":{"#))
        #expect(writer.text.hasSuffix(#""requestId":null}"#))
    }

    @Test func subjectsThatAreNoRequest() {
        for subject in [nil, "", "account-1"] {
            let envelope = Envelope(
                identifier: "e",
                source: "s",
                type: "t",
                time: Instant(seconds: 0),
                subject: subject,
                traceParent: nil
            )
            #expect(envelope.requestIdentifier == nil)
        }
    }
}

@Suite struct DeadLetterTests {
    private let now = Instant(milliseconds: 1_795_238_049_250)

    private func inbound(_ properties: MessageProperties) -> InboundMessage {
        InboundMessage(
            queue: .approvals,
            routingKey: "approval.decision",
            redelivered: true,
            properties: properties,
            body: [0xff, 0x00, 0x7b]
        )
    }

    private func deadLetter(
        of properties: MessageProperties,
        problem: Problem = Problem(.malformed, "byte 0: x")
    ) -> OutboundMessage {
        DeadLetter.message(
            inbound(properties).attributed(by: Publishers(["ctl": [.operator]])),
            problem: problem,
            at: now,
            queueName: "registrar.approvals",
            subject: "s"
        )
    }

    private func header(_ name: String, of message: OutboundMessage) -> HeaderValue? {
        message.properties.headers.first { $0.name == name }?.value
    }

    @Test func keepsBodyAndProperties() {
        let original = MessageProperties(
            contentType: "text/plain",
            contentEncoding: "gzip",
            headers: [
                HeaderField("x-trace", .table([HeaderField("a", .array([.void, .double(1)]))])),
                HeaderField("X-Registrar-Reason", .text("fine")),
                HeaderField("x-registrar-replays", .integer(77)),
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
        let message = deadLetter(of: original)
        #expect(message.exchange == .dead)
        #expect(message.family == "dead")
        #expect(message.routingKey == "malformed")
        #expect(message.mandatory)
        #expect(message.subject == "s")
        #expect(message.body == [0xff, 0x00, 0x7b])
        var expected = original
        expected.userIdentifier = nil
        expected.expiration = nil
        expected.deliveryMode = 2
        expected.headers = [
            original.headers[0], original.headers[5],
            HeaderField("x-registrar-reason", .text("malformed")),
            HeaderField("x-registrar-detail", .text("byte 0: x")),
            HeaderField("x-registrar-at", .text(now.description)),
            HeaderField("x-registrar-queue", .text("registrar.approvals")),
            HeaderField("x-registrar-routing-key", .text("approval.decision")),
            HeaderField("x-registrar-user", .text("portal")),
            HeaderField("x-registrar-replays", .integer(0)),
        ]
        #expect(message.properties == expected)
    }

    @Test(arguments: [nil, ""])
    func withoutUser(_ user: String?) {
        let message = deadLetter(
            of: MessageProperties(
                headers: [
                    HeaderField("x-registrar-user", .text(user ?? "")),
                    HeaderField("x-registrar-replays", .integer(3)),
                ],
                userIdentifier: "ctl"
            ),
            problem: Problem(.forbidden, "no user_id")
        )
        #expect(message.routingKey == "forbidden")
        #expect(header("x-registrar-user", of: message) == nil)
        #expect(header("x-registrar-replays", of: message) == .integer(3))
    }

    @Test func detailNamesThePlaces() {
        let message = deadLetter(
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
        #expect(
            header("x-registrar-detail", of: message)
                == .text("wrong; /data/eori is required; /data/operations/0 must be one")
        )
        let single = deadLetter(
            of: MessageProperties(),
            problem: Problem(.forbidden, at: "/type", "not yours")
        )
        #expect(header("x-registrar-detail", of: single) == .text("not yours; at /type"))
    }

    @Test func detailIsBounded() {
        let detail = String(repeating: "é", count: 1000)
        let fits = deadLetter(of: MessageProperties(), problem: Problem(.schema, detail))
        #expect(header("x-registrar-detail", of: fits) == .text(detail))
        let cut = deadLetter(of: MessageProperties(), problem: Problem(.schema, detail + "x"))
        #expect(
            header("x-registrar-detail", of: cut)
                == .text(String(repeating: "é", count: 999) + "…")
        )
    }

    /// Properties that would not fit a frame any more with the reason are left out.
    @Test func headersThatAreTooLargeAreLeftOut() {
        func large(_ size: Int) -> MessageProperties {
            MessageProperties(headers: [
                HeaderField("big", .array([.bytes([UInt8](repeating: 0, count: size))]))
            ])
        }
        #expect(header("big", of: deadLetter(of: large(98_000))) != nil)
        let cut = deadLetter(of: large(98_304))
        #expect(header("big", of: cut) == nil)
        #expect(header("x-registrar-reason", of: cut) == .text("malformed"))
    }
}
