import Domain
import Workflow

// What is kept about one person.

extension RegisterQueries {
    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        func rows<Row>(
            _ name: Statement,
            _ read: (SQLiteStatement) throws -> Row
        ) throws -> [Row] {
            try statement(name, person.uuid).all(read)
        }
        return PersonalFile(
            writings: try rows(.textsByPerson) { try $0.writing() },
            documents: try rows(.documentsByPerson) { try $0.namedDocument() },
            messages: try rows(.messagesByPerson) { try $0.sentMessage().record },
            statements: try rows(.statementsByPerson) { row in
                PersonalFile.Statement(
                    request: RequestIdentifier(try row.identifier(0)),
                    member: RequestFields.Member(name: row.text(1), value: row.text(2))
                )
            },
            authorisations: try rows(.authorisationsByPerson) { try $0.authorisation() },
            obligations: try rows(.obligationsByPerson) { try $0.obligation() },
            guarantees: try rows(.guaranteesByPerson) { try $0.guarantee() }
        )
    }
}

extension SQLiteStatement {
    func writing() throws -> PersonalFile.Writing {
        PersonalFile.Writing(
            request: RequestIdentifier(try identifier(0)),
            text: FreeText(kind: try value(1), recordedAt: instant(2), content: text(3))
        )
    }

    func namedDocument() throws -> PersonalFile.NamedDocument {
        PersonalFile.NamedDocument(
            request: RequestIdentifier(try identifier(0)),
            recordedAt: instant(1),
            document: Document(
                kind: text(2),
                reference: text(3),
                issuedOn: optionalText(4).flatMap { CivilDate($0) },
                validUntil: optionalText(5).flatMap { CivilDate($0) },
                country: optionalText(6),
                attests: (optionalText(7) ?? "").split(separator: " ")
                    .compactMap { Document.Attestation(rawValue: String($0)) }
            )
        )
    }

    func sentMessage() throws -> Placed<PersonalFile.SentMessage> {
        Placed(
            place: integer(0),
            record: PersonalFile.SentMessage(
                routingKey: text(1),
                template: optionalText(2),
                recipient: isNull(3) ? nil : PersonIdentifier(try identifier(3)),
                messageIdentifier: optionalText(4),
                createdAt: instant(5),
                settledAt: optionalInstant(6)
            )
        )
    }
}
