import Contract
import Domain

extension Excise {
    /// What is reported has no mail of its own: what has to be done because of it has.
    static let mails: [MailTemplate] =
        [
            mail("pending", [.recipient, .kind]),
            mail(
                "awaiting-you",
                [.applicant, .eori, .kind, .products, .request],
                optional: [.premises, .movement, .guarantee, .guaranteeAmount],
                variants: ["authorisation", "answer"]
            ),
            mail(
                "granted",
                [.recipient, .eori, .kind, .products, .exciseNumber, .validFrom],
                optional: [.validUntil, .duties, .remarks]
            ),
            mail("rejected", [.recipient, .eori, .kind, .remarks], isAdverse: true),
            mail("information-requested", [.recipient, .remarks]),
            mail("withdrawn", [.recipient, .eori], variants: RequestMail.endings),
            mail("expired", [.recipient]),
            mail("expired-approver", [.applicant, .eori, .kind, .request]),
            mail("reminder", [.applicant, .eori, .kind, .request], optional: [.expiresOn]),
            mail("escalation", [.applicant, .eori, .kind, .request], optional: [.expiresOn]),
            warning, lapsed, revoked, due, dueReminder, overdue, movementEnded,
        ] + emcsMails + mandateMails + guaranteeMails

    static let office = ActorRole.exciseOffice

    private static let warning = endOfValidity("warning")
    private static let lapsed = endOfValidity("lapsed")
    private static let revoked = mail(
        "revoked",
        [.eori, .kind, .exciseNumber],
        optional: [.recipient, .remarks],
        variants: ["authorisation", "operator"],
        isAdverse: true
    )
    private static let due = duty(
        "due",
        optional: [.recipient],
        variants: ["declaration", "report-of-receipt", "catch-up", "stock-record"]
    )
    private static let dueReminder = duty(
        "due-reminder",
        optional: [.recipient],
        variants: ["declaration", "payment", "report-of-receipt"]
    )
    private static let overdue = duty(
        "overdue",
        optional: [.recipient],
        variants: [
            "declaration", "payment", "report-of-receipt", "receipt-expected", "catch-up",
            "stock-record",
        ]
    )
    private static let movementEnded = mail(
        "movement-ended",
        [.exciseNumber, .reference],
        optional: [.recipient],
        variants: ["accepted", "refused", "partly-refused"]
    )
    private static func endOfValidity(_ event: String) -> MailTemplate {
        mail(event, [.eori, .kind, .exciseNumber, .validUntil], optional: [.recipient])
    }

    private static func duty(
        _ event: String,
        _ variables: [MailVariable] = [],
        optional: [MailVariable] = [],
        variants: [MailVariant]
    ) -> MailTemplate {
        mail(
            event,
            variables + [.exciseNumber, .reference, .dueOn],
            optional: optional,
            variants: variants
        )
    }

    /// What is told of it, whichever office answers for it.
    static func mails(about event: Event, in context: NoticeContext) throws -> [Notice] {
        if let notices = try mandateNotices(of: event, in: context) { return notices }
        switch event {
        case .requestChanged(let request, _, _, _) where request.status == .granted:
            // It is the operator's, whoever asked for it.
            let managers = try request.eori.map { try context.managers(of: $0) } ?? []
            return try requestNotices(of: event, in: context).also(to: managers)
        case .authorisationChanged(let authorisation, _, let change, _, let remarks)
        where authorisation.procedure == name:
            return [try notice(of: change, authorisation, remarks, in: context)]
                + (try freed(byEndOf: authorisation, change, in: context))
        case .guaranteeChanged(let guarantee, _, let change, _, let remarks)
        where guarantee.procedure == name:
            return try notices(of: change, guarantee, remarks, in: context)
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            return obligation.procedure == name
                ? try notices(of: event, about: obligation, in: context) : []
        case .cascade(let cascade, _):
            guard case .system(userEntitlement, let work) = cascade.change else { return [] }
            return try notices(of: work, to: cascade.told, in: context)
        default: return try requestNotices(of: event, in: context)
        }
    }

    private static func notices(
        of event: Event,
        about obligation: Obligation,
        in context: NoticeContext
    ) throws -> [Notice] {
        switch event {
        case .obligationOpened where obligation.status == .open:
            // What is told of the declaration says that the duty is paid by the same day, and the
            // consignor knows what it waits for.
            switch obligation.duty {
            case .catchUp: return try notices(ofFallback: obligation, in: context)
            case .payment, .receiptExpected, nil: return []
            case .declaration, .reportOfReceipt, .stockRecord: break
            }
            // Whoever reported it is told at once by when it is to be done.
            let reporter = try context.register.request(obligation.request).map { [$0.person] }
            return [try notice(due, of: obligation, to: reporter ?? [], context)]
        // What waited for EMCS has a day again.
        case .obligationChanged(_, _, .postponed, _)
        where obligation.status == .open && obligation.dueOn != nil
            && obligation.duty != .receiptExpected:
            return [try notice(due, of: obligation, context)]
        case .obligationChanged(_, _, .reminded, _) where obligation.duty?.isReminded == true:
            return [try notice(dueReminder, of: obligation, context)]
        case .obligationChanged(_, _, .met, let originator):
            return try ended(obligation, by: originator, in: context)
                + freed(by: obligation, in: context)
        case .obligationChanged(_, _, .notDue, _): return try freed(by: obligation, in: context)
        case .obligationOpened where obligation.status == .overdue,
            .obligationChanged(_, _, .overdue, _),
            .obligationChanged(_, _, .postponed, _) where obligation.status == .overdue:
            let told =
                obligation.duty == .catchUp && event.opens
                ? try notices(ofFallback: obligation, in: context) : []
            return told + [try notice(overdue, of: obligation, context)]
        default: return []
        }
    }

    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        if request.isForMandate { return try mandateValues(for: request, in: context) }
        if request.status == .granted,
            let granted = try context.register.authorisation(grantedBy: request.identifier)
        {
            var values = granted.values
            values[.duties] = granted.exciseKind.map { kind in
                .words { language in
                    kind.duties(in: language).map { "– \($0)" }.joined(separator: "\n")
                }
            }
            return values
        }
        let stated = try context.register.fields(of: request.identifier)
        if request.profile == Profile.guaranteeRelease.rawValue {
            return try values(ofRelease: stated, in: context)
        }
        var values = MailValues()
        values[.kind] = Stated.kind(in: stated).map { .words($0.name) }
        values[.products] = Stated.products(in: stated).map { .products($0) }
        values[.premises] = stated[Stated.premises].map { .lines($0) }
        values[.movement] = stated[Stated.movement].map { .lines($0) }
        values[.guarantee] = stated[Stated.guaranteeReference].map { .text($0) }
        values[.guaranteeAmount] = stated[Stated.guaranteeAmount].map { .euros($0) }
        return values
    }

    static func statusFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields? {
        guard request.status == .granted,
            let granted = try register.authorisation(grantedBy: request.identifier)
        else { return [] }
        let number = Mandate(granted) == nil ? Granted.number : Mandated.mandate
        var fields: StatusFields = [
            (number.name, .string(granted.number.text)),
            ("validFrom", .string(granted.validFrom.description)),
        ]
        if let day = granted.validUntil { fields.append(("validUntil", .string(day.description))) }
        return fields
    }

    /// A grant is told by the mail about the request.
    private static func notice(
        of change: AuthorisationChange,
        _ authorisation: Authorisation,
        _ remarks: String?,
        in context: NoticeContext
    ) throws -> Notice {
        let (template, variant): (MailTemplate, MailVariant) =
            switch change {
            case .warned: (warning, .only)
            case .lapsed: (lapsed, .only)
            // The days of a mandate alone are set, and end with others.
            case .revoked, .endSet, .basisEnded: (revoked, "authorisation")
            case .operatorRevoked: (revoked, "operator")
            }
        var values = authorisation.values
        values[.eori] = authorisation.eori.number.map { .text($0) }
        values[.remarks] = remarks.map { .lines($0) }
        return Notice(
            template,
            variant,
            to: try concerned(authorisation.eori, authorisation.request, in: context),
            values,
            about: authorisation.request
        )
    }

    /// - Parameter persons: Nil for everybody whom it concerns.
    private static func notice(
        _ template: MailTemplate,
        of obligation: Obligation,
        to persons: [PersonIdentifier]? = nil,
        _ context: NoticeContext
    ) throws -> Notice {
        let values: MailValues = [
            .exciseNumber: obligation.authorisation.map { .text($0.text) },
            .reference: .text(obligation.reference), .dueOn: obligation.dueOn.map { .day($0) },
        ]
        let variant: MailVariant =
            switch obligation.duty {
            case .declaration: "declaration"
            case .payment: "payment"
            case .receiptExpected: "receipt-expected"
            case .catchUp: "catch-up"
            case .stockRecord: "stock-record"
            case .reportOfReceipt, nil: "report-of-receipt"
            }
        let addressees =
            try persons?.map { .person($0) }
            ?? obligation.holder.eori.map { try concerned($0, obligation.request, in: context) }
            ?? []
        let notice = Notice(template, variant, to: addressees, values, about: obligation.request)
        return notice.with(
            obligation.duty.map { duty in
                CalendarEntry(obligation) { "\(duty.name(in: $0)): \(obligation.reference)" }
            }
        )
    }

    /// That goods arrived, or were refused: whoever dispatched them is told what the consignee
    /// reported to this register, and not what it reported itself, unless the goods are its own
    /// again.
    private static func ended(
        _ obligation: Obligation,
        by originator: Originator,
        in context: NoticeContext
    ) throws -> [Notice] {
        guard obligation.duty == .receiptExpected else { return [] }
        let report = try context.request.map { try context.register.fields(of: $0) }
        let variant: MailVariant
        switch report?[Moved.outcome].flatMap(Moved.Outcome.init(rawValue:)) {
        case .refused: variant = "refused"
        case .partlyRefused: variant = "partly-refused"
        case .accepted, .acceptedWithRemarks, nil:
            guard originator == .rule else { return [] }
            variant = "accepted"
        }
        guard let eori = obligation.holder.eori else { return [] }
        return [
            Notice(
                movementEnded,
                variant,
                to: try concerned(eori, obligation.request, in: context),
                [
                    .exciseNumber: obligation.authorisation.map { .text($0.text) },
                    .reference: .text(obligation.reference),
                ],
                about: obligation.request
            )
        ]
    }

    /// Whoever manages the operator, and the applicant of `request` by an account of it that is
    /// active. Where nobody manages it any more the office is told, so that no duty is forgotten;
    /// never somebody who has left. Accounts that fall with the operator count as they were.
    static func concerned(
        _ eori: EORI,
        _ request: RequestIdentifier,
        in context: NoticeContext
    ) throws -> [Notice.Addressee] {
        let fallen = context.fallenAccounts(of: eori)
        let managers = try context.managers(of: eori, fallen: fallen)
        var concerned = managers
        if let applicant = try context.register.request(request)?.person,
            try
                (fallen.filter { $0.person == applicant }
                + context.register.accounts(of: applicant, at: eori)
                + actingAccounts(of: applicant, in: request, context.register))
                .contains(where: { $0.status == .active })
        {
            concerned.append(applicant)
        }
        return concerned.map { .person($0) } + (managers.isEmpty ? [.office(office)] : [])
    }
}

extension [Notice] {
    /// The same, to these people as well.
    func also(to others: [PersonIdentifier]) -> Self {
        map { notice in
            var notice = notice
            notice.addressees += others.map { .person($0) }
            return notice
        }
    }
}

extension Event {
    /// Whether something has to be done from here on.
    fileprivate var opens: Bool { if case .obligationOpened = self { true } else { false } }
}

extension Excise {
    /// The accounts by which the applicant sent the request, where they did by a mandate.
    private static func actingAccounts(
        of applicant: PersonIdentifier,
        in request: RequestIdentifier,
        _ register: any RegisterView
    ) throws -> [Account] {
        guard
            let stated = MandateUse.mandate(in: try register.fields(of: request)),
            let representative = try register.authorisation(stated)?.eori
        else { return [] }
        return try register.accounts(of: applicant, at: representative)
    }
}

extension NoticeContext {
    /// The operator's accounts that fall with it in these events, as they were.
    func fallenAccounts(of eori: EORI) -> [Account] {
        events.compactMap { event in
            guard case .accountChanged(let account, let previous, .operatorRevoked, _, _) = event,
                account.eori == eori
            else { return nil }
            return previous
        }
    }
}

extension Authorisation {
    fileprivate var values: MailValues {
        [
            .exciseNumber: .text(number.text), .kind: exciseKind.map { .words($0.name) },
            .products: .products(products), .validFrom: .day(validFrom),
            .validUntil: validUntil.map { .day($0) },
        ]
    }
}

extension MailValue {
    static func products(_ products: [Excise.Product]) -> MailValue {
        .words { language in products.map { $0.name(in: language) }.joined(separator: ", ") }
    }
}

extension MailVariable {
    /// What an authorisation is for.
    fileprivate static let kind: Self = "kind"
    /// What is subject to duty.
    fileprivate static let products: Self = "products"
    /// Where goods are to be stored.
    fileprivate static let premises: Self = "premises"
    /// The one movement that something is asked for.
    fileprivate static let movement: Self = "movement"
    /// What names the guarantee.
    static let guarantee: Self = "guarantee"
    /// How much it is for.
    static let guaranteeAmount: Self = "guarantee-amount"
    static let exciseNumber: Self = "excise-number"
    /// The first day of an authorisation's validity.
    static let validFrom: Self = "valid-from"
    /// The last day.
    static let validUntil: Self = "valid-until"
    /// What an authorisation asks of its holder all the time, one line each.
    fileprivate static let duties: Self = "duties"
    /// What names the movement of goods.
    static let reference: Self = "reference"
}
