import Domain
import Workflow

// What requests say, authorisations and obligations.

extension SQLiteTransaction {
    func state(_ fields: RequestFields, of request: RequestIdentifier) throws {
        for member in fields.members {
            let statement = try statement(.stateField)
            statement.bind(request.uuid)
            statement.bind(member.name)
            statement.bind(member.value)
            try statement.run()
        }
    }

    func insert(_ authorisation: Authorisation) throws {
        let statement = try statement(.insertAuthorisation)
        statement.bind(authorisation.number.text)
        statement.bind(authorisation.request.uuid)
        statement.bind(authorisation.eori.text)
        statement.bind(authorisation.kind.rawValue)
        statement.bind(authorisation.products.map(\.rawValue).joined(separator: " "))
        statement.bind(authorisation.validFrom)
        statement.bind(authorisation.validUntil)
        statement.bind(authorisation.status.rawValue)
        statement.bind(authorisation.revokedOn)
        statement.bind(authorisation.warnAt)
        statement.bind(authorisation.lapseAt)
        try statement.run()
        connection.state.count(.authorisations(authorisation.kind, authorisation.status), 1)
    }

    func update(_ authorisation: Authorisation) throws {
        guard let stored = try self.authorisation(authorisation.number) else {
            throw contradiction("no authorisation \(authorisation.number)")
        }
        let statement = try statement(.updateAuthorisation)
        statement.bind(authorisation.status.rawValue)
        statement.bind(authorisation.revokedOn)
        statement.bind(authorisation.warnAt)
        statement.bind(authorisation.lapseAt)
        statement.bind(authorisation.number.text)
        try statement.run()
        guard stored.status != authorisation.status else { return }
        connection.state.count(.authorisations(stored.kind, stored.status), -1)
        connection.state.count(.authorisations(stored.kind, authorisation.status), 1)
    }

    func insert(_ obligation: Obligation) throws {
        let statement = try statement(.insertObligation)
        statement.bind(obligation.identifier.uuid)
        statement.bind(obligation.kind.rawValue)
        statement.bind(obligation.eori.text)
        statement.bind(obligation.authorisation?.text)
        statement.bind(obligation.reference)
        statement.bind(obligation.request.uuid)
        statement.bind(obligation.arisenOn)
        statement.bind(obligation.dueOn)
        statement.bind(obligation.status.rawValue)
        statement.bind(obligation.metOn)
        statement.bind(obligation.remindAt)
        statement.bind(obligation.overdueAt)
        try statement.run()
        connection.state.count(.obligations(obligation.kind, obligation.status), 1)
    }

    func update(_ obligation: Obligation) throws {
        guard let stored = try self.obligation(obligation.identifier) else {
            throw contradiction("no obligation \(obligation.identifier)")
        }
        let statement = try statement(.updateObligation)
        statement.bind(obligation.status.rawValue)
        statement.bind(obligation.metOn)
        statement.bind(obligation.remindAt)
        statement.bind(obligation.overdueAt)
        statement.bind(obligation.identifier.uuid)
        try statement.run()
        guard stored.status != obligation.status else { return }
        connection.state.count(.obligations(stored.kind, stored.status), -1)
        connection.state.count(.obligations(stored.kind, obligation.status), 1)
    }
}

extension SQLiteStatement {
    func authorisation() throws -> Authorisation {
        Authorisation(
            number: ExciseNumber(canonical: text(0)),
            request: RequestIdentifier(try identifier(1)),
            eori: EORI(canonical: text(2)),
            kind: try value(3),
            products: try words(4) ?? [],
            validFrom: try date(5),
            validUntil: try optionalDate(6),
            status: try value(7),
            revokedOn: try optionalDate(8),
            warnAt: optionalInstant(9),
            lapseAt: optionalInstant(10)
        )
    }

    func obligation() throws -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(try identifier(0)),
            kind: try value(1),
            eori: EORI(canonical: text(2)),
            authorisation: optionalText(3).map(ExciseNumber.init(canonical:)),
            reference: text(4),
            request: RequestIdentifier(try identifier(5)),
            arisenOn: try date(6),
            dueOn: try date(7),
            status: try value(8),
            metOn: try optionalDate(9),
            remindAt: optionalInstant(10),
            overdueAt: optionalInstant(11)
        )
    }

    private func date(_ column: Int32) throws -> CivilDate {
        guard let date = CivilDate(text(column)) else {
            throw damaged("\(text(column)) is no day")
        }
        return date
    }

    private func optionalDate(_ column: Int32) throws -> CivilDate? {
        isNull(column) ? nil : try date(column)
    }
}
