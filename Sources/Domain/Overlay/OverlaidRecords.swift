/// What was written over a register; a value, so that undoing it is putting back what was there
/// before.
public struct OverlaidRecords: Sendable {
    public var persons = RecordLayer<Person>()
    public var requests = RecordLayer<Request>()
    public var operators = RecordLayer<EconomicOperator>()
    public var accounts = RecordLayer<Account>()
    public var authorisations = RecordLayer<Authorisation>()
    public var obligations = RecordLayer<Obligation>()
    public var guarantees = RecordLayer<Guarantee>()
    public var outages = RecordLayer<Outage>()
    public var cascades = RecordLayer<Cascade>()
    public var surrogates = RecordLayer<Surrogate>()
    public var erasures = RecordLayer<PersonErasure>()
    /// All that are outstanding, in their sequence, of accounts of which any was written.
    public var orders: [AccountIdentifier: [ProvisioningOrder]] = [:]
    public var writings: [RequestIdentifier: [FreeText]] = [:]
    public var documents: [RequestIdentifier: [PersonalFile.NamedDocument]] = [:]
    public var fields: [RequestIdentifier: RequestFields] = [:]
    /// Of these, what lies below does not count any more.
    private(set) var erasedWritings: Set<RequestIdentifier> = []
    private(set) var erasedFields: Set<RequestIdentifier> = []
    /// Requests that are older than the surrogate of their number, and name it still.
    private var unconcealed: Set<RequestIdentifier> = []
    private var lastCascade: Int64 = 0
    /// Somebody who is being erased, while what tells of it is worded.
    var revealed: Person?

    public init() {}

    mutating func put(_ record: RegisterRecord, isNew: Bool) {
        switch record {
        case .person(let person): persons.put(person, isNew: isNew)
        case .request(let request):
            requests.put(request, isNew: isNew)
            unconcealed.remove(request.identifier)
        case .economicOperator(let economicOperator):
            operators.put(economicOperator, isNew: isNew)
        case .account(let account): accounts.put(account, isNew: isNew)
        case .authorisation(let authorisation): authorisations.put(authorisation, isNew: isNew)
        case .obligation(let obligation): obligations.put(obligation, isNew: isNew)
        case .guarantee(let guarantee): guarantees.put(guarantee, isNew: isNew)
        case .outage(let outage): outages.put(outage, isNew: isNew)
        case .order: break
        case .cascade(var cascade):
            if isNew {
                lastCascade += 1
                cascade.number = lastCascade
            }
            cascades.put(cascade, isNew: isNew)
        case .erasure(let erasure): erasures.put(erasure, isNew: isNew)
        }
    }

    mutating func remove(_ record: RegisterRecord) {
        switch record {
        case .person(let person): persons.remove(person.identity)
        case .request(let request): requests.remove(request.identity)
        case .economicOperator(let economicOperator): operators.remove(economicOperator.identity)
        case .account(let account): accounts.remove(account.identity)
        case .authorisation(let authorisation): authorisations.remove(authorisation.identity)
        case .obligation(let obligation): obligations.remove(obligation.identity)
        case .guarantee(let guarantee): guarantees.remove(guarantee.identity)
        case .outage(let outage): outages.remove(outage.identity)
        case .order: break
        case .cascade(let cascade): cascades.remove(cascade.identity)
        case .erasure(let erasure): erasures.remove(erasure.identity)
        }
    }

    mutating func eraseWritings(about request: RequestIdentifier) {
        writings[request] = nil
        documents[request] = nil
        erasedWritings.insert(request)
    }

    mutating func eraseFields(of request: RequestIdentifier) {
        fields[request] = nil
        erasedFields.insert(request)
    }

    mutating func conceal(_ surrogate: Surrogate) {
        let isKnown = surrogates[surrogate.eori] != nil
        surrogates.put(surrogate, isNew: true)
        guard !isKnown else { return }
        for request in requests.all where request.eori == surrogate.eori {
            unconcealed.insert(request.identifier)
        }
    }

    /// Of the person's numbers, those that somebody else has go to them, and those go that nobody
    /// has: `limit` at most. Returns how many it were.
    public mutating func forgetNumbers(of person: PersonIdentifier, limit: Int) -> Int {
        var count = 0
        for surrogate in surrogates.all where surrogate.person == person {
            guard count < limit else { break }
            if let other = holder(of: surrogate.eori, besides: person) {
                let theirs = Surrogate(
                    eori: surrogate.eori,
                    identifier: surrogate.identifier,
                    person: other
                )
                surrogates.put(theirs, isNew: true)
            } else if operators[surrogate.eori]
                .map({ $0.status == .revoked && $0.kind == .naturalPerson }) ?? true
            {
                forget(surrogate)
            } else {
                continue
            }
            count += 1
        }
        return count
    }

    mutating func removeCascades(of person: PersonIdentifier) {
        for cascade in cascades.all where cascade.person == person {
            cascades.remove(cascade.number)
        }
    }

    private func holder(of eori: EORI, besides person: PersonIdentifier) -> PersonIdentifier? {
        let asking = requests.all.first {
            $0.eori == eori && $0.status.isOpen && $0.person != person
        }
        if let asking { return asking.person }
        guard let own = operators[eori], own.status == .registered,
            let request = requests[own.request], request.person != person
        else { return nil }
        return request.person
    }

    /// What stood for the number is all that is left of it.
    mutating func forget(_ surrogate: Surrogate) {
        surrogates.remove(surrogate.eori)
        let (eori, other) = (surrogate.eori, EORI(surrogate.identifier))
        let unconcealed = unconcealed
        requests.change { request in
            guard request.eori == eori, !unconcealed.contains(request.identifier) else { return }
            request.eori = other
        }
        operators.change { if $0.eori == eori { $0.eori = other } }
        cascades.change { if $0.eori == eori { $0.eori = other } }
        accounts.change { if $0.eori == eori { $0.eori = other } }
        authorisations.change {
            if $0.eori == eori { $0.eori = other }
            if $0.counterparty == eori { $0.counterparty = other }
        }
        obligations.change { if $0.holder.eori == eori { $0.holder.eori = other } }
        guarantees.change { if $0.holder.eori == eori { $0.holder.eori = other } }
    }
}
