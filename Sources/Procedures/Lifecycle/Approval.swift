import Contract
public import Domain

/// One of the two operators of which one is to act for the other.
public enum Party: String, CaseIterable, Sendable {
    /// The one that the request is for, which is represented.
    case economicOperator = "operator"
    case representative

    /// Nil once nothing is stored any more of what was asked for.
    func eori(in request: Request, _ register: any RegisterView) throws -> EORI? {
        switch self {
        case .economicOperator: request.eori
        case .representative:
            try register.fields(of: request.identifier)[FieldDefinition.representative]
                .flatMap(EORI.init)
        }
    }

    /// Who may bind that side now, in the order of their accounts, but for the applicant, who never
    /// decides on an own request.
    func binding(
        in request: Request,
        _ register: any RegisterView
    ) throws -> [PersonIdentifier] {
        guard let eori = try eori(in: request, register) else { return [] }
        // Few bind a company.
        return try register.managingAccounts(of: eori, limit: .max)
            .filter { $0.role.bindsOperator && $0.person != request.person }.map(\.person)
            .filter { try register.person($0) != nil }
    }
}

extension FieldDefinition {
    /// In a request that two operators agree on.
    static let representative = FieldDefinition(
        "representative",
        "the EORI number of the operator that is to act for it",
        FieldDefinition.eori.form
    )

    /// What a grant states as `eori`.
    static let decidedEORI = FieldDefinition(
        FieldDefinition.eori.name,
        "the EORI that is given to the applicant, or of the side for which somebody agrees",
        FieldDefinition.eori.form
    )
}

/// Whose decision a request awaits.
public enum Decider: Hashable, Sendable {
    /// Nobody's: what the applicant hands in is all that it takes.
    case applicant
    /// Whoever an authority's broker user speaks for.
    case authority(ActorRole)
    /// Whoever holds an account there that manages the operator, a company or a natural person, and
    /// is active when the decision is applied.
    case managers(of: EORI)
    /// Whoever binds that side, with an account there that is active when the decision is applied;
    /// where nobody but the applicant does, the office, which then says why.
    case binding(Party, or: ActorRole)

    var isAuthority: Bool { if case .authority = self { true } else { false } }

    /// Whether an authority may give it, be it in the place of somebody else.
    var mayBeAuthority: Bool {
        switch self {
        case .authority, .binding: true
        case .managers, .applicant: false
        }
    }

    /// Whether it takes somebody who acts for an operator.
    var mayBeOperator: Bool {
        switch self {
        case .managers, .binding: true
        case .authority, .applicant: false
        }
    }

    /// Nil where it is no side's.
    var party: Party? { if case .binding(let party, _) = self { party } else { nil } }
}

/// One yes that a request needs before it is granted.
public struct Approval: Hashable, Sendable {
    /// As the request keeps it, and `status.request` says it. No two of one request are alike.
    public let name: String
    public let decider: Decider
    /// The names of those that have to be given before; none for one that is awaited at once.
    public let predecessors: Set<String>

    public init(_ name: String, by decider: Decider, after predecessors: Set<String> = []) {
        self.name = name
        self.decider = decider
        self.predecessors = predecessors
    }
}

extension Procedure {
    /// The approvals that `request` has not got, and may get now.
    public static func awaitedApprovals(of request: Request) -> [Approval] {
        approvals(of: request).filter {
            !request.approvals.contains($0.name) && $0.predecessors.isSubset(of: request.approvals)
        }
    }

    /// Whether there is somebody to be reminded of `request`: somebody with the right to decide on
    /// it, now or once the account is provisioned.
    static func hasApprover(for request: Request, in context: DecisionContext) throws -> Bool {
        try awaitedApprovals(of: request).contains { approval in
            switch approval.decider {
            case .authority, .binding, .applicant: true
            case .managers(let eori):
                try !context.register.managingAccounts(of: eori, limit: 1).isEmpty
            }
        }
    }

    /// Checks that `actor` may decide on `request` now; asked when the decision is applied.
    ///
    /// - Parameter side: The operator for which the actor agrees, where the decision says so. Who
    ///   binds both sides has to say it.
    /// - Returns: Which of the approvals that are awaited is theirs to give, and the account whose
    ///   right it is; no account where it is the authority's.
    /// - Throws: `Problem` with the code `not-authorised`, or `not-awaited` for somebody whose
    ///   approval was given or is still to come; or an error of the register.
    static func checkRight(
        of actor: DecisionMaker,
        toDecideOn request: Request,
        for side: EORI?,
        in context: DecisionContext
    ) throws -> ApprovalRight {
        let approvals = try approvals(of: request).filter { approval in
            guard let side, let party = approval.decider.party else { return true }
            return try party.eori(in: request, context.register) == side
        }
        // That it is closed says whoever asks next.
        let open = request.status.isOpen ? awaitedApprovals(of: request) : approvals
        let awaited = approvals.filter(open.contains)
        var refusal: Problem?
        var rights: [ApprovalRight] = []
        for approval in awaited {
            do {
                let account = try approval.decider.check(actor, on: request, in: context)
                rights.append(ApprovalRight(approval: approval, account: account))
            } catch let problem as Problem {
                refusal = refusal ?? problem
            }
        }
        if let first = rights.first { return first.amongSeveral(rights.count > 1) }
        for approval in approvals where !awaited.contains(approval) {
            do {
                let account = try approval.decider.check(actor, on: request, in: context)
                // An office stands in for nobody who has agreed.
                guard account != nil || approval.decider.isAuthority else { continue }
            } catch is Problem {
                continue
            }
            throw Self.problem(ofGiving: approval, to: request, awaited)
        }
        throw refusal
            ?? Problem(.notAuthorised, "nobody decides on profile \(request.profile)")
    }

    /// Why an approval cannot be given that is not awaited.
    private static func problem(
        ofGiving approval: Approval,
        to request: Request,
        _ awaited: [Approval]
    ) -> Problem {
        let isGiven = request.approvals.contains(approval.name)
        guard let step = awaited.first, !approvals(of: request).allSatisfy(\.predecessors.isEmpty)
        else {
            return Problem(
                .notAwaited,
                at: "/data/actor",
                isGiven ? "this side has agreed already" : "others decide before"
            )
        }
        guard isGiven else {
            return Problem(
                .stepNotReached,
                at: "/data/actor",
                "the request is at the step \(step.name), and \(approval.name) comes later"
            )
        }
        let decider =
            if case .authority(let role) = step.decider {
                "the \(role.rawValue.replacing("-", with: " ")) decides now"
            } else {
                "the applicant is to hand in papers now"
            }
        return Problem(
            .notAuthorised,
            at: "/data/actor",
            "the step \(approval.name) was passed; \(decider), at the step \(step.name)"
        )
    }

    /// The awaited side that nobody but the applicant binds, which is left to an office; nil if
    /// there is none.
    static func sideLeftToOffice(
        of request: Request,
        in register: any RegisterView
    ) throws -> (party: Party, office: ActorRole)? {
        for approval in awaitedApprovals(of: request) {
            guard case .binding(let party, let office) = approval.decider,
                try party.binding(in: request, register).isEmpty
            else { continue }
            return (party, office)
        }
        return nil
    }
}

/// Whose yes an actor may give, and by which right.
struct ApprovalRight: Equatable {
    let approval: Approval
    /// Nil where it is an authority's.
    let account: AccountIdentifier?
    /// Whether the actor may give another one as well, and a yes has to say for whom it is.
    private(set) var isOneOfSeveral = false

    init(approval: Approval, account: AccountIdentifier?) {
        self.approval = approval
        self.account = account
    }

    fileprivate func amongSeveral(_ isOneOfSeveral: Bool) -> Self {
        var right = self
        right.isOneOfSeveral = isOneOfSeveral && approval.decider.party != nil
        return right
    }

    /// Checks that a yes with these remarks may be given by it.
    ///
    /// - Throws: `Problem`: `not-authorised` for a yes of one of two sides, `schema` for an office
    ///   that does not say why it stands in.
    func checkGrant(remarks: String?) throws {
        guard !isOneOfSeveral else {
            throw Problem(
                .notAuthorised,
                at: FieldDefinition.eori.pointer,
                "the actor may agree for either side, and has to say for which"
            )
        }
        guard approval.decider.party == nil || account != nil || remarks?.isEmpty == false else {
            throw Problem(
                .schema,
                at: "/data/remarks",
                "is required of an office that agrees in the place of an operator"
            )
        }
    }
}

extension Decider {
    /// The account by whose right `actor` decides; nil where it is the authority's.
    ///
    /// - Throws: `Problem` with the code `not-authorised`, or an error of the register.
    fileprivate func check(
        _ actor: DecisionMaker,
        on request: Request,
        in context: DecisionContext
    ) throws -> AccountIdentifier? {
        let lookup = PersonLookup(context: context)
        switch self {
        case .applicant:
            throw Problem(
                .notAuthorised,
                at: "/data/actor",
                "nobody decides at this step; the applicant hands in papers"
            )
        case .authority(let role):
            guard actor.role == role else {
                let name = role.rawValue.replacing("-", with: " ")
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor/role",
                    "the \(name) decides on this request"
                )
            }
            return nil
        case .managers(let eori):
            guard actor.role == .manager,
                let account = try lookup.managingAccount(of: actor, at: eori)
            else {
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor",
                    "the legal representative or a manager of the company decides on this "
                        + "request, or the natural person, with an account there that is active"
                )
            }
            return account.identifier
        case .binding(let party, let office):
            if actor.role == office, try party.binding(in: request, context.register).isEmpty {
                return nil
            }
            guard actor.role == .manager,
                let eori = try party.eori(in: request, context.register),
                let account = try lookup.activeAccount(
                    of: actor.subject,
                    at: eori,
                    suits: \.bindsOperator
                )
            else {
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor",
                    "who binds the \(party.rawValue) decides for it, as its legal representative or "
                        + "as the natural person, with an account there that is active"
                )
            }
            return account.identifier
        }
    }
}
