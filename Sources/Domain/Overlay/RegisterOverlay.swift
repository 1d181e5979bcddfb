/// A register that keeps what is written apart from what it lies over, which is only read: over
/// nothing, a register in memory; over the store, what would become of it.
///
/// Numbers that are forgotten go from what was written here alone.
public protocol RegisterOverlay: AnyObject, RegisterView {
    /// What lies below.
    var base: any RegisterView { get }
    var records: OverlaidRecords { get set }
    /// - Throws: When it is not to be used any more.
    func checkUsable() throws
}

/// A program's error: a change does not go with the records that are there.
public struct RegisterContradiction: Error, Sendable, CustomStringConvertible {
    public let description: String
}

extension RegisterOverlay {
    public func checkUsable() throws {}

    var written: OverlaidRecords {
        get throws {
            try checkUsable()
            return records
        }
    }

    /// Does what the change says, by the rules of a store.
    public func layOver(_ change: RecordChange) throws {
        try checkUsable()
        switch change {
        case .add(.order(let order)), .replace(.order(let order)):
            let others = try others(than: order)
            records.orders[order.account] = (others + [order]).sorted { $0.number < $1.number }
        case .remove(.order(let order)):
            records.orders[order.account] = try others(than: order)
        case .add(let record):
            try check(record, isAdded: true)
            records.put(record, isNew: true)
        case .replace(.cascade(let cascade)):
            guard var known = records.cascades[cascade.number] else {
                throw RegisterContradiction(description: "no cascade \(cascade.number)")
            }
            known.reached = cascade.reached
            known.reachedRequest = cascade.reachedRequest
            known.hasTakenManager = cascade.hasTakenManager
            known.place = cascade.place
            records.put(.cascade(known), isNew: false)
        case .replace(let record):
            try check(record, isAdded: false)
            records.put(record, isNew: false)
        case .remove(let record):
            if case .request(let request) = record { try check(.request(request), isAdded: false) }
            records.remove(record)
        case .write(let writing):
            records.writings[writing.request, default: []].append(writing.text)
        case .document(let named): records.documents[named.request, default: []].append(named)
        case .state(let fields, let request):
            records.fields[request] =
                (records.fields[request] ?? RequestFields()).updated(with: fields)
        case .eraseWritings(let request): records.eraseWritings(about: request)
        case .eraseFields(let request): records.eraseFields(of: request)
        case .conceal(let surrogate): records.conceal(surrogate)
        case .forgetNumber(let eori):
            guard let surrogate = records.surrogates[eori],
                try stored(surrogate.person) == nil
            else { return }
            records.forget(surrogate)
        case .removeCascades(let person): records.removeCascades(of: person)
        }
    }

    private func others(than order: ProvisioningOrder) throws -> [ProvisioningOrder] {
        try provisioningOrders(of: order.account).filter { $0.number != order.number }
    }

    /// What is unique stays so; what is replaced is there, and what is added is not.
    private func check(_ record: RegisterRecord, isAdded: Bool) throws {
        let isThere: Bool
        switch record {
        case .person(let person):
            let other = try self.person(subject: person.subject)
            guard other.map({ $0.identifier == person.identifier }) ?? true else {
                throw RegisterContradiction(description: "another person has this subject")
            }
            return
        case .economicOperator, .order, .cascade: return
        case .erasure(let erasure): isThere = !isAdded && records.erasures[erasure.identity] != nil
        case .request(let request): isThere = try self.request(request.identifier) != nil
        case .account(let account):
            isThere = try self.account(account.identifier) != nil
            if let place = account.place, let holder = try self.account(at: place),
                holder.identifier != account.identifier
            {
                throw RegisterContradiction(
                    description: "another account has the user at \(place.path)"
                )
            }
        case .authorisation(let own):
            isThere =
                try authorisation(own.number) != nil
                || isAdded && authorisation(grantedBy: own.request) != nil
        case .obligation(let own):
            let isSame = { (other: Obligation) in other.kind == own.kind }
            isThere =
                try obligation(own.identifier) != nil
                || isAdded
                    && own.authorisation.map {
                        try obligations(under: $0, reference: own.reference).contains(where: isSame)
                    } ?? false
        case .outage(let own):
            isThere = try lastOutage(of: own.system)?.identifier == own.identifier
        case .guarantee(let guarantee): isThere = try self.guarantee(guarantee.identifier) != nil
        }
        guard isThere != isAdded else {
            throw RegisterContradiction(
                description: isAdded ? "there already: \(record)" : "not there: \(record)"
            )
        }
    }

    /// Lets the person be found by id again, though erased; nil for nobody.
    public func reveal(_ person: Person?) throws {
        try checkUsable()
        records.revealed = person
    }

    /// Whoever is erased is not there, revealed or not.
    private func stored(_ identifier: PersonIdentifier) throws -> Person? {
        let persons = try written.persons
        return try persons.knows(identifier) ? persons[identifier] : base.person(identifier)
    }
}

// MARK: - One record

extension RegisterOverlay {
    public func request(_ identifier: RequestIdentifier) throws -> Request? {
        let requests = try written.requests
        return try requests.knows(identifier) ? requests[identifier] : base.request(identifier)
    }

    public func person(_ identifier: PersonIdentifier) throws -> Person? {
        if let revealed = try written.revealed, revealed.identifier == identifier {
            return revealed
        }
        return try stored(identifier)
    }

    public func person(subject: String) throws -> Person? {
        let persons = try written.persons
        if let own = persons.all.first(where: { $0.subject.isExactly(subject) }) { return own }
        guard let stored = try base.person(subject: subject) else { return nil }
        return persons.knows(stored.identifier) ? nil : stored
    }

    public func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        let operators = try written.operators
        return try operators.knows(eori) ? operators[eori] : base.economicOperator(eori)
    }

    public func account(_ identifier: AccountIdentifier) throws -> Account? {
        let accounts = try written.accounts
        return try accounts.knows(identifier) ? accounts[identifier] : base.account(identifier)
    }

    public func account(at place: UserPlace) throws -> Account? {
        let accounts = try written.accounts
        if let own = accounts.all.first(where: { $0.place == place }) { return own }
        // Below, the user may be an account's that has changed since.
        guard let stored = try base.account(at: place) else { return nil }
        return accounts.knows(stored.identifier) ? nil : stored
    }

    public func authorisation(_ number: AuthorisationNumber) throws -> Authorisation? {
        let authorisations = try written.authorisations
        return try authorisations.knows(number)
            ? authorisations[number] : base.authorisation(number)
    }

    public func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation? {
        let authorisations = try written.authorisations
        let below = try base.authorisation(grantedBy: request).map { [$0] } ?? []
        return authorisations.over(below) { $0.request == request }.first
    }

    public func obligation(_ identifier: ObligationIdentifier) throws -> Obligation? {
        let obligations = try written.obligations
        return try obligations.knows(identifier)
            ? obligations[identifier] : base.obligation(identifier)
    }

    public func lastOutage(of system: String, beganBy instant: Instant?) throws -> Outage? {
        let outages = try written.outages
        let new = outages.all.last { outage in
            outage.system == system && instant.map { outage.since <= $0 } ?? true
        }
        return try new
            ?? base.lastOutage(of: system, beganBy: instant).map { outages[$0.identity] ?? $0 }
    }

    public func guarantee(_ identifier: GuaranteeIdentifier) throws -> Guarantee? {
        let guarantees = try written.guarantees
        return try guarantees.knows(identifier)
            ? guarantees[identifier] : base.guarantee(identifier)
    }

    public func fields(of request: RequestIdentifier) throws -> RequestFields {
        let written = try written
        let stored =
            written.erasedFields.contains(request)
            ? RequestFields() : try base.fields(of: request)
        return written.fields[request].map { stored.updated(with: $0) } ?? stored
    }

    public func documents(of request: RequestIdentifier) throws -> [Document] {
        let written = try written
        let stored =
            written.erasedWritings.contains(request) ? [] : try base.documents(of: request)
        return stored + (written.documents[request] ?? []).map(\.document)
    }

    public func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String? {
        let written = try written
        let own = written.writings[request]?.last {
            $0.kind == .remarks && $0.recordedAt == instant
        }
        if let own { return own.content }
        guard !written.erasedWritings.contains(request) else { return nil }
        return try base.remarks(on: request, at: instant)
    }

    public func surrogate(of eori: EORI) throws -> UniversalIdentifier? {
        let surrogates = try written.surrogates
        return try surrogates.knows(eori)
            ? surrogates[eori]?.identifier : base.surrogate(of: eori)
    }

    public func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        try written.orders[account] ?? base.provisioningOrders(of: account)
    }

    public func hasCascade(of eori: EORI) throws -> Bool {
        try written.cascades.all.contains { $0.eori == eori } || base.hasCascade(of: eori)
    }

    public func cascade(
        of person: PersonIdentifier,
        _ work: Cascade.PersonWork?
    ) throws -> Instant? {
        let begun = try written.cascades.all.last {
            $0.person == person && (work == nil || $0.change == work.map { .person(person, $0) })
        }
        return try begun?.since ?? base.cascade(of: person, work)
    }
}
