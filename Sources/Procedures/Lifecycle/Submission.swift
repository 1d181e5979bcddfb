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

extension FieldDefinition {
    /// Which terms they are, as the installation names them.
    static let termsVersion = FieldDefinition(
        "termsVersion",
        "which version of the terms of use is accepted",
        .line(1...100)
    ).optional
    /// In a request that is stored: the day of the acceptance, as its place counts days.
    static let termsAcceptedOn = FieldDefinition("termsAcceptedOn", "when they were", .day)
    /// In a request that is stored: the applicant's languages, with a blank between each two.
    static let termsLanguages = FieldDefinition("termsLanguages", "in which languages they were")
}

/// What a form says of the terms of use.
struct TermsAcceptance {
    let isGiven: Bool
    /// Nil where the form does not say it.
    let version: String?

    /// Of what comes under terms that were accepted before.
    static let before = TermsAcceptance(isGiven: true, version: nil)

    /// Why nothing can be made of the form; to be asked before anything is looked up, so that who
    /// does not accept the terms leaves no trace. Nil if all is well.
    func problem(in context: DecisionContext) -> Problem? {
        let place = FieldDefinition.termsVersion.pointer
        guard isGiven else { return .termsNotAccepted }
        let settings = context.settings.terms
        guard let version else {
            return settings.isVersionRequired
                ? Problem(.schema, at: place, "is required: which version was accepted") : nil
        }
        guard settings.versions.isEmpty || settings.versions.contains(where: version.isExactly)
        else {
            return Problem(
                .termsNotAccepted,
                at: place,
                "these are not the terms that count here; nothing was stored about the applicant"
            )
        }
        return nil
    }

    /// What is kept with the request, so that it can be shown what was agreed to (GDPR 7(1)); empty
    /// where no version was stated.
    func fields(by applicant: Applicant, at now: Instant) -> RequestFields {
        var fields = RequestFields()
        guard let version else { return fields }
        fields[.termsVersion] = version
        fields[.termsAcceptedOn] = LuxembourgCalendar.date(at: now).description
        fields[.termsLanguages] = applicant.languages?.map(\.rawValue).joined(separator: " ")
        return fields
    }
}

extension PayloadReader {
    /// `termsAccepted` and `termsVersion`.
    mutating func terms() -> TermsAcceptance? {
        let isGiven = boolean(FieldDefinition.termsAccepted.name)
        let version = text(of: .termsVersion)
        return isGiven.map { TermsAcceptance(isGiven: $0, version: version) }
    }
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
            .contains(where: \.decider.mayBeOperator) ?? false
    }

    /// A request that is made now, with the deadlines that the installation sets for its procedure;
    /// without any where a rule rejects it at once.
    ///
    /// - Parameters:
    ///   - reason: Why a rule rejects it; nil where somebody decides.
    ///   - exemption: Why nothing is required; nil where somebody decides.
    ///   - own: Deadlines in the place of its procedure's.
    init(
        _ identifier: RequestIdentifier,
        procedure: String,
        profile: String,
        by person: PersonIdentifier,
        eori: EORI?,
        requested: OperationSet = .none,
        rejected reason: ProblemCode? = nil,
        exempt exemption: Exemption? = nil,
        deadlines own: ProcedureSettings.Deadlines? = nil,
        in context: DecisionContext
    ) {
        let reason = reason.map { RequestReason.rule($0) } ?? exemption.map { .exempt($0) }
        let deadlines = reason == nil ? own ?? context.settings.deadlines[procedure] : nil
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
            status: reason == nil ? .pending : exemption == nil ? .rejected : .notRequired,
            reason: reason,
            submittedAt: context.now,
            remindAt: due(deadlines?.remindAfter),
            escalateAt: due(deadlines?.escalateAfter),
            expireAt: due(deadlines?.expireAfter)
        )
        guard deadlines?.expireAfter == nil, isDecidedByCompany else { return }
        expireAt = due(deadlines?.companyExpireAfter)
    }
}
