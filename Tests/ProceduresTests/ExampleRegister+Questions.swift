import Domain

// What is asked of many records.
extension ExampleRegister {
    func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) -> [Account] {
        let start =
            account.flatMap { account in
                accounts.firstIndex { $0.identifier == account }.map { $0 + 1 }
            } ?? 0
        return Array(accounts[start...].filter { $0.eori == eori }.prefix(limit))
    }

    func managingAccounts(of eori: EORI, limit: Int) -> [Account] {
        Array(accounts.filter { $0.eori == eori && $0.isManaging }.prefix(limit))
    }

    func accounts(of person: PersonIdentifier, at eori: EORI) -> [Account] {
        accounts.filter { $0.person == person && $0.eori == eori }
    }

    func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) -> Bool {
        requests.contains {
            $0.eori == eori && $0.status.isOpen && profiles.contains($0.profile)
                && (person == nil || $0.person == person)
        }
    }

    func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) -> [Request] {
        let start =
            requests.firstIndex { $0.identifier == request }.map { $0 + 1 } ?? requests.startIndex
        return Array(
            requests[start...].filter {
                $0.eori == eori && $0.status.isOpen && (person == nil || $0.person == person)
            }
            .prefix(limit)
        )
    }

    func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) -> Bool {
        requests.contains { request in
            request.eori == eori && request.status.isOpen && profiles.contains(request.profile)
                && person(request.person)?.isRestricted != true
        }
    }

    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) -> Bool {
        requests.contains { $0.person == person && $0.identifier != request }
    }

    func activeAuthorisations(of eori: EORI, limit: Int) -> [Authorisation] {
        Array(
            authorisations.filter { $0.eori == eori && $0.status == .active }.prefix(limit)
        )
    }

    func accounts(entitledTo number: ExciseNumber, limit: Int) -> [Account] {
        Array(accounts.filter { $0.emcs.contains(number) }.prefix(limit))
    }

    /// No example has so many accounts.
    func hasCascade(of _: EORI) -> Bool { false }
    func cascade(of _: PersonIdentifier, _: Cascade.PersonWork?) -> Instant? { nil }

    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) -> [Request] {
        let start = requests.firstIndex { $0.identifier == request }.map { $0 + 1 } ?? 0
        return Array(requests[start...].filter { $0.person == person }.prefix(limit))
    }

    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) -> [Account] {
        let start = accounts.firstIndex { $0.identifier == account }.map { $0 + 1 } ?? 0
        return Array(accounts[start...].filter { $0.person == person }.prefix(limit))
    }

    func hasStandingAccount(_ person: PersonIdentifier) -> Bool {
        accounts.contains { $0.person == person && $0.status.stands }
    }
    func remarks(on _: RequestIdentifier, at _: Instant) -> String? { nil }
}
