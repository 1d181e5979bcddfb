import Domain

/// What follows for the accounts and requests of somebody who exercised a right: at once where they
/// are few, and else a part at a time, see `Cascade`.
struct PersonFollowing {
    let person: Person
    let context: DecisionContext

    init(of person: Person, in context: DecisionContext) {
        self.person = person
        self.context = context
    }

    private var limits: CascadeSettings { context.settings.cascade }

    func begun(_ work: Cascade.PersonWork, formerName: String? = nil) -> Event {
        let cascade = Cascade(
            eori: nil,
            change: .person(person.identifier, work),
            by: .applicant,
            since: context.now,
            formerName: formerName,
            place: work.tells ? 0 : nil
        )
        return .cascade(cascade, .begun)
    }

    /// What follows when the person's data are stored only from here on, or no longer; nothing if
    /// that is so already.
    static func restriction(
        of person: Person,
        _ isRestricted: Bool,
        in context: DecisionContext
    ) throws -> [Event] {
        guard person.isRestricted != isRestricted else { return [] }
        var changed = person
        changed.isRestricted = isRestricted
        let following = PersonFollowing(of: changed, in: context)
        let accounts = try following.accounts(isRestricted ? .restricted : .restrictionLifted)
        let awaited = isRestricted ? [] : try following.awaited()
        let change = isRestricted ? PersonChange.restricted : .restrictionLifted
        let told = try following.told(isRestricted ? .restrictionTold : .restrictionLiftTold)
        return [.personChanged(changed, previous: person, change)] + accounts + told + awaited
    }

    // MARK: At once

    /// What follows for the person's accounts.
    func accounts(_ work: Cascade.PersonWork) throws -> [Event] {
        let accounts = try accounts(after: nil, limit: limits.accounts + 1)
        // What follows from an earlier change comes before what follows from this one.
        guard accounts.count <= limits.accounts,
            try context.register.cascade(of: person.identifier, nil) == nil
        else { return [begun(work)] }
        return try events(work, for: accounts)
    }

    /// The person's requests that rest on a consent are withdrawn. Until one is reached it counts
    /// as closed, see `Request.restsOnWithdrawnConsent(in:)`.
    func consentWithdrawn() throws -> [Event] {
        let requests = try requests(after: nil, limit: limits.requests + 1)
        guard requests.count <= limits.requests else { return [begun(.consentWithdrawn)] }
        return withdrawals(of: requests)
    }

    /// Whoever decides is told of the requests that wait, which is done with the change itself
    /// where they are few.
    func awaited() throws -> [Event] {
        let limit = Cascade.requestsToldAtOnce
        return try requests(after: nil, limit: limit + 1).count <= limit ? [] : [begun(.awaited)]
    }

    /// The person's requests and accounts, where what is stored is little enough to be disclosed at
    /// once.
    func fewRecords() throws -> (requests: [Request], accounts: [Account])? {
        let requests = try requests(after: nil, limit: limits.requests + 1)
        let accounts = try accounts(after: nil, limit: limits.accounts + 1)
        guard requests.count <= limits.requests, accounts.count <= limits.accounts,
            try hasFewMessages
        else { return nil }
        return (requests, accounts)
    }

    /// Those who were mailed about the person are told, which is done with the change itself where
    /// few messages name the person.
    func told(_ work: Cascade.PersonWork, formerName: String? = nil) throws -> [Event] {
        // Of an official nobody was told more than the decisions say.
        guard person.details != nil else { return [] }
        // What follows from an earlier change comes before what follows from this one.
        let isBehind = try context.register.cascade(of: person.identifier, nil) != nil
        return try hasFewMessages && !isBehind ? [] : [begun(work, formerName: formerName)]
    }

    private var hasFewMessages: Bool {
        get throws {
            try context.register.messages(
                about: person.identifier,
                after: 0,
                limit: limits.messages + 1
            ).count <= limits.messages
        }
    }

    // MARK: A part at a time

    /// The next part of what follows.
    static func `continue`(
        _ cascade: Cascade,
        _ work: Cascade.PersonWork,
        of identifier: PersonIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        // Who is erased meanwhile takes it along.
        guard let person = try context.register.person(identifier) else {
            return [.cascade(cascade, .done)]
        }
        let following = PersonFollowing(of: person, in: context)
        switch work {
        case .rectified, .restricted, .restrictionLifted:
            let limit = following.limits.accounts
            let accounts = try following.accounts(after: cascade.reached, limit: limit)
            var next = cascade
            next.reached = accounts.last?.identifier ?? cascade.reached
            return try following.events(work, for: accounts)
                + [.cascade(next, accounts.count < limit ? .done : .continued)]
        case .consentWithdrawn:
            let limit = following.limits.requests
            let requests = try following.requests(after: cascade.reachedRequest, limit: limit)
            var next = cascade
            next.reachedRequest = requests.last?.identifier ?? cascade.reachedRequest
            return following.withdrawals(of: requests.filter { $0.submittedAt <= cascade.since })
                + [.cascade(next, requests.count < limit ? .done : .continued)]
        case .awaited:
            guard !person.isRestricted else { return [.cascade(cascade, .done)] }
            // Those after the place that the event says are told of with it.
            let limit = Cascade.requestsToldAtOnce
            let told = try following.requests(after: cascade.reachedRequest, limit: limit)
            var next = cascade
            next.reachedRequest = told.last?.identifier ?? cascade.reachedRequest
            return [.cascade(next, told.count < limit ? .done : .continued)]
        case .disclosed, .rectificationTold, .restrictionTold, .restrictionLiftTold:
            // Gathering and noting are more than deciding: see `MessageProcessor.further`.
            return []
        }
    }

    // MARK: Records

    private func accounts(after account: AccountIdentifier?, limit: Int) throws -> [Account] {
        try context.register.accounts(of: person.identifier, after: account, limit: limit)
    }

    private func requests(after request: RequestIdentifier?, limit: Int) throws -> [Request] {
        try context.register.requests(of: person.identifier, after: request, limit: limit)
    }

    private func withdrawals(of requests: [Request]) -> [Event] {
        requests.filter { $0.status.isOpen && $0.restsOnConsent }
            .map { $0.moved(to: .withdrawn, by: .applicant, at: context.now) }
    }

    private func events(
        _ work: Cascade.PersonWork,
        for accounts: [Account]
    ) throws -> [Event] {
        try accounts.flatMap { account -> [Event] in
            switch work {
            case .rectified: return try rectified(account)
            case .restricted: return try restricted(account, true)
            case .restrictionLifted: return try restricted(account, false)
            default: return []
            }
        }
    }

    /// The provisioner is told by the account's event: of every user that it has, in use or not.
    /// The user of an account that its holder had before is a newer account's.
    private func rectified(_ account: Account) throws -> [Event] {
        guard account.status != .deleted else { return [] }
        let newest = try context.register.accounts(of: person.identifier, at: account.eori).last
        guard newest?.identifier == account.identifier else { return [] }
        return [
            .accountChanged(account, previous: account, .rectified, by: .applicant, remarks: nil)
        ]
    }

    /// Accounts are set aside while the data are stored only, whatever the provisioner has made of
    /// them so far.
    private func restricted(_ account: Account, _ isRestricted: Bool) throws -> [Event] {
        let isConcerned =
            isRestricted
            ? account.status.stands && account.status != .suspended
            : account.status == .suspended
        guard isConcerned else { return [] }
        var next = account
        next.status =
            isRestricted
            ? .suspended : try AccountManagement.statusOnceLifted(of: account, in: context)
        return [
            .accountChanged(
                next,
                previous: account,
                isRestricted ? .suspended : .unsuspended,
                by: .applicant,
                remarks: nil
            )
        ] + (try CompanyManagement.loss(after: next, previous: account, in: context))
    }
}

extension Request {
    fileprivate var restsOnConsent: Bool {
        ProcedureCatalogue.procedure(named: procedure)?.activity.openRequestsRestOnConsent == true
    }

    /// Whether the applicant has withdrawn the consent on which it rests, and a cascade has still
    /// to withdraw it.
    func restsOnWithdrawnConsent(in context: DecisionContext) throws -> Bool {
        guard restsOnConsent,
            let since = try context.register.cascade(of: person, .consentWithdrawn)
        else { return false }
        return submittedAt <= since
    }
}
