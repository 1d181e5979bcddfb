import Domain

/// A change of an operator, with what follows for the accounts under it.
struct OperatorChange {
    let before: EconomicOperator
    let after: EconomicOperator
    let by: Originator
    let remarks: String?

    /// The operator's event, then one for every account that is not as it should be any more.
    ///
    /// Narrowing takes from every account what the operator lost; an account with nothing left is
    /// revoked. Of a revoked operator the authorisations go as well. Widening reaches the accounts that act for the whole operator, its legal
    /// representatives or the natural person: what others may do is their managers' decision.
    ///
    /// - Parameter applicant: who asked for the change by a request of his own, if that is how it
    ///   came about: the request's mail tells him.
    func events(
        in context: DecisionContext,
        applicant: PersonIdentifier? = nil
    ) throws -> [Event] {
        let accounts = try context.register.accounts(of: after.eori).filter { $0.status.stands }
        var managersBefore = 0
        var managersAfter = 0
        let followed: [Event] = accounts.compactMap { account in
            var next = account
            if after.status == .revoked {
                next.revoke()
            } else {
                next.operations = operations(of: account)
                if next.operations.isEmpty { next.revoke() }
            }
            managersBefore += account.isManaging ? 1 : 0
            managersAfter += next.isManaging ? 1 : 0
            guard next != account else { return nil }
            let change: AccountChange =
                if after.status == .revoked {
                    .operatorRevoked
                } else if next.status == .revoked {
                    .revoked
                } else {
                    account.person == applicant ? .granted : .operatorChanged
                }
            return .accountChanged(next, previous: account, change, by: by, remarks: remarks)
        }
        let lost = after.status == .registered && managersBefore > 0 && managersAfter == 0
        return [.operatorChanged(after, previous: before, by: by, remarks: remarks)] + followed
            + (lost ? [.lastManagerLost(after.eori)] : []) + (try authorisations(in: context))
    }

    private func authorisations(in context: DecisionContext) throws -> [Event] {
        guard after.status == .revoked else { return [] }
        return try context.register.authorisations(of: after.eori).flatMap {
            try $0.revoked(.operatorRevoked, by: by, remarks: remarks, in: context)
        }
    }

    private func operations(of account: Account) -> OperationSet {
        let kept = account.operations.intersection(after.operations)
        switch account.role {
        case .legalRepresentative, .naturalPerson:
            return kept.union(after.operations.subtracting(before.operations))
        case .manager, .employee: return kept
        }
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
        guard previous.isManaging, !next.isManaging else { return [] }
        let others = try context.register.accounts(of: next.eori).contains {
            $0.identifier != next.identifier && $0.isManaging
        }
        return others ? [] : [.lastManagerLost(next.eori)]
    }
}
