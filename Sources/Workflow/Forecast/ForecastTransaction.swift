import Contract
import Domain

/// What a message may do, kept to itself on top of a store that is only read.
final class ForecastTransaction: MessageTransaction, RegisterOverlay {
    private let snapshot: any RegisterSnapshot
    var records = OverlaidRecords()
    private var written = ForecastState()

    init(_ snapshot: any RegisterSnapshot) {
        self.snapshot = snapshot
    }

    var base: any RegisterView { snapshot }

    /// What was appended since it was last cleared.
    var journal: [JournalEntry] { written.journal }
    /// What would be sent since then.
    var messages: [OutboundMessage] { written.messages }

    func clearWritten() { (written.journal, written.messages) = ([], []) }

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
            .map { written.postponed[$0.sequence] ?? $0 }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        guard !written.removedDeferred.keys.contains(sequence) else { return nil }
        var message =
            try written.deferred.first { $0.entry.sequence == sequence }
            ?? snapshot.deferredMessage(sequence)
        if let entry = written.postponed[sequence] { message?.entry = entry }
        return message
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

    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws {
        guard var entry = try deferredMessage(sequence)?.entry else { return }
        entry.attempts = attempts
        entry.nextAttemptAt = until
        written.postponed[sequence] = entry
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        written.removedDeferred[sequence] = try deferredMessage(sequence)?.entry.user
    }

    func enqueue(
        _ message: OutboundMessage,
        about _: [PersonIdentifier],
        journal _: Int64,
        at _: Instant
    ) throws -> Int64 {
        written.messages.append(message)
        // Below those of the store.
        written.lastMessage -= 1
        return written.lastMessage
    }

    // MARK: Dead letters

    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter? {
        try written.letters[identifier] ?? snapshot.deadLetter(identifier)
    }

    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        switch written.letterOrders[identifier] {
        case .discard: nil
        case .replay: try deadLetter(identifier)?.reason
        case nil:
            try written.letters[identifier]?.reason ?? snapshot.deadLetterReason(identifier)
        }
    }

    func sentLetter(_ identifier: DeadLetterIdentifier) throws -> SentLetter? {
        try written.letters[identifier] == nil ? snapshot.sentLetter(identifier) : nil
    }

    func keep(_ letter: DeadLetter, eraseAt _: Instant?) throws {
        written.letters[letter.identifier] = letter
        written.letterOrders[letter.identifier] = nil
    }

    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws {
        for letter in letters { written.letterOrders[letter] = order.action }
    }

    // MARK: What is written for the loop, and for those who read the store

    func keep(reason _: String, journal _: Int64, about _: RequestIdentifier?, at _: Instant) {}
    func retry(_: [Int64]?) throws {}
    func record(certainTime _: Instant?) throws {}
}

/// What was written besides records; a value, so that undoing is putting back what was there
/// before.
private struct ForecastState {
    var inbox: [InboxKey: InboxEntry] = [:]
    var forgotten: Set<InboxKey> = []
    var deferred: [DeferredMessage] = []
    /// By whose they were.
    var removedDeferred: [Int64: String] = [:]
    var postponed: [Int64: DeferredEntry] = [:]
    var hastened: [DeferredEntry] = []
    var letters: [DeadLetterIdentifier: DeadLetter] = [:]
    var letterOrders: [DeadLetterIdentifier: LetterOrder.Action] = [:]
    var journal: [JournalEntry] = []
    var messages: [OutboundMessage] = []
    /// The last of the outbox.
    var lastMessage: Int64 = 0
}
