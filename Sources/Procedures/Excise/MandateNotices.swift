import Contract
import Domain

extension Excise {
    private static let pending = mail(
        "mandate-pending",
        [.recipient, .eori, .representative, .form, .scope],
        variants: ["sent", "accepted"]
    )
    private static let awaitingYou = mail(
        "mandate-awaiting-you",
        [.applicant, .eori, .representative, .form, .scope, .validFrom, .validUntil, .request],
        variants: ["mandate", "answer", "reminder"]
    )
    private static let granted = mail(
        "mandate-granted",
        [.recipient, .eori, .representative, .form, .scope, .validFrom, .validUntil, .mandate]
    )
    private static let rejected = mail(
        "mandate-rejected",
        [.recipient, .eori, .representative, .remarks],
        variants: [["decision", "manager"], ["decision", "authority"]],
        isAdverse: true
    )
    private static let expired = mail("mandate-expired", [.recipient, .eori, .representative])
    private static let withdrawn = mail(
        "mandate-withdrawn",
        [.recipient, .eori, .representative],
        variants: ["asked", ["ended", "operator"], ["ended", "account"]]
    )
    fileprivate static let mandateWarning = mail(
        "mandate-warning",
        [.recipient, .eori, .representative, .form, .scope, .validUntil]
    )
    /// Grounds are stated where the office ended it.
    fileprivate static let mandateEnded = mail(
        "mandate-ended",
        [
            .recipient, .eori, .representative, .form, .scope, .validUntil, .obligations, .remarks,
        ],
        variants: ["asked", "office", "lapsed", "operator", "authorisation"],
        isAdverse: true
    )
    fileprivate static let usersByMandate = mail(
        "users-by-mandate",
        [.recipient, .exciseNumber, .representative, .userCount]
    )

    static let mandateMails = [
        pending, awaitingYou, granted, rejected, expired, withdrawn, mandateWarning, mandateEnded,
        usersByMandate,
    ]

    /// Who is told what of a mandate, or by one; nil where the event is about neither.
    static func mandateNotices(of event: Event, in context: NoticeContext) throws -> [Notice]? {
        switch event {
        case .requestSubmitted(let request) where request.profile == Profile.users.rawValue:
            return try MandateNotices(context: context).named(in: request)
        case .requestReminded(let request) where request.isForMandate:
            return try RequestNotices<Self>(request: request, context: context)
                .toDecider(.awaitingYou, "reminder")
        case .requestChanged(let request, _, _, _) where request.isForMandate:
            // Those who decide are told by the same mail as the applicant that it has expired.
            let notices = try requestNotices(of: event, in: context)
                .filter { $0.template.event != RequestMail.expiredApprover.rawValue }
            return try MandateNotices(context: context).toBothSides(notices, about: request)
        case .authorisationChanged(let authorisation, _, let change, _, let remarks):
            guard let mandate = Mandate(authorisation) else { return nil }
            return try MandateNotices(context: context)
                .changed(mandate, change, remarks: remarks)
        default: return nil
        }
    }

    /// What mails about a request for a mandate say.
    static func mandateValues(
        for request: Request,
        in context: NoticeContext
    ) throws -> MailValues {
        let register = context.register
        if request.status == .granted,
            let mandate = try register.authorisation(grantedBy: request.identifier)
                .flatMap(Mandate.init)
        {
            return mandate.values
        }
        guard let terms = MandateTerms(try register.fields(of: request.identifier)) else {
            return [:]
        }
        return [
            .representative: terms.representative.number.map { .text($0) },
            .form: .words(terms.representation.name), .scope: .scope(terms.scope),
            .validFrom: .day(terms.validFrom), .validUntil: .end(terms.validUntil),
        ]
    }
}

extension Request {
    /// Whether one operator is to act for another by it.
    var isForMandate: Bool {
        procedure == Excise.name && profile == Excise.Profile.mandate.rawValue
    }
}

private struct MandateNotices {
    let context: NoticeContext

    /// As many lines as a mail has of what is still to be done.
    private static let mostObligations = 20

    /// What both sides are told as the applicant is: that they have agreed, or have not in time.
    func toBothSides(_ notices: [Notice], about request: Request) throws -> [Notice] {
        let others: [PersonIdentifier]
        switch request.status {
        case .granted:
            others = try Party.allCases.compactMap { try $0.eori(in: request, context.register) }
                .flatMap { try context.managers(of: $0) }
        case .expired:
            others = try Party.allCases.flatMap { try $0.binding(in: request, context.register) }
        default: return notices
        }
        return notices.also(to: others)
    }

    /// Whoever manages the operator learns that a representative has named users under its number.
    func named(in request: Request) throws -> [Notice] {
        let fields = try context.register.fields(of: request.identifier)
        guard let stated = fields[Mandated.mandate],
            let number = fields[Granted.number].map({ AuthorisationNumber($0) }),
            let mandate = try context.register.authorisation(.init(stated)).flatMap(Mandate.init)
        else { return [] }
        let entitlement =
            Entitlement(Excise.userEntitlement, under: number, by: mandate.number)
        // As many as one message names.
        let users = try context.register.accounts(entitledUnder: mandate.number, limit: .max)
            .count { $0.entitlements.contains(entitlement) }
        return [
            Notice(
                Excise.usersByMandate,
                to: try context.managers(of: mandate.economicOperator).map { .person($0) },
                [
                    .exciseNumber: .text(number.text),
                    .representative: mandate.representative.number.map { .text($0) },
                    .userCount: .text("\(users)"),
                ],
                about: request.identifier
            )
        ]
    }

    func changed(
        _ mandate: Mandate,
        _ change: AuthorisationChange,
        remarks: String?
    ) throws -> [Notice] {
        let variant: MailVariant
        switch change {
        case .warned:
            return [
                Notice(
                    Excise.mandateWarning,
                    to: try managers(of: mandate),
                    mandate.values,
                    about: mandate.authorisation.request
                )
            ]
        // That it ends was told when somebody wanted it.
        case .lapsed where mandate.authorisation.status == .revoked: return []
        case .lapsed: variant = "lapsed"
        case .revoked: variant = "office"
        case .endSet: variant = "asked"
        case .operatorRevoked: variant = "operator"
        case .basisEnded: variant = "authorisation"
        }
        var values = mandate.values
        values[.obligations] = try obligations(of: mandate.economicOperator)
        values[.remarks] = remarks.map { .lines($0) }
        return [
            Notice(
                Excise.mandateEnded,
                variant,
                to: try managers(of: mandate),
                values,
                about: mandate.authorisation.request
            )
        ]
    }

    private func managers(of mandate: Mandate) throws -> [Notice.Addressee] {
        try mandate.parties
            .flatMap { try context.managers(of: $0, fallen: context.fallenAccounts(of: $0)) }
            .map { .person($0) }
    }

    /// What the operator still has to do, which stays its own, whoever acted for it.
    private func obligations(of eori: EORI) throws -> MailValue {
        let limit = Self.mostObligations
        let ended = context.events.compactMap { event -> Authorisation? in
            guard case .authorisationChanged(let authorisation, _, _, _, _) = event,
                authorisation.eori == eori, authorisation.status != .active
            else { return nil }
            return authorisation
        }
        let held = try Excise.Kind.allCases.flatMap {
            try context.register.activeAuthorisations(of: eori, kind: $0.rawValue, limit: limit)
        }
        let running = try (held + ended).filter { $0.exciseKind != nil }.flatMap {
            try context.register.runningObligations(under: $0.number, limit: limit)
        }
        // What waits for a system has no day, and comes last.
        let days = { (obligation: Obligation) in obligation.dueOn?.description ?? "–" }
        let first = running.sorted { days($0) < days($1) }.prefix(limit)
        return .words { language in
            guard !first.isEmpty else { return MandateWords.nothingOpen(in: language) }
            return first.map { $0.line(in: language) }.joined(separator: "\n")
                + (running.count > limit ? "\n– …" : "")
        }
    }
}

extension Mandate {
    /// What mails say of it.
    fileprivate var values: MailValues {
        [
            .eori: economicOperator.number.map { .text($0) },
            .representative: representative.number.map { .text($0) },
            .form: .words(representation.name), .scope: .scope(scope), .mandate: .text(number.text),
            .validFrom: .day(authorisation.validFrom), .validUntil: .end(authorisation.lastDay),
        ]
    }
}

extension Obligation {
    /// Such as `– 2026-11-26: AC4 declaration, M-1 (LU00000123456)`.
    fileprivate func line(in language: Language) -> String {
        let number = authorisation.map { " (\($0))" } ?? ""
        return
            "– \(dueOn.map { "\($0): " } ?? "")\(duty?.name(in: language) ?? kind), \(reference)\(number)"
    }
}

extension MailValue {
    fileprivate static func scope(_ scope: [Excise.MandateScope]) -> MailValue {
        .words { language in scope.map { $0.name(in: language) }.joined(separator: "; ") }
    }

    /// The last day, if there is one.
    fileprivate static func end(_ day: CivilDate?) -> MailValue {
        day.map { .day($0) } ?? .words(MandateWords.withoutEnd)
    }
}

extension MailVariable {
    /// The EORI of the operator that acts for another.
    fileprivate static let representative: Self = "representative"
    /// In whose name it acts.
    fileprivate static let form: Self = "form"
    /// What it may do.
    fileprivate static let scope: Self = "scope"
    /// The id of the mandate.
    fileprivate static let mandate: Self = "mandate"
    /// What the operator still has to do, one line each.
    fileprivate static let obligations: Self = "obligations"
    /// How many accounts were named.
    fileprivate static let userCount: Self = "user-count"
}
