import Dispatch
import Domain
import GRDB
import GRDBSQLite
import Synchronization
public import Workflow

/// The register in one SQLite file, which this process alone writes.
///
/// All work is done on the store's own serial queue, never on the caller's thread: a commit waits
/// for the disk.
public final class SQLiteRegister: Register {
    /// The path as given.
    public let path: String
    private let queue: DatabaseQueue
    private let confined: Confined
    /// Whether the store was begun at this opening.
    public let isNew: Bool
    /// Which store stood here at the last opening, if it was another one: what its marker says.
    public let formerStore: String?
    /// What was found beside a store that was gone, by the names that it was given.
    public let setAside: [String]
    /// Let go of when the file is closed.
    private let lock: Mutex<StoreLock?>
    private let latestFigures: Mutex<RegisterFigures>
    private let onLogMoved: (@Sendable (_ failure: String?) -> Void)?
    let scrubs: Bool
    let scrubState = Mutex(ScrubState())
    private let onCommit: (@Sendable (_ nanoseconds: UInt64) -> Void)?

    /// Opens the store: makes it if it is missing, brings it to this release's schema, checks it.
    ///
    /// - Parameters:
    ///   - path: Where the file is; its folder must exist. `<path>-wal`, `<path>-shm` and
    ///     `<path>.lock` stand beside it.
    ///   - completeCheckUpToBytes: Up to this size a store is checked completely before it is
    ///     served, which takes about 2 ms for each MB; of a bigger one, only what is damaged first.
    ///   - beginsAgain: Whether a new store may be begun where there was one that is gone.
    ///   - scrubs: Whether what was erased is wiped from the files by itself, and not only when
    ///     `scrub` is called.
    ///   - onCommit: Told after each commit how long the disk took, on the store's queue.
    ///   - onLogMoved: Told why the write-ahead log could not be moved into the main file, and with
    ///     nil once it could be again, on the store's queue. The log grows until it can be.
    /// - Throws: A `StorageError` when the file is another program's, another daemon's, a later
    ///   release's, damaged, not writable, or gone; nothing was changed then.
    public init(
        path: String,
        completeCheckUpToBytes: Int64 = 64 << 20,
        beginsAgain: Bool = false,
        scrubs: Bool = true,
        onCommit: (@Sendable (_ nanoseconds: UInt64) -> Void)? = nil,
        onLogMoved: (@Sendable (_ failure: String?) -> Void)? = nil
    ) throws(StorageError) {
        let marker = try StoreMarker(beside: path)
        let isGone = StoreFile.size(of: path) == 0
        if isGone, !beginsAgain { try StoreBeginning.refuse(path, marker) }
        try StoreFile.prepareForWriting(path)
        let lock = try StoreLock(storePath: path)
        do {
            setAside = isGone && beginsAgain ? try StoreBeginning.setAside(companionsOf: path) : []
            let (queue, isNew) = try StoreSetup.open(path) { () throws(StorageError) in
                if !beginsAgain { try StoreBeginning.refuse(path, marker) }
            }
            // A file that was copied to its place may be two states mixed, whatever its size.
            let isSameFile = marker?.inode == StorePlace.inode(of: path)
            let connection = try queue.inDatabase { database in
                try StoreCheck.run(
                    database,
                    path: path,
                    completeUpToBytes: isSameFile ? completeCheckUpToBytes : .max
                )
                return try StoreCheck.withHandle(database, path: path) {
                    try RegisterConnection(handle: $0)
                }
            }
            let store = try queue.inDatabase {
                try String.fetchOne($0, sql: "SELECT lower(hex(id)) FROM store") ?? "unknown"
            }
            let current = StoreMarker(store: store, inode: connection.place.inode)
            if marker != current { try current.write(beside: path) }
            formerStore = marker?.store == store ? nil : marker?.store
            // One that an earlier attempt to begin has left is no less new.
            self.isNew = isNew || (marker == nil && connection.committed.journal.sequence == 0)
            self.path = path
            self.queue = queue
            self.confined = Confined(connection)
            self.lock = Mutex(lock)
            self.latestFigures = Mutex(RegisterFigures(connection.committed))
            self.onCommit = onCommit
            self.onLogMoved = onLogMoved
            self.scrubs = scrubs
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
        // The last run may have ended before everything was wiped.
        scrubSoon()
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MaintenanceTransaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { _ in
                continuation.resume(with: Swift.Result { try self.transaction(body) })
                self.checkpointIfDue()
            }
        }
    }

    /// Whether a store may be begun at `path` if there is none; says so by throwing if not. Changes
    /// nothing.
    public static func checkBeginning(at path: String) throws(StorageError) {
        guard StoreFile.size(of: path) == 0 else { return }
        try StoreBeginning.refuse(path, try StoreMarker(beside: path))
    }

    public func checkPlace() async throws {
        try await onQueue { connection in
            connection.handle.forgetFailure()
            try connection.checkPlace()
            try self.keepLock()
        }
    }

    /// A lock whose file is gone keeps nobody out.
    private func keepLock() throws {
        try lock.withLock { lock in
            guard let held = lock, !held.isInPlace else { return }
            do throws(StorageError) {
                lock = try StoreLock(storePath: path)
            } catch {
                throw RegisterUnavailable(reason: error.reason, isElsewhere: true)
            }
        }
    }

    /// A checkpoint that fails loses nothing, and is tried again after the next commit.
    private func checkpointIfDue() {
        do {
            guard try confined.openConnection?.checkpointIfDue() == true else { return }
            onLogMoved?(nil)
        } catch {
            onLogMoved?(String(describing: error))
        }
    }

    private func transaction<Result>(
        _ body: (any MaintenanceTransaction) throws -> Result
    ) throws -> Result {
        let connection = try confined.connection(path: path)
        let result = try connection.transaction(body) { commit in
            let start = DispatchTime.now().uptimeNanoseconds
            try commit()
            onCommit?(DispatchTime.now().uptimeNanoseconds - start)
        }
        latestFigures.withLock { $0 = RegisterFigures(connection.committed) }
        if connection.committed.traces > 0 { scrubSoon() }
        return result
    }

    /// What the store holds, as of the last commit; costs nothing.
    public var figures: RegisterFigures { latestFigures.withLock(\.self) }

    /// How big the store's files are now, in bytes.
    public var sizes: (storeBytes: Int64, walBytes: Int64) {
        (StoreFile.size(of: path), StoreFile.size(of: path + "-wal"))
    }

    /// Moves everything from the write-ahead log into the main file and empties the log.
    ///
    /// - Returns: Whether it is empty now; a reader can keep it from being so.
    @discardableResult
    public func checkpoint() async throws -> Bool {
        try await onQueue { try $0.checkpoint() }
    }

    /// What the writing connection answers to `PRAGMA <text>`; nil for nothing.
    func pragma(_ text: String) async throws -> String? {
        try await onQueue { connection in
            try SQLiteStatement("PRAGMA \(text)", on: connection.handle).first { $0.text(0) }
        }
    }

    func onQueue<Result: Sendable>(
        _ body: @escaping @Sendable (RegisterConnection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { _ in
                continuation.resume(
                    with: Swift.Result { try body(try self.confined.connection(path: self.path)) }
                )
            }
        }
    }

    /// Runs `body` on the store's queue, unless the store is closed by then.
    func soonOnQueue(_ body: @escaping @Sendable (RegisterConnection) -> Void) {
        queue.asyncWriteWithoutTransaction { _ in
            if let connection = self.confined.openConnection { body(connection) }
        }
    }

    /// Empties the write-ahead log, closes the file and lets go of the lock. Writing is refused
    /// afterwards; closing again does nothing.
    ///
    /// - Throws: Why the log could not be emptied, as when the disk is full. The store is closed
    ///   all the same, and the log loses nothing: it is read at the next opening.
    public func close() async throws {
        let checkpoint = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { _ in
                continuation.resume(returning: Swift.Result { try self.confined.close() })
            }
        }
        do {
            try queue.close()
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
        lock.withLock { $0 = nil }
        try checkpoint.get()
    }

    deinit {
        // The connection cannot be closed while statements are prepared.
        confined.discard()
    }
}

/// Holds what belongs to the connection's queue.
///
/// `@unchecked Sendable`: after `SQLiteRegister.init`, in which nobody else knows it, it is used in
/// blocks on the `DatabaseQueue` only, which runs them one after another; `SQLiteRegister.deinit`
/// comes when no block can refer to it any more.
private final class Confined: @unchecked Sendable {
    private var connection: RegisterConnection?

    var openConnection: RegisterConnection? { connection }

    init(_ connection: RegisterConnection) {
        self.connection = connection
    }

    func connection(path: String) throws -> RegisterConnection {
        guard let connection else {
            throw RegisterUnavailable(reason: "the store \(path) is closed; the daemon is ending")
        }
        return connection
    }

    func close() throws {
        defer { discard() }
        try connection?.checkpoint()
    }

    func discard() { connection = nil }
}
