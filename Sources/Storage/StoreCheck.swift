import GRDB
import Workflow

/// Whether a store is whole.
///
/// Reading all of a big store would take longer than a start may take. So a small store is checked
/// completely; of a big one, the schema, both ends of every tree and the journal's last entries
/// are: what a torn write, a truncated or a mixed-up file damages first.
/// `SQLiteRegisterReader.verify` checks a store of any size completely.
enum StoreCheck {
    /// How many of the journal's last entries are verified in a bigger one.
    static let journalEntries: Int64 = 1000

    /// - Parameter completeUpToBytes: Up to this size a store is checked completely.
    static func run(_ database: Database, path: String, completeUpToBytes: Int64) throws {
        try checkSchema(database, path: path)
        try withHandle(database, path: path) { handle in
            if StoreFile.size(of: path) <= completeUpToBytes {
                try checkCompletely(database, handle)
            } else {
                try checkEnds(handle)
                try checkJournal(handle, last: journalEntries)
            }
        }
    }

    static func checkCompletely(_ database: Database, _ handle: SQLiteHandle) throws {
        let findings = try integrityFindings(database)
        guard findings.isEmpty else {
            throw damaged(findings.joined(separator: "; "), handle)
        }
        try checkJournal(handle, last: .max)
        let differing = try wrongTallies(handle)
        guard differing.isEmpty else {
            throw damaged("the counts of \(differing.joined(separator: ", ")) are wrong", handle)
        }
    }

    /// What is wrong with the file's structure and its indexes, in SQLite's words.
    static func integrityFindings(_ database: Database) throws -> [String] {
        let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check(5)")
        return findings == ["ok"] ? [] : findings
    }

    /// The tables and indexes must be those that the migrations make, to the letter.
    private static func checkSchema(_ database: Database, path: String) throws {
        let fresh = try DatabaseQueue()
        try Schema.migrator.migrate(fresh)
        let expected = try fresh.read(schema)
        let found = try schema(database)
        guard found != expected else { return }
        let differing = Set(expected.keys).union(found.keys).sorted().filter {
            expected[$0] != found[$0]
        }
        let names = differing.joined(separator: ", ")
        throw StorageError(
            .damaged,
            "the store \(path) does not have the tables that it should (\(names)): somebody "
                + "changed it, or it is damaged; keep it for inspection and restore the last "
                + "backup with 'registrarctl restore'"
        )
    }

    private static func schema(_ database: Database) throws -> [String: String] {
        // What ANALYZE and SQLite itself add (`sqlite_…`) may differ.
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return Dictionary(rows.map { ($0[0], $0[1] ?? "") }) { first, _ in first }
    }

    /// Walks down both edges of every table and index.
    private static func checkEnds(_ handle: SQLiteHandle) throws {
        let trees = [
            "person", "free_text", "document", "request", "economic_operator", "account", "inbox",
            "outbox", "outbox_payload", "parked_stream", "parked_payload", "deferred",
            "deferred_message", "journal", "checkpoint", "attempt",
            "person INDEXED BY person_id", "person INDEXED BY person_subject",
            "request INDEXED BY request_id", "request INDEXED BY request_person",
            "account INDEXED BY account_id",
            // SQLite takes an index of some rows only when those are asked for.
            "account INDEXED BY account_place WHERE place IS NOT NULL",
            "account INDEXED BY account_person",
            "account INDEXED BY account_eori",
            "provisioning_order", "outbox INDEXED BY outbox_journal", "particular",
            "particular INDEXED BY particular_request", "authorisation",
            "authorisation INDEXED BY authorisation_name",
            "authorisation INDEXED BY authorisation_request",
            "entitlement", "cascade", "obligation",
            "obligation INDEXED BY obligation_id", "obligation INDEXED BY obligation_request",
            "guarantee", "guarantee INDEXED BY guarantee_id",
            "dead_letter", "dead_letter INDEXED BY dead_letter_id",
            "store", "clock",
        ]
        let keys = [
            "economic_operator": "eori", "inbox": "key", "attempt": "key", "outbox": "sequence",
            "provisioning_order": "account",
            "person INDEXED BY person_id": "id", "person INDEXED BY person_subject": "subject",
            "request INDEXED BY request_id": "id", "request INDEXED BY request_person": "person",
            "account INDEXED BY account_id": "id",
            "account INDEXED BY account_place WHERE place IS NOT NULL": "place",
            "account INDEXED BY account_person": "person",
            "account INDEXED BY account_eori": "eori",
            "outbox INDEXED BY outbox_journal": "journal",
            "particular INDEXED BY particular_request": "request",
            "authorisation INDEXED BY authorisation_name": "name",
            "authorisation INDEXED BY authorisation_request": "request",
            "entitlement": "account",
            "obligation INDEXED BY obligation_id": "id",
            "obligation INDEXED BY obligation_request": "request",
            "guarantee INDEXED BY guarantee_id": "id",
            "dead_letter INDEXED BY dead_letter_id": "id",
        ]
        for tree in trees {
            let key = keys[tree] ?? "rowid"
            for direction in ["ASC", "DESC"] {
                try SQLiteStatement(
                    "SELECT * FROM \(tree) ORDER BY \(key) \(direction) LIMIT 1",
                    on: handle
                ).run()
            }
        }
    }

    /// Verifies the chain over the last entries; over all of them, also that it has a beginning.
    static func checkJournal(_ handle: SQLiteHandle, last count: Int64) throws {
        let newest =
            try SQLiteStatement(Statement.journalHead, on: handle)
            .first { $0.integer(0) } ?? 0
        let before = count >= newest ? 0 : newest - count
        let entries = try SQLiteStatement(Statement.journalEntries, on: handle)
        entries.bind(before)
        entries.bind(count)
        var head: JournalHead?
        do {
            try entries.forEach { row in
                let entry = row.chainedEntry()
                // Of a part, the first entry's predecessor is taken as read.
                let start =
                    before == 0 ? .empty : JournalHead(sequence: before, hash: entry.previous)
                head = try entry.verified(after: head ?? start)
            }
        } catch let broken as JournalBroken {
            throw damaged("\(broken)", handle)
        }
    }

    /// The stored counts that are not what counting gives.
    static func wrongTallies(_ handle: SQLiteHandle) throws -> [String] {
        try SQLiteStatement(Statement.wrongTallies, on: handle)
            .all { "\($0.text(0)) \($0.text(1)) \($0.text(2))" }
    }

    /// Runs `body` on the connection's handle; a failure of SQLite comes out as a `StorageError`.
    static func withHandle<Result>(
        _ database: Database,
        path: String,
        _ body: (SQLiteHandle) throws -> Result
    ) throws -> Result {
        let handle = try handle(database, path: path)
        do {
            return try body(handle)
        } catch let error as RegisterUnavailable {
            throw handle.cause ?? StorageError(.inputOutput, error.reason)
        }
    }

    private static func handle(_ database: Database, path: String) throws -> SQLiteHandle {
        guard let pointer = database.sqliteConnection else {
            throw StorageError(.inaccessible, "the store \(path) is closed")
        }
        return SQLiteHandle(pointer, path: path)
    }

    private static func damaged(_ what: String, _ handle: SQLiteHandle) -> StorageError {
        StorageError(
            .damaged,
            "the store \(handle.path) is damaged (\(what)) and is not served: keep the file for "
                + "inspection and restore the last backup that is whole with 'registrarctl restore'"
        )
    }
}
