/// What was found of somebody in others' messages.
public struct NamingMessages: Hashable, Sendable {
    /// Those that wait, then dead letters, each in the order of arrival.
    public let messages: [NamingMessage]
    /// Whether all was looked through and is listed. Dead letters may be a gigabyte: nobody else
    /// can wait until so much was read.
    public let isComplete: Bool

    /// So much of the dead letters is looked through, the newest first.
    public static let searchedBytes = 16 << 20

    public static let none = NamingMessages([], isComplete: true)

    public init(_ messages: [NamingMessage], isComplete: Bool) {
        self.messages = messages
        self.isComplete = isComplete
    }
}

/// Somebody's message that names a person and of which nothing was made: not yet, or for good.
public struct NamingMessage: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// It waits for its request.
        case waiting
        /// It was put aside for operators.
        case deadLetter = "dead-letter"
    }

    public let kind: Kind
    /// The request for which it waits.
    public let request: RequestIdentifier?
    public let letter: DeadLetterIdentifier?
    public let routingKey: String
    /// When it came, or was put aside.
    public let at: Instant
    /// As it came; nil where it is no text, or too large to be told.
    public let content: String?

    /// Larger ones are named, and not told word for word.
    public static let maximumContentBytes = 16_384

    /// - Parameter body: as it came.
    public init(
        kind: Kind,
        request: RequestIdentifier? = nil,
        letter: DeadLetterIdentifier? = nil,
        routingKey: String,
        at: Instant,
        body: [UInt8]
    ) {
        self.kind = kind
        self.request = request
        self.letter = letter
        self.routingKey = routingKey
        self.at = at
        self.content =
            body.count <= Self.maximumContentBytes ? String(validating: body, as: UTF8.self) : nil
    }
}
