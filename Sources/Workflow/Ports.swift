public import Contract
public import Domain

/// The durable record of everything: register, inbox, outbox, deferred messages, journal.
///
/// There is one writer. An adapter must make what a transaction wrote durable before `write`
/// returns, where a restart finds it: acknowledgements and publications follow it.
public protocol Register: Sendable {
    /// Runs `body` in one transaction; commits when it returns, rolls back when it throws.
    ///
    /// - Throws: what `body` throws, or a `RegisterUnavailable` when the store cannot be written
    ///   (full, locked, read-only, damaged); nothing was changed then.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MaintenanceTransaction) throws -> Result
    ) async throws -> Result

    /// Makes sure that what was written stands where a restart would look for it, as `write` does
    /// each time; cheap.
    ///
    /// - Throws: A `RegisterUnavailable` when it does not.
    func checkPlace() async throws
}

/// The store cannot do its work now; the message that was in hand is not acknowledged.
public struct RegisterUnavailable: Error, Sendable, CustomStringConvertible {
    /// What happened, to what, and what to do.
    public let reason: String
    /// Whether the same attempt may succeed later; not when the store is damaged.
    public let isRetryable: Bool
    /// Whether the store is open, and not where a restart would look for it. What was to be written
    /// may stand in it all the same: what came of it has to be looked up. Nothing may be sent
    /// meanwhile.
    public let isElsewhere: Bool

    public init(reason: String, isRetryable: Bool = true, isElsewhere: Bool = false) {
        self.reason = reason
        self.isRetryable = isRetryable
        self.isElsewhere = isElsewhere
    }

    public var description: String { reason }
}

/// Identifies a message for recognising it when it arrives again: SHA-256 over the broker user,
/// `source` and `id` (or over user and body where there is no envelope), 16 bytes kept.
public struct InboxKey: Hashable, Sendable {
    public let bytes: [UInt8]
    public init(bytes: [UInt8]) { self.bytes = bytes }
}

/// What the inbox remembers of a message that was dealt with.
public struct InboxEntry: Hashable, Sendable {
    public let key: InboxKey
    /// SHA-256 of the body, 32 bytes.
    public let digest: [UInt8]
    public let receivedAt: Instant

    public init(key: InboxKey, digest: [UInt8], receivedAt: Instant) {
        self.key = key
        self.digest = digest
        self.receivedAt = receivedAt
    }
}

/// A message of the outbox with its place in the sequence.
public struct OutboxRow: Hashable, Sendable {
    /// Ascends in the order of commits.
    public let sequence: Int64
    public let message: OutboundMessage
    /// Whom the message names.
    public let about: [PersonIdentifier]

    public init(sequence: Int64, message: OutboundMessage, about: [PersonIdentifier] = []) {
        self.sequence = sequence
        self.message = message
        self.about = about
    }
}

/// Messages of the outbox of which one is sent after another: those with one subject for one kind
/// of queue.
public struct OutboxStream: Hashable, Sendable {
    private let exactSubject: ExactText
    public let family: String

    /// What the messages are filed under.
    public var subject: String { exactSubject.text }

    /// - Parameters:
    ///   - subject: see `OutboundMessage.subject`.
    ///   - family: see `OutboundMessage.family`.
    public init(subject: String, family: Substring) {
        exactSubject = ExactText(subject)
        self.family = String(family)
    }

    public init(of message: OutboundMessage) {
        self.init(subject: message.subject, family: message.family)
    }
}

/// What is written to the journal for one event: text only, no personal data.
public struct JournalEntry: Hashable, Sendable {
    public let time: Instant
    /// A JSON object, see `JournalFormat`.
    public let event: String
    /// A JSON object: the message or due work that brought it about.
    public let cause: String
    /// The request that it is about, for reading a request's story.
    public let request: RequestIdentifier?

    public init(time: Instant, event: String, cause: String, request: RequestIdentifier?) {
        self.time = time
        self.event = event
        self.cause = cause
        self.request = request
    }
}

/// A message of the outbox that ordered something about an account, and is settled.
public struct SettledOrder: Hashable, Sendable {
    public let account: AccountIdentifier
    /// Its sequence.
    public let message: Int64

    public init(account: AccountIdentifier, message: Int64) {
        self.account = account
        self.message = message
    }
}

/// The state of the outbox at a glance.
public struct OutboxStatistics: Hashable, Sendable {
    public var pending: Int
    public var parked: Int
    /// When the oldest unsettled message was written.
    public var oldestAt: Instant?

    public init(pending: Int, parked: Int, oldestAt: Instant?) {
        self.pending = pending
        self.parked = parked
        self.oldestAt = oldestAt
    }
}
