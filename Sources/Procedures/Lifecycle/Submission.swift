import Contract
import Domain

// How the requests of several procedures begin.

extension FieldDefinition {
    static let termsAccepted = FieldDefinition(
        "termsAccepted",
        "whether the applicant accepts the terms of use",
        .boolean
    )
}

extension Problem {
    /// To be found before anything is looked up: who does not accept the terms leaves no trace.
    static let termsNotAccepted = Problem(
        .termsNotAccepted,
        at: FieldDefinition.termsAccepted.pointer,
        "nothing was stored about the applicant"
    )

    static let requestIsKnown = Problem(
        .requestExists,
        at: "/data/requestId",
        "a request with this id exists"
    )
}

extension Request {
    /// Whether any of those is a company whose yes it needs.
    private var isDecidedByCompany: Bool {
        ProcedureCatalogue.procedure(named: procedure)?.approvals(of: self)
            .contains { !$0.decider.isAuthority } ?? false
    }

    /// A request that is made now, with the deadlines that the installation sets for its procedure;
    /// without any where a rule rejects it at once.
    ///
    /// - Parameters:
    ///   - reason: Why a rule rejects it; nil where somebody decides.
    init(
        _ identifier: RequestIdentifier,
        procedure: String,
        profile: String,
        by person: PersonIdentifier,
        eori: EORI?,
        requested: OperationSet = .none,
        rejected reason: ProblemCode? = nil,
        in context: DecisionContext
    ) {
        let deadlines = reason == nil ? context.settings.deadlines[procedure] : nil
        func due(_ period: Period?) -> Instant? {
            period.map { LuxembourgCalendar.due($0, after: context.now) }
        }
        self.init(
            identifier: identifier,
            procedure: procedure,
            profile: profile,
            person: person,
            eori: eori,
            requested: requested,
            status: reason == nil ? .pending : .rejected,
            reason: reason.map { .rule($0) },
            submittedAt: context.now,
            remindAt: due(deadlines?.remindAfter),
            escalateAt: due(deadlines?.escalateAfter),
            expireAt: due(deadlines?.expireAfter)
        )
        guard deadlines?.expireAfter == nil, isDecidedByCompany else { return }
        expireAt = due(deadlines?.companyExpireAfter)
    }
}
