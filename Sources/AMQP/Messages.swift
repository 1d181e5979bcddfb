/// A message that the broker delivered.
public struct Delivery: Sendable {
    /// What acknowledging and rejecting name; it belongs to the connection that delivered it.
    public var tag: UInt64
    /// The queue that it came from.
    public var queue: String
    /// Whether it was delivered before, perhaps to somebody else.
    public var isRedelivered: Bool
    /// The exchange that it was published to; empty for the default exchange.
    public var exchange: String
    public var routingKey: String
    public var properties: Properties
    /// The body, up to ``ConnectionOptions/maximumBodyBytes``.
    public var body: [UInt8]
    /// The body's size in bytes as it was sent; more than `body.count` when the rest was dropped.
    public var bodySize: UInt64
    /// About how much memory it takes.
    var heldBytes = 0

    /// Creates a delivery, such as a test's.
    public init(
        tag: UInt64,
        queue: String,
        isRedelivered: Bool = false,
        exchange: String = "",
        routingKey: String = "",
        properties: Properties = Properties(),
        body: [UInt8] = [],
        bodySize: UInt64? = nil
    ) {
        self.tag = tag
        self.queue = queue
        self.isRedelivered = isRedelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
        self.bodySize = bodySize ?? UInt64(body.count)
    }
}

/// A message to be published.
public struct Publication: Sendable {
    /// The caller's key, which the ``PublicationResult`` carries.
    public var token: UInt64
    public var exchange: String
    public var routingKey: String
    /// Whether the broker returns a message that no queue gets. It needs a `messageIdentifier`: a
    /// returned message carries no other mark that tells which one it is.
    public var isMandatory: Bool
    public var properties: Properties
    public var body: [UInt8]

    /// Creates a publication.
    public init(
        token: UInt64,
        exchange: String,
        routingKey: String,
        isMandatory: Bool = false,
        properties: Properties = Properties(),
        body: [UInt8]
    ) {
        self.token = token
        self.exchange = exchange
        self.routingKey = routingKey
        self.isMandatory = isMandatory
        self.properties = properties
        self.body = body
    }
}

/// What became of a publication.
public struct PublicationResult: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        /// The broker has taken responsibility for the message.
        case confirmed
        /// The broker could not take it, such as into a full queue.
        case nacked
        /// No queue gets it: the broker's code (312) and text. Nothing keeps the message.
        case returned(code: UInt16, text: String)
    }

    /// The ``Publication/token``.
    public var token: UInt64
    public var outcome: Outcome

    /// Creates a result, such as a test's.
    public init(token: UInt64, outcome: Outcome) {
        self.token = token
        self.outcome = outcome
    }
}

/// What the broker lets know besides messages.
public enum Notice: Sendable, Hashable {
    /// The broker takes no publications for now, such as while its memory or disk runs out.
    case blocked(reason: String)
    case unblocked
    /// The broker ended the consumption of a queue, such as when the queue was deleted.
    case consumerCancelled(queue: String)
    /// The connection has ended, with the reason. Nothing follows.
    case closed(AMQPError)
}

/// The kinds of exchange.
public enum ExchangeKind: String, Sendable, Hashable {
    case direct, fanout, headers, topic
}

/// What a queue is declared with.
public struct QueueDeclaration: Sendable, Hashable {
    public var name: String
    public var isDurable: Bool
    public var isExclusive: Bool
    public var isAutoDelete: Bool
    /// Such as `x-queue-type`.
    public var arguments: Table
    /// Whether it is only asked if the queue exists; the other members are not compared then.
    public var isPassive: Bool

    /// Creates a declaration.
    public init(
        name: String,
        isDurable: Bool = true,
        isExclusive: Bool = false,
        isAutoDelete: Bool = false,
        arguments: Table = Table(),
        isPassive: Bool = false
    ) {
        self.name = name
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.isAutoDelete = isAutoDelete
        self.arguments = arguments
        self.isPassive = isPassive
    }
}

/// What the broker says of a queue when it is declared.
public struct QueueStatus: Sendable, Hashable {
    /// The name; the broker's choice when an empty one was declared.
    public var name: String
    /// Messages that are ready for delivery; those that consumers hold are not counted.
    public var messageCount: Int
    public var consumerCount: Int

    /// Creates a status, such as a test's.
    public init(name: String, messageCount: Int, consumerCount: Int) {
        self.name = name
        self.messageCount = messageCount
        self.consumerCount = consumerCount
    }
}
