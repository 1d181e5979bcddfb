import GRDB
import GRDBSQLite

/// What a store's file says of itself, and the library that reads it.
public struct StoreExamination: Sendable {
    /// SQLite's word; `wal` is right.
    public let journalMode: String
    public let schemaVersion: Int64

    /// That of the SQLite that is loaded, such as `3.40.1`.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Whether it is one of the releases in which two connections that write or checkpoint at once
    /// can damage a store (https://www.sqlite.org/wal.html, "The WAL-Reset Bug").
    public static var libraryHasFaultInLog: Bool {
        (3_007_000...3_051_002).contains(sqlite3_libversion_number())
    }

    /// In bytes; 0 if there is no such file.
    public static func size(of path: String) -> Int64 { StoreFile.size(of: path) }
}

extension SQLiteRegisterReader {
    public func examination() throws(StorageError) -> StoreExamination {
        try read { handle in
            StoreExamination(
                journalMode: try SQLiteStatement("PRAGMA journal_mode", on: handle)
                    .first { $0.text(0) } ?? "unknown",
                schemaVersion: try SQLiteStatement("PRAGMA user_version", on: handle)
                    .first { $0.integer(0) } ?? 0
            )
        }
    }
}
