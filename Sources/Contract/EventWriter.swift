public import Domain

/// Makes outbound events: CloudEvents 1.0 in structured JSON mode, with the AMQP properties that
/// the contract gives every outbound message.
public struct EventWriter: Sendable {
    /// The `app_id` of everything that is published.
    public static let applicationIdentifier = "registrard"

    /// How many bytes the body of an outbound message has at most: as many as an inbound one.
    /// Brokers and clients have limits of their own, and this is far below those that they ship
    /// with.
    public static let maximumBodyBytes = MessageDecoder.maximumBodySize

    /// The URI reference that names this service, such as `urn:luccs:registrar`.
    public let source: String

    public init(source: String) {
        self.source = source
    }

    /// - Parameters:
    ///   - identifier: the same whenever the same event is made again, so that receivers can
    ///     recognise a redelivery.
    ///   - routingKey: its first word decides whether the message is published `mandatory`.
    ///   - subject: what the event is about: the request id, else the account's, the obligation's
    ///     or the causing event's. It also goes to `correlationid` and `correlation_id`. Nil for
    ///     an event that is about nothing in particular.
    ///   - stream: what it stays in sequence with; its subject, unless said otherwise.
    ///   - causation: the id of the event that brought this one about, or `timer:<id>`.
    ///   - reason: why an operator has it done, of what operators send.
    ///   - account: the account that this message orders something about, if it does.
    ///   - mail: what the outbox is to keep of it, if it is a mail.
    ///   - data: writes the members of `data`.
    public func message(
        identifier: String,
        routingKey: String,
        time: Instant,
        subject: String?,
        stream: String? = nil,
        traceParent: String? = nil,
        causation: String? = nil,
        reason: String? = nil,
        account: AccountIdentifier? = nil,
        mail: MailRecord? = nil,
        data: (inout JSONWriter) throws -> Void
    ) rethrows -> OutboundMessage {
        let type = EventType.type(ofRoutingKey: routingKey)
        var writer = JSONWriter(reservingCapacity: 1024)
        try writer.object { event in
            event.member("specversion", "1.0")
            event.member("id", identifier)
            event.member("source", source)
            event.member("type", type)
            event.member("time", time.description)
            event.optionalMember("subject", subject)
            event.member("datacontenttype", "application/json")
            event.optionalMember("traceparent", traceParent)
            event.optionalMember("causationid", causation)
            event.optionalMember("correlationid", subject)
            event.optionalMember("reason", reason)
            try event.object("data", data)
        }
        let properties = MessageProperties(
            contentType: EnvelopeReader.contentType,
            deliveryMode: 2,
            correlationIdentifier: subject.flatMap(Self.shortString),
            messageIdentifier: Self.shortString(identifier),
            timestampSeconds: UInt64(max(0, time.seconds)),
            type: Self.shortString(type),
            applicationIdentifier: Self.applicationIdentifier
        )
        return OutboundMessage(
            exchange: .out,
            routingKey: routingKey,
            mandatory: Self.isMandatory(routingKey),
            properties: properties,
            body: writer.bytes,
            fixedParts: writer.fixedParts,
            subject: stream ?? subject ?? identifier,
            account: account,
            mail: mail
        )
    }

    /// Whoever wants to know the status, a disclosure or the journal's checkpoints binds a queue;
    /// nobody has to.
    private static func isMandatory(_ routingKey: String) -> Bool {
        switch OutboundMessage.family(ofRoutingKey: routingKey) {
        case "status", "disclosure", "journal": false
        default: true
        }
    }

    /// What fits an AMQP short string: 255 bytes. A longer value stands in the event alone.
    private static func shortString(_ text: String) -> String? {
        text.utf8.count <= 255 ? text : nil
    }
}
