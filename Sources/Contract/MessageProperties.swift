/// The AMQP 0-9-1 basic properties of a message, as far as they are kept; transport-neutral, so
/// that a dead letter can keep what its sender set.
public struct MessageProperties: Hashable, Sendable {
    public var contentType: String?
    public var contentEncoding: String?
    public var headers: [HeaderField]
    /// 2 is persistent.
    public var deliveryMode: UInt8?
    public var priority: UInt8?
    public var correlationIdentifier: String?
    public var replyTo: String?
    public var expiration: String?
    public var messageIdentifier: String?
    /// Seconds since the epoch.
    public var timestampSeconds: UInt64?
    public var type: String?
    /// The broker user; RabbitMQ has checked it against the connection's login if it is present.
    public var userIdentifier: String?
    public var applicationIdentifier: String?

    public init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        headers: [HeaderField] = [],
        deliveryMode: UInt8? = nil,
        priority: UInt8? = nil,
        correlationIdentifier: String? = nil,
        replyTo: String? = nil,
        expiration: String? = nil,
        messageIdentifier: String? = nil,
        timestampSeconds: UInt64? = nil,
        type: String? = nil,
        userIdentifier: String? = nil,
        applicationIdentifier: String? = nil
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.headers = headers
        self.deliveryMode = deliveryMode
        self.priority = priority
        self.correlationIdentifier = correlationIdentifier
        self.replyTo = replyTo
        self.expiration = expiration
        self.messageIdentifier = messageIdentifier
        self.timestampSeconds = timestampSeconds
        self.type = type
        self.userIdentifier = userIdentifier
        self.applicationIdentifier = applicationIdentifier
    }
}

/// One entry of a message's header table.
public struct HeaderField: Hashable, Sendable {
    public var name: String
    public var value: HeaderValue

    public init(_ name: String, _ value: HeaderValue) {
        self.name = name
        self.value = value
    }
}

/// A value of a header table: the field types of AMQP 0-9-1 as RabbitMQ uses them.
public indirect enum HeaderValue: Hashable, Sendable {
    case text(String)
    case bytes([UInt8])
    case boolean(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    /// Seconds since the epoch.
    case timestamp(UInt64)
    case decimal(scale: UInt8, value: UInt32)
    case table([HeaderField])
    case array([HeaderValue])
    case void
}
