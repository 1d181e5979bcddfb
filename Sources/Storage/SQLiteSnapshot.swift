public import Domain
import GRDB
public import Workflow

/// One state of the store, for as long as a reading transaction is open.
private struct SQLiteSnapshot: RegisterQueries {
    let statements: StatementCache

    func statement(_ name: Statement) throws -> SQLiteStatement { try statements[name] }
}

extension SQLiteRegisterReader {
    /// Runs `body` on one state of the store. While it runs, the daemon's write-ahead log is not
    /// begun again.
    ///
    /// - Throws: What `body` throws, or a `StorageError`.
    public func withSnapshot<Result>(
        _ body: (any RegisterSnapshot) throws -> Result
    ) throws(StorageError) -> Result {
        try read { handle in
            try body(SQLiteSnapshot(statements: StatementCache(handle: handle)))
        }
    }

    /// Why operators had something done about the request, by the journal's entry.
    public func reasons(of request: RequestIdentifier) throws(StorageError) -> [Int64: String] {
        try read { handle in
            let statement = try SQLiteStatement(Statement.reasonsOfRequest, on: handle)
            statement.bind(request.uuid)
            let rows = try statement.all { ($0.integer(0), $0.text(1)) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}
