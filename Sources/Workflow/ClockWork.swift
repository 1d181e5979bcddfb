import Contract
import Correspondence
import Domain
import Procedures

// What follows from the clock and from the broker's confirmations, rather than from a message.
extension MessageProcessor {
    /// Does what has fallen due for a request, an authorisation or an obligation. Returns what that
    /// came to.
    func act(on work: DueWork, in writing: BatchWriting) throws -> [Event] {
        let events = try events(of: work, in: context(of: writing))
        let cause = "timer:\(work.identifier)"
        try bringAbout(
            events,
            cause: cause,
            origin: Cause(identifier: cause, traceParent: nil, at: writing.now),
            request: try request(of: work, in: writing.transaction),
            in: writing
        )
        return events
    }

    /// The next part of what a change brings for many accounts, in the name of what brought it
    /// about.
    func act(on cascade: Cascade, cause: String, in writing: BatchWriting) throws {
        let origin = Cause(
            identifier: cascade.origin.identifier,
            traceParent: cascade.origin.traceParent,
            at: writing.now,
            request: cascade.origin.request
        )
        try bringAbout(
            try further(cascade, cause: origin, in: writing.maintenance)
                ?? AccountManagement.continue(cascade, in: context(of: writing)),
            cause: cause,
            origin: origin,
            request: cascade.origin.request,
            in: writing
        )
    }

    private func events(of work: DueWork, in context: DecisionContext) throws -> [Event] {
        switch (work.kind, work.subject) {
        case (.remind, .request(let request)): try Lifecycle.remind(request, in: context)
        case (.escalate, .request(let request)): try Lifecycle.escalate(request, in: context)
        case (.expire, .request(let request)): try Lifecycle.expire(request, in: context)
        case (.erase, .request(let request)): try Lifecycle.erase(request, in: context)
        case (.warn, .authorisation(let number)): try Lifecycle.warn(number, in: context)
        case (.lapse, .authorisation(let number)): try Lifecycle.lapse(number, in: context)
        case (.remindOfObligation, .obligation(let obligation)):
            try Lifecycle.remind(obligation, in: context)
        case (.overdue, .obligation(let obligation)):
            try Lifecycle.overdue(obligation, in: context)
        // Messages and orders are dealt with elsewhere.
        default: []
        }
    }

    /// The request whose story it belongs to.
    private func request(
        of work: DueWork,
        in transaction: any MessageTransaction
    ) throws -> RequestIdentifier? {
        switch work.subject {
        case .request(let request): request
        case .authorisation(let number): try transaction.authorisation(number)?.request
        case .obligation(let obligation): try transaction.obligation(obligation)?.request
        case .message, .order, .letter, .cascade: nil
        }
    }

    /// The time of an order to the provisioner has come. Returns what those who watch should know.
    func act(
        on order: ProvisioningOrder,
        cause: String,
        in writing: BatchWriting
    ) throws -> ProvisioningNote? {
        let events = try AccountManagement.due(order, in: context(of: writing))
        // Nothing was heard of it, and nothing was expected: nothing happened.
        if case [.provisioning(order, .done)] = events {
            try writing.transaction.remove(order)
            return nil
        }
        try bringAbout(
            events,
            cause: cause,
            origin: Cause(identifier: cause, traceParent: nil, at: writing.now),
            request: try writing.transaction.account(order.account)?.request,
            in: writing
        )
        return events.provisioningNote
    }

    /// The broker has confirmed a message that ordered something about an account: the time in
    /// which a report on it may come begins. Nothing follows for an order that was reported on
    /// before that, or was given again meanwhile: that message's own confirmation is still to come.
    func confirm(_ settled: SettledOrder, in writing: BatchWriting) throws {
        let (account, now) = (settled.account, writing.now)
        let orders = try writing.transaction.provisioningOrders(of: account)
        guard var order = orders.first(where: { $0.message == settled.message }),
            order.state == .awaited, order.dueAt == nil
        else { return }
        order.dueAt = now.advanced(bySeconds: settings.provisioning.reportWithinSeconds)
        try writing.transaction.record(order)
        try bringAbout(
            try AccountManagement.confirmed(order, in: context(of: writing)),
            cause: "confirmation:\(account)",
            origin: Cause(identifier: order.causation, traceParent: order.traceParent, at: now),
            request: try writing.transaction.account(account)?.request,
            in: writing
        )
    }

    private func bringAbout(
        _ events: [Event],
        cause: String,
        origin: Cause,
        request: RequestIdentifier?,
        in writing: BatchWriting
    ) throws {
        guard !events.isEmpty else { return }
        let follow = FollowUp(
            cause: journal.cause(named: cause),
            origin: origin,
            request: request,
            writing: writing
        )
        try apply(events, follow)
        guard let person = events.erasedPerson,
            let erasure = try writing.maintenance.erasure(of: person)
        else { return }
        try `continue`(erasure, begun: (follow.cause, request), in: writing)
    }
}
