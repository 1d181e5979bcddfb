import Contract
import Domain

/// What is decided about accounts and operators once they exist: revocation, the appointment of
/// managers, changes of the authorised operations.
public enum AccountManagement {
    static let messages: [MessageDefinition] = [
        MessageDefinition("approval.revocation", read: Revocation.read),
        MessageDefinition("approval.role", read: Appointment.read),
        MessageDefinition("approval.operations", read: OperationsChange.read),
        MessageDefinition("approval.obligation", read: ObligationClosing.read),
        MessageDefinition("report.provisioning", read: ProvisioningReport.read),
    ]

    /// The account, if `actor` has a say in it: the customs authority has in every account, a
    /// manager in those of their own company but never in one of their own.
    ///
    /// - Throws: `Problem`: `account-unknown`, `own-request`, `not-authorised`.
    static func account(
        _ identifier: AccountIdentifier,
        for actor: DecisionMaker,
        in context: DecisionContext
    ) throws -> (account: Account, actorAccount: Account?) {
        guard let account = try context.register.account(identifier) else {
            throw Problem(.accountUnknown, "no account has this id")
        }
        let lookup = PersonLookup(context: context)
        guard try !lookup.isPerson(account.person, subject: actor.subject) else {
            throw Problem(.ownRequest, at: "/data/actor/subject", "the account is the actor's own")
        }
        switch actor.role {
        case .customsAuthority: return (account, nil)
        case .manager:
            guard let own = try lookup.managingAccount(of: actor, at: account.eori) else {
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor",
                    "the actor has no active account as legal representative or manager of the "
                        + "account's company"
                )
            }
            return (account, own)
        case .exciseOffice, .vehicleAuthority:
            throw Problem(
                .notAuthorised,
                at: "/data/actor/role",
                "accounts are the business of the customs authority and of the company"
            )
        }
    }

    /// The operator, if `actor` may change it: only the customs authority may, and nobody who
    /// holds an account there, since that would change as well.
    ///
    /// - Throws: `Problem`: `not-authorised`, `operator-unknown`, `own-request`.
    static func economicOperator(
        _ eori: EORI,
        for actor: DecisionMaker,
        in context: DecisionContext
    ) throws -> EconomicOperator {
        guard actor.role == .customsAuthority else {
            throw Problem(
                .notAuthorised,
                at: "/data/actor/role",
                "the customs authority alone changes or revokes an operator"
            )
        }
        guard let found = try context.register.economicOperator(eori) else {
            throw Problem(.operatorUnknown, "no operator is registered under this EORI")
        }
        guard try !PersonLookup(context: context).holdsAccount(actor.subject, of: eori) else {
            throw Problem(
                .ownRequest,
                at: "/data/actor/subject",
                "the actor holds an account of this operator"
            )
        }
        return found
    }

    /// Refuses to change an account that does not stand any more.
    static func checkStands(_ account: Account) throws {
        guard account.status.stands else {
            throw Problem(.notEligible, "the account is \(account.status.rawValue)")
        }
    }
}

/// A command about an account or an operator: it has no request, and problems are its way out.
protocol ManagementCommand: Command {
    var actor: DecisionMaker { get }
    func events(by originator: Originator, in context: DecisionContext) throws -> [Event]
}

extension ManagementCommand {
    var request: RequestIdentifier? { nil }
    var speaker: String? { actor.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        do {
            let (by, recorded) = try PersonLookup(context: context).decisionMaker(actor)
            let events = try events(by: by, in: context)
            return .apply(recorded + (events.isEmpty ? [.nothingToChange(by: by)] : events))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }
}
