public import Contract
public import Domain

/// What there is to be read of one state of the store when a message is dealt with.
public protocol RegisterSnapshot: RegisterView {
    func inboxEntry(_ key: InboxKey) throws -> InboxEntry?
    /// Those that wait for the request, in the order of their arrival: no more than
    /// `DeferralSettings` lets wait for one.
    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry]
    /// Nil once it waits no more.
    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage?
    /// How many messages of the broker user wait.
    func deferredCount(of user: String) throws -> Int
    /// Nil for one that was sent back to the queue that it had come from.
    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter?
    /// Nil unless the letter was let go and has not come back.
    func sentLetter(_ identifier: DeadLetterIdentifier) throws -> SentLetter?
}

/// What a message may do in one open transaction: read the register, change its records, and write
/// what is to be told, sent, waited for or done later. A forecast does all of it in memory. What
/// else there is to be done is the loop's: see `MaintenanceTransaction`.
///
/// Not to be kept beyond the closure that was handed it.
public protocol MessageTransaction: RegisterSnapshot {
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
    /// An operator wants streams to be tried now: those of the messages, by their sequence; nil for
    /// all. Numbers of messages that are not parked are ignored.
    func retry(_ sequences: [Int64]?) throws

    // Deferred
    func deferMessage(_ message: DeferredMessage) throws
    func removeDeferredMessage(_ sequence: Int64) throws
    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws
    /// Lets all that wait for the request fall due at once, in the order of their arrival. Returns
    /// how many.
    func hastenDeferredMessages(for request: RequestIdentifier, at now: Instant) throws -> Int

    // Dead letters
    /// Keeps a letter, behind all others. One with its id that is there already is overwritten, and
    /// what was ordered about that is forgotten.
    ///
    /// - Parameter eraseAt: When its time is over; nil for never.
    func keep(_ letter: DeadLetter, eraseAt: Instant?) throws
    /// Has something done with those of the letters that are there; it falls due at once. What was
    /// ordered before is forgotten.
    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws

    // Clock
    /// - Parameter time: nil when the clock is not in question any more.
    func record(certainTime time: Instant?) throws
}

extension MessageTransaction {
    /// The same of what names nobody but whom it is mailed to.
    public func enqueue(
        _ message: OutboundMessage,
        journal: Int64,
        at now: Instant
    ) throws -> Int64 {
        let persons = message.mail?.recipient.map { [$0] } ?? []
        return try enqueue(message, about: persons, journal: journal, at: now)
    }
}
