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
        amid others: [Event],
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        func recipients(_ template: MailTemplate, _ variant: MailVariant) throws
            -> [OutboundMessage]
        {
            try mails(
                template,
                variant,
                to: register.recipients(ofDataAbout: person.identifier),
                about: person,
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
            let told = try recipients(.restricted, .toldLifted)
            // Where there are many, they are told of a part at a time.
            if others.contains(where: { $0.beginsTelling(of: person.identifier) }) { return told }
            return try told
                + decisionsAwaited(
                    of: person.identifier,
                    after: nil,
                    // The request by which the person asked for it is the one more.
                    limit: Cascade.requestsToldAtOnce + 1,
                    since: cause.at,
                    register: register,
                    cause: cause
                )
        }
    }

    /// Tells those who were sent mails about a person, as far as these named the person (GDPR 19).
    func mails(
        _ template: MailTemplate,
        _ variant: MailVariant,
        to recipients: [Recipient],
        about person: Person,
        formerName: String? = nil,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let details = person.details else { return [] }
        var values = mailer.commonValues
        values.set(.applicant, details.displayName)
        values.set(.formerName, formerName)
        let named = recipients.filter(\.isNamedApplicant)
        return try addressees(of: named, register: register).map { addressee in
            var values = values
            values.set(.recipient, addressee.name)
            let mail = Mail(template: template, variant: variant, to: addressee, values: values)
            return notification(mail, request: cause.request, cause: cause)
        }
    }

    /// Each once. An office is told at the mailbox that it was written to.
    private func addressees(
        of recipients: [Recipient],
        register: any RegisterView
    ) throws -> [Mail.Addressee] {
        var addressees: [Mail.Addressee] = []
        for recipient in recipients {
            let addressee: Mail.Addressee? =
                if let identifier = recipient.person {
                    try register.person(identifier).flatMap(addressee)
                } else {
                    recipient.isExciseOffice ? exciseOffice : authority
                }
            guard let addressee, !addressees.contains(where: { $0.isSame(as: addressee) }) else {
                continue
            }
            addressees.append(addressee)
        }
        return addressees
    }

    /// Requests that came, or were answered for, while the data were restricted were told to nobody.
    ///
    /// - Parameters:
    ///   - place: the request after which to go on.
    ///   - limit: how many of the person's requests are looked at.
    ///   - lift: when the restriction was lifted: what came later was told when it came.
    func decisionsAwaited(
        of person: PersonIdentifier,
        after place: RequestIdentifier?,
        limit: Int,
        since lift: Instant,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        try register.requests(of: person, after: place, limit: limit)
            .filter { $0.status == .pending && $0.changedAt <= lift }
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

extension Event {
    fileprivate func beginsTelling(of person: PersonIdentifier) -> Bool {
        guard case .cascade(let cascade, .begun) = self else { return false }
        return cascade.change == .person(person, .awaited)
    }
}

extension Recipient {
    /// Whether the mail said whom it was about. One that is not known any more may have.
    fileprivate var isNamedApplicant: Bool {
        MailTemplate(rawValue: template)?.variables.contains(.applicant) ?? true
    }

    fileprivate var isExciseOffice: Bool { template.hasPrefix("excise.") }
}

extension Mail.Addressee {
    fileprivate func isSame(as other: Self) -> Bool {
        person == other.person && email.isExactly(other.email)
    }
}
