import Contract
import Domain
import Workflow

/// One open transaction on the writing connection: the register.
final class SQLiteTransaction: MaintenanceTransaction, RegisterQueries {
    let connection: RegisterConnection
    private var isOpen = true
    /// Somebody who is being erased, while what tells of it is worded.
    var revealed: Person?

    init(connection: RegisterConnection) {
        self.connection = connection
    }

    /// From here on every use is refused.
    func close() { isOpen = false }

    func statement(_ statement: Statement) throws -> SQLiteStatement {
        try checkUsable()
        return try connection.statements[statement]
    }

    func checkUsable() throws {
        guard isOpen else {
            throw StorageError(
                .rejected,
                "a transaction on the store \(connection.handle.path) was used after its end; "
                    + "this is an error in the program, please report it"
            )
        }
        if let unavailable = connection.handle.unavailable { throw unavailable }
    }

    func contradiction(_ what: String) -> StorageError {
        StorageError(
            .rejected,
            "\(what) in the store \(connection.handle.path); this is an error in the program, "
                + "please report it"
        )
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try checkUsable()
        let before = revealed
        do {
            return try connection.savepoint(body)
        } catch {
            revealed = before
            throw error
        }
    }

    // MARK: Looking up

    func request(_ identifier: RequestIdentifier) throws -> Request? {
        try statement(.requestByIdentifier, identifier.uuid).first { row in
            connection.remember(identifier, number: row.integer(0))
            return try row.request()
        }
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        try checkUsable()
        if let revealed, revealed.identifier == identifier { return revealed }
        if let recent = connection.recentPersons.person(identifier) { return recent }
        let statement = try statement(.personByIdentifier, identifier.uuid)
        return try remembered(statement.first { try $0.person() })
    }

    func person(subject: String) throws -> Person? {
        try checkUsable()
        if let recent = connection.recentPersons.person(subject: subject) { return recent }
        return try remembered(statement(.personBySubject, subject).first { try $0.person() })
    }

    private func remembered(_ person: Person?) -> Person? {
        if let person { connection.recentPersons.remember(person) }
        return person
    }

    // MARK: Records

    func record(_ person: Person) throws {
        try statement(.recordPerson, person).run()
        connection.recentPersons.remember(person)
    }

    func insert(_ request: Request) throws {
        let statement = try statement(.insertRequest)
        statement.bind(request.identifier.uuid)
        statement.bind(request.procedure)
        statement.bind(request.profile)
        statement.bind(request.person.uuid)
        statement.bind(request.eori?.text)
        statement.bind(request.requested)
        statement.bind(request.authorised)
        statement.bind(request.status.rawValue)
        statement.bind(request.revision)
        statement.bind(request.reason?.rawValue)
        statement.bind(Self.words(request.kept.map(\.rawValue)))
        statement.bind(request.submittedAt)
        statement.bind(request.changedAt)
        statement.bind(request.remindAt)
        statement.bind(request.escalateAt)
        statement.bind(request.expireAt)
        statement.bind(request.eraseAt)
        statement.bind(Self.words(request.approvals))
        try statement.run()
        connection.remember(request.identifier, number: connection.lastInsertedNumber)
        connection.state.count(.requests(procedure: request.procedure, request.status), 1)
    }

    static func words(_ words: [String]) -> String? {
        words.isEmpty ? nil : words.joined(separator: " ")
    }

    func update(_ request: Request) throws {
        let stored = try statement(.requestState, request.identifier.uuid).first { row in
            (
                number: row.integer(0), procedure: row.text(1),
                status: try row.value(2, as: RequestStatus.self), eori: row.optionalText(3)
            )
        }
        guard let stored else { throw contradiction("no request \(request.identifier)") }
        let statement = try statement(.updateRequest)
        statement.bind(request.authorised)
        statement.bind(request.status.rawValue)
        statement.bind(request.revision)
        statement.bind(request.reason?.rawValue)
        statement.bind(Self.words(request.kept.map(\.rawValue)))
        statement.bind(request.changedAt)
        statement.bind(request.remindAt)
        statement.bind(request.escalateAt)
        statement.bind(request.expireAt)
        statement.bind(request.eraseAt)
        statement.bind(Self.words(request.approvals))
        statement.bind(stored.number)
        try statement.run()
        try name(request.eori, inRequest: stored.number, stored: stored.eori)
        guard stored.status != request.status else { return }
        connection.state.count(.requests(procedure: stored.procedure, stored.status), -1)
        connection.state.count(.requests(procedure: stored.procedure, request.status), 1)
    }

    func record(_ economicOperator: EconomicOperator) throws {
        let statement = try statement(.recordOperator)
        statement.bind(economicOperator.eori.text)
        statement.bind(economicOperator.kind.rawValue)
        statement.bind(economicOperator.operations)
        statement.bind(economicOperator.status.rawValue)
        statement.bind(economicOperator.request.uuid)
        try statement.run()
    }

    func keep(_ writing: PersonalFile.Writing) throws {
        let statement = try statement(.insertText)
        statement.bind(writing.request.uuid)
        statement.bind(writing.text.kind.rawValue)
        statement.bind(writing.text.recordedAt)
        statement.bind(writing.text.content)
        try statement.run()
    }

    func keep(_ named: PersonalFile.NamedDocument) throws {
        let statement = try statement(.insertDocument)
        statement.bind(named.request.uuid)
        statement.bind(named.recordedAt)
        statement.bind(named.document.kind)
        statement.bind(named.document.reference)
        statement.bind(named.document.issuedOn)
        statement.bind(named.document.validUntil)
        statement.bind(named.document.country)
        let attests = named.document.attests.map(\.rawValue).joined(separator: " ")
        statement.bind(attests.isEmpty ? nil : attests)
        try statement.run()
    }
}
