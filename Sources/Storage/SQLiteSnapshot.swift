public import Domain
import GRDB
public import Workflow

/// One state of the store, for as long as a reading transaction is open.
private struct SQLiteSnapshot: RegisterSnapshot {
    let statements: StatementCache

    private func statement(_ name: Statement) throws -> SQLiteStatement { try statements[name] }

    func request(_ identifier: RequestIdentifier) throws -> Request? {
        let statement = try statement(.requestByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.request() }
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        let statement = try statement(.personByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.person() }
    }

    func person(subject: String) throws -> Person? {
        let statement = try statement(.personBySubject)
        statement.bind(subject)
        return try statement.first { try $0.person() }
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        let statement = try statement(.operatorByEORI)
        statement.bind(eori.text)
        return try statement.first { try $0.economicOperator(eori) }
    }

    func account(_ identifier: AccountIdentifier) throws -> Account? {
        let statement = try statement(.accountByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.account() }
    }

    func accounts(of eori: EORI) throws -> [Account] {
        let statement = try statement(.accountsByEORI)
        statement.bind(eori.text)
        return try statement.all { try $0.account() }
    }

    func accounts(of person: PersonIdentifier) throws -> [Account] {
        let statement = try statement(.accountsByPerson)
        statement.bind(person.uuid)
        return try statement.all { try $0.account() }
    }

    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        let statement = try statement(.ordersByAccount)
        statement.bind(account.uuid)
        return try statement.all { try $0.provisioningOrder() }
    }

    func openRequests(for eori: EORI) throws -> [Request] {
        let statement = try statement(.openRequests)
        statement.bind(eori.text)
        return try statement.all { try $0.request() }
    }

    func requests(of person: PersonIdentifier) throws -> [Request] {
        let statement = try statement(.requestsByPerson)
        statement.bind(person.uuid)
        return try statement.all { try $0.request() }
    }

    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        try PersonalFile(of: person) { try statement($0) }
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        let statement = try statement(.recipientsByPerson)
        statement.bind(person.uuid)
        return try statement.all { row in
            row.isNull(0) ? .mailbox : .person(PersonIdentifier(try row.identifier(0)))
        }
    }

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        let statement = try statement(.inboxEntry)
        statement.bind(key.bytes)
        return try statement.first { row in
            InboxEntry(key: key, digest: row.bytes(0), receivedAt: row.instant(1))
        }
    }

    func deferredMessages(for request: RequestIdentifier) throws -> [DeferredMessage] {
        let statement = try statement(.deferredByRequest)
        statement.bind(request.uuid)
        return try statement.all { try $0.deferredMessage() }
    }
}

extension SQLiteRegisterReader {
    /// Runs `body` on one state of the store. While it runs, the daemon's write-ahead log is not begun
    /// anew.
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
            let statement = try SQLiteStatement(
                "SELECT journal, content FROM reason WHERE request = ?",
                on: handle
            )
            statement.bind(request.uuid)
            let rows = try statement.all { ($0.integer(0), $0.text(1)) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}
