import Contract
import Domain

/// `approval.decision`: somebody decides on a request, or asks for more information.
struct RequestDecision: Command {
    enum Choice: String, CaseIterable {
        case granted
        case rejected
        case informationRequested = "information-requested"
    }

    let identifier: RequestIdentifier
    let actor: DecisionMaker
    let choice: Choice
    /// Nil for all that may be authorised.
    let operations: OperationSet?
    /// What a grant states besides, by the names in the procedure's `grantFields`.
    let terms: RequestFields
    let remarks: String?
    /// The revision that the actor saw; nil when they did not say.
    let revision: Int?

    var request: RequestIdentifier? { identifier }
    var awaitedRequest: RequestIdentifier? { identifier }
    var speaker: String? { actor.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        guard let procedure = ProcedureCatalogue.procedure(named: request.procedure) else {
            return .refuse(
                Problem(
                    .notAuthorised,
                    "the request's procedure \(request.procedure) is not offered here"
                )
            )
        }
        do {
            return .apply(try events(for: request, of: procedure, in: context))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    /// - Throws: `Problem`, or an error of the register.
    func events(
        for request: Request,
        of procedure: any Procedure.Type,
        in context: DecisionContext
    ) throws -> [Event] {
        let lookup = PersonLookup(context: context)
        // First of all checks: whatever else is wrong, nobody decides on their own request.
        guard try !lookup.isPerson(request.person, subject: actor.subject) else {
            let left = try procedure.sideLeftToOffice(of: request, in: context.register)
            throw Problem(
                .ownRequest,
                at: "/data/actor/subject",
                "the actor is the applicant of this request" + (left.map(Self.words) ?? "")
            )
        }
        try checkBenefit(request, procedure, lookup)
        let right = try procedure.checkRight(
            of: actor,
            toDecideOn: request,
            for: terms[.eori].flatMap(EORI.init),
            in: context
        )
        try checkIsOpen(request, procedure, in: context)
        guard let applicant = try context.register.person(request.person) else {
            throw Problem(
                .requestClosed,
                "the applicant's data are being erased, and the request is withdrawn with that"
            )
        }
        guard
            choice != .granted || !applicant.isRestricted || procedure.isDecidedUnderRestriction
        else {
            throw Problem(
                .personRestricted,
                at: "/data/requestId",
                "the applicant's data are stored only, as the applicant asked; nothing is granted "
                    + "until the applicant lifts that"
            )
        }
        if let revision, revision != request.revision {
            throw Problem(
                .staleRevision,
                at: "/data/revision",
                "the request is at revision \(request.revision), the actor saw \(revision)"
            )
        }
        let (maker, recorded) = try lookup.decisionMaker(actor)
        let by = maker.using(right.account)
        switch choice {
        case .rejected:
            return recorded
                + [request.moved(to: .rejected, by: by, at: context.now, remarks: remarks)]
                + (try procedure.consequences(ofRefusing: request, in: context))
        case .informationRequested:
            return recorded
                + [
                    request.moved(
                        to: .awaitingInformation,
                        by: by,
                        at: context.now,
                        remarks: remarks
                    )
                ]
        case .granted:
            try right.checkGrant(remarks: remarks)
            return recorded + (try grant(right.approval, request, procedure, by: by, in: context))
        }
    }

    private static func words(for side: (party: Party, office: ActorRole)) -> String {
        "; nobody else binds the \(side.party.rawValue), and the "
            + "\(side.office.rawValue.replacing("-", with: " ")) may agree in its place"
    }

    private func checkIsOpen(
        _ request: Request,
        _ procedure: any Procedure.Type,
        in context: DecisionContext
    ) throws {
        guard request.status.isOpen else {
            throw Problem(
                .requestClosed,
                "the request is \(request.status.rawValue) since its revision "
                    + "\(request.revision)"
            )
        }
        guard
            try !procedure.standing(of: request, in: context)
                .hasEnded(for: request.person, in: context),
            try !request.restsOnWithdrawnConsent(in: context)
        else {
            throw Problem(.requestClosed, Request.isBeingWithdrawn)
        }
    }

    /// Refuses an official who decides for an operator of which they hold an account: what is
    /// granted to the operator is granted to those who act for it. Managers decide for theirs by
    /// their office.
    private func checkBenefit(
        _ request: Request,
        _ procedure: any Procedure.Type,
        _ lookup: PersonLookup
    ) throws {
        let deciders = procedure.approvals(of: request).map(\.decider)
        let isManager = actor.role == .manager && !deciders.allSatisfy(\.isAuthority)
        guard deciders.contains(where: \.mayBeAuthority), !isManager else { return }
        let others = try deciders.compactMap(\.party).compactMap {
            try $0.eori(in: request, lookup.context.register)
        }
        let concerned = Set([request.eori].compactMap(\.self) + others)
        guard try concerned.contains(where: { try lookup.holdsAccount(actor.subject, of: $0) })
        else { return }
        throw Problem(
            .ownRequest,
            at: "/data/actor/subject",
            "the actor holds an account of the operator that the request is for"
        )
    }

    /// The last approval grants the request; any other leaves it pending, with one more said yes.
    private func grant(
        _ approval: Approval,
        _ stored: Request,
        _ procedure: any Procedure.Type,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        var request = stored
        let known = procedure.terms(of: request).map(\.name)
        if let member = terms.names.first(where: { !known.contains($0) }) {
            throw Problem(
                .notEligible,
                at: "/data/\(member)",
                "what is asked for here is granted without this"
            )
        }
        // Whatever was so when it was asked: ends reach open requests, and this one may be on the
        // way.
        try procedure.standing(of: request, in: context).check(of: request.person, in: context)
        if let (advanced, events) =
            try procedure.advanced(request, by: approval, on: terms, in: context)
        {
            return [advanced.moved(to: .pending, by: originator, at: context.now, remarks: remarks)]
                + events
        }
        let approvals = procedure.approvals(of: request)
        if approvals.count > 1 { request.approvals.append(approval.name) }
        guard approvals.allSatisfy({ $0 == approval || request.approvals.contains($0.name) })
        else {
            return [request.moved(to: .pending, by: originator, at: context.now, remarks: remarks)]
        }
        let authorised = try authorised(by: procedure, for: request, in: context)
        request.kept = try procedure.kept(onGranting: request, in: context)
        request.eori = try procedure.eori(ofGranting: request, on: terms, in: context)
        let changed = request.moved(
            to: .granted,
            by: originator,
            at: context.now,
            authorised: authorised,
            remarks: remarks
        )
        guard case .requestChanged(let granted, _, _, _) = changed else { return [] }
        return [changed]
            + (try procedure.consequences(
                ofGranting: granted,
                on: terms,
                by: originator,
                in: context
            ))
    }

    private func authorised(
        by procedure: any Procedure.Type,
        for request: Request,
        in context: DecisionContext
    ) throws -> OperationSet {
        guard let grantable = try procedure.grantableOperations(for: request, in: context) else {
            guard operations == nil else {
                throw Problem(
                    .operationsNotAllowed,
                    at: "/data/operations",
                    "no operations are asked for here"
                )
            }
            return .none
        }
        let authorised = operations ?? grantable
        guard authorised.isSubset(of: grantable), !authorised.isEmpty else {
            let excess = authorised.subtracting(grantable).list.map(\.rawValue)
            throw Problem(
                .operationsNotAllowed,
                at: "/data/operations",
                excess.isEmpty
                    ? "nothing is left that could be authorised"
                    : "not among those that may be authorised here: "
                        + excess.joined(separator: ", ")
            )
        }
        return authorised
    }
}
