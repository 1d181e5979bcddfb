public import Domain

/// What kind of place a message goes to.
public enum OutboundExchange: String, CaseIterable, Sendable {
    /// `<prefix>.out`
    case out
}

/// Which mail was sent to whom, by ids alone.
public struct MailRecord: Hashable, Sendable {
    /// Such as `access.granted`.
    public let template: String
    /// Nil for the authority's mailbox.
    public let recipient: PersonIdentifier?

    public init(template: String, recipient: PersonIdentifier?) {
        self.template = template
        self.recipient = recipient
    }
}

/// A message that is to be published: what the outbox keeps until the broker has confirmed it.
///
/// A class, so that it is handed from rules to store to relay to publisher without copying its
/// parts.
public final class OutboundMessage: Hashable, Sendable {
    public let exchange: OutboundExchange
    public let routingKey: String
    /// Whether the broker must be able to route it: true for all but `status`,
    /// `disclosure` and `journal`.
    public let mandatory: Bool
    public let properties: MessageProperties
    public let body: [UInt8]
    /// Parts of the body that other messages have as well, in their order. Says nothing that the
    /// body does not, so two messages that differ here alone are equal.
    public let fixedParts: [FixedPart]
    /// What it is filed under: what the event is about (the request id, else the account's or the
    /// causing event's), or what it has to stay in sequence with. Messages with one subject to one
    /// kind of queue are sent in sequence.
    public let subject: String
    /// The account that this message orders something about, if it is for the provisioner.
    public let account: AccountIdentifier?
    /// What the outbox keeps of a mail. Says nothing that the body does not.
    public let mail: MailRecord?

    public init(
        exchange: OutboundExchange,
        routingKey: String,
        mandatory: Bool,
        properties: MessageProperties,
        body: [UInt8],
        fixedParts: [FixedPart] = [],
        subject: String,
        account: AccountIdentifier? = nil,
        mail: MailRecord? = nil
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.properties = properties
        self.body = body
        self.fixedParts = fixedParts
        self.subject = subject
        self.account = account
        self.mail = mail
    }

    /// About how many bytes of memory it takes. What a dead letter's sender put into the headers
    /// counts too, by a multiple of its encoded size: every field is a name and a value there.
    public var heldBytes: Int {
        guard !properties.headers.isEmpty else { return body.count }
        return body.count + 16 * DeadLetter.encodedSize(of: properties.headers)
    }

    /// The kind of queue that it is for: the first word of the routing key.
    public var family: Substring { Self.family(ofRoutingKey: routingKey) }

    public static func family(ofRoutingKey routingKey: String) -> Substring {
        // By bytes: to find its characters takes longer than all else that is done with the key.
        Substring(routingKey.utf8.prefix { $0 != UInt8(ascii: ".") })
    }

    /// The first word of the routing key under which a dead letter goes back to a queue of another
    /// program; the queue's name without the prefix follows.
    public static let replayFamily = "replay"

    public static func == (left: OutboundMessage, right: OutboundMessage) -> Bool {
        left.exchange == right.exchange && left.routingKey == right.routingKey
            && left.mandatory == right.mandatory && left.properties == right.properties
            && left.body == right.body && left.subject == right.subject
            && left.account == right.account
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(routingKey)
        hasher.combine(body)
    }
}
