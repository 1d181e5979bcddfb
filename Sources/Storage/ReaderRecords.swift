public import Contract
public import Domain

/// Which requests are wanted; what is nil does not matter.
public struct RequestFilter: Hashable, Sendable {
    public var status: RequestStatus?
    public var procedure: String?
    public var profile: String?
    public var eori: EORI?
    public var person: PersonIdentifier?
    /// Submitted then or later.
    public var since: Instant?
    /// At most so many, the newest first.
    public var limit: Int

    public init(
        status: RequestStatus? = nil,
        procedure: String? = nil,
        profile: String? = nil,
        eori: EORI? = nil,
        person: PersonIdentifier? = nil,
        since: Instant? = nil,
        limit: Int = 100
    ) {
        self.status = status
        self.procedure = procedure
        self.profile = profile
        self.eori = eori
        self.person = person
        self.since = since
        self.limit = limit
    }
}

/// An entry of the journal as it is stored.
public struct JournalRecord: Hashable, Sendable {
    /// Counted from 1 without gaps.
    public let sequence: Int64
    public let time: Instant
    /// JSON.
    public let event: String
    /// JSON.
    public let cause: String
    /// The hash of the entry before, 32 bytes; see `JournalChain`.
    public let previous: [UInt8]
    public let hash: [UInt8]
}

/// What the outbox keeps of a message for good.
public struct OutboxRecord: Hashable, Sendable {
    public let sequence: Int64
    /// The journal entry that it follows from.
    public let journal: Int64
    public let exchange: OutboundExchange
    public let routingKey: String
    public let messageIdentifier: String?
    public let createdAt: Instant
    /// When the broker confirmed it, or when it was erased.
    public let settledAt: Instant?
    /// Whether it was never sent, because the data of the person whom it concerns were erased
    /// before.
    public let wasErased: Bool
    /// Why it is not sent by itself, if it is parked.
    public let parkedReason: String?
}

/// An entry of a request's story, and the messages that followed from it.
public struct TimelineEntry: Hashable, Sendable {
    public let entry: JournalRecord
    public let messages: [OutboxRecord]
}
