import Domain
import GRDBSQLite
import Workflow

/// The one writing connection: its statements, and what it knows of the store.
///
/// Confined to the queue of its `DatabaseQueue`.
final class RegisterConnection {
    let handle: SQLiteHandle
    let statements: StatementCache
    /// As the open transaction sees it.
    var state: RegisterState
    /// As committed.
    private(set) var committed: RegisterState
    private let log = LogLength()
    /// While what was erased is being wiped from the files.
    var scrub: StoreScrub?
    /// The number of the request that was last asked for: a message mostly concerns one.
    private var latestRequest: (identifier: RequestIdentifier, number: Int64)?
    var recentPersons = RecentPersons()
    /// The account that the open transaction has read or written last, as it stands in the store,
    /// and its number there.
    var latestAccount: (account: Account, number: Int64)?
    var place: StorePlace

    init(handle: SQLiteHandle) throws {
        self.handle = handle
        self.statements = StatementCache(handle: handle)
        self.state = try RegisterState(handle)
        self.committed = state
        self.place = try StorePlace(handle)
        watchLog()
    }

    /// Runs `body` in a transaction; see `Register.write`.
    ///
    /// - Parameter commit: Called around the commit, so that its time can be taken.
    /// - Throws: A `RegisterUnavailable` that `isElsewhere` also when everything was committed, and
    ///   the store's name does not lead to it.
    func transaction<Result>(
        _ body: (any MaintenanceTransaction) throws -> Result,
        commit: (() throws -> Void) throws -> Void
    ) throws -> Result {
        handle.forgetFailure()
        forgetRecords()
        try checkPlace()
        let result = try committed(body, commit)
        // Between the two the files may have gone.
        try checkPlace()
        return result
    }

    private func committed<Result>(
        _ body: (any MaintenanceTransaction) throws -> Result,
        _ commit: (() throws -> Void) throws -> Void
    ) throws -> Result {
        try statements[.begin].run()
        let transaction = SQLiteTransaction(connection: self)
        do {
            let result = try body(transaction)
            transaction.close()
            if let unavailable = handle.unavailable { throw unavailable }
            try writeTallies()
            try commit { try statements[.commit].run() }
            state.droppedMessages = []
            state.retriedStreams = RetriedStreams()
            committed = state
            return result
        } catch {
            transaction.close()
            try rollBack(after: error)
            throw handle.unavailable ?? error
        }
    }

    private func rollBack(after error: any Error) throws {
        state = committed
        latestRequest = nil
        forgetRecords()
        // SQLite may have rolled back by itself, as it does when the disk is full.
        guard handle.isInTransaction else { return }
        try statements[.rollback].run()
    }

    /// Runs `body` in a savepoint; see `MessageTransaction.savepoint`.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let before = state
        try statements[.setSavepoint].run()
        do {
            let result = try body()
            if let unavailable = handle.unavailable { throw unavailable }
            try statements[.releaseSavepoint].run()
            return result
        } catch {
            state = before
            latestRequest = nil
            forgetRecords()
            handle.remember(error)
            // The transaction as a whole is lost then, and with it the savepoint.
            if let unavailable = handle.unavailable { throw unavailable }
            try statements[.rollbackToSavepoint].run()
            try statements[.releaseSavepoint].run()
            throw error
        }
    }

    private func writeTallies() throws {
        if state.traces != committed.traces {
            let statement = try statements[.setTraces]
            statement.bind(state.traces)
            try statement.run()
        }
        for (key, count) in state.counts where committed.counts[key] != count {
            let columns = key.columns
            let statement = try statements[.setTally]
            statement.bind(columns.kind)
            statement.bind(columns.name)
            statement.bind(columns.status)
            statement.bind(count)
            try statement.run()
        }
    }

    /// The store's number of a request; nil if there is no such request.
    func number(of request: RequestIdentifier) throws -> Int64? {
        if let latestRequest, latestRequest.identifier == request { return latestRequest.number }
        let statement = try statements[.requestState]
        statement.bind(request.uuid)
        guard let number = try statement.first({ $0.integer(0) }) else { return nil }
        remember(request, number: number)
        return number
    }

    /// What is known of records may not be so any more.
    func forgetRecords() {
        recentPersons.forget()
        latestAccount = nil
    }

    func remember(_ request: RequestIdentifier, number: Int64) {
        latestRequest = (request, number)
    }

    /// A request is gone, and its number with it.
    func forget(_ request: RequestIdentifier) {
        if latestRequest?.identifier == request { latestRequest = nil }
    }

    /// Moves what is in the write-ahead log to the main file and empties it.
    ///
    /// https://www.sqlite.org/pragma.html#pragma_wal_checkpoint: the first column is 1 if a reader
    /// kept it from completing.
    @discardableResult
    func checkpoint() throws -> Bool {
        // A pass relies on it that the main file does not change; it starts over.
        scrub = nil
        return try truncateLog()
    }

    func truncateLog() throws -> Bool {
        handle.forgetFailure()
        try checkPlace()
        return try SQLiteStatement("PRAGMA wal_checkpoint(TRUNCATE)", on: handle)
            .first { $0.integer(0) == 0 } ?? false
    }

    /// Moves what is in the write-ahead log to the main file once enough has gathered there; the
    /// log is then written from its start again, and keeps its size. Returns whether it was due.
    func checkpointIfDue() throws -> Bool {
        let isBusy = log.latestCommit >= Self.bigCommitPages
        guard log.pages >= (isBusy ? Self.longLogPages : Self.shortLogPages) else { return false }
        handle.forgetFailure()
        // What is moved out of the log would stand in a file that is elsewhere alone.
        guard try isInPlace else { return false }
        log.pages = 0
        // What a pass has wiped already may come back by it.
        try scrub?.noteLog()
        try SQLiteStatement("PRAGMA wal_checkpoint(PASSIVE)", on: handle).run()
        return true
    }

    // In pages of 4 KiB. A page that is written again and again is moved once for each checkpoint,
    // and whoever comes next waits for it: when batches are small, the wait is to be short; big
    // batches say that throughput is wanted.
    private static let shortLogPages: Int32 = 1000
    private static let longLogPages: Int32 = 4000
    private static let bigCommitPages: Int32 = 250

    /// https://www.sqlite.org/c3ref/wal_hook.html: called after each commit, on the thread that
    /// commits. `log` lives as long as the connection does.
    private func watchLog() {
        sqlite3_wal_hook(
            handle.pointer,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                let log = Unmanaged<LogLength>.fromOpaque(context).takeUnretainedValue()
                // The log is begun again when all of it was moved.
                log.latestCommit = pages > log.pages ? pages - log.pages : pages
                log.pages = pages
                return SQLITE_OK
            },
            Unmanaged.passUnretained(log).toOpaque()
        )
    }

    deinit {
        sqlite3_wal_hook(handle.pointer, nil, nil)
    }

    /// The write-ahead log, in pages.
    private final class LogLength {
        var pages: Int32 = 0
        var latestCommit: Int32 = 0
    }

    var lastInsertedNumber: Int64 { sqlite3_last_insert_rowid(handle.pointer) }
}
