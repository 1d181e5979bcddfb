import Contract
import Correspondence
import Domain
import Procedures

// What follows from the clock and from the broker's confirmations, rather than from a message.
extension MessageProcessor {
    /// Does what has fallen due for a request, an authorisation or an obligation. Returns what that
    /// came to.
    func act(
        on work: DueWork,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Event] {
        let events = try events(of: work, in: context(at: now, transaction))
        let cause = "timer:\(work.identifier)"
        try bringAbout(
            events,
            cause: cause,
            origin: Cause(identifier: cause, traceParent: nil, at: now),
            request: try request(of: work, in: transaction),
            in: transaction,
            queued: &rows
        )
        return events
    }

    /// The next part of what a change brings for many accounts, in the name of what brought it
    /// about.
    func act(
        on cascade: Cascade,
        cause: String,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        let origin = Cause(
            identifier: cascade.origin.identifier,
            traceParent: cascade.origin.traceParent,
            at: now,
            request: cascade.origin.request
        )
        try bringAbout(
            try further(cascade, cause: origin, in: transaction)
                ?? AccountManagement.continue(cascade, in: context(at: now, transaction)),
            cause: cause,
            origin: origin,
            request: cascade.origin.request,
            in: transaction,
            queued: &rows
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
        in transaction: any MaintenanceTransaction
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
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> ProvisioningNote? {
        let events = try AccountManagement.due(order, in: context(at: now, transaction))
        // Nothing was heard of it, and nothing was expected: nothing happened.
        if case [.provisioning(order, .done)] = events {
            try transaction.remove(order)
            return nil
        }
        try bringAbout(
            events,
            cause: cause,
            origin: Cause(identifier: cause, traceParent: nil, at: now),
            request: try transaction.account(order.account)?.request,
            in: transaction,
            queued: &rows
        )
        return events.provisioningNote
    }

    /// The broker has confirmed a message that ordered something about an account: the time in
    /// which a report on it may come begins. Nothing follows for an order that was reported on
    /// before that, or was given again meanwhile: that message's own confirmation is still to come.
    func confirm(
        _ settled: SettledOrder,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        let account = settled.account
        let orders = try transaction.provisioningOrders(of: account)
        guard var order = orders.first(where: { $0.message == settled.message }),
            order.state == .awaited, order.dueAt == nil
        else { return }
        order.dueAt = now.advanced(bySeconds: settings.provisioning.reportWithinSeconds)
        try transaction.record(order)
        try bringAbout(
            try AccountManagement.confirmed(order, in: context(at: now, transaction)),
            cause: "confirmation:\(account)",
            origin: Cause(identifier: order.causation, traceParent: order.traceParent, at: now),
            request: try transaction.account(account)?.request,
            in: transaction,
            queued: &rows
        )
    }

    func context(
        at now: Instant,
        _ transaction: any MessageTransaction
    ) -> DecisionContext {
        DecisionContext(
            register: transaction,
            now: now,
            identifiers: identifiers,
            settings: settings
        )
    }

    private func bringAbout(
        _ events: [Event],
        cause: String,
        origin: Cause,
        request: RequestIdentifier?,
        in transaction: any MaintenanceTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        guard !events.isEmpty else { return }
        let follow = FollowUp(
            cause: journal.cause(named: cause),
            origin: origin,
            request: request,
            transaction: transaction
        )
        try apply(events, follow, queued: &rows)
        guard let person = events.erasedPerson, let erasure = try transaction.erasure(of: person)
        else { return }
        let begun = (cause: follow.cause, request: request)
        try `continue`(erasure, begun: begun, at: origin.at, in: transaction, queued: &rows)
    }
}
