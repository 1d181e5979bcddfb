import Contract
import Correspondence
import Domain
import Procedures

// What follows from the clock and from the broker's confirmations, rather than from a message.
extension MessageProcessor {
    /// Ends a request that nobody decided on in time.
    func expire(
        _ request: RequestIdentifier,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        let events = try Lifecycle.expire(request, in: context(at: now, transaction))
        try bringAbout(
            events,
            cause: "timer:expire:\(request)",
            request: request,
            at: now,
            in: transaction,
            queued: &rows
        )
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
