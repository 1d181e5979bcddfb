import Contract
import Domain

/// A transaction that keeps to itself what is written, on top of a store that is only read.
final class ForecastTransaction: RegisterTransaction, RegisterOverlay {
    private let snapshot: any RegisterSnapshot
    var records = OverlaidRecords()
    private var written = ForecastState()

    init(_ snapshot: any RegisterSnapshot) {
        self.snapshot = snapshot
    }

    var base: any RegisterView { snapshot }

    /// What was appended since it was last cleared.
    var journal: [JournalEntry] { written.journal }

    func clearJournal() { written.journal = [] }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let before = (records, written)
        do {
            return try body()
        } catch {
            (records, written) = before
            throw error
        }
    }

    func carryOut(_ change: RecordChange) throws { try layOver(change) }

    // MARK: Messages

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        if written.forgotten.contains(key) { return nil }
        return try written.inbox[key] ?? snapshot.inboxEntry(key)
    }

    func record(_ entry: InboxEntry) throws {
        written.inbox[entry.key] = entry
        written.forgotten.remove(entry.key)
    }

    func forget(_ key: InboxKey) throws { written.forgotten.insert(key) }

    func append(_ entry: JournalEntry) throws -> Int64 {
        written.journal.append(entry)
        return Int64(written.journal.count)
    }

    func deferMessage(_ message: DeferredMessage) throws {
        var message = message
        // Below those of the store.
        message.entry.sequence = -1 - Int64(written.deferred.count)
        written.deferred.append(message)
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        let all =
            try snapshot.deferredEntries(for: request)
            + written.deferred.map(\.entry).filter { $0.request == request }
        return all.filter { !written.removedDeferred.keys.contains($0.sequence) }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        guard !written.removedDeferred.keys.contains(sequence) else { return nil }
        return try written.deferred.first { $0.entry.sequence == sequence }
            ?? snapshot.deferredMessage(sequence)
    }

    func deferredCount(of user: String) throws -> Int {
        try snapshot.deferredCount(of: user)
            + written.deferred.count { $0.entry.user.isExactly(user) }
            - written.removedDeferred.values.count { $0.isExactly(user) }
    }

    /// They are for `hastened` to tell.
    func hastenDeferredMessages(for request: RequestIdentifier, at _: Instant) throws -> Int {
        let entries = try deferredEntries(for: request)
        written.hastened += entries
        return entries.count
    }

    /// What has fallen due and was not told before.
    func takeHastened() -> [DeferredEntry] {
        defer { written.hastened = [] }
        return written.hastened
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        written.removedDeferred[sequence] = try deferredMessage(sequence)?.entry.user
    }

    // MARK: Dead letters

    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter? {
        if written.removedLetters.contains(identifier) { return nil }
        return try written.letters[identifier] ?? snapshot.deadLetter(identifier)
    }

    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        if written.removedLetters.contains(identifier) { return nil }
        return try written.letters[identifier]?.reason
            ?? snapshot.deadLetterReason(identifier)
    }

    func keep(_ letter: DeadLetter, eraseAt _: Instant?) throws {
        written.letters[letter.identifier] = letter
        written.removedLetters.remove(letter.identifier)
    }

    @discardableResult
    func remove(_ letters: [DeadLetterIdentifier]) throws -> [DeadLetterIdentifier] {
        let known = try letters.filter { try deadLetter($0) != nil }
        written.removedLetters.formUnion(known)
        return known
    }

    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws {
        for letter in letters { written.letterOrders[letter] = order }
    }

    func order(about letter: DeadLetterIdentifier) throws -> LetterOrder? {
        written.letterOrders[letter]
    }

    // MARK: What no message looks at

    func keep(reason _: String, journal _: Int64, about _: RequestIdentifier?, at _: Instant) {}
    func journalHead() throws -> JournalHead { .empty }
    func verifyJournal(after head: JournalHead, limit _: Int) throws -> JournalHead { head }
    func lastCheckpoint() throws -> JournalCheckpoint? { nil }
    func record(_: JournalCheckpoint) throws {}
    func enqueue(
        _: OutboundMessage,
        about _: [PersonIdentifier],
        journal _: Int64,
        at _: Instant
    ) throws -> Int64 { 0 }
    func settle(_: [Int64], at _: Instant) throws -> [SettledOrder] { [] }
    func park(_: Int64, reason _: String?) throws {}
    func retry(_: [Int64]?) throws {}
    func droppedMessages() throws -> [Int64] { [] }
    func withheldPersons() throws -> [PersonIdentifier: Int64] { [:] }
    func isParked(_: OutboxStream) throws -> Bool { false }
    func lastParkedStream() throws -> Int64 { 0 }
    func parkedStreams(after _: Int64, through _: Int64, limit _: Int) -> [Int64] { [] }
    func parkedMessages(of _: Int64, through _: Int64, limit _: Int, bytes _: Int) -> [OutboxRow] {
        []
    }
    func retriedStreams() throws -> RetriedStreams { RetriedStreams() }
    func pendingMessages(after _: Int64, limit _: Int, bytes _: Int) throws -> [OutboxRow] { [] }
    func outboxStatistics() throws -> OutboxStatistics {
        OutboxStatistics(pending: 0, parked: 0, oldestAt: nil)
    }
    func postponeDeferredMessage(_: Int64, attempts _: Int, until _: Instant) throws {}
    func deferredCount() throws -> Int { 0 }
    func due(_: [TimerKind], at _: Instant, limit _: Int) throws -> [Timer] { [] }
    func nextDue() throws -> Instant? { nil }
    func oldestOpenRequests() throws -> [String: Instant] { [:] }
    func lastEntryAt() throws -> Instant? { nil }
    func certainTime() throws -> Instant? { nil }
    func record(certainTime _: Instant?) throws {}
    func countAttempts(_ keys: [InboxKey]) throws -> [Int] { keys.map { _ in 0 } }
    func clearAttempts(_: [InboxKey]) throws {}
    func deadLetterTotals() throws -> DeadLetterTotals { DeadLetterTotals(count: 0, bytes: 0) }
    func deadLettersOfGreatestSender(byBytes _: Bool, limit _: Int) -> [DeadLetterIdentifier] {
        []
    }
    func deadLetters(after _: Int64, limit _: Int, bytes _: Int) -> [NumberedLetter] { [] }
    func sentLetter(_: DeadLetterIdentifier) throws -> SentLetter? { nil }
    func letGo(_: DeadLetterIdentifier, as _: SentLetter) throws {}
    func beginRun() throws -> Bool { false }
    func endRun() throws {}
}

/// What was written besides records; a value, so that undoing is putting back what was there
/// before.
private struct ForecastState {
    var inbox: [InboxKey: InboxEntry] = [:]
    var forgotten: Set<InboxKey> = []
    var deferred: [DeferredMessage] = []
    /// By whose they were.
    var removedDeferred: [Int64: String] = [:]
    var hastened: [DeferredEntry] = []
    var letters: [DeadLetterIdentifier: DeadLetter] = [:]
    var removedLetters: Set<DeadLetterIdentifier> = []
    var letterOrders: [DeadLetterIdentifier: LetterOrder] = [:]
    var journal: [JournalEntry] = []
}
