public import Contract
public import Domain

/// A dead letter with its place in the store.
public struct NumberedLetter: Hashable, Sendable {
    /// Ascends in the order in which letters were put aside; a letter that is put aside again gets
    /// a new one, behind all others.
    public let number: Int64
    public let letter: DeadLetter

    public init(number: Int64, letter: DeadLetter) {
        self.number = number
        self.letter = letter
    }
}

/// What an operator wants to be done with a dead letter, and has not been done yet.
public struct LetterOrder: Hashable, Sendable {
    public enum Action: String, Sendable {
        case replay
        case discard
    }

    public let action: Action
    /// The broker user who ordered it.
    public let user: String
    /// The id of the event that said so.
    public let event: String
    /// Why, in the operator's words. Free text: treated as personal data.
    public let reason: String?
    public let at: Instant

    public init(action: Action, user: String, event: String, reason: String?, at: Instant) {
        self.action = action
        self.user = user
        self.event = event
        self.reason = reason
        self.at = at
    }
}

/// A letter that was sent back to the queue of another program that it had come from: all that is
/// kept of it, so that it is known again should it come back.
public struct SentLetter: Hashable, Sendable {
    public let queue: String?
    public let routingKey: String
    public let user: String?
    /// How many times an operator had it replayed, this time included.
    public let replays: Int64
    /// SHA-256 of the body.
    public let digest: [UInt8]

    public init(
        queue: String?,
        routingKey: String,
        user: String?,
        replays: Int64,
        digest: [UInt8]
    ) {
        self.queue = queue
        self.routingKey = routingKey
        self.user = user
        self.replays = replays
        self.digest = digest
    }
}

/// How much the dead letters are that the store holds.
public struct DeadLetterTotals: Hashable, Sendable {
    public var count: Int
    /// The sum of `DeadLetter.storedBytes`.
    public var bytes: Int

    public init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
    }
}
