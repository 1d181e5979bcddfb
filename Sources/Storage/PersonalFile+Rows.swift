import Domain
import Workflow

// What is kept about one person.

extension PersonalFile {
    /// - Parameter statement: Gives a statement that is ready to be bound.
    init(
        of person: PersonIdentifier,
        statement: (Storage.Statement) throws -> SQLiteStatement
    ) throws {
        func rows<Row>(
            _ name: Storage.Statement,
            _ read: (SQLiteStatement) throws -> Row
        ) throws -> [Row] {
            let statement = try statement(name)
            statement.bind(person.uuid)
            return try statement.all(read)
        }
        self.init(
            writings: try rows(.textsByPerson) { row in
                Writing(
                    request: RequestIdentifier(try row.identifier(0)),
                    text: FreeText(
                        kind: try row.value(1),
                        recordedAt: row.instant(2),
                        content: row.text(3)
                    )
                )
            },
            documents: try rows(.documentsByPerson) { row in
                NamedDocument(
                    request: RequestIdentifier(try row.identifier(0)),
                    recordedAt: row.instant(1),
                    document: Document(
                        kind: row.text(2),
                        reference: row.text(3),
                        issuedOn: row.optionalText(4).flatMap { CivilDate($0) },
                        validUntil: row.optionalText(5).flatMap { CivilDate($0) }
                    )
                )
            },
            messages: try rows(.messagesByPerson) { row in
                SentMessage(
                    routingKey: row.text(1),
                    template: row.optionalText(2),
                    recipient: row.isNull(3) ? nil : PersonIdentifier(try row.identifier(3)),
                    messageIdentifier: row.optionalText(4),
                    createdAt: row.instant(5),
                    settledAt: row.optionalInstant(6)
                )
            },
            statements: try rows(.statementsByPerson) { row in
                Statement(
                    request: RequestIdentifier(try row.identifier(0)),
                    member: Particulars.Member(name: row.text(1), value: row.text(2))
                )
            },
            authorisations: try rows(.authorisationsByPerson) { try $0.authorisation() },
            obligations: try rows(.obligationsByPerson) { try $0.obligation() }
        )
    }
}
