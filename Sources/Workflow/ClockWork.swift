import Contract
import Correspondence
import Domain
import Procedures

// What follows from the clock and from the broker's confirmations, rather than from a message.
extension MessageProcessor {
    /// Does what has fallen due for a request.
    func act(
        on timer: Timer,
        _ request: RequestIdentifier,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        try bringAbout(
            try events(of: timer.kind, request, in: context(at: now, transaction)),
            cause: "timer:\(timer.identifier)",
            request: request,
            at: now,
            in: transaction,
            queued: &rows
        )
    }

    private func events(
        of kind: TimerKind,
        _ request: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        switch kind {
        case .remind: try Lifecycle.remind(request, in: context)
        case .escalate: try Lifecycle.escalate(request, in: context)
        case .expire: try Lifecycle.expire(request, in: context)
        // Its subject is a message.
        case .retry: []
        }
    }

    /// The broker has confirmed the message that announces the account to the provisioner.
    func confirm(
        _ account: AccountIdentifier,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        let events = try AccountManagement.confirmed(account, in: context(at: now, transaction))
        let request = try transaction.account(account)?.request
        try bringAbout(
            events,
            cause: "confirmation:\(account)",
            request: request,
            at: now,
            in: transaction,
            queued: &rows
        )
    }

    private func context(
        at now: Instant,
        _ transaction: any RegisterTransaction
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
        request: RequestIdentifier?,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        guard !events.isEmpty else { return }
        var follow = FollowUp(
            cause: journal.cause(named: cause),
            origin: Cause(identifier: cause, traceParent: nil, at: now),
            request: request,
            transaction: transaction
        )
        try apply(events, &follow, queued: &rows)
    }
}
