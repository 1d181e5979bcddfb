import Contract
import Domain

extension Vehicle {
    static let mails: [MailTemplate] =
        [
            mail(
                "pending",
                [.recipient, .vin, .make, .steps, .fees, .total, .asOf, .advice],
                optional: [.missing, .dueOn, .note]
            ),
            notRequired, stepReached, awaitingYou, cleared,
            mail(
                "granted",
                [.recipient, .vin, .plate, .discUntil, .advice],
                optional: [.remarks]
            ),
            mail("rejected", [.recipient, .vin, .remarks], optional: [.dueOn], isAdverse: true),
            mail("information-requested", [.recipient, .remarks]),
            mail("withdrawn", [.recipient, .vin], optional: [.dueOn]),
            mail("expired", [.recipient, .vin], optional: [.dueOn]),
            mail("expired-approver", [.applicant, .vin, .request]),
            mail("reminder", [.applicant, .vin, .request], optional: [.expiresOn]),
            mail("escalation", [.applicant, .vin, .request], optional: [.expiresOn]),
            deadlineReminder, deadlineOverdue, roadTaxReminder, immobilisation,
        ]

    private static let notRequired = mail(
        "not-required",
        [.recipient, .vin],
        variants: [
            MailVariant(Exemption.student.rawValue), MailVariant(Exemption.companyCar.rawValue),
        ]
    )
    private static let stepReached = mail(
        "step",
        [.recipient, .vin, .arrived, .nextStep],
        optional: [.missing, .dueOn]
    )
    private static let awaitingYou = mail(
        "awaiting-you",
        [.applicant, .vin, .make, .items, .request],
        optional: [.owner],
        variants: [
            MailVariant(Step.customs.rawValue), MailVariant(Step.file.rawValue), "answer",
        ]
    )
    private static let cleared = mail(
        "cleared",
        [.recipient, .vin, .customsReference],
        optional: [.missing]
    )
    private static let deadlineReminder = deadline("deadline-reminder")
    private static let deadlineOverdue = deadline("deadline-overdue")
    private static let roadTaxReminder = roadTax("road-tax-reminder")
    private static let immobilisation = roadTax("immobilisation")

    private static func deadline(_ event: String) -> MailTemplate {
        mail(event, [.recipient, .vin, .dueOn], optional: [.missing])
    }

    private static func roadTax(_ event: String) -> MailTemplate {
        mail(event, [.recipient, .plate, .dueOn], optional: [.amount])
    }

    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        switch event {
        case .requestSubmitted(let request) where request.procedure == name:
            let notices = RequestNotices<Self>(request: request, context: context)
            guard case .exempt(let exemption) = request.reason else {
                return try notices.toApplicant(.pending)
                    .map { $0.with(try entry(of: request, in: context)) }
                    + asked(request, since: [], in: context)
            }
            let variant = MailVariant(exemption.rawValue)
            return [try notice(notRequired, variant, about: request, in: context)]
        case .requestChanged(let request, _, let by, _)
        where request.procedure == name && request.status == .pending:
            guard by == .applicant else {
                return [try notice(cleared, about: request, in: context)]
                    + (try asked(request, since: nil, in: context))
            }
            return [
                try notice(stepReached, about: request, in: context)
                    .with(try entry(of: request, in: context))
            ]
                + (try asked(request, since: before(request, in: context), in: context))
        case .obligationOpened(let obligation) where obligation.status == .overdue,
            .obligationChanged(let obligation, _, .overdue, _):
            return obligation.vehicleDuty == .registration
                ? try notices(deadlineOverdue, of: obligation, in: context) : []
        case .obligationChanged(let obligation, _, .reminded, _):
            switch obligation.vehicleDuty {
            case .registration: return try notices(deadlineReminder, of: obligation, in: context)
            case .disc: return try notices(roadTaxReminder, of: obligation, in: context)
            case .roadTax: return try notices(immobilisation, of: obligation, in: context)
            case nil: return []
            }
        case .requestChanged(let request, _, _, _)
        where request.procedure == name && request.status == .granted:
            // What had to be done is done.
            return try requestNotices(of: event, in: context)
                .map { $0.with(try entry(of: request, isOver: true, in: context)) }
        default: return try requestNotices(of: event, in: context)
        }
    }

    /// The day by which the vehicle has to be registered; nil where none is known.
    private static func entry(
        of request: Request,
        isOver: Bool = false,
        in context: NoticeContext
    ) throws -> CalendarEntry? {
        try context.register.obligations(broughtAboutBy: request.identifier)
            .last { $0.vehicleDuty == .registration && (isOver || $0.status.isRunning) }
            .map { CalendarEntry($0, isOver: isOver, summary: Duty.registration.summary) }
    }

    // MARK: What mails say

    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        let dossier = try dossier(of: request, in: context.register)
        let stated = dossier.stated
        let today = LuxembourgCalendar.date(at: context.now)
        let lines = bill(for: request)?.lines(stated) ?? []
        let duties = try context.register.obligations(broughtAboutBy: request.identifier)
        let registration = duties.last { $0.vehicleDuty == .registration && $0.status.isRunning }
        return [
            .vin: stated[Imported.vin].map { .text($0) },
            .make: stated[Imported.make].map { .text($0) },
            .owner: stated.ownerName.map { .text($0) },
            .steps: .list(steps(of: request)),
            .nextStep: step(of: request).map { .localised($0.label) },
            .missing: missing(dossier, checklist, on: today),
            .items: items(dossier, checklist, on: today),
            .arrived: try arrived(request, dossier, on: today, in: context),
            .fees: .list(lines.map(\.line)),
            .total: .euros(Euros.text(lines.totalCents)),
            .asOf: .day(LuxembourgCalendar.date(at: request.submittedAt)),
            .dueOn: registration?.dueOn.map { .day($0) },
            .note: .list(notes(on: dossier).map { .init($0.text) }),
            .advice: advice(
                for: request.status == .granted ? "granted" : "pending",
                checklist,
                stated
            ),
            .customsReference: stated[Cleared.customsReference].map { .text($0) },
            .plate: stated[Cleared.plateNumber].map { .text($0) },
            .discUntil: duties.last { $0.vehicleDuty == .disc }?.dueOn.map { .day($0) },
        ]
    }

    /// The steps, with those that were passed and the one that comes next.
    private static func steps(of request: Request) -> [MailValue.Line] {
        let next = step(of: request)?.name
        return checklist.steps.map { step in
            let mark: MailValue? =
                if request.approvals.contains(step.name) {
                    .words { StepWords.done(in: $0) }
                } else if step.name == next {
                    .words { StepWords.next(in: $0) }
                } else {
                    nil
                }
            return .init(step.label, mark)
        }
    }

    /// What was noticed of the case, that somebody should know.
    private static func notes(on dossier: Dossier) -> [Checklist.Advice] {
        let stated = dossier.stated
        var names: Set<String> = []
        if let vin = stated[Imported.vin], !VIN.isUsual(vin) { names.insert("vin-unusual") }
        if isNewUnlikely(stated, arrivedOn: dossier.arrivedOn) { names.insert("new-unlikely") }
        if stated[Imported.situation] == Situation.companyCar.rawValue,
            let failed = stated.companyCarAdvice
        {
            names.insert(failed)
        }
        let known = Set(checklist.items.flatMap { $0.alternatives.joined().map(\.kind) })
        if dossier.documents.contains(where: { !known.contains($0.kind) }) {
            names.insert("unknown-document")
        }
        return checklist.advice.filter { $0.mails.contains("note") && names.contains($0.name) }
    }

    /// A vehicle is a new one for VAT within 6 months of its first use, or up to 6,000 km
    /// (Directive 2006/112/EC, article 2(2)(b)(i)).
    private static func isNewUnlikely(_ stated: RequestFields, arrivedOn: CivilDate?) -> Bool {
        guard stated.isTrue(Imported.new.name),
            let kilometres = stated[Imported.vehicleKilometres].flatMap({ Int($0) }),
            let first = stated.day(Imported.firstRegisteredOn.name), let arrivedOn
        else { return false }
        return kilometres > 6000 && first.adding(months: 6) < arrivedOn
    }

    // MARK: What an answer brought

    /// The steps that were passed before the message at hand.
    private static func before(
        _ request: Request,
        in context: NoticeContext
    ) throws -> [String] {
        let dossier = context.before(try dossier(of: request, in: context.register))
        let decided = request.approvals.filter { Step(rawValue: $0) != nil }
        let today = LuxembourgCalendar.date(at: context.now)
        return passed(dossier, after: decided, on: today)
    }

    /// What the applicant handed in, by what it shows.
    private static func arrived(
        _ request: Request,
        _ dossier: Dossier,
        on day: CivilDate,
        in context: NoticeContext
    ) throws -> MailValue {
        let known = checklist.judged(context.before(dossier), on: day)
        let shown = zip(known, checklist.judged(dossier, on: day))
            .filter { $0.state != $1.state && $1.state == .satisfied }.map(\.1.item.label)
        let kinds = Set(
            checklist.items.flatMap { $0.alternatives.joined().map(\.kind) }
        )
        let others = context.handedIn.map(\.kind).filter { !kinds.contains($0) }
        return .words { language in
            let labels = shown.compactMap { $0[language] } + others
            return labels.isEmpty
                ? StepWords.answer(in: language) : labels.joined(separator: "; ")
        }
    }

    /// Asks the authority whose step it is, if any.
    ///
    /// - Parameter since: The steps that were passed before; nil for those but the last.
    private static func asked(
        _ request: Request,
        since: [String]?,
        in context: NoticeContext
    ) throws -> [Notice] {
        guard let step = step(of: request).flatMap({ Step(rawValue: $0.name) }) else { return [] }
        let isNew = since.map { $0 != request.approvals } ?? true || context.isSubmitted(request)
        return try RequestNotices<Self>(request: request, context: context)
            .toDecider(.awaitingYou, isNew ? MailVariant(step.rawValue) : "answer")
    }

    private static func notice(
        _ template: MailTemplate,
        _ variant: MailVariant = .only,
        about request: Request,
        in context: NoticeContext
    ) throws -> Notice {
        Notice(
            template,
            variant,
            to: [.person(request.person)],
            try RequestNotices<Self>(request: request, context: context).values,
            about: request.identifier
        )
    }

    private static func notices(
        _ template: MailTemplate,
        of obligation: Obligation,
        in context: NoticeContext
    ) throws -> [Notice] {
        guard let person = obligation.holder.person,
            let request = try context.register.request(obligation.request)
        else { return [] }
        var values = try values(for: request, in: context)
        let stated = try context.register.fields(of: request.identifier)
        values[.dueOn] = obligation.dueOn.map { .day($0) }
        values[.amount] = stated[Charge.charged(.roadTax)].map { .euros($0) }
        if !request.status.isOpen { values[.missing] = nil }
        let notice = Notice(template, to: [.person(person)], values, about: obligation.request)
        let duty = obligation.vehicleDuty ?? .registration
        return [notice.with(CalendarEntry(obligation, summary: duty.summary))]
    }
}

extension NoticeContext {
    /// The documents that the message at hand brought.
    fileprivate var handedIn: [Document] {
        events.flatMap { event -> [Document] in
            if case .supplementReceived(_, let supplement) = event {
                supplement.documents
            } else {
                []
            }
        }
    }

    /// The dossier without what the message at hand brought.
    fileprivate func before(_ dossier: Dossier) -> Dossier {
        var before = dossier
        before.documents.removeLast(min(handedIn.count, before.documents.count))
        return before
    }

    fileprivate func isSubmitted(_ request: Request) -> Bool {
        events.contains { event in
            if case .requestSubmitted(let submitted) = event {
                submitted.identifier == request.identifier
            } else {
                false
            }
        }
    }
}

extension RequestFields {
    /// Who the vehicle belongs to, where that is not the applicant: as "given name family name".
    fileprivate var ownerName: String? {
        guard let given = self[Imported.ownerGivenName], let family = self[Imported.ownerFamilyName]
        else { return nil }
        return "\(given) \(family)"
    }
}

/// What stands beside a step.
private enum StepWords {
    static func done(in language: Language) -> String {
        switch language {
        case .english: "done"
        case .french: "fait"
        case .german: "erledigt"
        case .luxembourgish: "gemaach"
        }
    }

    static func next(in language: Language) -> String {
        switch language {
        case .english: "comes next"
        case .french: "prochaine étape"
        case .german: "als Nächstes"
        case .luxembourgish: "als Nächst"
        }
    }

    static func answer(in language: Language) -> String {
        switch language {
        case .english: "your answer"
        case .french: "votre réponse"
        case .german: "Ihre Antwort"
        case .luxembourgish: "Är Äntwert"
        }
    }
}

extension MailVariable {
    fileprivate static let vin: Self = "vin"
    fileprivate static let make: Self = "make"
    /// Whose vehicle it is, where that is not the applicant.
    fileprivate static let owner: Self = "owner"
    fileprivate static let steps: Self = "steps"
    fileprivate static let nextStep: Self = "next-step"
    fileprivate static let arrived: Self = "arrived"
    fileprivate static let fees: Self = "fees"
    fileprivate static let note: Self = "note"
    fileprivate static let customsReference: Self = "customs-reference"
    fileprivate static let plate: Self = "plate"
    fileprivate static let discUntil: Self = "disc-until"
}

extension Vehicle.Duty {
    /// In the calendar of whoever has to do it.
    fileprivate func summary(in language: Language) -> String {
        switch (self, language) {
        case (.registration, .english): "Last day to register the vehicle"
        case (.registration, .french): "Dernier jour pour immatriculer le véhicule"
        case (.registration, .german): "Letzter Tag für die Zulassung des Fahrzeugs"
        case (.registration, .luxembourgish): "Leschten Dag fir d'Gefier z'immatrikuléieren"
        case (.disc, .english), (.roadTax, .english): "Last day to pay the road tax"
        case (.disc, .french), (.roadTax, .french):
            "Dernier jour pour payer la taxe sur les véhicules"
        case (.disc, .german), (.roadTax, .german): "Letzter Tag zur Zahlung der Fahrzeugsteuer"
        case (.disc, .luxembourgish), (.roadTax, .luxembourgish):
            "Leschten Dag fir d'Autossteier ze bezuelen"
        }
    }
}
