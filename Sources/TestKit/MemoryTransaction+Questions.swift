import Domain
import Workflow

// What is asked of many records, and what changes bring for many.
extension MemoryTransaction {
    func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try checkUsable()
        let start =
            account.flatMap { account in
                contents.accounts.firstIndex { $0.identifier == account }.map { $0 + 1 }
            } ?? 0
        return Array(contents.accounts[start...].filter { $0.eori == eori }.prefix(limit))
    }

    func managingAccounts(of eori: EORI, limit: Int) throws -> [Account] {
        try checkUsable()
        return Array(contents.accounts.filter { $0.eori == eori && $0.isManaging }.prefix(limit))
    }

    func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account] {
        try checkUsable()
        return contents.accounts.filter { $0.person == person && $0.eori == eori }
    }

    func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) throws -> Bool {
        try checkUsable()
        return contents.requests.values.contains {
            $0.eori == eori && $0.status.isOpen && profiles.contains($0.profile)
                && (person == nil || $0.person == person)
        }
    }

    func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        try checkUsable()
        let start =
            request.flatMap { contents.requestOrder.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        return Array(
            contents.requestOrder[start...].compactMap { contents.requests[$0] }
                .filter {
                    $0.eori == eori && $0.status.isOpen && (person == nil || $0.person == person)
                }
                .prefix(limit)
        )
    }

    func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) throws -> Bool {
        try contents.requests.values.contains {
            try $0.eori == eori && $0.status.isOpen && profiles.contains($0.profile)
                && person($0.person)?.isRestricted != true
        }
    }

    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) throws -> Bool
    {
        try checkUsable()
        return contents.requests.values.contains { $0.person == person && $0.identifier != request }
    }

    func activeAuthorisations(of eori: EORI, limit: Int) throws -> [Authorisation] {
        try checkUsable()
        return Array(
            contents.authorisations.filter { $0.eori == eori && $0.status == .active }.prefix(limit)
        )
    }

    func accounts(entitledTo number: ExciseNumber, limit: Int) throws -> [Account] {
        try checkUsable()
        return Array(contents.accounts.filter { $0.emcs.contains(number) }.prefix(limit))
    }

    func hasCascade(of eori: EORI) throws -> Bool {
        try checkUsable()
        return contents.cascades.contains { $0.eori == eori }
    }

    func cascade(of person: PersonIdentifier, _ work: Cascade.PersonWork?) throws -> Instant? {
        try checkUsable()
        return contents.cascades.last {
            $0.person == person && (work == nil || $0.change == work.map { .person(person, $0) })
        }?.since
    }

    func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String? {
        try checkUsable()
        return contents.texts[request]?.last {
            $0.kind == .remarks && $0.recordedAt == instant
        }?.content
    }

    func take(_ cascade: Cascade, _ step: CascadeStep) throws {
        var cascade = cascade
        if step == .begun {
            contents.lastCascade += 1
            cascade.number = contents.lastCascade
            return contents.cascades.append(cascade)
        }
        guard let index = contents.cascades.firstIndex(where: { $0.number == cascade.number })
        else { throw MemoryRegisterError(description: "no cascade \(cascade.number)") }
        if step == .done {
            contents.cascades.remove(at: index)
        } else {
            contents.cascades[index].reached = cascade.reached
            contents.cascades[index].reachedRequest = cascade.reachedRequest
            contents.cascades[index].hasTakenManager = cascade.hasTakenManager
        }
    }

    /// The first of each operator, and of each person.
    func cascades(dueAt now: Instant) -> [Cascade] {
        var operators: Set<EORI> = []
        var persons: Set<PersonIdentifier> = []
        return contents.cascades.filter { cascade in
            let isFirst =
                cascade.eori.map { operators.insert($0).inserted } ?? true
                && cascade.person.map { persons.insert($0).inserted } ?? true
            return isFirst && cascade.since <= now
        }
    }
}
