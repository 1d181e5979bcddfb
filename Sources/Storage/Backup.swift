import Dispatch
public import Domain
import GRDB
public import Workflow
import GRDBSQLite

/// What a backup holds.
public struct BackupSummary: Hashable, Sendable {
    /// The journal's last entry in it: everything until there is in the backup, nothing after.
    public let journal: JournalHead
    /// When that was written; nil for an empty journal.
    public let lastEntryAt: Instant?
    /// Messages that the broker had not confirmed: they are sent (again) after a restore.
    public let unconfirmedMessages: Int
    public let sizeBytes: Int64
}

/// Copies of a store that stand by themselves: made while the daemon runs, and put in its place
/// when it is lost.
public enum Backup {
    /// How far a backup or a restore is.
    public enum Stage: Hashable, Sendable {
        /// The share that is copied, 0 to 1.
        case copying(Double)
        /// Every page, every index and the journal's whole chain are read.
        case verifying
    }

    /// In pages of 4 KiB: how much is copied between two looks at the progress.
    private static let pagesAtOnce: Int32 = 2048

    /// Copies the store as of one moment to `file`, and verifies the copy.
    ///
    /// The source is only read, by a connection that cannot write and never checkpoints. The
    /// daemon goes on meanwhile; but what it writes while pages are copied cannot be moved out of
    /// its write-ahead log before the copying is done, so that the log grows by it. The verifying
    /// that follows reads the copy alone.
    ///
    /// - Parameter file: Must not exist. It is readable by its owner alone, and is written as
    ///   `<file>.partial` until it is complete, verified and on the disk.
    /// - Returns: What it holds, and how long the copying took.
    /// - Throws: A `StorageError`; nothing is left of the copy then.
    public static func write(
        store path: String,
        to file: String,
        progress: (Stage) -> Void = { _ in }
    ) throws(StorageError) -> (summary: BackupSummary, copySeconds: Double) {
        try StoreFile.prepareForReading(path)
        var target = try BackupFile.create(file)
        let start = DispatchTime.now().uptimeNanoseconds
        let source = StorePlace.inode(of: path)
        do {
            try copyPages(of: path, to: target.partialPath, progress)
            guard let source, StorePlace.inode(of: path) == source else {
                throw StorageError(
                    .away,
                    "the store \(path) was moved, deleted or replaced while it was copied; nothing is "
                        + "left of the copy: see what 'registrarctl status' says, and try again"
                )
            }
            let copySeconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            try detach(target.partialPath)
            progress(.verifying)
            let summary = try verifyCopy(target.partialPath, of: path)
            try target.publish()
            return (summary, copySeconds)
        } catch {
            throw StoreSetup.storageError(error, path: path)
        }
    }

    /// https://www.sqlite.org/backup.html. Within one read transaction the source stays as it is
    /// for this connection, so that no commit of the daemon's makes the copying begin again.
    private static func copyPages(
        of path: String,
        to copy: String,
        _ progress: (Stage) -> Void
    ) throws {
        var reading = Configuration()
        reading.label = "registrar.backup.source"
        reading.readonly = true
        reading.busyMode = .timeout(5)
        let source = try DatabaseQueue(path: path, configuration: reading)
        let target = try DatabaseQueue(path: copy)
        try source.read { from in
            try StoreSetup.checkIdentity(from, path: path, mayBeNew: false)
            try target.inDatabase { to in
                // The file is nothing until it is whole, and is synced then: no journal of its own.
                try to.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
                try copyPages(from, to, paths: (path, copy), progress)
            }
        }
        try target.close()
        try source.close()
    }

    private static func copyPages(
        _ source: Database,
        _ target: Database,
        paths: (source: String, copy: String),
        _ progress: (Stage) -> Void
    ) throws {
        guard
            let backup = sqlite3_backup_init(
                target.sqliteConnection,
                "main",
                source.sqliteConnection,
                "main"
            )
        else { throw failure(sqlite3_errcode(target.sqliteConnection), paths) }
        progress(.copying(0))
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, pagesAtOnce)
            let total = Double(max(sqlite3_backup_pagecount(backup), 1))
            progress(.copying(1 - Double(sqlite3_backup_remaining(backup)) / total))
        }
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw failure(code, paths) }
    }

    private static func failure(
        _ code: Int32,
        _ paths: (source: String, copy: String)
    ) -> StorageError {
        let cause = StorageError(code: code, message: "", path: paths.source)
        let words = String(cString: sqlite3_errstr(code))
        return StorageError(
            cause.kind,
            "the store \(paths.source) could not be copied to \(paths.copy) (SQLite code \(code): "
                + "\(words)); nothing is left of the copy: see to the space and the disk there, "
                + "check the store with 'registrarctl journal verify', and try again"
        )
    }

    /// Turns the copy, which like its source expects a write-ahead log beside it, into a file that
    /// stands by itself.
    private static func detach(_ copy: String) throws {
        let queue = try DatabaseQueue(path: copy)
        let mode = try queue.inDatabase {
            try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE")
        }
        try queue.close()
        guard mode == "delete" else {
            throw StorageError(
                .inputOutput,
                "the copy \(copy) could not be made to stand by itself (journal mode "
                    + "\(mode ?? "none")); this is an error in the program, please report it"
            )
        }
    }

    /// Reads all of a backup, and says what it holds.
    ///
    /// - Throws: A `StorageError` of kind `damaged` when it is not as it was written, `notAStore`
    ///   when it is no backup.
    public static func verify(_ file: String) throws(StorageError) -> BackupSummary {
        try StoreFile.prepareForReading(file)
        guard !(try StoreFile.expectsLog(file)) else {
            throw StorageError(
                .notAStore,
                "\(file) is a store itself, or a plain copy of one, and not whole without the "
                    + "files beside it; make backups with 'registrarctl backup'"
            )
        }
        let reader = try SQLiteRegisterReader(path: file)
        try reader.verify()
        let figures = try reader.figures()
        let head = figures.journal
        return BackupSummary(
            journal: head,
            lastEntryAt: try reader.journal(after: head.sequence - 1, limit: 1).first?.time,
            unconfirmedMessages: figures.outboxPending + figures.outboxParked,
            sizeBytes: StoreFile.size(of: file)
        )
    }

    /// What a new copy holds; damage in it comes from the store, and the copy is not kept.
    private static func verifyCopy(_ copy: String, of path: String) throws(StorageError)
        -> BackupSummary
    {
        do throws(StorageError) {
            return try verify(copy)
        } catch {
            guard error.kind == .damaged else { throw error }
            throw StorageError(
                .damaged,
                "the store \(path) is damaged, or the disk under its copy is; there is no new "
                    + "backup, so keep the last: check with 'registrarctl journal verify' "
                    + "(\(error.reason))"
            )
        }
    }
}
