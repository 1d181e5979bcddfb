public import Domain

/// What an open request rests on: without it the request is withdrawn by rule, and never granted.
public struct Standing: Hashable, Sendable {
    /// The operator that has to be registered; nil where none has to be.
    public var economicOperator: EORI?
    /// The roles in one of which the applicant has to hold an account of that operator; empty where
    /// no account is needed.
    public var roles: Set<AccountRole>
    /// The authorisation that has to be valid; nil where none has to be.
    public var authorisation: AuthorisationNumber?

    /// Of somebody who asks to become known in the first place.
    public static let none = Standing()

    public init(
        economicOperator: EORI? = nil,
        roles: Set<AccountRole> = [],
        authorisation: AuthorisationNumber? = nil
    ) {
        self.economicOperator = economicOperator
        self.roles = roles
        self.authorisation = authorisation
    }

    /// Checks that all of it is there now; asked when a grant is applied.
    ///
    /// - Parameter person: the applicant.
    /// - Throws: `Problem`: `operator-unknown`, `not-eligible`, `authorisation-not-valid`; or an
    ///   error of the register.
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

    /// Whether something of it has come to an end, as opposed to being out of order for now: the
    /// request is withdrawn by that, or will be as soon as a cascade reaches it.
    func hasEnded(for person: PersonIdentifier, in context: DecisionContext) throws -> Bool {
        let register = context.register
        if let economicOperator {
            if try register.economicOperator(economicOperator)?.status == .revoked { return true }
            if !roles.isEmpty,
                try !register.accounts(of: person, at: economicOperator)
                    .contains(where: \.status.stands)
            {
                return true
            }
        }
        guard let authorisation else { return false }
        return try register.authorisation(authorisation).map { $0.status != .active } ?? false
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
struct Ending: Hashable {
    /// The operator whose requests may rest on it.
    let eori: EORI
    let ended: Cascade.Ended

    init(of ended: Cascade.Ended, at eori: EORI) {
        self.eori = eori
        self.ended = ended
    }

    /// What the event brings to an end; nil for most events.
    init?(_ event: Event) {
        switch event {
        case .operatorChanged(let after, let before, _, _)
        where before.status == .registered && after.status == .revoked:
            self.init(of: .economicOperator, at: after.eori)
        // With its operator goes whatever rests on the account.
        case .accountChanged(let after, let before, let change, _, _)
        where change != .operatorRevoked && before.status.stands && !after.status.stands:
            self.init(of: .account(before.person), at: before.eori)
        case .authorisationChanged(let after, .active, let change, _, _)
        where change != .operatorRevoked && after.status != .active:
            self.init(of: .authorisation(after.number), at: after.eori)
        default: return nil
        }
    }

    /// The person whose requests alone may rest on it; nil for anybody's.
    var person: PersonIdentifier? {
        if case .account(let person) = ended { person } else { nil }
    }

    private var basis: RequestBasis {
        switch ended {
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
            switch ended {
            case .economicOperator: standing.economicOperator == eori
            case .account(let person):
                !standing.roles.isEmpty && standing.economicOperator == eori
                    && request.person == person
            case .authorisation(let number): standing.authorisation == number
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
    /// Events as they are brought about, with what follows where they bring something to an end:
    /// open requests that rest on it are withdrawn. So no procedure, and nothing that ends, is
    /// forgotten.
    ///
    /// At once where they are few, and else a part at a time, see `Cascade`. Until a request is
    /// reached it counts as closed, see `Standing.hasEnded`.
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
        var left: [Event] = []
        for ending in endings {
            // Many accounts of one operator may end together.
            let limit = max(context.settings.cascade.requests - withdrawn.count, 0)
            let open = try context.register.openRequests(
                for: ending.eori,
                of: ending.person,
                after: nil,
                limit: limit + 1
            )
            guard open.count <= limit else {
                let cascade = Cascade(
                    eori: ending.eori,
                    change: .requests(restingOn: ending.ended),
                    by: .rule,
                    since: context.now
                )
                left.append(.cascade(cascade, .begun))
                continue
            }
            for stored in open {
                let request = changed[stored.identifier] ?? stored
                guard let withdrawal = try ending.withdrawal(of: request, in: context),
                    case .requestChanged(let closed, _, _, _) = withdrawal
                else { continue }
                changed[closed.identifier] = closed
                withdrawn.append(withdrawal)
            }
        }
        return events + withdrawn + left
    }

    /// The next part of the requests that rest on what has ended. Who asked since then asked on
    /// another standing.
    static func `continue`(
        _ cascade: Cascade,
        withdrawingRequestsOn ended: Cascade.Ended,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let eori = cascade.eori else { return [.cascade(cascade, .done)] }
        let ending = Ending(of: ended, at: eori)
        let limit = context.settings.cascade.requests
        let open = try context.register.openRequests(
            for: eori,
            of: ending.person,
            after: cascade.reachedRequest,
            limit: limit
        )
        var next = cascade
        next.reachedRequest = open.last?.identifier ?? cascade.reachedRequest
        return try open.filter { $0.submittedAt <= cascade.since }
            .compactMap { try ending.withdrawal(of: $0, in: context) }
            + [.cascade(next, open.count < limit ? .done : .continued)]
    }
}
