import CSQLite
import GRDB
import GRDBSQLite

/// Opens a store for writing: settings first, then the schema, then a look at whether it is whole.
enum StoreSetup {
    /// What is set on every writing connection, and read back. The value is what SQLite answers.
    ///
    /// - `synchronous` 2 is FULL: a commit is on the disk before it returns. GRDB's own set-up of
    ///   WAL weakens it to NORMAL, so WAL is set up here.
    /// - `secure_delete` overwrites what is deleted with zeros: bodies hold personal data. What it
    ///   leaves behind all the same, `StoreScrub` wipes.
    /// - `temp_store` 2 keeps intermediate results, which hold rows, in memory.
    /// - `cache_size` is in KiB when negative. It has to hold the pages that a batch changes: what
    ///   does not fit is written to the log more than once.
    /// - `journal_size_limit` is in bytes.
    /// - `wal_autocheckpoint` is off: SQLite would do it inside the commit that somebody waits for;
    ///   `SQLiteRegister` does it after.
    static let settings: [(name: String, value: Int64)] = [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("temp_store", 2),
        ("cache_size", -6_144),
        ("wal_autocheckpoint", 0),
        ("journal_size_limit", 67_108_864),
    ]

    /// How long a statement waits for another process's lock.
    static let busyTimeoutMilliseconds: Int32 = 5000

    /// SQLite is told once, before its first use in the process, to keep no statistics of its
    /// memory: it would take a lock for each allocation, and nobody reads them. Where it was in use
    /// before, it keeps them, and nothing else is different
    /// (https://www.sqlite.org/c3ref/config.html, SQLITE_CONFIG_MEMSTATUS).
    private static let isWithoutStatistics = registrar_leave_out_memory_statistics() == SQLITE_OK

    /// - Parameter mayBegin: Throws if no store may be begun where there is none.
    /// - Returns: The open store, and whether it was begun.
    static func open(
        _ path: String,
        mayBegin: () throws(StorageError) -> Void
    ) throws -> (queue: DatabaseQueue, isNew: Bool) {
        _ = isWithoutStatistics
        var configuration = Configuration()
        configuration.label = "registrar.store"
        configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1000)
        configuration.foreignKeysEnabled = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        var isNew = false
        do {
            try queue.inDatabase { database in
                try checkIdentity(database, path: path, mayBeNew: true)
                isNew = try pragma("user_version", database) == 0
                if isNew { try mayBegin() }
                try mark(database)
                try configure(database, path: path)
            }
            try Schema.migrator.migrate(queue)
        } catch {
            try queue.close()
            throw error
        }
        return (queue, isNew)
    }

    /// Says whose file it is.
    private static func mark(_ database: Database) throws {
        guard try pragma("application_id", database) == 0 else { return }
        try database.execute(sql: "PRAGMA application_id = \(Schema.applicationIdentifier)")
    }

    /// Refuses files of others and of later releases, before anything is written to them.
    static func checkIdentity(_ database: Database, path: String, mayBeNew: Bool) throws {
        let application = try pragma("application_id", database)
        let version = try pragma("user_version", database)
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let isNew = application == 0 && tables == 0 && mayBeNew
        guard isNew || application == Schema.applicationIdentifier else {
            throw StorageError(
                .otherApplication,
                "\(path) is an SQLite file of another program (application_id \(application)); it "
                    + "was not touched: correct store.path"
            )
        }
        guard version <= Schema.version else {
            throw StorageError(
                .newerVersion,
                "the store \(path) was written by a later release (schema \(version), this one "
                    + "knows \(Schema.version)); it was not touched: install that release again, "
                    + "or restore a backup that was made before it"
            )
        }
        guard mayBeNew || version == Schema.version else {
            throw StorageError(
                .inaccessible,
                "the store \(path) was written by an earlier release (schema \(version), this one "
                    + "reads \(Schema.version)); start registrard once, which brings it up to date"
            )
        }
    }

    private static func configure(_ database: Database, path: String) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw StorageError(
                .inaccessible,
                "the store \(path) cannot use a write-ahead log (journal mode \(mode ?? "none")); "
                    + "put it on a local file system that supports shared memory"
            )
        }
        for (name, value) in settings {
            try database.execute(sql: "PRAGMA \(name) = \(value)")
            let effective = try pragma(name, database)
            guard effective == value else {
                throw StorageError(
                    .inaccessible,
                    "the store \(path) cannot be used safely: SQLite's setting \(name) is "
                        + "\(effective) where \(value) is needed; use the SQLite library that this "
                        + "program was built for"
                )
            }
        }
    }

    static func pragma(_ name: String, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0
    }

    /// Puts whatever opening came upon into the store's own terms.
    static func storageError(_ error: any Error, path: String) -> StorageError {
        switch error {
        case let error as StorageError: error
        case let error as DatabaseError:
            StorageError(
                code: error.extendedResultCode.rawValue,
                message: error.message ?? "no message",
                path: path
            )
        default: StorageError(.inaccessible, "the store \(path) cannot be opened: \(error)")
        }
    }
}
