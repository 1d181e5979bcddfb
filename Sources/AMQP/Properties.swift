/// The properties of a message (AMQP 0-9-1 §1.8.3).
public struct Properties: Sendable, Hashable {
    public var contentType: String?
    public var contentEncoding: String?
    /// Whether the message survives a restart of the broker (`delivery_mode` 2); nil leaves it out.
    public var isPersistent: Bool?
    /// 0 to 255; RabbitMQ's classic queues use 0 to 9.
    public var priority: UInt8?
    public var correlationIdentifier: String?
    public var replyTo: String?
    /// The time to live in milliseconds, as text.
    public var expiration: String?
    public var messageIdentifier: String?
    /// Seconds since 1970.
    public var timestampSeconds: UInt64?
    public var type: String?
    /// The sender. RabbitMQ refuses a message in which it is not the connection's own user.
    public var userIdentifier: String?
    public var applicationIdentifier: String?
    public var headers: Table

    /// Creates properties.
    public init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        isPersistent: Bool? = nil,
        priority: UInt8? = nil,
        correlationIdentifier: String? = nil,
        replyTo: String? = nil,
        expiration: String? = nil,
        messageIdentifier: String? = nil,
        timestampSeconds: UInt64? = nil,
        type: String? = nil,
        userIdentifier: String? = nil,
        applicationIdentifier: String? = nil,
        headers: Table = Table()
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.isPersistent = isPersistent
        self.priority = priority
        self.correlationIdentifier = correlationIdentifier
        self.replyTo = replyTo
        self.expiration = expiration
        self.messageIdentifier = messageIdentifier
        self.timestampSeconds = timestampSeconds
        self.type = type
        self.userIdentifier = userIdentifier
        self.applicationIdentifier = applicationIdentifier
        self.headers = headers
    }

    /// The bytes at which a short string ends: an exchange, a routing key and all text properties.
    public static let shortStringLimitBytes = 255

    /// These properties without the text that is too long for the wire. Text that was not valid
    /// UTF-8 when it was received grows by its repair, so even received properties can be too long.
    public func droppingOversizedText() -> Properties {
        func drop(_ text: inout String?) {
            if let long = text, long.utf8.count > Self.shortStringLimitBytes { text = nil }
        }
        var fitting = self
        drop(&fitting.contentType)
        drop(&fitting.contentEncoding)
        drop(&fitting.correlationIdentifier)
        drop(&fitting.replyTo)
        drop(&fitting.expiration)
        drop(&fitting.messageIdentifier)
        drop(&fitting.type)
        drop(&fitting.userIdentifier)
        drop(&fitting.applicationIdentifier)
        return fitting
    }
}
