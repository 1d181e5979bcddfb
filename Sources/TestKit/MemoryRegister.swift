import Contract
public import Domain
import Synchronization
public import Workflow

/// The register's in-memory twin: the same port with the same semantics, and nothing durable.
public final class MemoryRegister: Register {
    /// Where in a write a fault can strike.
    public enum WriteStage: Sendable {
        /// Before anything was done.
        case begin
        /// Everything was done; throwing rolls it back.
        case beforeCommit
        /// Everything is committed; throwing is what a crash before the answer looks like.
        case afterCommit
    }

    /// Throws to let the `number`th write (counted from 1) fail at that stage.
    public typealias FaultHook = @Sendable (_ stage: WriteStage, _ number: Int) throws -> Void

    /// What a transaction is about to write.
    public enum Change: Sendable {
        case inbox(InboxEntry)
        case record(RecordChange)
    }

    /// Throws to let this one change fail.
    public typealias ChangeHook = @Sendable (Change) throws -> Void

    /// Throws while the store is not where a restart would look for it.
    public typealias PlaceHook = @Sendable () throws -> Void

    private struct Guarded {
        var contents = MemoryContents()
        var writes = 0
    }

    private let guarded = Mutex(Guarded())
    private let fault: FaultHook?
    private let onChange: ChangeHook?
    private let place: PlaceHook?

    public init(
        fault: FaultHook? = nil,
        onChange: ChangeHook? = nil,
        place: PlaceHook? = nil
    ) {
        self.place = place
        self.fault = fault
        self.onChange = onChange
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MaintenanceTransaction) throws -> Result
    ) async throws -> Result {
        try guarded.withLock { guarded in
            guarded.writes += 1
            try place?()
            try fault?(.begin, guarded.writes)
            let transaction = MemoryTransaction(guarded.contents, onChange: onChange)
            defer { transaction.close() }
            let result = try body(transaction)
            if let unavailable = transaction.unavailable { throw unavailable }
            try fault?(.beforeCommit, guarded.writes)
            guarded.contents = transaction.contents
            guarded.contents.records = transaction.records
            try fault?(.afterCommit, guarded.writes)
            try place?()
            return result
        }
    }

    public func checkPlace() async throws { try place?() }

    /// Changes what is committed behind the register's back.
    public func tamper(_ change: (inout MemoryContents) -> Void) {
        guarded.withLock { change(&$0.contents) }
    }

    /// Everything that is committed, for tests to look at.
    public var contents: MemoryContents { guarded.withLock(\.contents) }
}

/// What a `MemoryRegister` refuses; a program's error, as it is with the real store.
public struct MemoryRegisterError: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// One transaction: works on a copy, which is put in the original's place at the end.
final class MemoryTransaction: MaintenanceTransaction, RegisterOverlay {
    var contents: MemoryContents
    /// Kept once it was thrown: the transaction cannot be committed then, whoever caught it.
    private(set) var unavailable: RegisterUnavailable?
    private var isOpen = true
    var dropped: [Int64] = []
    var retried = RetriedStreams()

    private let onChange: MemoryRegister.ChangeHook?

    let base: any RegisterView = EmptyRegister()
    /// Those of `contents` are as they were before.
    var records: OverlaidRecords

    init(_ contents: MemoryContents, onChange: MemoryRegister.ChangeHook?) {
        self.contents = contents
        self.records = contents.records
        self.onChange = onChange
    }

    func close() { isOpen = false }

    func checkUsable() throws {
        guard isOpen else {
            throw MemoryRegisterError(description: "a transaction was used after its end")
        }
        if let unavailable { throw unavailable }
    }

    /// - Throws: When the transaction is not to be used any more.
    func usable() throws -> MemoryContents {
        try checkUsable()
        return contents
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try checkUsable()
        let before = (contents, records, dropped, retried)
        do {
            return try body()
        } catch {
            (contents, records, dropped, retried) = before
            unavailable = unavailable ?? error as? RegisterUnavailable
            throw error
        }
    }

    // MARK: Records

    func carryOut(_ change: RecordChange) throws {
        try checkUsable()
        try onChange?(.record(change))
        try layOver(change)
        switch change {
        case .add(.erasure(let erasure)):
            contents.erasureMarks[erasure.person.identifier] = ErasureMarks(in: contents, records)
        case .remove(.erasure(let erasure)):
            contents.erasureMarks[erasure.person.identifier] = nil
        case .eraseWritings(let request): contents.eraseReasons(about: request)
        default: break
        }
    }

    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        var file = try recordedFile(of: person)
        file.messages = contents.messages(about: person).map(\.record).filter(\.isDisclosed)
        return file
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        try usable().recipients(ofDataAbout: person)
    }

    // MARK: Inbox

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        try usable().inbox[key]
    }

    func record(_ entry: InboxEntry) throws {
        try checkUsable()
        try onChange?(.inbox(entry))
        guard contents.inbox.updateValue(entry, forKey: entry.key) == nil else {
            throw MemoryRegisterError(description: "the inbox has this key already")
        }
    }

    func forget(_ key: InboxKey) throws {
        try checkUsable()
        contents.inbox[key] = nil
    }

    // MARK: Outbox

    func enqueue(
        _ message: OutboundMessage,
        about persons: [PersonIdentifier],
        journal: Int64,
        at now: Instant
    ) throws -> Int64 {
        try checkUsable()
        let sequence = Int64(contents.outbox.count + 1)
        contents.outbox.append(
            MemoryContents.OutboxEntry(
                sequence: sequence,
                journal: journal,
                routingKey: message.routingKey,
                messageIdentifier: message.properties.messageIdentifier,
                mail: message.mail,
                about: persons,
                createdAt: now,
                message: message
            )
        )
        return sequence
    }

    func settle(_ sequences: [Int64], at now: Instant) throws -> [SettledOrder] {
        try checkUsable()
        var orders: [SettledOrder] = []
        for sequence in Set(sequences).sorted() {
            guard let index = unsettledIndex(sequence) else { continue }
            if let account = contents.outbox[index].message?.account {
                orders.append(SettledOrder(account: account, message: sequence))
            }
            contents.takeMessage(at: index)
            contents.outbox[index].settledAt = now
        }
        return orders
    }

    func droppedMessages() throws -> [Int64] {
        try checkUsable()
        return dropped
    }

    func pendingMessages(after sequence: Int64, limit: Int, bytes: Int) throws -> [OutboxRow] {
        let entries = try usable().outbox.dropFirst(max(0, Int(sequence)))
        return rows(of: entries.lazy.filter { $0.parkedReason == nil }, limit, bytes: bytes)
    }

    /// What is unsettled of these, up to the one with which they take so many bytes of memory.
    func rows(
        of entries: some Sequence<MemoryContents.OutboxEntry>,
        _ limit: Int,
        bytes: Int
    ) -> [OutboxRow] {
        var rows: [OutboxRow] = []
        var heldBytes = 0
        for entry in entries {
            guard rows.count < limit, heldBytes < bytes else { break }
            guard let message = entry.message else { continue }
            rows.append(
                OutboxRow(sequence: entry.sequence, message: message, about: entry.about)
            )
            heldBytes += message.heldBytes
        }
        return rows
    }

    func outboxStatistics() throws -> OutboxStatistics {
        try checkUsable()
        let unsettled = contents.outbox.filter { $0.message != nil }
        let parked = unsettled.count { $0.parkedReason != nil }
        return OutboxStatistics(
            pending: unsettled.count - parked,
            parked: parked,
            oldestAt: unsettled.first?.createdAt
        )
    }

    // MARK: Messages that made the daemon crash

    func countAttempts(_ keys: [InboxKey]) throws -> [Int] {
        try checkUsable()
        return keys.map { key in
            defer { contents.attempts[key, default: 0] += 1 }
            return contents.attempts[key, default: 0]
        }
    }

    func clearAttempts(_ keys: [InboxKey]) throws {
        try checkUsable()
        for key in keys { contents.attempts[key] = nil }
    }

    func beginRun() throws -> Bool {
        try checkUsable()
        defer { contents.isRunning = true }
        return contents.isRunning
    }

    func endRun() throws {
        try checkUsable()
        contents.isRunning = false
    }
}
