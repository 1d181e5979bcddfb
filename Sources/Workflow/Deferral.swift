public import Contract
public import Domain

/// How many messages may wait for requests that have not arrived. Beyond that a message is refused
/// as `too-many-waiting`.
public struct DeferralSettings: Hashable, Sendable {
    /// For one request.
    public var perRequest: Int
    /// Of one broker user, whatever the requests.
    public var perUser: Int

    public init(perRequest: Int = 100, perUser: Int = 1000) {
        self.perRequest = perRequest
        self.perUser = perUser
    }
}

/// What is known of a message that waits in the store for its request, without the message itself,
/// which may be large.
public struct DeferredEntry: Hashable, Sendable {
    /// Given by the store, ascending in the order of arrival and never twice; 0 before.
    public var sequence: Int64
    public let request: RequestIdentifier
    /// The broker user who sent it; of a replay, who sent it first.
    public let user: String
    public let routingKey: String
    public let receivedAt: Instant
    public var attempts: Int
    public var nextAttemptAt: Instant

    public init(
        sequence: Int64 = 0,
        request: RequestIdentifier,
        user: String,
        routingKey: String,
        receivedAt: Instant,
        attempts: Int,
        nextAttemptAt: Instant
    ) {
        self.sequence = sequence
        self.request = request
        self.user = user
        self.routingKey = routingKey
        self.receivedAt = receivedAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
    }

    /// When it is dead-lettered, if its request has not come until then.
    public var deadline: Instant {
        receivedAt.advanced(bySeconds: MessageProcessor.waitingLimitSeconds)
    }
}

/// A message that waits in the store for its request.
public struct DeferredMessage: Hashable, Sendable {
    public var entry: DeferredEntry
    /// As the broker delivered it, once.
    public let message: InboundMessage

    public init(entry: DeferredEntry, message: InboundMessage) {
        self.entry = entry
        self.message = message
    }
}
