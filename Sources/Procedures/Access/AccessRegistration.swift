import Contract
import Domain

/// `registration.access.*`: somebody asks for access to LUCCS.
struct AccessRegistration: Command {
    let identifier: RequestIdentifier
    let profile: Access.Profile
    let applicant: Applicant
    let eori: EORI
    /// Empty for an employee, who gets what the company has.
    let operations: OperationSet
    let terms: TermsAcceptance

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        if let problem = terms.problem(in: context) { return .refuse(problem) }
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        switch try ruling(on: person, in: context) {
        case .refused(let problem): return .refuse(problem)
        case .rejected(let reason): return .apply(recorded + submitted(person, reason, context))
        case .accepted: return .apply(recorded + submitted(person, nil, context))
        }
    }

    private enum Ruling {
        case accepted
        /// The request is recorded as rejected, and the applicant told.
        case rejected(ProblemCode)
        /// The message changes nothing.
        case refused(Problem)
    }

    private func ruling(on person: Person, in context: DecisionContext) throws -> Ruling {
        let economicOperator = try context.register.economicOperator(eori)
        switch profile {
        case .company:
            return try newOperator(person, .company, existing: economicOperator, in: context)
        case .naturalPerson:
            return try newOperator(
                person,
                .naturalPerson,
                existing: economicOperator,
                in: context
            )
        case .employee:
            return try employee(person, of: economicOperator, in: context)
        case .operations:
            return try moreOperations(person, for: economicOperator, in: context)
        }
    }

    private func newOperator(
        _ person: Person,
        _ kind: OperatorKind,
        existing: EconomicOperator?,
        in context: DecisionContext
    ) throws -> Ruling {
        if let existing {
            guard existing.kind == kind else { return .rejected(.operatorKind) }
            guard existing.status != .registered else { return .rejected(.operatorExists) }
        }
        return try hasRival(of: person, in: context) ? .rejected(.operatorExists) : .accepted
    }

    /// Whether a request for the same new operator is open: the person's own, or one of somebody
    /// who has not restricted their data. What waits because of that keeps nobody else from the
    /// EORI: it may wait for ever.
    private func hasRival(of person: Person, in context: DecisionContext) throws -> Bool {
        let profiles = [Access.Profile.company.rawValue, Access.Profile.naturalPerson.rawValue]
        return try context.register.hasUnrestrictedRequest(for: eori, profiles: profiles)
            || context.register.hasOpenRequest(for: eori, profiles: profiles, of: person.identifier)
    }

    private func employee(
        _ person: Person,
        of existing: EconomicOperator?,
        in context: DecisionContext
    ) throws -> Ruling {
        guard let existing, existing.status == .registered else {
            return .rejected(.operatorUnknown)
        }
        guard existing.kind == .company else { return .rejected(.operatorKind) }
        let pending = try context.register.hasOpenRequest(
            for: eori,
            profiles: [profile.rawValue],
            of: person.identifier
        )
        guard !pending else {
            return .refused(
                Problem(.requestExists, "the person has a request for this operator pending")
            )
        }
        let held = try context.register.accounts(of: person.identifier, at: eori)
            .contains(where: \.status.stands)
        guard !held else {
            return .refused(
                Problem(.requestExists, "the person holds an account with this operator")
            )
        }
        return .accepted
    }

    private func moreOperations(
        _ person: Person,
        for existing: EconomicOperator?,
        in context: DecisionContext
    ) throws -> Ruling {
        guard let existing, existing.status == .registered else {
            return .refused(
                Problem(.operatorUnknown, at: "/data/eori", "the operator is not registered")
            )
        }
        let asking = try PersonLookup(context: context).askingAccount(
            of: person.subject,
            at: eori,
            suits: \.bindsOperator
        )
        guard asking != nil else {
            return .refused(
                Problem(
                    .notAuthorised,
                    at: "/data/applicant/subject",
                    "the operator's legal representative asks for more operations, or the "
                        + "natural person, with an account that is active"
                )
            )
        }
        guard !operations.isSubset(of: existing.operations) else {
            return .refused(
                Problem(
                    .requestExists,
                    at: "/data/operations",
                    "the operator is authorised for all of these already"
                )
            )
        }
        return .accepted
    }

    private func submitted(
        _ person: Person,
        _ reason: ProblemCode?,
        _ context: DecisionContext
    ) -> [Event] {
        let request = Request(
            identifier,
            procedure: Access.name,
            profile: profile.rawValue,
            by: person.identifier,
            eori: eori,
            requested: operations,
            rejected: reason,
            in: context
        )
        let kept = terms.fields(by: applicant, at: context.now)
        return [.requestSubmitted(request)]
            + (kept.isEmpty ? [] : [.fieldsStated(identifier, kept)])
    }
}
