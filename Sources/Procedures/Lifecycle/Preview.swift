public import Contract
public import Domain

/// `registration.preview`: what would become of another message of a portal if it came now. The
/// loop answers it by doing all of that with the real rules, and keeping nothing.
public struct Preview: Command {
    /// The preview's own: nothing is recorded under it.
    public let identifier: RequestIdentifier
    /// That of the message, such as `registration.excise.dispatch`.
    public let routingKey: String
    /// What the message would say.
    public let data: JSONObject

    public var request: RequestIdentifier? { nil }
    public var speaker: String? { nil }

    /// It decides nothing.
    public func decide(in _: DecisionContext) -> Outcome { .apply([]) }

    private static let family = "registration."
    /// Its own.
    public static let routingKey = "registration.preview"

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let message = data.choice("message", among: Self.previewed)
        let content = data.jsonObject("data")
        guard let identifier, let message, let content else { return nil }
        return Preview(identifier: identifier, routingKey: message, data: content)
    }

    /// The messages that may be previewed: what portals send, previews aside.
    static var previewed: [String] {
        ProcedureCatalogue.messages.map(\.routingKey)
            .filter { $0.hasPrefix(family) && $0 != routingKey }
    }

    /// The message as it would come: of the same sender, at the same time.
    public func message(of envelope: Envelope, _ original: InboundMessage) -> InboundMessage {
        var json = JSONWriter()
        json.object { json in
            json.member("specversion", "1.0")
            json.member("id", "preview-\(identifier)")
            json.member("source", envelope.source)
            json.member("type", EventType.type(ofRoutingKey: routingKey))
            json.member("time", envelope.time.description)
            if case .string(let subject)? = data["requestId"] { json.member("subject", subject) }
            json.member("data", .object(data))
        }
        return InboundMessage(
            queue: .registrations,
            routingKey: routingKey,
            redelivered: false,
            properties: original.properties,
            body: json.bytes
        )
    }
}
