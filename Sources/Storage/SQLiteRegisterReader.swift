public import Contract
public import Domain
import GRDB
public import Workflow

/// A store opened to be read: for tools, while the daemon runs or not. Never writes to it and never
/// checkpoints it.
///
/// Every call blocks until it is answered, and sees one state of the store.
public final class SQLiteRegisterReader: Sendable {
    public let path: String
    private let queue: DatabaseQueue

    /// - Throws: A `StorageError` when there is no store, or not one that this release can read.
    public init(path: String) throws(StorageError) {
        // A store that is gone is another matter than one that never was.
        try SQLiteRegister.checkBeginning(at: path)
        try StoreFile.prepareForReading(path)
        var configuration = Configuration()
        configuration.label = "registrar.store.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { database in
                try database.execute(sql: "PRAGMA trusted_schema = 0; PRAGMA temp_store = 2")
                try StoreSetup.checkIdentity(database, path: path, mayBeNew: false)
            }
            self.path = path
            self.queue = queue
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
    }

    func read<Result>(_ body: (SQLiteHandle) throws -> Result) throws(StorageError) -> Result {
        do {
            return try queue.read { database in
                try StoreCheck.withHandle(database, path: path, body)
            }
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
    }

    func look<Result>(_ body: (SQLiteSnapshot) throws -> Result) throws(StorageError) -> Result {
        try read { try body(SQLiteSnapshot($0)) }
    }

    // MARK: Register

    public func request(_ identifier: RequestIdentifier) throws(StorageError) -> Request? {
        try look { try $0.request(identifier) }
    }

    /// The newest first.
    public func requests(_ filter: RequestFilter) throws(StorageError) -> [Request] {
        try look { store in
            let name: Statement =
                if filter.person != nil {
                    .requestsOfPerson
                } else if filter.eori != nil, filter.status?.isOpen == true {
                    .openRequestsOfEORI
                } else {
                    .requests
                }
            let statement = try store.statement(name)
            statement.bind(filter.status?.rawValue)
            statement.bind(filter.procedure)
            statement.bind(filter.profile)
            statement.bind(filter.eori?.text)
            statement.bind(filter.person?.uuid)
            statement.bind(filter.since)
            statement.bind(filter.limit)
            return try statement.all { try $0.request() }
        }
    }

    /// When the oldest open request was submitted.
    public func oldestOpenRequest() throws(StorageError) -> Instant? {
        try look { store in
            try store.statement(.oldestOpenRequestOfAll).first { $0.optionalInstant(0) } ?? nil
        }
    }

    /// Counts by procedure and status, of accounts, of the outbox, of deferred messages; the
    /// journal's head.
    public func figures() throws(StorageError) -> RegisterFigures {
        try read { RegisterFigures(try RegisterState($0)) }
    }

    public func person(_ identifier: PersonIdentifier) throws(StorageError) -> Person? {
        try look { try $0.person(identifier) }
    }

    public func person(subject: String) throws(StorageError) -> Person? {
        try look { try $0.person(subject: subject) }
    }

    public func economicOperator(_ eori: EORI) throws(StorageError) -> EconomicOperator? {
        try look { try $0.economicOperator(eori) }
    }

    /// In the order in which they were opened; what is nil does not matter.
    public func accounts(
        of eori: EORI? = nil,
        person: PersonIdentifier? = nil,
        status: AccountStatus? = nil,
        limit: Int = 100
    ) throws(StorageError) -> [Account] {
        try look { store in
            let name: Statement =
                if person != nil {
                    .accountsOfPerson
                } else if eori != nil {
                    .accountsOfEORI
                } else {
                    .accounts
                }
            let statement = try store.statement(name, eori?.text, person?.uuid, status?.rawValue)
            statement.bind(limit)
            return try statement.all { try $0.account() }
        }
    }

    /// Orders to the provisioner that are outstanding, by account and in their sequence; what is
    /// nil does not matter.
    public func provisioningOrders(
        of account: AccountIdentifier? = nil,
        state: ProvisioningOrder.State? = nil,
        limit: Int = 100
    ) throws(StorageError) -> [ProvisioningOrder] {
        try look { store in
            let name: Statement = account == nil ? .orders : .ordersOfAccount
            return try store.statement(name, account?.uuid, state?.rawValue, limit)
                .all { try $0.provisioningOrder() }
        }
    }

    // MARK: Free text; personal data

    /// What was remarked and answered about a request, and why operators had something done about
    /// it, in the order of writing.
    public func freeTexts(of request: RequestIdentifier) throws(StorageError) -> [FreeText] {
        try look { store in
            try store.statement(.textsOfRequest, request.uuid).all { row in
                FreeText(kind: try row.value(0), recordedAt: row.instant(1), content: row.text(2))
            }
        }
    }

    public func documents(of request: RequestIdentifier) throws(StorageError) -> [Document] {
        try look { try $0.documents(of: request) }
    }

    /// What a request says beyond the members that all have, such as a guarantee.
    public func fields(of request: RequestIdentifier) throws(StorageError) -> RequestFields {
        try look { try $0.fields(of: request) }
    }

    // MARK: Messages

    public func outboxStatistics() throws(StorageError) -> OutboxStatistics {
        try look { store in
            let figures = RegisterFigures(try RegisterState(store.handle))
            let oldest = try [Statement.oldestPayload, .oldestParked].compactMap {
                try store.statement($0).first { $0.instant(0) }
            }
            return OutboxStatistics(
                pending: figures.outboxPending,
                parked: figures.outboxParked,
                oldestAt: oldest.min()
            )
        }
    }

    /// Messages that the broker has not confirmed, in sequence: those that are parked, or those
    /// that are not.
    public func unsettledMessages(parked: Bool, limit: Int) throws(StorageError) -> [OutboxRecord] {
        try look { store in
            try store.statement(parked ? .parkedMessages : .pendingMessages, limit)
                .all { try $0.outboxRecord() }
        }
    }

    /// In the order of their arrival.
    public func deferredEntries(limit: Int) throws(StorageError) -> [DeferredEntry] {
        try look { store in
            try store.statement(.deferredMessages, limit).all { try $0.deferredEntry() }
        }
    }

    /// Those that wait for this request, in the order of their arrival.
    public func deferredEntries(
        for request: RequestIdentifier
    ) throws(StorageError) -> [DeferredEntry] {
        try look { try $0.deferredEntries(for: request) }
    }

    // MARK: Journal

    /// The number of the last entry; 0 where there is none.
    public func lastEntry() throws(StorageError) -> Int64 {
        try look { try $0.statement(.journalHead).first { $0.integer(0) } ?? 0 }
    }

    /// The entries after `sequence`, in sequence.
    public func journal(after sequence: Int64, limit: Int) throws(StorageError) -> [JournalRecord] {
        try look { store in
            try store.statement(.journalEntries, sequence, limit).all { $0.journalRecord() }
        }
    }

    /// The checkpoints after the entry `sequence`, in their order, up to the entry `last`.
    public func checkpoints(after sequence: Int64, through last: Int64) throws(StorageError)
        -> [JournalCheckpoint]
    {
        try look { store in
            try store.statement(.checkpointsAfter, sequence, last).all { $0.checkpoint() }
        }
    }

    /// Everything that the journal says about a request, with the messages that followed.
    public func timeline(of request: RequestIdentifier) throws(StorageError) -> [TimelineEntry] {
        try look { store in
            try store.statement(.timeline, request.uuid).all { $0.journalRecord() }.map { entry in
                TimelineEntry(
                    entry: entry,
                    messages: try store.statement(.messagesOfEntry, entry.sequence)
                        .all { try $0.outboxRecord() }
                )
            }
        }
    }

    /// Checks everything: the file's structure, every index, the journal's whole chain, the counts.
    /// Reads all of it, which takes seconds for each GB.
    ///
    /// - Throws: A `StorageError` of kind `damaged` that says what is wrong first.
    public func verify() throws(StorageError) {
        do {
            try queue.read { database in
                try StoreCheck.withHandle(database, path: path) { handle in
                    try StoreCheck.checkCompletely(database, handle)
                }
            }
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
    }

    /// Checks what `verify` checks, and besides: the checkpoints, and that replaying the journal
    /// gives the register. Reads all of it, one state from beginning to end; while it does, the
    /// daemon's write-ahead log is not begun again.
    ///
    /// - Parameter progress: Told from time to time how many entries of how many were read.
    /// - Returns: What was looked at, and the first thing that is wrong.
    public func audit(
        _ audit: JournalAudit,
        progress: @escaping (_ done: Int64, _ of: Int64) -> Void = { _, _ in }
    ) throws(StorageError) -> JournalReport {
        do {
            // What the replay notes goes to a file: it grows with the store.
            try queue.inDatabase { try $0.execute(sql: "PRAGMA temp_store = 1") }
            return try queue.read { database in
                try StoreCheck.withHandle(database, path: path) { handle in
                    let auditor = JournalAuditor(database, handle, audit, progress: progress)
                    try auditor.run()
                    return auditor.report
                }
            }
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
    }
}

extension SQLiteStatement {
    fileprivate func journalRecord() -> JournalRecord {
        JournalRecord(
            sequence: integer(0),
            time: instant(1),
            event: text(2),
            cause: text(3),
            previous: bytes(4),
            hash: bytes(5)
        )
    }

    fileprivate func outboxRecord() throws -> OutboxRecord {
        OutboxRecord(
            sequence: integer(0),
            journal: integer(1),
            exchange: try value(2),
            routingKey: text(3),
            messageIdentifier: optionalText(4),
            createdAt: instant(5),
            settledAt: optionalInstant(6),
            wasErased: integer(7) != 0,
            parkedReason: optionalText(8)
        )
    }
}
