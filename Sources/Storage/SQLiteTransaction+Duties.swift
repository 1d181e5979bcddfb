import Domain
import Workflow

// What requests say, authorisations, obligations and guarantees.

extension SQLiteTransaction {
    func state(_ fields: RequestFields, of request: RequestIdentifier) throws {
        for member in fields.members {
            try statement(.stateField, request.uuid, member.name, member.value).run()
        }
    }

    func insert(_ authorisation: Authorisation) throws {
        let statement = try statement(.insertAuthorisation)
        statement.bind(authorisation.number.text)
        statement.bind(authorisation.request.uuid)
        statement.bind(authorisation.eori.text)
        statement.bind(authorisation.procedure)
        statement.bind(authorisation.kind)
        statement.bind(authorisation.counterparty?.text)
        statement.bind(authorisation.scope.joined(separator: " "))
        statement.bind(authorisation.validFrom)
        statement.bind(authorisation.validUntil)
        statement.bind(authorisation.status.rawValue)
        statement.bind(authorisation.revokedOn)
        statement.bind(authorisation.warnAt)
        statement.bind(authorisation.lapseAt)
        try statement.run()
        connection.state.count(.authorisations(kind: authorisation.kind, authorisation.status), 1)
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
        connection.state.count(.authorisations(kind: stored.kind, stored.status), -1)
        connection.state.count(.authorisations(kind: stored.kind, authorisation.status), 1)
    }

    func insert(_ obligation: Obligation) throws {
        let statement = try statement(.insertObligation)
        statement.bind(obligation.identifier.uuid)
        statement.bind(obligation.procedure)
        bind(obligation.holder, to: statement)
        statement.bind(obligation.kind)
        statement.bind(obligation.manner.rawValue)
        statement.bind(obligation.authorisation?.text)
        statement.bind(obligation.reference)
        statement.bind(obligation.request.uuid)
        statement.bind(obligation.arisenOn)
        statement.bind(obligation.dueOn)
        statement.bind(obligation.status.rawValue)
        statement.bind(obligation.metOn)
        bind(obligation.reminders, to: statement)
        statement.bind(obligation.overdueAt)
        try statement.run()
        connection.state.count(.obligations(kind: obligation.kind, obligation.status), 1)
    }

    func update(_ obligation: Obligation) throws {
        guard let stored = try self.obligation(obligation.identifier) else {
            throw contradiction("no obligation \(obligation.identifier)")
        }
        let statement = try statement(.updateObligation)
        statement.bind(obligation.reference)
        statement.bind(obligation.dueOn)
        statement.bind(obligation.status.rawValue)
        statement.bind(obligation.metOn)
        bind(obligation.reminders, to: statement)
        statement.bind(obligation.overdueAt)
        statement.bind(obligation.identifier.uuid)
        try statement.run()
        guard stored.status != obligation.status else { return }
        connection.state.count(.obligations(kind: stored.kind, stored.status), -1)
        connection.state.count(.obligations(kind: stored.kind, obligation.status), 1)
    }

    func insert(_ outage: Outage) throws {
        let statement = try statement(.insertOutage)
        statement.bind(outage.identifier.uuid)
        statement.bind(outage.system)
        statement.bind(outage.since)
        statement.bind(outage.until)
        statement.bind(outage.toldDownAt)
        statement.bind(outage.toldUpAt)
        statement.bind(outage.remarks)
        try statement.run()
        if outage.until == nil { connection.state.count(.outages(system: outage.system), 1) }
    }

    func update(_ outage: Outage) throws {
        let isOver = try lastOutage(of: outage.system)?.until != nil
        let statement = try statement(.updateOutage)
        statement.bind(outage.until)
        statement.bind(outage.toldDownAt)
        statement.bind(outage.toldUpAt)
        statement.bind(outage.remarks)
        statement.bind(outage.identifier.uuid)
        guard try statement.run() == 1 else {
            throw contradiction("no outage \(outage.identifier)")
        }
        if !isOver, outage.until != nil {
            connection.state.count(.outages(system: outage.system), -1)
        }
    }

    func insert(_ guarantee: Guarantee) throws {
        let statement = try statement(.insertGuarantee)
        statement.bind(guarantee.identifier.uuid)
        statement.bind(guarantee.procedure)
        bind(guarantee.holder, to: statement)
        statement.bind(guarantee.authorisation?.text)
        statement.bind(guarantee.reference)
        statement.bind(guarantee.request.uuid)
        statement.bind(guarantee.amountCents)
        statement.bind(guarantee.calledCents)
        statement.bind(guarantee.releasedCents)
        try statement.run()
        connection.state.count(.guarantees(guarantee.status), 1)
    }

    func update(_ guarantee: Guarantee) throws {
        guard let stored = try self.guarantee(guarantee.identifier) else {
            throw contradiction("no guarantee \(guarantee.identifier)")
        }
        let statement = try statement(.updateGuarantee)
        statement.bind(guarantee.reference)
        statement.bind(guarantee.amountCents)
        statement.bind(guarantee.calledCents)
        statement.bind(guarantee.releasedCents)
        statement.bind(guarantee.identifier.uuid)
        try statement.run()
        guard stored.status != guarantee.status else { return }
        connection.state.count(.guarantees(stored.status), -1)
        connection.state.count(.guarantees(guarantee.status), 1)
    }

    private func bind(_ holder: Holder, to statement: SQLiteStatement) {
        statement.bind(holder.eori?.text)
        statement.bind(holder.person?.uuid)
    }

    private func bind(_ reminders: [Instant], to statement: SQLiteStatement) {
        statement.bind(reminders.first)
        let later = reminders.dropFirst().map { String($0.milliseconds) }
        statement.bind(later.isEmpty ? nil : later.joined(separator: " "))
    }
}

extension SQLiteStatement {
    func authorisation() throws -> Authorisation {
        Authorisation(
            number: AuthorisationNumber(text(0)),
            procedure: text(3),
            kind: text(4),
            request: RequestIdentifier(try identifier(1)),
            eori: EORI(canonical: text(2)),
            counterparty: optionalText(5).map(EORI.init(canonical:)),
            scope: text(6).split(separator: " ").map(String.init),
            validFrom: try date(7),
            validUntil: try optionalDate(8),
            status: try value(9),
            revokedOn: try optionalDate(10),
            warnAt: optionalInstant(11),
            lapseAt: optionalInstant(12)
        )
    }

    func obligation() throws -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(try identifier(0)),
            procedure: text(1),
            kind: text(4),
            manner: try value(5),
            holder: try holder(2, 3),
            authorisation: optionalText(6).map(AuthorisationNumber.init),
            reference: text(7),
            request: RequestIdentifier(try identifier(8)),
            arisenOn: try date(9),
            dueOn: try optionalDate(10),
            status: try value(11),
            metOn: try optionalDate(12),
            reminders: try reminders(13, 14),
            overdueAt: optionalInstant(15)
        )
    }

    func outage() throws -> Outage {
        Outage(
            identifier: OutageIdentifier(try identifier(0)),
            system: text(1),
            since: instant(2),
            until: optionalInstant(3),
            toldDownAt: optionalInstant(4),
            toldUpAt: optionalInstant(5),
            remarks: optionalText(6)
        )
    }

    func guarantee() throws -> Guarantee {
        let guarantee = Guarantee(
            identifier: GuaranteeIdentifier(try identifier(0)),
            procedure: text(1),
            holder: try holder(2, 3),
            authorisation: optionalText(4).map(AuthorisationNumber.init),
            reference: optionalText(5),
            request: RequestIdentifier(try identifier(6)),
            amountCents: integer(7),
            calledCents: integer(8),
            releasedCents: integer(9)
        )
        guard let guarantee else { throw damaged("more was called and released than there is") }
        return guarantee
    }

    private func holder(_ eori: Int32, _ person: Int32) throws -> Holder {
        guard isNull(eori) != isNull(person) else { throw damaged("it is one holder's") }
        return isNull(person)
            ? .economicOperator(EORI(canonical: text(eori)))
            : .person(PersonIdentifier(try identifier(person)))
    }

    /// The next one stands in a column of its own, by which it is found when it falls due.
    private func reminders(_ next: Int32, _ later: Int32) throws -> [Instant] {
        guard let next = optionalInstant(next) else {
            guard isNull(later) else { throw damaged("the next reminder is missing") }
            return []
        }
        let later = try (optionalText(later) ?? "").split(separator: " ").map { word in
            guard let milliseconds = Int64(word) else { throw damaged("\(word) is no instant") }
            return Instant(milliseconds: milliseconds)
        }
        return [next] + later
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
