/// The erasure of a person that is under way.
///
/// From its first transaction on nobody finds the person any more: what the register knew of them
/// stands here alone, for the mails that tell of it, and goes with the last of them. What is still
/// to be done is found by stage and place, so that it goes on wherever it was broken off.
public struct PersonErasure: Hashable, Sendable {
    /// What is gone through, in this order.
    public enum Stage: String, CaseIterable, Sendable {
        /// Open requests are withdrawn; what was written about requests goes.
        case requests
        /// Users are deleted.
        case accounts
        /// What waits to be sent and names the person goes.
        case messages
        /// So does what was gathered of a disclosure.
        case disclosure
        /// So does what waits for its request.
        case waiting
        /// So do dead letters that name the person.
        case deadLetters = "dead-letters"
        /// So does what waits to be sent to the dead letters' queue.
        case letters
        /// The person gets the answer, unless the first transaction gave it.
        case answer
        /// Others who were mailed the person's name are told.
        case telling
        /// The person's own numbers go.
        case numbers

        /// Nil after the last.
        public var next: Stage? {
            let stages = Self.allCases
            guard let index = stages.firstIndex(of: self), index + 1 < stages.count else {
                return nil
            }
            return stages[index + 1]
        }
    }

    /// As the register knew them.
    public let person: Person
    public let beganAt: Instant
    /// The request by which the person asked for it; nil where all that was recorded has passed its
    /// time.
    public var request: RequestIdentifier?
    /// What brought it about, for what follows: see `Cause.identifier`.
    public var causation: String
    public var traceParent: String?
    /// Whether the transaction that began it withdrew all requests, had all users deleted and gave
    /// the answer. Else each of these is still to come.
    public var isAnswered: Bool
    public var stage: Stage
    /// The last that the stage has dealt with, by the store's number; 0 for none.
    public var place: Int64
    /// What was found to be kept so far.
    public var kept: [KeptRecord]

    public init(
        person: Person,
        beganAt: Instant,
        request: RequestIdentifier? = nil,
        causation: String = "",
        traceParent: String? = nil,
        isAnswered: Bool = true,
        stage: Stage = .requests,
        place: Int64 = 0,
        kept: [KeptRecord] = []
    ) {
        self.person = person
        self.beganAt = beganAt
        self.request = request
        self.causation = causation
        self.traceParent = traceParent
        self.isAnswered = isAnswered
        self.stage = stage
        self.place = place
        self.kept = kept
    }
}

/// A record, or what refers to one, with the number by which the store goes through such records.
public struct Placed<Record: Hashable & Sendable>: Hashable, Sendable {
    public let place: Int64
    public let record: Record

    public init(place: Int64, record: Record) {
        self.place = place
        self.record = record
    }
}
