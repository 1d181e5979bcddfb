public import Contract
public import Domain

/// Says what follows from each event: mails, orders to the account provisioner, status events. Whom
/// mails go to and what they say is for the procedures to say; it finds addresses and words.
///
/// Pure, apart from reading names and addresses through the register, in the state after the events
/// were applied; an erasure's, before it took them away. Ids come from the source that it was
/// given; the outbox keeps them, so a message that is sent again carries the same.
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

    /// What is to be sent because of `event`, in this order: orders to the account provisioner,
    /// mails, and what programs read.
    ///
    /// A person of whom nothing is stored any more is sent no mail.
    ///
    /// - Parameters:
    ///   - notices: Who is told what of it.
    ///   - statusFields: What its procedure says in the status of the request or guarantee that the
    ///     event is about; nil where that has no status.
    ///   - announcement: What its procedure says of the authorisation that the event is about.
    /// - Throws: What the register throws, ``NoticeUndeclared``, or ``PersonMissing`` when an
    ///   account was opened for a person whom the register does not know.
    public func follow(
        _ event: Event,
        notices: [Notice],
        statusFields: StatusFields?,
        announcement: Announcement?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let subject: String? =
            if case .accountChanged(let account, _, _, let originator, _) = event {
                Self.subject(of: account, by: originator, cause: cause)
            } else { nil }
        return try orders(following: event, register: register, cause: cause)
            + notices.flatMap {
                try mails($0, subject: subject, register: register, cause: cause)
            }
            + statuses(following: event, statusFields, register: register, cause: cause)
            + announced(announcement, register: register, cause: cause)
    }

    private func orders(
        following event: Event,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        switch event {
        case .accountOpened(let account):
            [try provisioning(opening: account, register: register, cause: cause)]
        case .accountChanged(let account, let previous, let change, let originator, _):
            try order(
                change,
                about: account,
                previous: previous,
                by: originator,
                register: register,
                cause: cause
            )
        case .provisioning(let order, .retried):
            try provisioning(again: order, register: register, cause: cause)
        default: []
        }
    }

    private func statuses(
        following event: Event,
        _ fields: StatusFields?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        switch event {
        case .requestSubmitted(let request):
            requestStatus(request, previous: nil, remarks: nil, fields, cause: cause)
        case .requestChanged(let request, let previous, _, let remarks):
            requestStatus(request, previous: previous, remarks: remarks, fields, cause: cause)
        case .accountOpened(let account):
            [
                accountStatus(
                    account,
                    previous: nil,
                    subject: account.request.uuid.text,
                    cause: cause
                )
            ]
        case .accountChanged(let account, let previous, let change, let originator, _):
            accountStatus(account, previous: previous, change, by: originator, cause: cause)
        case .personDisclosed(let disclosure): disclosed(disclosure, cause: cause)
        case .authorisationDisclosed(let disclosure): [disclosed(disclosure, cause: cause)]
        case .requestAnswered(let answer): [answered(answer, cause: cause)]
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, .overdue, _),
            .obligationChanged(let obligation, _, .met, _),
            .obligationChanged(let obligation, _, .postponed, _),
            .obligationChanged(let obligation, _, .notDue, _):
            [try obligationStatus(obligation, register: register, cause: cause)]
        case .guaranteeHeld(let guarantee, _, _):
            [
                try guaranteeStatus(
                    guarantee,
                    previous: nil,
                    nil,
                    fields ?? [],
                    register: register,
                    cause: cause
                )
            ]
        case .guaranteeChanged(let guarantee, let previous, let change, _, _):
            [
                try guaranteeStatus(
                    guarantee,
                    previous: previous,
                    change,
                    fields ?? [],
                    register: register,
                    cause: cause
                )
            ]
        case .obligationChanged(_, _, .reminded, _), .obligationChanged(_, _, .renamed, _),
            .outageBegan, .outageEnded, .personRecorded, .personChanged,
            .personErased, .erasureBegun, .erasureTold, .erasureCompleted, .requestErased,
            .requestKept, .requestReminded, .requestEscalated, .supplementReceived,
            .documentsNamed, .fieldsStated, .operatorRegistered, .operatorChanged,
            .authorisationGranted,
            .authorisationChanged, .provisioning, .reportIgnored, .lastManagerLost,
            .nothingToChange, .operated, .cascade:
            []
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
