import Contract
import Domain

/// The mails that requests of all procedures have, as far as the procedure declares one of this
/// name; or of one with the profile before it, such as `mandate-granted`, for that profile alone.
enum RequestMail: String {
    // To the applicant.
    case pending
    case granted
    case rejected
    case informationRequested = "information-requested"
    case withdrawn
    case expired
    // To whoever decides.
    case awaitingYou = "awaiting-you"
    case expiredApprover = "expired-approver"
    case reminder
    /// To the authority, about a request that lies undecided.
    case escalation

    /// The cases of `withdrawn`: the applicant took it back, or it went with what it rested on.
    static let endings: [MailVariant] =
        ["asked"] + RequestBasis.allCases.map { ["ended", $0.rawValue] }
}

extension Procedure {
    /// Declares a mail; its arguments are the template's.
    static func mail(
        _ event: String,
        _ variables: [MailVariable],
        optional: [MailVariable] = [],
        variants: [MailVariant] = [.only],
        isAdverse: Bool = false
    ) -> MailTemplate {
        MailTemplate(
            procedure: name,
            event: event,
            variables,
            optional: optional,
            variants: variants,
            isAdverse: isAdverse,
            // It goes to the authority, whoever is to decide.
            office: event.hasSuffix(RequestMail.escalation.rawValue) ? .customsAuthority : office
        )
    }

    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        try requestNotices(of: event, in: context)
    }

    static func values(for _: Request, in _: NoticeContext) throws -> MailValues { [:] }

    static func statusFields(of _: Request, in _: any RegisterView) throws -> StatusFields? { [] }

    /// The mails that every request has.
    static func requestNotices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        switch event {
        case .requestSubmitted(let request) where request.procedure == name:
            try RequestNotices<Self>(request: request, context: context).submitted()
        case .requestChanged(let request, _, let by, let remarks) where request.procedure == name:
            try RequestNotices<Self>(request: request, remarks: remarks, context: context)
                .changed(by: by)
        case .requestReminded(let request) where request.procedure == name:
            try RequestNotices<Self>(request: request, context: context).toDecider(.reminder)
        case .requestEscalated(let request) where request.procedure == name:
            try RequestNotices<Self>(request: request, context: context).escalated()
        default: []
        }
    }

    /// Asks whoever decides on a request that is new to them.
    static func decisionAwaited(on request: Request, in context: NoticeContext) throws -> [Notice] {
        try RequestNotices<Self>(request: request, context: context).decisionAwaited()
    }
}

extension Originator {
    /// The section that adverse mails show: how to object depends on whose decision it is.
    var decidingSection: String {
        if case .decisionMaker(_, .manager, _) = self { "manager" } else { "authority" }
    }
}

/// Who is told what of one request.
struct RequestNotices<Owner: Procedure> {
    let request: Request
    var remarks: String?
    let context: NoticeContext

    func submitted() throws -> [Notice] {
        guard request.status == .pending else { return try changed(by: .rule) }
        return try toApplicant(.pending, "sent") + decisionAwaited()
    }

    /// - Parameter approvals: Nil for all that are awaited.
    func decisionAwaited(_ approvals: [Approval]? = nil) throws -> [Notice] {
        let approvals = approvals ?? Owner.awaitedApprovals(of: request)
        guard !approvals.isEmpty else { return [] }
        let section = profile.map { MailVariant($0.section) } ?? .only
        return try toDecider(.awaitingYou, section, approvals)
    }

    /// - Parameter originator: Who brought the request to the status that it has.
    func changed(by originator: Originator) throws -> [Notice] {
        switch request.status {
        case .pending:
            guard case .decisionMaker = originator, let given = request.approvals.last else {
                return try toDecider(.awaitingYou, "answer")
            }
            // One of several has agreed: those are asked who were waiting for that.
            let next = Owner.awaitedApprovals(of: request)
                .filter { $0.predecessors.contains(given) }
            let isTold = template(.pending)?.variants.contains("accepted") == true
            return try (isTold ? toApplicant(.pending, "accepted") : [])
                + (next.isEmpty ? [] : decisionAwaited(next))
        case .granted: return try toApplicant(.granted)
        case .rejected:
            if let reason = request.reason {
                let rule: MailVariant = ["rule", reason.rawValue]
                return try toApplicant(.rejected, rule, ["rule", "other"], "rule")
            }
            let decision: MailVariant = ["decision", originator.decidingSection]
            return try toApplicant(.rejected, decision, "decision")
        case .awaitingInformation: return try toApplicant(.informationRequested)
        case .withdrawn:
            guard case .ended(let basis) = request.reason else {
                return try toApplicant(.withdrawn, "asked")
            }
            return try toApplicant(.withdrawn, ["ended", basis.rawValue])
        case .expired: return try toApplicant(.expired) + toDecider(.expiredApprover)
        case .notRequired, .answered: return []
        }
    }

    func escalated() throws -> [Notice] {
        let deciders = Owner.awaitedApprovals(of: request).map(\.decider)
        let isManaged = try request.eori.map { try !context.managers(of: $0).isEmpty } ?? false
        let variant: MailVariant =
            deciders.contains(where: \.isAuthority)
            ? "authority" : isManaged ? "undecided" : "without-manager"
        return try toOthers(.escalation, variant, [.office(.customsAuthority)])
    }

    /// - Parameter cases: The first of them that the procedure's template tells apart is meant.
    func toApplicant(_ mail: RequestMail, _ cases: MailVariant...) throws -> [Notice] {
        guard let template = template(mail) else { return [] }
        return [notice(template, cases, to: [.person(request.person)], try values)]
    }

    func toDecider(
        _ mail: RequestMail,
        _ variant: MailVariant = .only,
        _ approvals: [Approval]? = nil
    ) throws -> [Notice] {
        let awaited = approvals ?? Owner.awaitedApprovals(of: request)
        return try toOthers(mail, variant, context.addressees(awaited, of: request))
    }

    /// None when nothing is stored of the applicant any more, or it is stored only: those who
    /// decide learn of the request when that is lifted.
    private func toOthers(
        _ mail: RequestMail,
        _ variant: MailVariant,
        _ addressees: @autoclosure () throws -> [Notice.Addressee]
    ) throws -> [Notice] {
        guard let template = template(mail),
            let applicant = try context.register.person(request.person),
            !applicant.isRestricted || Owner.isDecidedUnderRestriction,
            let details = applicant.details
        else { return [] }
        var values = try self.values
        values[.applicant] = .text(details.displayName)
        return [notice(template, [variant], to: try addressees(), values)]
    }

    private var profile: ProfileDefinition? {
        Owner.profiles.first { $0.name == request.profile }
    }

    /// A profile has mails of its own, or shares those of the others as far as it has not.
    private func template(_ mail: RequestMail) -> MailTemplate? {
        func named(_ event: String) -> MailTemplate? { Owner.mails.first { $0.event == event } }
        let prefix = profile?.mailPrefix ?? ""
        guard prefix.isEmpty else { return named(prefix + mail.rawValue) }
        return named("\(request.profile)-\(mail.rawValue)") ?? named(mail.rawValue)
    }

    private func notice(
        _ template: MailTemplate,
        _ cases: [MailVariant],
        to addressees: [Notice.Addressee],
        _ values: MailValues
    ) -> Notice {
        let variant = cases.first(where: template.variants.contains) ?? .only
        return Notice(template, variant, to: addressees, values, about: request.identifier)
    }

    /// What mails about the request say.
    var values: MailValues {
        get throws {
            let common: MailValues = [
                .eori: request.eori?.number.map { .text($0) },
                .request: .text(request.identifier.uuid.text),
                .operations: .operations(request.currentOperations),
                .remarks: remarks.map { .lines($0) },
                .expiresOn: request.expireAt.map { .day(LuxembourgCalendar.date(at: $0)) },
            ]
            return common.updated(with: try Owner.values(for: request, in: context))
        }
    }
}
