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
