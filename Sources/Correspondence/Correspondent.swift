public import Contract
public import Domain

/// Says what follows from each event: mails, orders to the account provisioner, status events.
///
/// Pure, apart from reading names and addresses through the register, in the state after the
/// events were applied; an erasure's, before it took them away. Ids come from the source that it was given; the outbox keeps them, so a
/// message that is sent again carries the same.
public struct Correspondent: Sendable {
    let mailer: Mailer
    let settings: CorrespondenceSettings
    let identifiers: any IdentifierSource
    let writer: EventWriter

    public init(
        templates: TemplateLibrary,
        settings: CorrespondenceSettings,
        identifiers: any IdentifierSource
    ) {
        self.mailer = Mailer(library: templates, settings: settings)
        self.settings = settings
        self.identifiers = identifiers
        self.writer = EventWriter(source: settings.source)
    }

    /// What is to be sent because of `event`, in this order.
    ///
    /// A person of whom nothing is stored any more is sent no mail.
    ///
    /// - Parameter others: what happens with it: who was responsible before may depend on that.
    /// - Throws: what the register throws, or ``PersonMissing`` when an account was opened for
    ///   a person whom the register does not know.
    public func follow(
        _ event: Event,
        amid others: [Event] = [],
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        switch event {
        case .requestSubmitted(let request):
            // A disclosure is its own answer.
            guard !request.isDisclosed else { return [] }
            let change = RequestChange(request: request, previous: nil, by: .rule, remarks: nil)
            return try mails(about: change, register: register, cause: cause)
                + [try requestStatus(change, register: register, cause: cause)]
        case .requestChanged(let request, let previous, let originator, let remarks):
            let change = RequestChange(
                request: request,
                previous: previous,
                by: originator,
                remarks: remarks
            )
            return try mails(about: change, register: register, cause: cause)
                + [try requestStatus(change, register: register, cause: cause)]
        case .requestReminded(let request):
            return try reminder(of: request, register: register, cause: cause)
        case .requestEscalated(let request):
            return try escalation(of: request, register: register, cause: cause)
        case .accountOpened(let account):
            return [
                try provisioning(opening: account, register: register, cause: cause),
                accountStatus(
                    account,
                    previous: nil,
                    subject: account.request.uuid.text,
                    cause: cause
                ),
            ]
        case .accountChanged(let account, let previous, let change, let originator, let remarks):
            return try messages(
                about: account,
                previous: previous,
                change: change,
                by: originator,
                remarks: remarks,
                register: register,
                cause: cause
            )
        case .provisioning(let order, .retried):
            return try provisioning(again: order, register: register, cause: cause)
        case .lastManagerLost(let eori):
            var values = mailer.commonValues
            values.set(.eori, eori.number)
            let mail = Mail(
                template: .lastManager,
                variant: .only,
                to: authority,
                values: values
            )
            return [notification(mail, request: cause.request, cause: cause)]
        case .personChanged(let person, let previous, let change):
            return try mails(
                about: change,
                of: person,
                previous: previous,
                amid: others,
                register: register,
                cause: cause
            )
        case .cascade(let cascade, let step):
            guard case .person(let person, .awaited) = cascade.change, step != .done else {
                return []
            }
            return try decisionsAwaited(
                of: person,
                after: cascade.reachedRequest,
                limit: Cascade.requestsToldAtOnce,
                since: cascade.since,
                register: register,
                cause: cause
            )
        case .personDisclosed(let disclosure):
            return disclosed(disclosure, cause: cause)
        case .erasureTold(let person, let recipients):
            return try mails(
                .erased,
                .told,
                to: recipients,
                about: person,
                register: register,
                cause: cause
            )
        case .authorisationChanged(let authorisation, _, let change, _, let remarks):
            return try mails(
                about: change,
                of: authorisation,
                amid: others,
                remarks: remarks,
                register: register,
                cause: cause
            )
        case .authorisationDisclosed(let disclosure): return [disclosed(disclosure, cause: cause)]
        case .obligationOpened(let obligation):
            return try messages(opening: obligation, register: register, cause: cause)
        case .obligationChanged(let obligation, _, let change, _):
            return try messages(about: change, of: obligation, register: register, cause: cause)
        case .personRecorded, .personErased, .erasureBegun, .erasureCompleted, .requestErased,
            .requestKept, .supplementReceived,
            .particularsStated, .operatorRegistered, .operatorChanged, .authorisationGranted,
            .provisioning, .reportIgnored, .nothingToChange, .operated:
            return []
        }
    }

    /// Tells the sender of a message what was refused, and why.
    public func problem(
        _ problem: Problem,
        envelope: Envelope,
        request: RequestIdentifier?,
        account: AccountIdentifier? = nil,
        cause: Cause
    ) -> OutboundMessage {
        message(
            ProblemEvent.routingKey,
            subject: request?.uuid.text ?? account?.uuid.text ?? envelope.identifier,
            cause: cause
        ) { data in
            ProblemEvent.write(problem, about: envelope, request: request, to: &data)
        }
    }

    /// One event under a new id.
    ///
    /// - Parameter stream: what it stays in sequence with, where that is not its subject.
    func message(
        _ routingKey: String,
        identifier: String? = nil,
        subject: String,
        stream: String? = nil,
        cause: Cause,
        account: AccountIdentifier? = nil,
        mail: MailRecord? = nil,
        data: (inout JSONWriter) throws -> Void
    ) rethrows -> OutboundMessage {
        try writer.message(
            identifier: identifier ?? identifiers.next().text,
            routingKey: routingKey,
            time: cause.at,
            subject: subject,
            stream: stream,
            traceParent: cause.traceParent,
            causation: cause.identifier,
            account: account,
            mail: mail,
            data: data
        )
    }

    /// - Parameter subject: what the mail is about where it is about no request.
    func notification(
        _ mail: Mail,
        request: RequestIdentifier?,
        subject: String? = nil,
        cause: Cause
    ) -> OutboundMessage {
        let identifier = identifiers.next().text
        return message(
            "notification.email",
            identifier: identifier,
            subject: request?.uuid.text ?? subject ?? cause.identifier,
            cause: cause,
            mail: MailRecord(template: mail.template.rawValue, recipient: mail.to.person)
        ) { data in
            mailer.write(mail, identifier: identifier, request: request, to: &data)
        }
    }

    var authority: Mail.Addressee {
        Mail.Addressee(
            person: nil,
            name: nil,
            email: settings.authorityMailbox,
            languages: settings.languages
        )
    }
}

/// An account was opened for a person whom the register does not know: the two disagree.
public struct PersonMissing: Error, Hashable, Sendable, CustomStringConvertible {
    public let person: PersonIdentifier
    public let account: AccountIdentifier

    public var description: String {
        """
        account \(account) was opened for person \(person), of whom the register holds no \
        details, so it cannot be announced to the provisioner; check the register
        """
    }
}
