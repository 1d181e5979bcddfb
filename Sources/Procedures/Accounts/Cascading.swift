public import Domain

// What a change brings for many accounts, a part at a time.
extension AccountManagement {
    /// What follows next of it, and how far it has come by that.
    public static func `continue`(
        _ cascade: Cascade,
        in context: DecisionContext
    ) throws -> [Event] {
        switch cascade.change {
        case .economicOperator(let from, let to, let status):
            let remarks = try cascade.remarks.flatMap {
                try context.register.remarks(on: $0, at: cascade.since)
            }
            // The managers are told of them, who are managers until they are reached.
            if status == .revoked {
                let ended = try authorisations(cascade, remarks, in: context)
                guard ended.isEmpty else { return ended + [.cascade(cascade, .continued)] }
            }
            let following = AccountsFollowing(
                from: from,
                to: to,
                status: status,
                by: cascade.by,
                remarks: remarks,
                applicant: cascade.applicant
            )
            return try accounts(cascade, following, in: context)
        case .requests(let ended):
            return try Lifecycle.continue(cascade, withdrawingRequestsOn: ended, in: context)
        case .system(let system, let work):
            return try SystemFollowing(system: system, cascade: cascade).continue(work, in: context)
        case .person(let person, let work):
            return try PersonFollowing.continue(cascade, work, of: person, in: context)
        case .authorisation(let number):
            return try Lifecycle.continue(cascade, after: number, in: context)
        }
    }

    private static func authorisations(
        _ cascade: Cascade,
        _ remarks: String?,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let eori = cascade.eori else { return [] }
        let limit = context.settings.cascade.authorisations
        let register = context.register
        let held = try register.activeAuthorisations(of: eori, limit: limit)
        return try AuthorisationEnding(
            by: cascade.by,
            remarks: remarks,
            ofRevoked: eori,
            in: context
        ).events(
            ofRevoked: held.isEmpty
                ? register.activeAuthorisations(toActFor: eori, limit: limit) : held
        )
    }

    private static func accounts(
        _ cascade: Cascade,
        _ following: AccountsFollowing,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let eori = cascade.eori else { return [.cascade(cascade, .done)] }
        let limit = context.settings.cascade.accounts
        let accounts = try context.register.accounts(
            of: eori,
            after: cascade.reached,
            limit: limit
        )
        let (events, takesManager) = following.events(of: accounts)
        var next = cascade
        next.reached = accounts.last?.identifier ?? cascade.reached
        next.hasTakenManager = cascade.hasTakenManager || takesManager
        guard accounts.count < limit else { return events + [.cascade(next, .continued)] }
        var isLost = next.hasTakenManager && following.status == .registered
        if isLost {
            // As it is before these events.
            let fallen = Set(
                events.compactMap { event -> AccountIdentifier? in
                    guard case .accountChanged(let account, _, _, _, _) = event,
                        !account.isManaging
                    else { return nil }
                    return account.identifier
                }
            )
            isLost = try context.register.managingAccounts(of: eori, limit: limit + 1)
                .allSatisfy { fallen.contains($0.identifier) }
        }
        return events + (isLost ? [.lastManagerLost(eori)] : [])
            + [.cascade(next, .done)]
    }
}
