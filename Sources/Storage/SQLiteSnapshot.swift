public import Domain
import GRDB
public import Workflow

/// One state of the store, for as long as a reading transaction is open.
struct SQLiteSnapshot: RegisterQueries {
    let handle: SQLiteHandle
    private let statements: StatementCache

    init(_ handle: SQLiteHandle) {
        self.handle = handle
        statements = StatementCache(handle: handle)
    }

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
        try look(body)
    }

    /// Why operators had something done about the request, by the journal's entry.
    public func reasons(of request: RequestIdentifier) throws(StorageError) -> [Int64: String] {
        try look { store in
            let rows = try store.statement(.reasonsOfRequest, request.uuid)
                .all { ($0.integer(0), $0.text(1)) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}
