public import Domain

/// What an open request rests on: without it the request is withdrawn by rule, and never granted.
public struct Standing: Hashable, Sendable {
    /// The operator that has to be registered; nil where none has to be.
    public var economicOperator: EORI?
    /// The roles in one of which the applicant has to hold an account of that operator; empty where
    /// no account is needed.
    public var roles: Set<AccountRole>
    /// The authorisation that has to be valid; nil where none has to be.
    public var authorisation: ExciseNumber?

    /// Of somebody who asks to become known in the first place.
    public static let none = Standing()

    public init(
        economicOperator: EORI? = nil,
        roles: Set<AccountRole> = [],
        authorisation: ExciseNumber? = nil
    ) {
        self.economicOperator = economicOperator
        self.roles = roles
        self.authorisation = authorisation
    }

    /// Checks that all of it is there now; asked when a grant is applied.
    ///
    /// - Parameter person: the applicant.
    /// - Throws: `Problem`: `operator-unknown`, `not-eligible`, `authorisation-not-valid`; or an error
    ///   of the register.
    func check(of person: PersonIdentifier, in context: DecisionContext) throws {
        if let economicOperator {
            guard
                try context.register.economicOperator(economicOperator)?.status == .registered
            else {
                throw Problem(.operatorUnknown, "the operator is not registered any more")
            }
            guard try isHeld(by: person, at: economicOperator, in: context) else {
                throw Problem(
                    .notEligible,
                    "the applicant does not act for the operator any more as the request needs it, "
                        + "or without an active account"
                )
            }
        }
        if let authorisation {
            let isActive = try context.register.authorisation(authorisation)?.status == .active
            guard isActive else {
                throw Problem(.authorisationNotValid, "the authorisation has ended")
            }
        }
    }

    /// Nothing is granted to an operator because of somebody who has left it.
    private func isHeld(
        by person: PersonIdentifier,
        at eori: EORI,
        in context: DecisionContext
    ) throws -> Bool {
        guard !roles.isEmpty else { return true }
        return try context.register.accounts(of: person, at: eori).contains {
            roles.contains($0.role) && $0.status == .active
        }
    }
}

/// Something at its end on which open requests may rest.
enum Ending: Hashable {
    case economicOperator(EORI)
    /// As it was.
    case account(Account)
    case authorisation(Authorisation)

    /// What the event brings to an end; nil for most events.
    init?(_ event: Event) {
        switch event {
        case .operatorChanged(let after, let before, _, _)
        where before.status == .registered && after.status == .revoked:
            self = .economicOperator(after.eori)
        // With its operator goes whatever rests on the account.
        case .accountChanged(let after, let before, let change, _, _)
        where change != .operatorRevoked && before.status.stands && !after.status.stands:
            self = .account(before)
        case .authorisationChanged(let after, .active, let change, _, _)
        where change != .operatorRevoked && after.status != .active:
            self = .authorisation(after)
        default: return nil
        }
    }

    /// The operator whose requests may rest on it.
    var eori: EORI {
        switch self {
        case .economicOperator(let eori): eori
        case .account(let account): account.eori
        case .authorisation(let authorisation): authorisation.eori
        }
    }

    private var basis: RequestBasis {
        switch self {
        case .economicOperator: .economicOperator
        case .account: .account
        case .authorisation: .authorisation
        }
    }

    /// What follows for one request: that it is withdrawn, by rule. Nil if it does not rest on what
    /// has ended, or is closed.
    func withdrawal(of request: Request, in context: DecisionContext) throws -> Event? {
        guard request.status.isOpen,
            let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        else { return nil }
        let standing = try procedure.standing(of: request, in: context)
        let isConcerned =
            switch self {
            case .economicOperator(let eori): standing.economicOperator == eori
            case .account(let account):
                !standing.roles.isEmpty && standing.economicOperator == account.eori
                    && request.person == account.person
            case .authorisation(let authorisation): standing.authorisation == authorisation.number
            }
        guard isConcerned else { return nil }
        return request.moved(
            to: .withdrawn,
            by: .rule,
            at: context.now,
            reason: .ended(basis)
        )
    }
}

extension Lifecycle {
    /// Events as they are brought about, with what follows where they bring something to an end: open
    /// requests that rest on it are withdrawn. So no procedure, and nothing that ends, is forgotten.
    ///
    /// - Parameter context: the register before the events.
    public static func closing(_ events: [Event], in context: DecisionContext) throws -> [Event] {
        let endings = events.compactMap(Ending.init)
        guard !endings.isEmpty else { return events }
        var changed: [RequestIdentifier: Request] = [:]
        for case .requestChanged(let request, _, _, _) in events {
            changed[request.identifier] = request
        }
        var withdrawn: [Event] = []
        // Asked once for each operator: many accounts of one may end together.
        var open: [EORI: [Request]] = [:]
        for eori in Set(endings.map(\.eori)) {
            open[eori] = try context.register.openRequests(for: eori)
        }
        for ending in endings {
            for stored in open[ending.eori] ?? [] {
                let request = changed[stored.identifier] ?? stored
                guard let withdrawal = try ending.withdrawal(of: request, in: context),
                    case .requestChanged(let closed, _, _, _) = withdrawal
                else { continue }
                changed[closed.identifier] = closed
                withdrawn.append(withdrawal)
            }
        }
        return events + withdrawn
    }
}
