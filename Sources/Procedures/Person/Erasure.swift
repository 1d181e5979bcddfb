import Domain

/// What follows when a person's data are erased (GDPR 17): open requests are withdrawn, users
/// deleted, and the person forgotten. What the exercise of official authority needs is kept
/// (GDPR 17(3)(b)), and named in the answer.
struct Erasure {
    let person: Person
    let context: DecisionContext

    /// - Parameter answer: Makes the request as it is recorded, which names what is kept.
    func events(answer: ([KeptRecord]) -> Request) throws -> [Event] {
        let requests = try context.register.requests(of: person.identifier)
        let accounts = try context.register.accounts(of: person.identifier)
        let answer = answer(try kept(requests, accounts))
        guard answer.status == .granted else { return [.requestSubmitted(answer)] }
        let withdrawn = requests.filter(\.status.isOpen).map {
            $0.moved(to: .withdrawn, by: .applicant, at: context.now)
        }
        // The answer is the last mail that the person gets.
        return withdrawn + [.requestSubmitted(answer)] + accounts.compactMap(deletion)
            + (try companiesLeft(by: accounts)) + [.personErased(person.identifier)] + official
    }

    private func kept(_ requests: [Request], _ accounts: [Account]) throws -> [KeptRecord] {
        var kept: [KeptRecord] = []
        let hasRecords =
            !accounts.isEmpty || requests.contains { $0.procedure != PersonRights.name }
        if hasRecords { kept.append(.decisions) }
        let actsForOperator = try accounts.contains { account in
            account.role == .legalRepresentative || account.role == .naturalPerson
                ? try context.register.economicOperator(account.eori)?.status == .registered
                : false
        }
        if actsForOperator { kept.append(.operatorRegistration) }
        kept += try duties(of: requests)
        if person.signature != nil { kept.append(.decisionMaker) }
        return kept
    }

    /// What the person's requests have led to and is a duty still.
    private func duties(of requests: [Request]) throws -> [KeptRecord] {
        let register = context.register
        let hasAuthorisation = try requests.contains {
            try register.authorisation(grantedBy: $0.identifier)?.status == .active
        }
        let hasObligation = try requests.contains {
            try register.obligations(broughtAboutBy: $0.identifier)
                .contains(where: \.status.isRunning)
        }
        return (hasAuthorisation ? [.authorisation] : []) + (hasObligation ? [.obligation] : [])
    }

    /// The order to delete a user. Revoked users exist downstream as well.
    private func deletion(of account: Account) -> Event? {
        guard account.status != .deleted else { return nil }
        var next = account
        if account.status.stands { next.revoke() }
        return .accountChanged(next, previous: account, .erased, by: .applicant, remarks: nil)
    }

    /// Of the companies that the person managed, those that nobody else does.
    private func companiesLeft(by accounts: [Account]) throws -> [Event] {
        try accounts.filter(\.isManaging).compactMap { account in
            let others = try context.register.managingAccounts(of: account.eori, limit: 2)
                .contains { $0.person != person.identifier }
            return others ? nil : .lastManagerLost(account.eori)
        }
    }

    /// What is recorded of an official who was an applicant too: the name under the decisions.
    private var official: [Event] {
        guard let signature = person.signature else { return [] }
        let signatory = Person(
            identifier: person.identifier,
            subject: person.subject,
            signature: signature
        )
        return [.personRecorded(signatory)]
    }
}
