import Domain

/// A change of an operator, with what follows for the accounts under it.
struct OperatorChange {
    let before: EconomicOperator
    let after: EconomicOperator
    let by: Originator
    let remarks: String?

    /// The operator's event, then one for every account that is not as it should be any more: at
    /// once where they are few, and else a part at a time, see `Cascade`. Until an account is
    /// reached, its holder has no right that the operator has not.
    ///
    /// Of a revoked operator the authorisations go as well, and those that let others act for it.
    ///
    /// - Parameter applicant: who asked for the change by a request of their own, if that is how it
    ///   came about: the request's mail tells them.
    func events(
        in context: DecisionContext,
        applicant: PersonIdentifier? = nil
    ) throws -> [Event] {
        let changed = Event.operatorChanged(after, previous: before, by: by, remarks: remarks)
        let (register, limits) = (context.register, context.settings.cascade)
        let accounts = try register.accounts(
            of: after.eori,
            after: nil,
            limit: limits.accounts + 1
        )
        let most = limits.authorisations + 1
        let authorisations =
            after.status == .revoked
            ? try register.activeAuthorisations(of: after.eori, limit: most)
                + register.activeAuthorisations(toActFor: after.eori, limit: most) : []
        // What follows from an earlier change comes before what follows from this one.
        let isQueued = try register.hasCascade(of: after.eori)
        guard accounts.count <= limits.accounts, !isQueued,
            authorisations.count <= limits.authorisations
        else {
            let cascade = Cascade(
                eori: after.eori,
                change: .economicOperator(
                    from: before.operations,
                    to: after.operations,
                    after.status
                ),
                by: by,
                applicant: applicant,
                remarks: remarks == nil ? nil : after.request,
                since: context.now
            )
            return [changed, .cascade(cascade, .begun)]
        }
        let following = AccountsFollowing(
            from: before.operations,
            to: after.operations,
            status: after.status,
            by: by,
            remarks: remarks,
            applicant: applicant
        )
        let (followed, takesManager) = following.events(of: accounts)
        let managing = followed.reduce(into: accounts) { $0.take($1) }
        let isLost = takesManager && !managing.contains(where: \.isManaging)
        return [changed] + followed
            + (isLost && after.status == .registered ? [.lastManagerLost(after.eori)] : [])
            + (try AuthorisationEnding(
                by: by,
                remarks: remarks,
                ofRevoked: after.eori,
                in: context
            ).events(ofRevoked: authorisations))
    }
}

extension [Account] {
    fileprivate mutating func take(_ event: Event) {
        guard case .accountChanged(let next, _, _, _, _) = event,
            let index = firstIndex(where: { $0.identifier == next.identifier })
        else { return }
        self[index] = next
    }
}

/// What accounts become when their operator changes.
///
/// Narrowing takes from every account what the operator lost; an account with nothing left is
/// revoked. Widening reaches the accounts that act for the whole operator, its legal
/// representatives or the natural person: what others may do is their managers' decision.
struct AccountsFollowing {
    let from: OperationSet
    let to: OperationSet
    let status: OperatorStatus
    let by: Originator
    let remarks: String?
    let applicant: PersonIdentifier?

    /// Also whether somebody who decided for the company does no longer.
    func events(of accounts: [Account]) -> (events: [Event], takesManager: Bool) {
        var takesManager = false
        let events = accounts.filter(\.status.stands).compactMap { account -> Event? in
            var next = account
            if status == .revoked {
                next.revoke()
            } else {
                next.operations = operations(of: account)
                if next.operations.isEmpty { next.revoke() }
            }
            guard next != account else { return nil }
            takesManager =
                takesManager
                || account.role.managesCompany && account.isManaging && !next.isManaging
            let change: AccountChange =
                if status == .revoked {
                    .operatorRevoked
                } else if next.status == .revoked {
                    .revoked
                } else {
                    account.person == applicant ? .granted : .operatorChanged
                }
            return .accountChanged(next, previous: account, change, by: by, remarks: remarks)
        }
        return (events, takesManager)
    }

    private func operations(of account: Account) -> OperationSet {
        let kept = account.operations.intersection(to)
        return account.role.bindsOperator ? kept.union(to.subtracting(from)) : kept
    }
}

/// What an account's change means for its company.
enum CompanyManagement {
    /// The event that nobody is left who decides for the company, if `next` (the
    /// account's new state) means that.
    static func loss(
        after next: Account,
        previous: Account,
        in context: DecisionContext
    ) throws -> [Event] {
        // Nobody is missed by those who may work for a natural person: there are none.
        guard previous.role.managesCompany, previous.isManaging, !next.isManaging else { return [] }
        let others = try context.register.managingAccounts(of: next.eori, limit: 2)
            .contains { $0.identifier != next.identifier }
        return others ? [] : [.lastManagerLost(next.eori)]
    }
}
