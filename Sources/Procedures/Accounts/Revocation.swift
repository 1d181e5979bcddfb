import Contract
import Domain

/// `approval.revocation`: an account, an operator, an authorisation or a mandate is withdrawn.
struct Revocation: ManagementCommand {
    enum Target: Hashable {
        case account(AccountIdentifier)
        case economicOperator(EORI)
        /// One that lets its holder act for itself.
        case authorisation(AuthorisationNumber)
        /// One that lets its holder act for another operator.
        case mandate(AuthorisationNumber)
    }

    let actor: DecisionMaker
    let target: Target
    /// The grounds, which adverse decisions state.
    let remarks: String

    var managedAccount: AccountIdentifier? {
        if case .account(let account) = target { account } else { nil }
    }

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        switch target {
        case .account(let identifier):
            let (account, own) = try AccountManagement.account(identifier, for: actor, in: context)
            guard account.status.stands else { return [] }
            var next = account
            next.revoke()
            return [
                .accountChanged(
                    next,
                    previous: account,
                    .revoked,
                    by: originator.using(own?.identifier),
                    remarks: remarks
                )
            ] + (try CompanyManagement.loss(after: next, previous: account, in: context))
        case .economicOperator(let eori):
            let before = try AccountManagement.economicOperator(eori, for: actor, in: context)
            guard before.status == .registered else { return [] }
            var after = before
            after.status = .revoked
            return try OperatorChange(
                before: before,
                after: after,
                by: originator,
                remarks: remarks
            ).events(in: context)
        case .authorisation(let number), .mandate(let number):
            return try authorisation(number, by: originator, in: context)
        }
    }

    private func authorisation(
        _ number: AuthorisationNumber,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let isMandate = target == .mandate(number)
        let known = try context.register.authorisation(number)
        let authorisation = (known?.counterparty != nil) == isMandate ? known : nil
        // Whatever else is wrong, nobody decides about an operator for which they act.
        let parties = [authorisation?.eori, authorisation?.counterparty].compactMap(\.self)
        let lookup = PersonLookup(context: context)
        guard try !parties.contains(where: { try lookup.holdsAccount(actor.subject, of: $0) })
        else {
            throw Problem(
                .ownRequest,
                at: "/data/actor/subject",
                "the actor holds an account of the operator that was authorised"
                    + (isMandate ? ", or of the one that it acts for" : "")
            )
        }
        // Nor does anybody learn which numbers there are who could revoke none.
        try actor.check(
            isOf: ProcedureCatalogue.offices(granting: authorisation),
            isMandate ? "revokes a mandate" : "revokes an authorisation"
        )
        guard let authorisation else {
            throw isMandate
                ? Problem(.mandateUnknown, at: "/data/target/mandate", "no mandate has this id")
                : Problem(
                    .authorisationUnknown,
                    at: "/data/target/authorisation",
                    "no authorisation has this number"
                )
        }
        return try authorisation.revoked(.revoked, by: originator, remarks: remarks, in: context)
    }
}

/// `approval.role`: a manager is appointed or dismissed, by the customs authority or by the
/// company's legal representative; a manager does not make managers. Who represents the company by
/// law the customs authority alone enters: the company stays registered, and so does what it was
/// authorised for.
struct Appointment: ManagementCommand {
    /// What somebody may be made.
    enum Role: String, CaseIterable {
        case manager
        case employee
        case legalRepresentative = "legal-representative"

        var accountRole: AccountRole {
            switch self {
            case .manager: .manager
            case .employee: .employee
            case .legalRepresentative: .legalRepresentative
            }
        }
    }

    let actor: DecisionMaker
    let account: AccountIdentifier
    /// One of ``Role``.
    let role: AccountRole

    var managedAccount: AccountIdentifier? { account }

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        let (before, actorAccount) = try AccountManagement.account(
            account,
            for: actor,
            in: context
        )
        guard actorAccount == nil || role != .legalRepresentative else {
            throw Problem(
                .notAuthorised,
                at: "/data/actor/role",
                "the customs authority alone enters a legal representative"
            )
        }
        if let actorAccount, actorAccount.role != .legalRepresentative {
            throw Problem(
                .notAuthorised,
                at: "/data/actor",
                "the customs authority or the legal representative appoints managers"
            )
        }
        try AccountManagement.checkStands(before)
        guard before.role != role else { return [] }
        try checkMayChange(before, actorAccount, in: context)
        var next = before
        next.role = role
        if role.bindsOperator {
            let whole = try context.register.economicOperator(before.eori)?.operations
            next.operations = whole ?? before.operations
        }
        return [
            .accountChanged(
                next,
                previous: before,
                .roleChanged,
                by: originator.using(actorAccount?.identifier),
                remarks: nil
            )
        ] + (try CompanyManagement.loss(after: next, previous: before, in: context))
    }
}

extension Appointment {
    /// A company is not left without a legal representative by an appointment, nor does one
    /// representative do away with the other.
    private func checkMayChange(
        _ before: Account,
        _ actorAccount: Account?,
        in context: DecisionContext
    ) throws {
        switch before.role {
        case .manager, .employee: return
        case .legalRepresentative where actorAccount == nil:
            // Few manage a company, and customs seldom decide this.
            let others = try context.register.managingAccounts(of: before.eori, limit: .max)
                .contains {
                    $0.role == .legalRepresentative && $0.identifier != before.identifier
                }
            if others { return }
            throw Problem(
                .notEligible,
                at: "/data/account",
                "the holder is the only legal representative; enter the next one first"
            )
        case .legalRepresentative, .naturalPerson:
            throw Problem(
                .notEligible,
                at: "/data/account",
                "the holder is \(before.role.rawValue), which this actor's appointment cannot change"
            )
        }
    }
}

/// `approval.operations`: narrows or widens what an account or an operator is authorised for.
struct OperationsChange: ManagementCommand {
    enum Target: Hashable {
        case account(AccountIdentifier)
        case economicOperator(EORI)
    }

    let actor: DecisionMaker
    let target: Target
    let operations: OperationSet
    let remarks: String?

    var managedAccount: AccountIdentifier? {
        if case .account(let account) = target { account } else { nil }
    }

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        switch target {
        case .account(let identifier):
            return try account(identifier, by: originator, in: context)
        case .economicOperator(let eori):
            return try economicOperator(eori, by: originator, in: context)
        }
    }

    private func account(
        _ identifier: AccountIdentifier,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let (before, own) = try AccountManagement.account(identifier, for: actor, in: context)
        try AccountManagement.checkStands(before)
        let limit = try context.register.economicOperator(before.eori)?.operations ?? .none
        guard operations.isSubset(of: limit) else {
            throw Problem(
                .operationsNotAllowed,
                at: "/data/operations",
                "the operator itself is not authorised for "
                    + operations.subtracting(limit).list.map(\.rawValue).joined(separator: ", ")
            )
        }
        guard operations != before.operations else { return [] }
        var next = before
        next.operations = operations
        return [
            .accountChanged(
                next,
                previous: before,
                .operationsChanged,
                by: originator.using(own?.identifier),
                remarks: remarks
            )
        ]
    }

    private func economicOperator(
        _ eori: EORI,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let before = try AccountManagement.economicOperator(eori, for: actor, in: context)
        guard before.status == .registered else {
            throw Problem(.operatorUnknown, "the operator is revoked")
        }
        guard operations != before.operations else { return [] }
        var after = before
        after.operations = operations
        return try OperatorChange(before: before, after: after, by: originator, remarks: remarks)
            .events(in: context)
    }
}
