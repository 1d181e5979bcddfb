import Contract
import Domain

extension Correspondent {
    /// The mail that answers a person who exercised a right.
    func answer(
        to request: Request,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard request.status == .granted, let person = try register.person(request.person) else {
            return []
        }
        let mail: (MailTemplate, MailVariant)? =
            switch request.profile {
            case "rectification": (.rectified, .dataSubject)
            case "erasure": (.erased, request.kept.isEmpty ? .dataSubject : .keptInPart)
            case "restriction":
                (.restricted, person.isRestricted ? .dataSubjectRestricted : .dataSubjectLifted)
            case "consent-withdrawal": (.consentWithdrawn, .only)
            default: nil
            }
        guard let (template, variant) = mail else { return [] }
        var values = mailer.commonValues
        values.set(.email, person.details?.email)
        return notification(
            template,
            variant,
            to: person,
            values: values,
            request: request.identifier,
            cause: cause
        )
    }

    /// What others are told of a person's change. Of what was stored, mails to others have named
    /// the person alone, so that a new address or language concerns nobody.
    func mails(
        about change: PersonChange,
        of person: Person,
        previous: Person,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        func recipients(_ template: MailTemplate, _ variant: MailVariant) throws
            -> [OutboundMessage]
        {
            try recipientMails(
                template,
                variant,
                of: person,
                formerName: previous.details?.displayName,
                register: register,
                cause: cause
            )
        }
        switch change {
        case .rectified:
            guard person.details?.displayName != previous.details?.displayName else { return [] }
            return try recipients(.rectified, .told)
        case .restricted: return try recipients(.restricted, .toldRestricted)
        case .restrictionLifted:
            return try recipients(.restricted, .toldLifted)
                + decisionsAwaited(of: person, register: register, cause: cause)
        }
    }

    /// Tells everybody who was sent mails about a person (GDPR 19).
    func recipientMails(
        _ template: MailTemplate,
        _ variant: MailVariant,
        of person: Person,
        formerName: String? = nil,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let details = person.details else { return [] }
        var values = mailer.commonValues
        values.set(.applicant, details.displayName)
        values.set(.formerName, formerName)
        let recipients = try register.recipients(
            ofDataAbout: person.identifier,
            sentOnly: template == .erased
        )
        return try recipients.flatMap { recipient -> [OutboundMessage] in
            switch recipient {
            case .mailbox:
                return try offices(concerning: person, register: register).map { office in
                    let mail = Mail(
                        template: template,
                        variant: variant,
                        to: office,
                        values: values
                    )
                    return notification(mail, request: cause.request, cause: cause)
                }
            case .person(let identifier):
                guard let other = try register.person(identifier) else { return [] }
                return notification(
                    template,
                    variant,
                    to: other,
                    values: values,
                    request: cause.request,
                    cause: cause
                )
            }
        }
    }

    /// The mailboxes of those who decide, or decided, on the person's requests.
    private func offices(
        concerning person: Person,
        register: any RegisterView
    ) throws -> [Mail.Addressee] {
        guard settings.exciseMailbox != nil else { return [authority] }
        let procedures = try register.requests(of: person.identifier).map(\.procedure)
        let others = procedures.contains { $0 != "excise" && $0 != "person" }
        guard procedures.contains("excise") else { return [authority] }
        return (others ? [authority] : []) + [exciseOffice]
    }

    /// Requests that came, or were answered for, while the data were restricted were told to nobody.
    private func decisionsAwaited(
        of person: Person,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        try register.requests(of: person.identifier).filter { $0.status == .pending }
            .flatMap { request in
                if request.procedure == "excise" {
                    return try officeMails(
                        .exciseAwaitingYou,
                        .authorisation,
                        about: request,
                        register: register,
                        cause: cause
                    )
                }
                return try approverMails(
                    .awaitingYou,
                    Self.variant(ofProfile: request.profile),
                    about: request,
                    register: register,
                    cause: cause
                )
            }
    }
}
