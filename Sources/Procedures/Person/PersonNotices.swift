import Contract
import Domain

extension PersonRights {
    static let mails: [MailTemplate] = [
        rectified, erased, restricted, consentWithdrawn,
        mail("pending", [.recipient]),
        mail(
            "awaiting-you",
            [.applicant, .grounds, .request],
            optional: [.procedure],
            variants: [MailVariant(Profile.objection.rawValue), "answer"]
        ),
        mail("information-requested", [.recipient, .remarks]),
        mail(
            "rejected",
            [.recipient],
            optional: [.remarks],
            variants: [
                ["decision", "authority"], ["rule", "retention-duty"], ["rule", "other"],
            ],
            isAdverse: true
        ),
        mail("reminder", [.applicant, .request]),
        upheld,
    ]

    private static let upheld = mail("upheld", [.recipient])

    private static let rectified = mail(
        "rectified",
        [.email, .applicant, .formerName],
        optional: [.recipient],
        variants: ["data-subject", "told"]
    )
    private static let erased = mail(
        "erased",
        [.applicant],
        optional: [.recipient],
        variants: ["data-subject", ["data-subject", "kept"], "told"],
        isAdverse: true
    )
    private static let restricted = mail(
        "restricted",
        [.applicant],
        optional: [.recipient, .accounts],
        variants: [
            ["data-subject", "restricted"], ["data-subject", "lifted"], ["told", "restricted"],
            ["told", "lifted"],
        ]
    )
    private static let consentWithdrawn = mail("consent-withdrawn", [.recipient])

    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        switch event {
        case .requestSubmitted(let request) where request.procedure == name,
            .requestChanged(let request, _, _, _) where request.procedure == name:
            let isWeighed =
                request.profile == Profile.objection.rawValue && request.status != .granted
            return isWeighed
                ? try requestNotices(of: event, in: context) : try answer(to: request, in: context)
        case .requestReminded: return try requestNotices(of: event, in: context)
        case .personChanged(let person, let previous, let change):
            return try notices(of: change, of: person, previous: previous, in: context)
        case .cascade(let cascade, .begun), .cascade(let cascade, .continued):
            guard case .person(let person, let work) = cascade.change else { return [] }
            return try notices(of: work, on: cascade, of: person, in: context)
        case .erasureTold(let person, let recipients):
            return told((erased, "told"), recipients, about: person, in: context)
        default: return []
        }
    }

    /// A disclosure is its own answer.
    static func statusFields(
        of request: Request,
        in _: any RegisterView
    ) throws -> StatusFields? {
        request.profile == Profile.access.rawValue ? nil : []
    }

    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        let stated = try context.register.fields(of: request.identifier)
        return [
            .grounds: stated[Objection.grounds].map { .lines($0) },
            .procedure: stated[Objection.procedure].map { .text($0) },
        ]
    }

    /// The mail that answers a person who exercised a right.
    private static func answer(to request: Request, in context: NoticeContext) throws -> [Notice] {
        guard request.status == .granted,
            let person = try context.register.person(request.person)
        else { return [] }
        let isAboutAll =
            try context.register.fields(of: request.identifier)[Objection.procedure] == nil
        let forgotten: (MailTemplate, MailVariant) =
            (erased, request.kept.isEmpty ? "data-subject" : ["data-subject", "kept"])
        let mail: (MailTemplate, MailVariant)? =
            switch Profile(rawValue: request.profile) {
            case .rectification: (rectified, "data-subject")
            case .erasure: forgotten
            case .restriction:
                (restricted, ["data-subject", person.isRestricted ? "restricted" : "lifted"])
            case .consentWithdrawal: (consentWithdrawn, .only)
            case .objection: isAboutAll ? forgotten : (upheld, .only)
            case .access, nil: nil
            }
        guard let (template, variant) = mail else { return [] }
        var values: MailValues = [.email: person.details.map { .text($0.email) }]
        if template == restricted, !person.isRestricted {
            values[.accounts] = try accounts(of: person.identifier, in: context)
        }
        let asker = Notice.Addressee.person(request.person)
        return [Notice(template, variant, to: [asker], values, about: request.identifier)]
    }

    /// What has become of the person's accounts with the end of a restriction, one line each: not
    /// all were active before it. Nil where there are so many that they follow in parts.
    private static func accounts(
        of person: PersonIdentifier,
        in context: NoticeContext
    ) throws -> MailValue? {
        let followsLater = context.events.contains { event in
            guard case .cascade(let cascade, .begun) = event else { return false }
            return cascade.change == .person(person, .restrictionLifted)
        }
        if followsLater { return nil }
        let standing = try context.register.accounts(of: person, after: nil, limit: mostAccounts)
            .filter(\.status.stands)
        return .words { language in
            standing.map { "– \($0.eori): \($0.status.name(in: language))" }
                .joined(separator: "\n")
        }
    }

    private static let mostAccounts = 100

    /// What others are told of a person's change. Of what was stored, mails to others have named
    /// the person alone, so that a new address or language concerns nobody.
    private static func notices(
        of change: PersonChange,
        of person: Person,
        previous: Person,
        in context: NoticeContext
    ) throws -> [Notice] {
        let isRenamed = person.details?.displayName != previous.details?.displayName
        if change == .rectified, !isRenamed { return [] }
        // Where there are many, they are told a part at a time.
        let inParts = context.events.compactMap { event -> Cascade.PersonWork? in
            guard case .cascade(let cascade, .begun) = event,
                case .person(person.identifier, let work) = cascade.change
            else { return nil }
            return work
        }
        var notices: [Notice] = []
        if !inParts.contains(where: \.tells), let mail = mail(telling: change.telling) {
            notices = told(
                mail,
                try context.register.recipients(ofDataAbout: person.identifier),
                about: person,
                formerName: previous.details?.displayName,
                in: context
            )
        }
        if change == .restrictionLifted, !inParts.contains(.awaited) {
            notices += try decisionsAwaited(
                of: person.identifier,
                after: nil,
                // The request by which the person asked for it is the one more.
                limit: Cascade.requestsToldAtOnce + 1,
                since: context.now,
                in: context
            )
        }
        return notices
    }

    /// What those are told whom a part of what a person's right brings concerns.
    private static func notices(
        of work: Cascade.PersonWork,
        on cascade: Cascade,
        of identifier: PersonIdentifier,
        in context: NoticeContext
    ) throws -> [Notice] {
        if work == .awaited {
            return try decisionsAwaited(
                of: identifier,
                after: cascade.reachedRequest,
                limit: Cascade.requestsToldAtOnce,
                since: cascade.since,
                in: context
            )
        }
        guard let mail = mail(telling: work), let person = try context.register.person(identifier)
        else { return [] }
        return told(
            mail,
            cascade.told,
            about: person,
            formerName: cascade.formerName,
            in: context
        )
    }

    /// What those who were mailed about the person are sent; nil for what is told to nobody.
    private static func mail(telling work: Cascade.PersonWork) -> (MailTemplate, MailVariant)? {
        switch work {
        case .rectificationTold: (rectified, "told")
        case .restrictionTold: (restricted, ["told", "restricted"])
        case .restrictionLiftTold: (restricted, ["told", "lifted"])
        case .rectified, .restricted, .restrictionLifted, .awaited, .consentWithdrawn, .disclosed:
            nil
        }
    }

    /// Requests that came, or were answered for, while the data were restricted were told to
    /// nobody.
    ///
    /// - Parameters:
    ///   - place: The request after which to go on.
    ///   - limit: How many of the person's requests are looked at.
    ///   - lift: When the restriction was lifted: what came later was told when it came.
    private static func decisionsAwaited(
        of person: PersonIdentifier,
        after place: RequestIdentifier?,
        limit: Int,
        since lift: Instant,
        in context: NoticeContext
    ) throws -> [Notice] {
        try context.register.requests(of: person, after: place, limit: limit)
            .filter { $0.status == .pending && $0.changedAt <= lift }
            .flatMap { request in
                try ProcedureCatalogue.procedure(named: request.procedure)?
                    .decisionAwaited(on: request, in: context) ?? []
            }
    }

    /// Tells those who were sent mails about a person, as far as these named the person (GDPR 19):
    /// an office at each mailbox that it may have been written to.
    private static func told(
        _ mail: (MailTemplate, MailVariant),
        _ recipients: [Recipient],
        about person: Person,
        formerName: String? = nil,
        in context: NoticeContext
    ) -> [Notice] {
        guard let details = person.details else { return [] }
        let addressees = recipients.compactMap { recipient -> Notice.Addressee? in
            let sent = ProcedureCatalogue.mail(named: recipient.template)
            // One that is not known any more may have named anybody.
            guard sent?.variables.contains(.applicant) != false else { return nil }
            return recipient.person.map { .person($0) }
                ?? .offices(sent?.office ?? .customsAuthority)
        }
        let values: MailValues = [
            .applicant: .text(details.displayName), .formerName: formerName.map { .text($0) },
        ]
        return [Notice(mail.0, mail.1, to: addressees, values, about: context.request)]
    }
}

extension MailVariable {
    /// The address that is stored of the person addressed.
    fileprivate static let email: Self = "email"
    /// The accounts of the person addressed, with what each of them is, one line each.
    fileprivate static let accounts: Self = "accounts"
    /// The name, now corrected, under which the applicant was known.
    fileprivate static let formerName: Self = "former-name"
    /// Why a person objects.
    fileprivate static let grounds: Self = "grounds"
    /// The procedure that a person objects to; absent for all.
    fileprivate static let procedure: Self = "procedure"
}

extension AccountStatus {
    fileprivate func name(in language: Language) -> String {
        switch (self, language) {
        case (.provisioning, .english): "being set up"
        case (.provisioning, .french): "en cours de création"
        case (.provisioning, .german): "wird eingerichtet"
        case (.provisioning, .luxembourgish): "gëtt ageriicht"
        case (.active, .english): "active"
        case (.active, .french): "actif"
        case (.active, .german), (.active, .luxembourgish): "aktiv"
        case (.failed, .english): "could not be set up"
        case (.failed, .french): "n'a pas pu être créé"
        case (.failed, .german): "konnte nicht eingerichtet werden"
        case (.failed, .luxembourgish): "konnt net ageriicht ginn"
        case (.suspended, .english): "suspended"
        case (.suspended, .french): "suspendu"
        case (.suspended, .german): "ausgesetzt"
        case (.suspended, .luxembourgish): "ausgesat"
        case (.revoked, .english), (.deleted, .english): "closed"
        case (.revoked, .french), (.deleted, .french): "fermé"
        case (.revoked, .german), (.deleted, .german): "geschlossen"
        case (.revoked, .luxembourgish), (.deleted, .luxembourgish): "zou"
        }
    }
}

extension PersonChange {
    /// How those who were mailed about the person are told of it in parts.
    fileprivate var telling: Cascade.PersonWork {
        switch self {
        case .rectified: .rectificationTold
        case .restricted: .restrictionTold
        case .restrictionLifted: .restrictionLiftTold
        }
    }
}
