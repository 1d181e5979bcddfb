public import Domain

/// What follows when a person's data are erased (GDPR 17): open requests are withdrawn, users
/// deleted, and the person forgotten. What the exercise of official authority needs is kept
/// (GDPR 17(3)(b)), and named in the answer.
public struct Erasure {
    /// With more requests or accounts than this, one transaction is not enough.
    static let recordsAtOnce = 50

    let person: Person
    let by: Originator
    let context: DecisionContext

    init(of person: Person, by originator: Originator, in context: DecisionContext) {
        self.person = person
        self.by = originator
        self.context = context
    }

    /// What follows from the person's asking for it.
    ///
    /// - Parameter answer: Makes the request as it is recorded: answered, with what is kept, or
    ///   still to be answered, which counts only where the erasure is granted.
    func events(answer: (_ isAnswered: Bool, [KeptRecord]) -> Request) throws -> [Event] {
        let limit = Self.recordsAtOnce
        let requests = try context.register.requests(
            of: person.identifier,
            after: nil,
            limit: limit + 1
        )
        let accounts = try firstAccounts
        let isAnswered = requests.count <= limit && accounts.count <= limit
        let kept = try kept(because: requests) + kept(because: accounts) + keptAsOfficial
        let answer = answer(isAnswered, Self.sorted(kept))
        guard answer.status != .rejected else { return [.requestSubmitted(answer)] }
        guard isAnswered else {
            return [
                .requestSubmitted(answer), .personErased(person.identifier),
                .erasureBegun(person.identifier),
            ] + official
        }
        // The answer is the last mail that the person gets.
        return withdrawals(of: requests) + [.requestSubmitted(answer)]
            + accounts.compactMap(deletion) + (try companiesLeft(by: accounts))
            + [.personErased(person.identifier)] + official
    }

    /// What follows when somebody decided that the person's objection is right: that is the
    /// answer.
    func events(upholding objection: RequestIdentifier) throws -> [Event] {
        let limit = Self.recordsAtOnce
        let requests = try context.register.requests(
            of: person.identifier,
            after: nil,
            limit: limit + 1
        )
        let accounts = try firstAccounts
        guard requests.count <= limit, accounts.count <= limit else {
            return [.personErased(person.identifier), .erasureBegun(person.identifier)] + official
        }
        return withdrawals(of: requests.filter { $0.identifier != objection })
            + (try deletions(of: accounts)) + [.personErased(person.identifier)] + official
    }

    /// What is kept, as far as one look at the first of them tells.
    func kept(besides objection: RequestIdentifier) throws -> [KeptRecord] {
        let requests = try context.register.requests(
            of: person.identifier,
            after: nil,
            limit: Self.recordsAtOnce + 1
        ).filter { $0.identifier != objection }
        return try kept(because: requests, firstAccounts)
    }

    func kept(because requests: [Request], _ accounts: [Account]) throws -> [KeptRecord] {
        Self.sorted(try kept(because: requests) + kept(because: accounts) + keptAsOfficial)
    }

    /// That these users go, and who loses the last manager by that.
    func deletions(of accounts: [Account]) throws -> [Event] {
        accounts.compactMap(deletion) + (try companiesLeft(by: accounts))
    }

    /// What follows when the last that was recorded of the person has passed its time.
    func events() throws -> [Event] {
        let limit = Self.recordsAtOnce
        let accounts = try firstAccounts
        guard accounts.count <= limit else {
            return [.personErased(person.identifier), .erasureBegun(person.identifier)]
        }
        return accounts.compactMap(deletion) + [.personErased(person.identifier)]
    }

    /// One more than are dealt with at once, if there are more.
    private var firstAccounts: [Account] {
        get throws {
            try context.register.accounts(
                of: person.identifier,
                after: nil,
                limit: Self.recordsAtOnce + 1
            )
        }
    }

    // MARK: What one transaction did not do

    /// Goes on with an erasure that is under way.
    public init(_ erasure: PersonErasure, in context: DecisionContext) {
        self.init(
            of: erasure.person,
            by: erasure.request == nil ? .timer("erase") : .applicant,
            in: context
        )
    }

    /// What follows for some of the person's requests, of which `erasure` learns what is kept.
    public func events(
        for requests: [Request],
        _ erasure: inout PersonErasure
    ) throws -> [Event] {
        let others = requests.filter { $0.identifier != erasure.request }
        erasure.kept = Self.sorted(erasure.kept + (try kept(because: others)))
        return withdrawals(of: others)
    }

    /// What follows for some of the person's accounts, of which `erasure` learns what is kept.
    public func events(
        for accounts: [Account],
        _ erasure: inout PersonErasure
    ) throws -> [Event] {
        erasure.kept = Self.sorted(erasure.kept + (try kept(because: accounts)))
        return accounts.compactMap(deletion) + (try companiesLeft(by: accounts))
    }

    /// The answer, once all of the person's requests and accounts were dealt with.
    public func answer(_ erasure: PersonErasure) throws -> [Event] {
        guard let identifier = erasure.request,
            var request = try context.register.request(identifier), request.status.isOpen
        else { return [] }
        request.kept = Self.sorted(erasure.kept + keptAsOfficial)
        return [request.moved(to: .granted, by: .rule, at: context.now)]
    }

    // MARK: Records

    private func withdrawals(of requests: [Request]) -> [Event] {
        requests.filter(\.status.isOpen).map {
            $0.moved(to: .withdrawn, by: .applicant, at: context.now)
        }
    }

    /// The order to delete a user. Revoked users exist downstream as well.
    private func deletion(of account: Account) -> Event? {
        guard account.status != .deleted else { return nil }
        var next = account
        if account.status.stands { next.revoke() }
        return .accountChanged(next, previous: account, .erased, by: by, remarks: nil)
    }

    /// Of the companies that the person managed, those that nobody else does: no more than the
    /// accounts, which callers take a bounded number of at once.
    private func companiesLeft(by accounts: [Account]) throws -> [Event] {
        try accounts.filter { $0.role.managesCompany && $0.isManaging }.compactMap { account in
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

    // MARK: What is kept

    /// That they were there, and what they have led to and is a duty still.
    private func kept(because requests: [Request]) throws -> [KeptRecord] {
        let register = context.register
        var kept: [KeptRecord] = []
        if requests.contains(where: { $0.procedure != PersonRights.name }) {
            kept.append(.decisions)
        }
        let hasAuthorisation = try requests.contains {
            try register.authorisation(grantedBy: $0.identifier)?.status == .active
        }
        if hasAuthorisation { kept.append(.authorisation) }
        let hasObligation = try requests.contains {
            try register.obligations(broughtAboutBy: $0.identifier)
                .contains(where: \.status.isRunning)
        }
        if hasObligation { kept.append(.obligation) }
        let hasGuarantee = try requests.contains {
            try register.holdsGuarantee(statedBy: $0.identifier)
        }
        if hasGuarantee { kept.append(.guarantee) }
        return kept
    }

    private func kept(because accounts: [Account]) throws -> [KeptRecord] {
        guard !accounts.isEmpty else { return [] }
        let actsForOperator = try accounts.contains { account in
            account.role.bindsOperator
                ? try context.register.economicOperator(account.eori)?.status == .registered
                : false
        }
        return [.decisions] + (actsForOperator ? [.operatorRegistration] : [])
    }

    private var keptAsOfficial: [KeptRecord] {
        person.signature == nil ? [] : [.decisionMaker]
    }

    /// Each once, in the order in which answers name them.
    private static func sorted(_ kept: [KeptRecord]) -> [KeptRecord] {
        KeptRecord.allCases.filter(kept.contains)
    }
}
