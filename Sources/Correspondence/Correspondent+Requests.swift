import Contract
import Domain

/// A request's new state and how it came about.
struct RequestChange {
    let request: Request
    /// Nil when it has just arrived.
    let previous: RequestStatus?
    let by: Originator
    let remarks: String?
}

extension Correspondent {
    /// The mails about a request.
    func mails(
        about change: RequestChange,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        if change.request.procedure == "person" {
            return try answer(to: change.request, register: register, cause: cause)
        }
        if change.request.procedure == "excise" {
            return try exciseMails(about: change, register: register, cause: cause)
        }
        guard change.request.procedure == "access" else { return [] }
        func applicant(_ template: MailTemplate, _ variant: MailVariant = .only) throws
            -> [OutboundMessage]
        {
            try applicantMail(template, variant, about: change, register: register, cause: cause)
        }
        func approvers(_ template: MailTemplate, _ variant: MailVariant = .only) throws
            -> [OutboundMessage]
        {
            try approverMails(
                template,
                variant,
                about: change.request,
                register: register,
                cause: cause
            )
        }
        switch change.request.status {
        case .pending where change.previous == nil:
            return try applicant(.pending)
                + approvers(.awaitingYou, Self.variant(ofProfile: change.request.profile))
        case .pending:
            return try approvers(.awaitingYou, .answer)
        case .granted: return try applicant(.granted)
        case .rejected: return try applicant(.rejected, Self.variant(ofRejection: change))
        case .awaitingInformation: return try applicant(.informationRequested)
        case .withdrawn: return try applicant(.withdrawn, Self.variant(ofWithdrawal: change))
        case .expired: return try applicant(.expired) + approvers(.expiredApprover)
        case .notRequired, .answered: return []
        }
    }

    func requestStatus(
        _ change: RequestChange,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        let request = change.request
        let authorisation =
            request.procedure == "excise" && request.status == .granted
            ? try register.authorisation(grantedBy: request.identifier) : nil
        return message(
            "status.request",
            subject: request.identifier.uuid.text,
            stream: request.person.uuid.text,
            cause: cause
        ) { data in
            data.member("requestId", request.identifier.uuid.text)
            data.member("procedure", request.procedure)
            data.member("status", request.status.rawValue)
            data.member("previous", change.previous?.rawValue)
            data.member("revision", request.revision)
            data.member("at", request.changedAt.description)
            data.operations("operations", request.currentOperations)
            data.member("remarks", change.remarks)
            data.optionalMember("reason", request.reason?.rawValue)
            data.optionalMember("exciseNumber", authorisation?.number.text)
            data.optionalMember("validFrom", authorisation?.validFrom.description)
            data.optionalMember("validUntil", authorisation?.validUntil?.description)
            guard !request.kept.isEmpty else { return }
            data.array("kept") { list in
                for record in request.kept {
                    list.object { kept in
                        kept.member("what", record.rawValue)
                        kept.member("why", ProblemCode.retentionDuty.rawValue)
                    }
                }
            }
        }
    }

    private func applicantMail(
        _ template: MailTemplate,
        _ variant: MailVariant,
        about change: RequestChange,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let person = try register.person(change.request.person) else { return [] }
        var values = mailer.commonValues
        values.set(.eori, change.request.eori?.number)
        values.set(.remarks, change.remarks)
        values.operations = change.request.currentOperations
        if change.request.profile == "operations", template == .granted,
            let eori = change.request.eori,
            let economicOperator = try register.economicOperator(eori)
        {
            // What was authorised before still is, and would be missed.
            values.operations = economicOperator.operations
        }
        return notification(
            template,
            variant,
            to: person,
            values: values,
            request: change.request.identifier,
            cause: cause
        )
    }

    func approverMails(
        _ template: MailTemplate,
        _ variant: MailVariant = .only,
        about request: Request,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let values = try values(for: request, register: register) else { return [] }
        guard request.profile == "employee", let eori = request.eori else {
            let mail = Mail(template: template, variant: variant, to: authority, values: values)
            return [notification(mail, request: request.identifier, cause: cause)]
        }
        return try managers(of: eori, register: register).flatMap { manager in
            notification(
                template,
                variant,
                to: manager,
                values: values,
                request: request.identifier,
                cause: cause
            )
        }
    }

    /// Reminds whoever has to decide on a request that is still open.
    func reminder(
        of request: Request,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        if request.procedure == "excise" {
            return try officeMails(
                .exciseReminder,
                about: request,
                register: register,
                cause: cause
            )
        }
        guard request.procedure == "access" else { return [] }
        return try approverMails(.reminder, about: request, register: register, cause: cause)
    }

    /// Tells the authority that nobody decides on a request that is not its own to decide.
    func escalation(
        of request: Request,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard request.procedure == "access", let eori = request.eori,
            let values = try values(for: request, register: register)
        else { return [] }
        let hasManagers = try !managers(of: eori, register: register).isEmpty
        let mail = Mail(
            template: .escalation,
            variant: hasManagers ? .undecided : .withoutManager,
            to: authority,
            values: values
        )
        return [notification(mail, request: request.identifier, cause: cause)]
    }

    /// What mails about a request to others than the applicant say; nil when nothing is stored of
    /// the applicant any more, or it is restricted: the approvers learn of it when that is lifted.
    func values(
        for request: Request,
        startingWith values: MailValues? = nil,
        register: any RegisterView
    ) throws -> MailValues? {
        guard let person = try register.person(request.person), let details = person.details,
            !person.isRestricted
        else { return nil }
        var values = values ?? mailer.commonValues
        values.set(.applicant, details.displayName)
        values.set(.eori, request.eori?.number)
        values.set(.request, request.identifier.uuid.text)
        values.operations = request.requested
        return values
    }

    /// A mail to a person, who is addressed by name; none if no address is stored.
    func notification(
        _ template: MailTemplate,
        _ variant: MailVariant,
        to person: Person,
        values: MailValues,
        request: RequestIdentifier?,
        subject: String? = nil,
        cause: Cause
    ) -> [OutboundMessage] {
        guard let addressee = addressee(person) else { return [] }
        var values = values
        values.set(.recipient, addressee.name)
        let mail = Mail(template: template, variant: variant, to: addressee, values: values)
        return [notification(mail, request: request, subject: subject, cause: cause)]
    }

    /// Nil if no address is stored.
    func addressee(_ person: Person) -> Mail.Addressee? {
        person.details.map { details in
            Mail.Addressee(
                person: person.identifier,
                name: details.displayName,
                email: details.email,
                languages: details.languages
            )
        }
    }

    /// Who may decide for the company: each person once, in the order of their accounts. Of more
    /// than `mostManagers`, those who have been it longest: a mail to each of them comes of every
    /// request.
    func managers(of eori: EORI, register: any RegisterView) throws -> [Person] {
        let accounts = try register.managingAccounts(of: eori, limit: Self.mostManagers)
        return try managers(among: accounts, register: register)
    }

    static let mostManagers = 100

    /// The same, of accounts of one company, as they are or were.
    func managers(among accounts: [Account], register: any RegisterView) throws -> [Person] {
        var seen: Set<PersonIdentifier> = []
        var managers: [Person] = []
        for account in accounts where account.isManaging {
            guard seen.insert(account.person).inserted,
                let manager = try register.person(account.person)
            else { continue }
            managers.append(manager)
        }
        return managers
    }

    static func variant(ofProfile profile: String) -> MailVariant {
        switch profile {
        case "employee": .employee
        case "natural-person": .naturalPerson
        case "operations": .moreOperations
        default: .company
        }
    }

    static func variant(ofWithdrawal change: RequestChange) -> MailVariant {
        switch change.request.reason {
        case .ended(.economicOperator): .operatorEnded
        case .ended(.account): .accountEnded
        case .ended(.authorisation): .authorisationEnded
        case .rule, nil: .asked
        }
    }

    private static func variant(ofRejection change: RequestChange) -> MailVariant {
        switch change.request.reason {
        case .rule(.operatorExists): .operatorExists
        case .rule(.operatorUnknown): .operatorUnknown
        case .rule(.operatorKind): .operatorKind
        case .some: .otherRule
        case nil:
            if case .decisionMaker(_, .manager, _) = change.by { .byManager } else { .byAuthority }
        }
    }
}

extension Request {
    /// Whether a disclosure answers it, and nothing else.
    var isDisclosed: Bool { procedure == "person" && profile == "access" }

    /// What was authorised, once it was; what was asked for, before and otherwise.
    var currentOperations: OperationSet { status == .granted ? authorised : requested }
}
