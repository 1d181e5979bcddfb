public import Contract
public import Domain

/// What the loop does in one open transaction, besides all that a message may do: it finds what is
/// due, goes on in parts with what a message began, settles or parks what was sent, makes room for
/// dead letters, and watches over the journal, the clock and its own run. No message is decided by
/// any of it.
public protocol MaintenanceTransaction: MessageTransaction {
    // Journal
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

    // Parked messages: those that cannot be sent now. They wait in the store, by their streams, and
    // nothing of them is held in memory but the few that are tried again at the moment.
    /// The broker could not route it, or refused it for good: it is kept, and not sent before it is
    /// tried again. Its stream is parked with it, for `reason`; nil for a message that stands
    /// behind others of its stream. Unknown and settled messages are ignored.
    func park(_ sequence: Int64, reason: String?) throws
    /// Whether messages of the stream are parked: one more must not overtake them.
    func isParked(_ stream: OutboxStream) throws -> Bool
    /// The number of the stream that was parked last; 0 for none. Numbers ascend, and are never
    /// given again.
    func lastParkedStream() throws -> Int64
    /// Numbers of parked streams after `number` and up to `last`, ascending.
    func parkedStreams(after number: Int64, through last: Int64, limit: Int) throws -> [Int64]
    /// The first messages of a parked stream, in sequence: at most `limit`, none after `sequence`,
    /// and none after the one with which they take `bytes` of memory. They stay parked until
    /// settled.
    func parkedMessages(of stream: Int64, through sequence: Int64, limit: Int, bytes: Int) throws
        -> [OutboxRow]
    /// Which streams are to be tried now, since `retry` in this transaction said so.
    func retriedStreams() throws -> RetriedStreams

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

    // Dead letters
    /// Takes letters away, whatever was ordered about them; returns those that were there.
    @discardableResult
    func remove(_ letters: [DeadLetterIdentifier]) throws -> [DeadLetterIdentifier]
    func order(about letter: DeadLetterIdentifier) throws -> LetterOrder?
    /// Takes the letter's content away, and remembers what it takes to know it again until its time
    /// is over.
    func letGo(_ letter: DeadLetterIdentifier, as sent: SentLetter) throws
    /// The letters after `number` in their order: at most `limit`, and none after the one with
    /// which they are `bytes` large. What somebody wrote into them may name anybody, so that an
    /// erasure goes through all of them.
    func deadLetters(after number: Int64, limit: Int, bytes: Int) throws -> [NumberedLetter]
    func deadLetterTotals() throws -> DeadLetterTotals
    /// The oldest letters of the sender whose letters are the largest together, or, unless
    /// `byBytes`, the most: at most `limit`.
    func deadLettersOfGreatestSender(byBytes: Bool, limit: Int) throws -> [DeadLetterIdentifier]

    // Deferred
    func deferredCount() throws -> Int

    // Clock
    /// The work of these kinds that has fallen due, all together, earliest first. A request that is
    /// past its expiry only expires: what was to be done about it before is not listed any more.
    func due(_ kinds: [DueWorkKind], at now: Instant, limit: Int) throws -> [DueWork]
    /// The earliest instant at which work of any kind falls due; nil for none.
    func nextDue() throws -> Instant?
    /// When the oldest open request of each procedure was submitted; of those that have any.
    func oldestOpenRequests() throws -> [String: Instant]
    /// The time of the journal's last entry; nil for none.
    func lastEntryAt() throws -> Instant?
    /// While the clock is in question, the last time that was certain; nil otherwise.
    func certainTime() throws -> Instant?

    // Messages that made the daemon crash
    /// Counts one more crash-prone attempt for each key; returns the counts before that.
    func countAttempts(_ keys: [InboxKey]) throws -> [Int]
    func clearAttempts(_ keys: [InboxKey]) throws
    /// Whether the last run ended without saying so; marks this one as running.
    func beginRun() throws -> Bool
    func endRun() throws
}

extension MaintenanceTransaction {
    /// The work of every kind that has fallen due.
    public func due(at now: Instant, limit: Int) throws -> [DueWork] {
        try due(DueWorkKind.allCases, at: now, limit: limit)
    }

    /// The same, whatever memory they take.
    public func pendingMessages(after sequence: Int64, limit: Int) throws -> [OutboxRow] {
        try pendingMessages(after: sequence, limit: limit, bytes: .max)
    }
}
