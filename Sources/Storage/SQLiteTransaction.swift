import Contract
import Domain
import Workflow

/// One open transaction on the writing connection: the register.
final class SQLiteTransaction: RegisterTransaction, RegisterQueries {
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
        return try connection.savepoint(body)
    }

    // MARK: Looking up

    func request(_ identifier: RequestIdentifier) throws -> Request? {
        let statement = try statement(.requestByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { row in
            connection.remember(identifier, number: row.integer(0))
            return try row.request()
        }
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        try checkUsable()
        if let revealed, revealed.identifier == identifier { return revealed }
        if let recent = connection.recentPersons.person(identifier) { return recent }
        let statement = try statement(.personByIdentifier)
        statement.bind(identifier.uuid)
        return try remembered(statement.first { try $0.person() })
    }

    func person(subject: String) throws -> Person? {
        try checkUsable()
        if let recent = connection.recentPersons.person(subject: subject) { return recent }
        let statement = try statement(.personBySubject)
        statement.bind(subject)
        return try remembered(statement.first { try $0.person() })
    }

    private func remembered(_ person: Person?) -> Person? {
        if let person { connection.recentPersons.remember(person) }
        return person
    }

    // MARK: Applying events

    func apply(_ event: Event, at now: Instant) throws {
        switch event {
        case .personRecorded(let person): try record(person)
        case .personChanged(let person, _, _):
            try record(person)
            // What was corrected is to be gone as well.
            connection.state.traces += 1
        case .personErased(let person): try erase(person, at: now)
        case .requestErased(let request): try erase(request)
        case .requestSubmitted(let request): try insert(request)
        case .requestChanged(let request, _, _, let remarks):
            try update(request)
            try keep(remarks, of: request.identifier, at: now)
        case .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request):
            try update(request)
        case .supplementReceived(let request, let supplement):
            try keep(supplement, of: request, at: now)
        case .operatorRegistered(let economicOperator): try record(economicOperator)
        case .operatorChanged(let economicOperator, _, _, let remarks):
            try record(economicOperator)
            try keep(remarks, of: economicOperator.request, at: now)
        case .accountOpened(let account): try insert(account)
        case .accountChanged(let account, _, _, _, let remarks):
            try update(account)
            try keep(remarks, of: account.request, at: now)
        case .particularsStated(let request, let particulars):
            try state(particulars, of: request)
        case .authorisationGranted(let authorisation): try insert(authorisation)
        case .authorisationChanged(let authorisation, _, _, _, let remarks):
            try update(authorisation)
            try keep(remarks, of: authorisation.request, at: now)
        case .obligationOpened(let obligation): try insert(obligation)
        case .obligationChanged(let obligation, _, _, _): try update(obligation)
        case .provisioning(let order, let step) where !step.leavesOrder: try remove(order)
        case .provisioning(let order, _): try record(order)
        case .operated(.outboxRetried(let sequences)): try retry(sequences)
        case .cascade(let cascade, .begun): try insert(cascade)
        case .cascade(let cascade, .continued): try update(cascade)
        case .cascade(let cascade, .done): try remove(cascade)
        case .operated(.clockConfirmed): try record(certainTime: nil)
        case .erasureBegun, .erasureTold, .erasureCompleted, .personDisclosed,
            .authorisationDisclosed, .lastManagerLost, .reportIgnored, .nothingToChange,
            .operated(.deadLettersReplayed), .operated(.deadLettersDiscarded):
            break
        }
    }

    private func record(_ person: Person) throws {
        let statement = try statement(.recordPerson)
        statement.bind(person)
        try statement.run()
        connection.recentPersons.remember(person)
    }

    private func insert(_ request: Request) throws {
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
        statement.bind(Self.words(request.kept))
        statement.bind(request.submittedAt)
        statement.bind(request.changedAt)
        statement.bind(request.remindAt)
        statement.bind(request.escalateAt)
        statement.bind(request.expireAt)
        statement.bind(request.eraseAt)
        try statement.run()
        connection.remember(request.identifier, number: connection.lastInsertedNumber)
        connection.state.count(.requests(procedure: request.procedure, request.status), 1)
    }

    static func words(_ kept: [KeptRecord]) -> String? {
        kept.isEmpty ? nil : kept.map(\.rawValue).joined(separator: " ")
    }

    private func update(_ request: Request) throws {
        let lookup = try statement(.requestState)
        lookup.bind(request.identifier.uuid)
        let stored = try lookup.first { row in
            (
                number: row.integer(0), procedure: row.text(1),
                status: try row.value(2, as: RequestStatus.self)
            )
        }
        guard let stored else { throw contradiction("no request \(request.identifier)") }
        let statement = try statement(.updateRequest)
        statement.bind(request.authorised)
        statement.bind(request.status.rawValue)
        statement.bind(request.revision)
        statement.bind(request.reason?.rawValue)
        statement.bind(Self.words(request.kept))
        statement.bind(request.changedAt)
        statement.bind(request.remindAt)
        statement.bind(request.escalateAt)
        statement.bind(request.expireAt)
        statement.bind(request.eraseAt)
        statement.bind(stored.number)
        try statement.run()
        guard stored.status != request.status else { return }
        connection.state.count(.requests(procedure: stored.procedure, stored.status), -1)
        connection.state.count(.requests(procedure: stored.procedure, request.status), 1)
    }

    private func record(_ economicOperator: EconomicOperator) throws {
        let statement = try statement(.recordOperator)
        statement.bind(economicOperator.eori.text)
        statement.bind(economicOperator.kind.rawValue)
        statement.bind(economicOperator.operations)
        statement.bind(economicOperator.status.rawValue)
        statement.bind(economicOperator.request.uuid)
        try statement.run()
    }

    private func keep(_ remarks: String?, of request: RequestIdentifier, at now: Instant) throws {
        guard let remarks, !remarks.isEmpty else { return }
        try keep(remarks, kind: .remarks, of: request, at: now)
    }

    private func keep(_ supplement: Supplement, of request: RequestIdentifier, at now: Instant)
        throws
    {
        try keep(supplement.answer, kind: .answer, of: request, at: now)
        for document in supplement.documents {
            let statement = try statement(.insertDocument)
            statement.bind(request.uuid)
            statement.bind(now)
            statement.bind(document.kind)
            statement.bind(document.reference)
            statement.bind(document.issuedOn)
            statement.bind(document.validUntil)
            try statement.run()
        }
    }

    private func keep(
        _ text: String,
        kind: FreeText.Kind,
        of request: RequestIdentifier,
        at now: Instant
    ) throws {
        let statement = try statement(.insertText)
        statement.bind(request.uuid)
        statement.bind(kind.rawValue)
        statement.bind(now)
        statement.bind(text)
        try statement.run()
    }
}
