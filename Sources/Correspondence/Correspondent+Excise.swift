import Contract
import Domain

// What follows from requests of the procedure `excise`, and from authorisations and obligations.
extension Correspondent {
    /// The mails about a request for an authorisation. What is reported has no mail of its own:
    /// what has to be done because of it has.
    func exciseMails(
        about change: RequestChange,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let request = change.request
        func applicant(_ template: MailTemplate, _ variant: MailVariant = .only) throws
            -> [OutboundMessage]
        {
            guard let person = try register.person(request.person) else { return [] }
            return try mails(template, variant, to: person)
        }
        func mails(
            _ template: MailTemplate,
            _ variant: MailVariant = .only,
            to person: Person
        ) throws -> [OutboundMessage] {
            var values = try exciseValues(for: request, register: register)
            values.set(.remarks, change.remarks)
            if let granted = try register.authorisation(grantedBy: request.identifier) {
                values.set(granted)
            }
            return notification(
                template,
                variant,
                to: person,
                values: values,
                request: request.identifier,
                cause: cause
            )
        }
        func office(_ template: MailTemplate, _ variant: MailVariant = .only) throws
            -> [OutboundMessage]
        {
            try officeMails(template, variant, about: request, register: register, cause: cause)
        }
        switch request.status {
        case .pending where change.previous == nil:
            return try applicant(.excisePending) + office(.exciseAwaitingYou, .authorisation)
        case .pending: return try office(.exciseAwaitingYou, .answer)
        case .granted:
            // It is the operator's, whoever asked for it.
            let others = try request.eori.map { try managers(of: $0, register: register) } ?? []
            return try applicant(.exciseGranted)
                + others.filter { $0.identifier != request.person }.flatMap {
                    try mails(.exciseGranted, to: $0)
                }
        case .rejected: return try applicant(.exciseRejected)
        case .awaitingInformation: return try applicant(.exciseInformationRequested)
        case .withdrawn:
            return try applicant(.exciseWithdrawn, Self.variant(ofWithdrawal: change))
        case .expired: return try applicant(.exciseExpired) + office(.exciseExpiredApprover)
        case .notRequired, .answered: return []
        }
    }

    /// To the office that decides on excise; none while the applicant's data are stored only.
    func officeMails(
        _ template: MailTemplate,
        _ variant: MailVariant = .only,
        about request: Request,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let common = try exciseValues(for: request, register: register)
        guard let values = try values(for: request, startingWith: common, register: register)
        else { return [] }
        let mail = Mail(template: template, variant: variant, to: exciseOffice, values: values)
        return [notification(mail, request: request.identifier, cause: cause)]
    }

    /// The mailbox of the office that decides on excise.
    var exciseOffice: Mail.Addressee {
        Mail.Addressee(
            person: nil,
            name: nil,
            email: settings.exciseMailbox ?? settings.authorityMailbox,
            languages: settings.languages
        )
    }

    private func exciseValues(
        for request: Request,
        register: any RegisterView
    ) throws -> MailValues {
        let stated = try register.particulars(of: request.identifier)
        var values = mailer.exciseValues
        values.set(.eori, request.eori?.number)
        if let kind = stated["kind"].flatMap(AuthorisationKind.init(rawValue:)) {
            values.set(.kind, .authorisation(kind))
        }
        let products = (stated["products"] ?? "").split(separator: " ")
            .compactMap { ExciseProduct(rawValue: String($0)) }
        if !products.isEmpty { values.set(.products, .products(products)) }
        values.set(.premises, stated["premises"])
        values.set(.movement, stated["movement"])
        values.set(.guarantee, stated["guarantee.reference"])
        values.set(.guaranteeAmount, stated["guarantee.amount"].map { .euros($0) })
        return values
    }

    // MARK: Authorisations

    /// A grant is told by the mail about the request.
    func mails(
        about change: AuthorisationChange,
        of authorisation: Authorisation,
        amid others: [Event],
        remarks: String?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let (template, variant): (MailTemplate, MailVariant) =
            switch change {
            case .warned: (.exciseWarning, .only)
            case .lapsed: (.exciseLapsed, .only)
            case .revoked: (.exciseRevoked, .authorisation)
            case .operatorRevoked: (.exciseRevoked, .operator)
            }
        var values = mailer.exciseValues
        values.set(.eori, authorisation.eori.number)
        values.set(.remarks, remarks)
        values.set(authorisation)
        return try notices(
            Notice(template: template, variant: variant, values: values),
            of: authorisation.eori,
            amid: others,
            about: authorisation.request,
            register: register,
            cause: cause
        )
    }

    /// `disclosure.excise`: whether an authorisation is valid, and for what. Nobody is named.
    func disclosed(_ disclosure: AuthorisationDisclosure, cause: Cause) -> OutboundMessage {
        let authorisation = disclosure.authorisation
        let request = disclosure.request.uuid.text
        return message("disclosure.excise", subject: request, cause: cause) { data in
            data.member("requestId", request)
            data.member("exciseNumber", disclosure.number.text)
            data.member("valid", disclosure.isValid)
            data.member("kind", authorisation?.kind.rawValue)
            data.member("products", (authorisation?.products ?? []).map(\.rawValue))
            data.member("validUntil", authorisation?.validUntil?.description)
            data.member("at", cause.at.description)
        }
    }

    // MARK: Obligations

    /// Whoever reported it is told at once by when it is to be done; of one that is overdue from
    /// the beginning all are told.
    func messages(
        opening obligation: Obligation,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let status = obligationStatus(obligation, cause: cause)
        guard obligation.status == .open else {
            return try mails(.exciseOverdue, about: obligation, register: register, cause: cause)
                + [status]
        }
        let reporter = try register.request(obligation.request)
            .flatMap { try register.person($0.person) }
        let due = notice(.exciseDue, about: obligation)
        let mails = reporter.map { mail(due, to: $0, about: obligation.request, cause: cause) }
        return (mails ?? []) + [status]
    }

    func messages(
        about change: ObligationChange,
        of obligation: Obligation,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        switch change {
        case .reminded:
            try mails(.exciseDueReminder, about: obligation, register: register, cause: cause)
        case .overdue:
            try mails(.exciseOverdue, about: obligation, register: register, cause: cause)
                + [obligationStatus(obligation, cause: cause)]
        case .met: [obligationStatus(obligation, cause: cause)]
        }
    }

    private func mails(
        _ template: MailTemplate,
        about obligation: Obligation,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        try notices(
            notice(template, about: obligation),
            of: obligation.eori,
            about: obligation.request,
            register: register,
            cause: cause
        )
    }

    private func notice(_ template: MailTemplate, about obligation: Obligation) -> Notice {
        var values = mailer.exciseValues
        values.set(.exciseNumber, obligation.authorisation?.text)
        values.set(.reference, obligation.reference)
        values.set(.dueOn, .day(obligation.dueOn))
        return Notice(
            template: template,
            variant: obligation.kind == .declaration ? .declaration : .reportOfReceipt,
            values: values
        )
    }

    /// The request that brought it about is the subject of all its statuses, whatever message or
    /// timer leads to them: so they arrive in their order.
    private func obligationStatus(_ obligation: Obligation, cause: Cause) -> OutboundMessage {
        let request = obligation.request.uuid.text
        return message("status.obligation", subject: request, cause: cause) { data in
            data.member("obligation", obligation.identifier.uuid.text)
            data.optionalMember("exciseNumber", obligation.authorisation?.text)
            data.member("requestId", request)
            data.member("kind", obligation.kind.rawValue)
            data.member("dueOn", obligation.dueOn.description)
            data.member("status", obligation.status.rawValue)
            data.member("at", cause.at.description)
        }
    }

    // MARK: Whom it concerns

    /// What is said to everybody whom the operator's business concerns.
    private struct Notice {
        let template: MailTemplate
        let variant: MailVariant
        let values: MailValues
    }

    /// To whoever manages the operator, and to the applicant of `request` by an account of it that
    /// is active. Where nobody manages it any more the office is told, so that no duty is
    /// forgotten; never somebody who has left.
    ///
    /// - Parameter others: what happens besides: the accounts that fall with the operator count as
    ///   they were.
    private func notices(
        _ notice: Notice,
        of eori: EORI,
        amid others: [Event] = [],
        about request: RequestIdentifier,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let fallen = others.compactMap { event -> Account? in
            guard case .accountChanged(let account, let previous, .operatorRevoked, _, _) = event,
                account.eori == eori
            else { return nil }
            return previous
        }
        let managing = try register.managingAccounts(of: eori, limit: Self.mostManagers)
        var told = try managers(among: fallen + managing, register: register)
        let isManaged = !told.isEmpty
        if let applicant = try register.request(request)?.person,
            !told.contains(where: { $0.identifier == applicant }),
            try isActive(applicant, of: eori, fallen, register),
            let person = try register.person(applicant)
        {
            told.append(person)
        }
        let mails = told.flatMap { mail(notice, to: $0, about: request, cause: cause) }
        guard !isManaged else { return mails }
        let toOffice = Mail(
            template: notice.template,
            variant: notice.variant,
            to: exciseOffice,
            values: notice.values
        )
        return mails + [notification(toOffice, request: request, cause: cause)]
    }

    /// Whether the person has an active account of the operator, or had one of those that have
    /// fallen.
    private func isActive(
        _ person: PersonIdentifier,
        of eori: EORI,
        _ fallen: [Account],
        _ register: any RegisterView
    ) throws -> Bool {
        let accounts = try register.accounts(of: person, at: eori)
        return (fallen.filter { $0.person == person } + accounts).contains {
            $0.status == .active
        }
    }

    private func mail(
        _ notice: Notice,
        to person: Person,
        about request: RequestIdentifier,
        cause: Cause
    ) -> [OutboundMessage] {
        notification(
            notice.template,
            notice.variant,
            to: person,
            values: notice.values,
            request: request,
            cause: cause
        )
    }
}

extension MailValues {
    fileprivate mutating func set(_ authorisation: Authorisation) {
        set(.exciseNumber, authorisation.number.text)
        set(.kind, .authorisation(authorisation.kind))
        set(.products, .products(authorisation.products))
        set(.validFrom, .day(authorisation.validFrom))
        set(.validUntil, authorisation.validUntil.map { .day($0) })
    }
}
