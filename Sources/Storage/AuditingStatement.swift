import Workflow

/// Every statement of an audit: it reads all of a store, in the order of its keys, in a process of
/// its own. What it notes goes to a temporary table.
enum AuditingStatement {
    case overwrite, remove, lastEntry, count, replayed, entries
    case records(ReplayedKind)
    case record(ReplayedKind)

    static let all: [AuditingStatement] =
        [.overwrite, .remove, .lastEntry, .count, .replayed, .entries]
        + ReplayedKind.allCases.flatMap { [.records($0), .record($0)] }

    static let preparation = [
        "DROP TABLE IF EXISTS temp.replayed",
        """
        CREATE TEMP TABLE replayed (
            kind TEXT NOT NULL, identifier TEXT NOT NULL, entry INTEGER NOT NULL,
            PRIMARY KEY (kind, identifier)
        ) STRICT, WITHOUT ROWID
        """,
    ]

    var sql: String {
        switch self {
        case .overwrite:
            """
            INSERT INTO temp.replayed (kind, identifier, entry) VALUES (?, ?, ?)
            ON CONFLICT (kind, identifier) DO UPDATE SET entry = excluded.entry
            """
        case .remove: "DELETE FROM temp.replayed WHERE kind = ? AND identifier = ?"
        case .lastEntry:
            """
            SELECT entry, event FROM temp.replayed CROSS JOIN main.journal ON sequence = entry
            WHERE kind = ? AND identifier = ?
            """
        case .count: "SELECT count(*) FROM temp.replayed WHERE kind = ?"
        case .replayed:
            "SELECT identifier, entry FROM temp.replayed WHERE kind = ? ORDER BY entry"
        case .entries: "SELECT count(*) FROM journal"
        case .records(let kind):
            "SELECT \(kind.columns) FROM \(kind.table) ORDER BY \(kind.order)"
        case .record(let kind): "SELECT 1 FROM \(kind.table) WHERE \(kind.key) = ?"
        }
    }
}
