import Contract
import Domain

/// What one turn of the service has to write; kept in hand, unacknowledged, until it is written.
struct Turn: Sendable {
    var deliveries: [Delivery] = []
    /// What acknowledges all of them, and those that were treated alone.
    var receipt: Receipt?
    /// The crash counts of these messages are to be forgotten.
    var clearedAttempts: [InboxKey] = []
    var suspectsAreCounted = false
    /// Messages that are still to be taken alone.
    var isolated: [Suspect] = []
    /// What became of those that were.
    var treatedAlone: [Treatment] = []
    /// How many messages were taken from the broker.
    var size = 0
    /// Outbox rows that the broker has confirmed.
    var confirmed: [Int64] = []
    var parked: [(sequence: Int64, reason: String)] = []
    /// Parked messages are to be tried again.
    var unpark = false
    /// Look for what is due by the clock.
    var clock = false
    /// Read pending messages after this sequence from the store, `room` at most.
    var catchUpFrom: Int64?
    var room = 0

    var isEmpty: Bool {
        receipt == nil && confirmed.isEmpty && parked.isEmpty && !unpark && !clock
            && (catchUpFrom == nil || room == 0)
    }

    /// Leaves the messages in hand to the broker, which delivers them again.
    mutating func leaveDeliveries() {
        deliveries = []
        receipt = nil
        clearedAttempts = []
        suspectsAreCounted = false
        isolated = []
        size = 0
    }
}

/// A message that was in hand in several crashes.
struct Suspect: Sendable {
    let delivery: Delivery
    let key: InboxKey
    /// How many.
    let crashes: Int
    /// Whether one of them happened while it was taken alone; nil while that was not looked up.
    var crashedAlone: Bool?
}

/// What a turn's transaction brought.
struct TurnResult: Sendable {
    var treatments: [Treatment] = []
    /// New messages of the outbox.
    var queued: [OutboxRow] = []
    /// Older messages of the outbox, read back.
    var recovered: [OutboxRow] = []
    var unparked = 0
    var statistics: OutboxStatistics?
    var deferred: Int?
    var nextDue: Instant?
    /// What could not be done, and why.
    var faults: [String] = []
}

/// Writes one turn in one transaction.
struct TurnWriter: Sendable {
    /// Deferred messages and expiries taken in one transaction at most.
    static let dueAtOnce = 200

    let processor: MessageProcessor
    let awaitReport: Bool

    func write(
        _ turn: Turn,
        at now: Instant,
        in transaction: any RegisterTransaction
    ) throws -> TurnResult {
        var result = TurnResult()
        try settle(turn, at: now, in: transaction, &result)
        if turn.unpark { result.unparked = try transaction.unpark() }
        for delivery in turn.deliveries {
            result.treatments += try processor.process(
                delivery.message,
                at: now,
                in: transaction,
                queued: &result.queued
            )
        }
        if !turn.clearedAttempts.isEmpty { try transaction.clearAttempts(turn.clearedAttempts) }
        if turn.clock { try doWhatIsDue(at: now, in: transaction, &result) }
        if let from = turn.catchUpFrom, turn.room > 0 {
            result.recovered = try transaction.pendingMessages(after: from, limit: turn.room)
        }
        result.statistics = try transaction.outboxStatistics()
        result.deferred = try transaction.deferredCount()
        result.nextDue = try transaction.nextDue()
        return result
    }

    /// What the broker has said of publications: before the deliveries, so that a decision finds
    /// the accounts active that are.
    private func settle(
        _ turn: Turn,
        at now: Instant,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult
    ) throws {
        for (sequence, reason) in turn.parked {
            try transaction.park(sequence, reason: reason)
        }
        let announced = try transaction.settle(turn.confirmed, at: now)
        guard !awaitReport else { return }
        for account in announced {
            try confined("confirming account \(account)", in: transaction, &result) { rows in
                try processor.confirm(account, at: now, in: transaction, queued: &rows)
            }
        }
    }

    /// A fault of ours with one account or request must not hold up the others for ever.
    private func confined(
        _ deed: String,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult,
        _ work: (inout [OutboxRow]) throws -> Void
    ) throws {
        let start = result.queued.count
        do {
            try transaction.savepoint { try work(&result.queued) }
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            result.queued.removeSubrange(start...)
            result.faults.append("\(deed): \(error)")
        }
    }

    private func doWhatIsDue(
        at now: Instant,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult
    ) throws {
        for deferred in try transaction.deferredMessages(dueAt: now, limit: Self.dueAtOnce) {
            result.treatments += try processor.retry(
                deferred,
                at: now,
                in: transaction,
                queued: &result.queued
            )
        }
        for request in try transaction.requestsToExpire(at: now, limit: Self.dueAtOnce) {
            let identifier = request.identifier
            try confined("ending request \(identifier)", in: transaction, &result) { rows in
                try processor.expire(identifier, at: now, in: transaction, queued: &rows)
            }
        }
    }
}
