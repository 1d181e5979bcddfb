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
        _ body: @escaping @Sendable (any RegisterTransaction) throws -> Result
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
    /// Whether the store is damaged: trying again does not help then.
    public let isDamage: Bool
    /// Whether the store is open, and not where a restart would look for it. What was to be written
    /// may stand in it all the same: what came of it has to be looked up. Nothing may be sent
    /// meanwhile.
    public let isElsewhere: Bool

    public init(reason: String, isDamage: Bool = false, isElsewhere: Bool = false) {
        self.reason = reason
        self.isDamage = isDamage
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
    /// A JSON object: the message or timer that brought it about.
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

extension RegisterTransaction {
    /// The work of every kind that has fallen due.
    public func due(at now: Instant, limit: Int) throws -> [Timer] {
        try due(TimerKind.allCases, at: now, limit: limit)
    }
}

/// What there is to be read of one state of the store when a message is dealt with.
public protocol RegisterSnapshot: RegisterView, DeadLetterView {
    func inboxEntry(_ key: InboxKey) throws -> InboxEntry?
    /// Those that wait for the request, in the order of their arrival: no more than
    /// `DeferralSettings` lets wait for one.
    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry]
    /// Nil once it waits no more.
    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage?
    /// How many messages of the broker user wait.
    func deferredCount(of user: String) throws -> Int
}

/// One open transaction. Not to be kept beyond the closure that was handed it.
public protocol RegisterTransaction: RegisterSnapshot, ParkedMessages, DeadLetterTransaction {
    /// Runs `body` so that a throw undoes what it wrote, and nothing else.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result

    // Inbox
    func record(_ entry: InboxEntry) throws
    /// Takes an entry away, if it is there.
    func forget(_ key: InboxKey) throws

    // Records
    func carryOut(_ change: RecordChange) throws

    // Journal
    /// Adds to the hash-chained journal; returns the entry's sequence, counted from 1.
    @discardableResult
    func append(_ entry: JournalEntry) throws -> Int64
    /// Keeps why an operator had something done, beside the entry `journal`: free text, which the
    /// journal itself never holds. It goes with what else was written about the request.
    func keep(reason: String, journal: Int64, about request: RequestIdentifier?, at now: Instant)
        throws
    /// The journal's last entry, as this transaction left it.
    func journalHead() throws -> JournalHead
    /// Follows the stored chain of hashes from `head` over at most `limit` further entries.
    ///
    /// - Returns: The last entry that was verified; the journal's own head if that was all.
    /// - Throws: A `JournalBroken` when `head` is not in the journal, or what follows it is not
    ///   what was written.
    func verifyJournal(after head: JournalHead, limit: Int) throws -> JournalHead
    func lastCheckpoint() throws -> JournalCheckpoint?
    func record(_ checkpoint: JournalCheckpoint) throws

    // Outbox
    /// Returns the message's sequence.
    ///
    /// - Parameters:
    ///   - persons: whom the message names; with them it is erased, as long as it was not sent.
    ///   - journal: the entry that it follows from.
    func enqueue(
        _ message: OutboundMessage,
        about persons: [PersonIdentifier],
        journal: Int64,
        at now: Instant
    ) throws -> Int64
    /// The broker has confirmed these: their bodies are dropped. Unknown ones are ignored.
    /// Returns those of them that had ordered something about an account; no more than `sequences`.
    func settle(_ sequences: [Int64], at now: Instant) throws -> [SettledOrder]
    /// Messages that erasing a person has dropped in this transaction: settled, and not to be sent.
    func droppedMessages() throws -> [Int64]
    /// Persons whose erasure is under way: messages about them up to this sequence are not to be
    /// sent, and are dropped by and by.
    func withheldPersons() throws -> [PersonIdentifier: Int64]
    /// Messages neither confirmed nor parked, in sequence, after `sequence`: at most `limit`, and
    /// none after the one with which they take `bytes` of memory.
    func pendingMessages(after sequence: Int64, limit: Int, bytes: Int) throws -> [OutboxRow]
    func outboxStatistics() throws -> OutboxStatistics

    // A disclosure in parts
    /// What was written about the request, and what it brought about: what a few decisions and
    /// answers say.
    func personalFile(about request: RequestIdentifier) throws -> PersonalFile
    /// Nil if nothing of one was gathered.
    func disclosure(of person: PersonIdentifier) throws -> DisclosureProgress?
    /// Nil once it is done.
    func record(
        _ progress: DisclosureProgress?,
        ofDisclosureTo person: PersonIdentifier
    ) throws
    /// Keeps what was gathered, see `Disclosure.Part`, until it is taken.
    func keep(
        _ lists: [UInt8],
        asPart number: Int,
        ofDisclosureTo person: PersonIdentifier
    ) throws
    /// - Throws: if there is no such part.
    func takePart(_ number: Int, ofDisclosureTo person: PersonIdentifier) throws -> [UInt8]
    /// Takes away what was gathered, `limit` parts at most.
    ///
    /// - Returns: How many went.
    func eraseDisclosure(of person: PersonIdentifier, limit: Int) throws -> Int

    // Erasure: what taking a person's record away has begun
    /// Nil if none is under way.
    func erasure(of person: PersonIdentifier) throws -> PersonErasure?
    /// The one that is under way longest, but for these.
    func oldestErasure(except persons: Set<PersonIdentifier>) throws -> PersonErasure?
    /// Takes the person's own numbers away, `limit` at most. Each goes, unless somebody else has an
    /// open request or an operator under it, and it is theirs from here on, or a company was
    /// registered under it: then it was asked for by mistake. Where nobody is known whose operator
    /// is registered under it, it goes when that is revoked.
    ///
    /// - Returns: How many went, or passed on.
    func eraseNumbers(of person: PersonIdentifier, limit: Int) throws -> Int
    /// Lets the person be found by id again, though erased, for wording what tells of it; nil for
    /// nobody.
    func reveal(_ person: Person?) throws
    /// The person's requests after the erasure's place that there were when it began.
    func requests(in erasure: PersonErasure, limit: Int) throws -> [Placed<Request>]
    /// The person's accounts after the erasure's place that there were when it began.
    func accounts(in erasure: PersonErasure, limit: Int) throws -> [Placed<Account>]
    /// Goes through messages after the erasure's place that name the person and were queued before
    /// it: takes away what waits to be sent, and notes to whom the others went.
    ///
    /// - Returns: Their sequences.
    func eraseMessages(in erasure: PersonErasure, limit: Int, at now: Instant) throws -> [Int64]
    /// Takes away messages that wait for their request, name the person and came before the
    /// erasure.
    ///
    /// - Returns: Their sequences.
    func eraseDeferredMessages(in erasure: PersonErasure, limit: Int) throws -> [Int64]
    /// Goes through dead letters after the erasure's place that wait to be sent, and takes away
    /// those that name the person.
    ///
    /// - Returns: The sequences of all of them.
    func eraseUnsentReplays(
        in erasure: PersonErasure,
        limit: Int,
        at now: Instant
    ) throws -> [Int64]
    /// Goes through messages after the place that name the person: notes to whom those went that
    /// were queued by then.
    ///
    /// - Returns: The sequences of all of them.
    func noteRecipients(
        ofDataAbout person: PersonIdentifier,
        after place: Int64,
        until time: Instant,
        limit: Int
    ) throws -> [Int64]
    /// Those who were noted, all that each was sent about the person: of `limit` of them, who are
    /// not found again.
    func takeRecipients(
        ofDataAbout person: PersonIdentifier,
        limit: Int
    ) throws -> [Recipient]

    // Deferred
    func deferMessage(_ message: DeferredMessage) throws
    func removeDeferredMessage(_ sequence: Int64) throws
    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws
    /// Lets all that wait for the request fall due at once, in the order of their arrival. Returns
    /// how many.
    func hastenDeferredMessages(for request: RequestIdentifier, at now: Instant) throws -> Int
    func deferredCount() throws -> Int

    // Clock
    /// The work of these kinds that has fallen due, all together, earliest first. A request that is
    /// past its expiry only expires: what was to be done about it before is not listed any more.
    func due(_ kinds: [TimerKind], at now: Instant, limit: Int) throws -> [Timer]
    /// The earliest instant at which work of any kind falls due; nil for none.
    func nextDue() throws -> Instant?
    /// When the oldest open request of each procedure was submitted; of those that have any.
    func oldestOpenRequests() throws -> [String: Instant]
    /// The time of the journal's last entry; nil for none.
    func lastEntryAt() throws -> Instant?
    /// While the clock is in question, the last time that was certain; nil otherwise.
    func certainTime() throws -> Instant?
    /// - Parameter time: nil when the clock is not in question any more.
    func record(certainTime time: Instant?) throws

    // Messages that made the daemon crash
    /// Counts one more crash-prone attempt for each key; returns the counts before that.
    func countAttempts(_ keys: [InboxKey]) throws -> [Int]
    func clearAttempts(_ keys: [InboxKey]) throws
    /// Whether the last run ended without saying so; marks this one as running.
    func beginRun() throws -> Bool
    func endRun() throws
}

extension RegisterTransaction {
    /// The same of what names nobody but whom it is mailed to.
    public func enqueue(
        _ message: OutboundMessage,
        journal: Int64,
        at now: Instant
    ) throws -> Int64 {
        let persons = message.mail?.recipient.map { [$0] } ?? []
        return try enqueue(message, about: persons, journal: journal, at: now)
    }

    /// The same, whatever memory they take.
    public func pendingMessages(after sequence: Int64, limit: Int) throws -> [OutboxRow] {
        try pendingMessages(after: sequence, limit: limit, bytes: .max)
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
