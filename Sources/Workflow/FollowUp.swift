public import Contract
public import Correspondence
public import Domain
import Procedures

/// What a message's effects have in common: what brought them about, and where they are written.
struct FollowUp {
    /// The journal's words for the cause: a JSON object.
    let cause: String
    let origin: Cause
    let request: RequestIdentifier?
    /// Why an operator had it done, if one had.
    var reason: String?
    /// The broker user who sent the message; empty for nobody.
    var user = ""
    let writing: Writing

    var transaction: any MessageTransaction { writing.transaction }

    /// Returns the entry's sequence in the journal.
    func append(_ event: String) throws -> Int64 { try append(event, about: request) }

    func append(_ event: String, about request: RequestIdentifier?) throws -> Int64 {
        try writing.append(event, because: cause, about: request)
    }

    /// The request to whose story the event belongs. What happens to a request belongs to its own,
    /// whatever brought it about.
    func story(of event: Event) throws -> RequestIdentifier? {
        if case .requestChanged(let changed, _, _, _) = event { return changed.identifier }
        return try request ?? request(leadingTo: event)
    }

    /// Keeps the reason once for each request that the entries are about, so that it goes with what
    /// else is written about it. What an operator did with messages, and not with the register, has
    /// it with the first entry. Nothing else would ever take it away, though it may well name
    /// somebody of whom nothing is stored: of the rest, it is not kept.
    ///
    /// - Parameter entries: What was appended to the journal, in sequence.
    func keepReason(
        of entries: [(sequence: Int64, request: RequestIdentifier?)],
        isOfOperatorAction: Bool = false
    ) throws {
        guard let reason, let first = entries.first else { return }
        var seen: Set<RequestIdentifier> = []
        for entry in entries {
            guard let request = entry.request, seen.insert(request).inserted,
                try transaction.request(request) != nil
            else { continue }
            try transaction.keep(
                reason: reason,
                journal: entry.sequence,
                about: request,
                at: origin.at
            )
        }
        guard seen.isEmpty, isOfOperatorAction else { return }
        try transaction.keep(reason: reason, journal: first.sequence, about: nil, at: origin.at)
    }

    /// Does with messages and the clock what an operator wants.
    func order(_ action: OperatorAction) throws {
        switch action {
        case .outboxRetried(let sequences): try transaction.retry(sequences)
        case .clockConfirmed: try transaction.record(certainTime: nil)
        case .deadLettersReplayed(let letters): try order(.replay, letters)
        case .deadLettersDiscarded(let letters): try order(.discard, letters)
        }
    }

    private func order(_ action: LetterOrder.Action, _ letters: [LetterReference]) throws {
        try transaction.order(
            LetterOrder(
                action: action,
                user: user,
                event: origin.identifier,
                reason: reason,
                at: origin.at
            ),
            about: letters.map(\.identifier)
        )
    }

    /// Keeps in mind what was ordered of the provisioner, until it is done.
    ///
    /// - Parameter message: the outbox's sequence of the order.
    func expect(
        _ method: ProvisioningMethod,
        about account: AccountIdentifier,
        message: Int64
    ) throws {
        let earlier = try transaction.provisioningOrders(of: account)
        if method == .delete {
            // Nothing else is to be done about the user any more; least of all to make them again.
            for order in earlier where order.method != .delete { try transaction.remove(order) }
        }
        try transaction.record(
            ProvisioningOrder(
                account: account,
                number: (earlier.last?.number ?? 0) + 1,
                method: method,
                causation: origin.identifier,
                traceParent: origin.traceParent,
                message: message
            )
        )
    }

    /// Keeps in mind by which message an order was given again.
    func note(_ message: Int64, of order: ProvisioningOrder) throws {
        var given = order
        given.message = message
        try transaction.record(given)
    }

    /// The request that led to what happened, where the message was about none.
    private func request(leadingTo event: Event) throws -> RequestIdentifier? {
        switch event {
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _):
            account.request
        case .authorisationGranted(let authorisation),
            .authorisationChanged(let authorisation, _, _, _, _):
            authorisation.request
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            obligation.request
        case .guaranteeHeld(let guarantee, _, _), .guaranteeChanged(let guarantee, _, _, _, _):
            guarantee.request
        case .provisioning(let order, _): try transaction.account(order.account)?.request
        case .operatorRegistered(let economicOperator),
            .operatorChanged(let economicOperator, _, _, _):
            economicOperator.request
        case .reportIgnored(let account, _, _): try transaction.account(account)?.request
        default: nil
        }
    }
}

extension MessageProcessor {
    /// - Parameter speaker: who says it, if that is a person whom the register knows.
    func followUp(
        _ message: InboundMessage,
        _ envelope: Envelope?,
        about request: RequestIdentifier?,
        speaker: PersonIdentifier? = nil,
        in writing: Writing
    ) -> FollowUp {
        FollowUp(
            cause: journal.cause(message, envelope, speaker: speaker),
            origin: Cause(
                identifier: envelope?.identifier ?? identifiers.next().text,
                traceParent: envelope?.traceParent,
                at: writing.now,
                request: request
            ),
            request: request,
            reason: envelope?.reason,
            user: message.properties.userIdentifier ?? "",
            writing: writing
        )
    }
}

extension Correspondent {
    /// What is to be sent because of `event`, in this order. Whom to tell what is for the
    /// procedures to say.
    ///
    /// - Parameter events: All that happens at once: who was responsible before may depend on that.
    /// - Throws: What the register throws, and what says that the register or a procedure
    ///   contradicts itself.
    public func follow(
        _ event: Event,
        among events: [Event] = [],
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let context = NoticeContext(
            register: register,
            events: events,
            request: cause.request,
            now: cause.at
        )
        return try follow(
            event,
            notices: try ProcedureCatalogue.notices(of: event, in: context),
            statusFields: try ProcedureCatalogue.statusFields(of: event, in: register),
            announcement: ProcedureCatalogue.announcement(of: event),
            register: register,
            cause: cause
        )
    }
}
