import Contract
import Domain

extension Relief {
    static let mails: [MailTemplate] =
        [
            mail(
                "pending",
                [.recipient, .relief, .asOf],
                optional: [.missing, .findings, .deposit, .total, .notCovered, .advice]
            ),
            mail(
                "awaiting-you",
                [.applicant, .relief, .items, .request],
                optional: [.findings, .deposit, .total],
                variants: ["new", "answer"]
            ),
            provisional,
            mail("granted", [.recipient, .relief], optional: [.dueOn, .remarks]),
            mail(
                "rejected",
                [.recipient, .relief],
                optional: [.remarks],
                variants: ["decision", "rule"],
                isAdverse: true
            ),
            notRequired,
            mail("information-requested", [.recipient, .remarks]),
            mail("withdrawn", [.recipient, .relief]),
            mail("expired", [.recipient, .relief]),
            mail("expired-approver", [.applicant, .relief, .request]),
            mail("reminder", [.applicant, .relief, .request], optional: [.expiresOn]),
            mail("escalation", [.applicant, .relief, .request], optional: [.expiresOn]),
            documentsReminder, documentsOverdue, noTransferReminder, noTransferOver, depositBack,
            depositRelease, depositKept, transferNoticed,
        ]

    private static let provisional = mail(
        "provisional",
        [.recipient, .relief, .deposit, .total, .dueOn, .missing],
        optional: [.remarks]
    )
    private static let notRequired = mail("not-required", [.recipient, .relief])
    private static let documentsReminder = papers("documents-reminder")
    private static let documentsOverdue = papers("documents-overdue")
    private static let noTransferReminder = mail(
        "no-transfer-reminder",
        [.recipient, .relief, .dueOn]
    )
    private static let noTransferOver = mail("no-transfer-over", [.recipient, .relief, .dueOn])
    private static let depositBack = mail("deposit-back", [.recipient, .relief, .amount])
    private static let depositRelease = mail(
        "deposit-release",
        [.applicant, .relief, .amount, .request]
    )
    private static let depositKept = mail(
        "deposit-kept",
        [.recipient, .relief, .deposit, .total],
        optional: [.amount]
    )
    private static let transferNoticed = mail(
        "transfer-noticed",
        [.applicant, .relief, .what, .manner, .plannedOn, .request]
    )

    private static func papers(_ event: String) -> MailTemplate {
        mail(
            event,
            [.relief, .dueOn],
            optional: [.recipient, .applicant, .missing],
            variants: ["papers", "residence", "marriage"]
        )
    }

    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        switch event {
        case .requestSubmitted(let request) where request.procedure == name:
            switch request.status {
            case .notRequired: [try notice(notRequired, about: request, in: context)]
            case .answered: try noticed(request, in: context)
            default: try requestNotices(of: event, in: context)
            }
        case .requestChanged(let request, _, let by, let remarks) where request.procedure == name:
            try changed(request, by, remarks, event, in: context)
        case .obligationOpened(let obligation) where obligation.status == .overdue,
            .obligationChanged(let obligation, _, .overdue, _):
            try overdue(obligation, in: context)
        case .obligationChanged(let obligation, _, .reminded, _):
            try toHolder(
                obligation.reliefDuty == .noTransfer ? noTransferReminder : documentsReminder,
                of: obligation,
                in: context
            )
        case .obligationChanged(let obligation, _, .met, .timer):
            try toHolder(noTransferOver, of: obligation, in: context)
        default: try requestNotices(of: event, in: context)
        }
    }

    // MARK: Decisions

    private static func changed(
        _ request: Request,
        _ originator: Originator,
        _ remarks: String?,
        _ event: Event,
        in context: NoticeContext
    ) throws -> [Notice] {
        var decided = RequestNotices<Self>(request: request, context: context)
        decided.remarks = told(remarks, of: request, in: context)
        switch (request.status, originator) {
        case (.pending, .decisionMaker):
            return [
                notice(provisional, about: request, try decided.values)
                    .with(try entry(.documents, of: request, in: context))
            ]
        case (.granted, _):
            return try decided.changed(by: originator)
                .map { $0.with(try entry(.noTransfer, of: request, in: context)) }
                + depositReturned(of: request, in: context)
        case (.rejected, _):
            let stated = try context.register.fields(of: request.identifier)
            let told = try decided.changed(by: originator)
            guard let paid = stated[Charge.paid(.deposit)], let bill = bill(for: request) else {
                return told
            }
            let lines = bill.lines(stated)
            var values = try decided.values
            values[.amount] = .euros(paid)
            values[.deposit] = .list(lines.map(\.line))
            values[.total] = .euros(Euros.text(lines.totalCents))
            return told + [notice(depositKept, about: request, values)]
        default: return try requestNotices(of: event, in: context)
        }
    }

    /// What the decision says: its remarks, and what relief is granted on.
    private static func told(
        _ remarks: String?,
        of request: Request,
        in context: NoticeContext
    ) -> String? {
        let conditions = context.events.compactMap { event -> String? in
            guard case .fieldsStated(request.identifier, let fields) = event else { return nil }
            return fields[ReliefTerms.conditions]
        }
        let texts = [remarks].compactMap(\.self) + conditions
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    private static func depositReturned(
        of request: Request,
        in context: NoticeContext
    ) throws -> [Notice] {
        let stated = try context.register.fields(of: request.identifier)
        guard let paid = stated[Charge.paid(.deposit)],
            let applicant = try context.register.person(request.person)?.details
        else { return [] }
        var values = try RequestNotices<Self>(request: request, context: context).values
        values[.amount] = .euros(paid)
        var ofOffice = values
        ofOffice[.applicant] = .text(applicant.displayName)
        return [
            notice(depositBack, about: request, values),
            notice(depositRelease, to: [.office(office)], about: request, ofOffice),
        ]
    }

    // MARK: Duties

    private static func toHolder(
        _ template: MailTemplate,
        of obligation: Obligation,
        in context: NoticeContext
    ) throws -> [Notice] {
        guard let duty = obligation.reliefDuty, let person = obligation.holder.person,
            let request = try context.register.request(obligation.request)
        else { return [] }
        let values = try values(for: request, in: context, obligation)
        let entry = CalendarEntry(
            obligation,
            isOver: !obligation.status.isRunning,
            summary: duty.summary
        )
        return [
            notice(template, duty.variant, to: [.person(person)], about: request, values)
                .with(entry)
        ]
    }

    /// The day of what arose by the request; nil where none is running.
    private static func entry(
        _ duty: Duty,
        of request: Request,
        in context: NoticeContext
    ) throws -> CalendarEntry? {
        try context.register.obligations(broughtAboutBy: request.identifier)
            .last { $0.reliefDuty == duty && $0.status.isRunning }
            .map { CalendarEntry($0, summary: duty.summary) }
    }

    /// Both are told; nothing is decided by the clock.
    private static func overdue(
        _ obligation: Obligation,
        in context: NoticeContext
    ) throws -> [Notice] {
        let toHolder = try toHolder(documentsOverdue, of: obligation, in: context)
        guard let duty = obligation.reliefDuty,
            let request = try context.register.request(obligation.request),
            let applicant = try context.register.person(request.person),
            !applicant.isRestricted, let details = applicant.details
        else { return toHolder }
        var values = try values(for: request, in: context, obligation)
        values[.applicant] = .text(details.displayName)
        return toHolder + [
            notice(
                documentsOverdue,
                duty.variant,
                to: [.office(office)],
                about: request,
                values
            )
        ]
    }

    /// Customs are told of what is to be passed on, with the request by which they granted relief.
    private static func noticed(
        _ request: Request,
        in context: NoticeContext
    ) throws -> [Notice] {
        let stated = try context.register.fields(of: request.identifier)
        guard let identifier = stated[Relieved.reliefRequest].flatMap(RequestIdentifier.init),
            let relief = try context.register.request(identifier),
            let applicant = try context.register.person(request.person)?.details
        else { return [] }
        let manner = stated[Relieved.manner].flatMap(Manner.init)
        let values: MailValues = [
            .applicant: .text(applicant.displayName),
            .relief: relief.reliefProfile.map { profile in .words { profile.noun(in: $0) } },
            .what: stated[Relieved.what].map { .lines($0) },
            .manner: manner.map { manner in .words { manner.name(in: $0) } },
            .plannedOn: stated.day(Relieved.plannedOn).map { .day($0) },
            .request: .text(identifier.uuid.text),
        ]
        return [notice(transferNoticed, to: [.office(office)], about: request, values)]
    }

    // MARK: What mails say

    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        guard let profile = request.reliefProfile, let checklist = checklist(for: request) else {
            return [:]
        }
        let dossier = try dossier(of: request, in: context.register)
        let today = LuxembourgCalendar.date(at: context.now)
        let lines = lines(of: dossier, for: request, on: today)
        let findings = findings(on: dossier, of: profile)
        let duties = try context.register.obligations(broughtAboutBy: request.identifier)
        let limit: Duty = request.status == .granted ? .noTransfer : .documents
        return [
            .relief: .words { profile.noun(in: $0) },
            .asOf: .day(LuxembourgCalendar.date(at: request.submittedAt)),
            .missing: missing(dossier, checklist, on: today),
            .items: items(dossier, checklist, on: today),
            .findings: .list(findings.map { finding in .init(.inEach(finding.detail)) }),
            .deposit: .list(lines.map(\.line)),
            .total: lines.isEmpty ? nil : .euros(Euros.text(lines.totalCents)),
            .notCovered: .list(notCovered(dossier.stated)),
            .advice: advice(for: "pending", checklist, dossier.stated),
            .dueOn: duties.last { $0.reliefDuty == limit }?.dueOn.map { .day($0) },
        ]
    }

    /// What they say of a duty.
    private static func values(
        for request: Request,
        in context: NoticeContext,
        _ obligation: Obligation
    ) throws -> MailValues {
        var values = try values(for: request, in: context)
        values[.dueOn] = obligation.dueOn.map { .day($0) }
        if obligation.reliefDuty != .documents { values[.missing] = nil }
        return values
    }

    private static func notice(
        _ template: MailTemplate,
        about request: Request,
        in context: NoticeContext
    ) throws -> Notice {
        let values = try RequestNotices<Self>(request: request, context: context).values
        return notice(template, about: request, values)
    }

    /// To the applicant, unless it says otherwise.
    private static func notice(
        _ template: MailTemplate,
        _ variant: MailVariant = .only,
        to addressees: [Notice.Addressee]? = nil,
        about request: Request,
        _ values: MailValues
    ) -> Notice {
        Notice(
            template,
            template.variants.contains(variant) ? variant : .only,
            to: addressees ?? [.person(request.person)],
            values,
            about: request.identifier
        )
    }
}

extension Relief.Duty {
    /// In the calendar of whoever has to do it.
    fileprivate func summary(in language: Language) -> String {
        switch (self, language) {
        case (.documents, .english): "Last day to hand in the papers to customs"
        case (.documents, .french): "Dernier jour pour remettre les documents à la douane"
        case (.documents, .german): "Letzter Tag für die Unterlagen beim Zoll"
        case (.documents, .luxembourgish): "Leschten Dag fir d'Pabeieren un d'Douane"
        case (.residence, .english): "Last day to take up residence"
        case (.residence, .french): "Dernier jour pour établir la résidence"
        case (.residence, .german): "Letzter Tag für die Wohnsitznahme"
        case (.residence, .luxembourgish): "Leschten Dag fir sech nidderzeloossen"
        case (.marriage, .english): "Last day to prove the marriage"
        case (.marriage, .french): "Dernier jour pour prouver le mariage"
        case (.marriage, .german): "Letzter Tag für den Nachweis der Eheschließung"
        case (.marriage, .luxembourgish): "Leschten Dag fir d'Hochzäit nozeweisen"
        case (.noTransfer, .english):
            "Last day on which customs are told before goods are passed on"
        case (.noTransfer, .french): "Dernier jour où la douane est avertie avant toute cession"
        case (.noTransfer, .german):
            "Letzter Tag, an dem eine Weitergabe vorher dem Zoll zu melden ist"
        case (.noTransfer, .luxembourgish):
            "Leschten Dag, un deem d'Douane virun engem Weiderginn informéiert gëtt"
        }
    }

    /// The case of the mails about papers.
    fileprivate var variant: MailVariant {
        switch self {
        case .documents: "papers"
        case .residence: "residence"
        case .marriage: "marriage"
        case .noTransfer: .only
        }
    }
}

extension MailVariable {
    /// What relief is asked for.
    fileprivate static let relief: Self = "relief"
    /// Conditions that are not met.
    fileprivate static let findings: Self = "findings"
    fileprivate static let notCovered: Self = "not-covered"
    fileprivate static let deposit: Self = "deposit"
    /// Which goods are to be passed on.
    fileprivate static let what: Self = "what"
    fileprivate static let manner: Self = "manner"
    fileprivate static let plannedOn: Self = "planned-on"
}
