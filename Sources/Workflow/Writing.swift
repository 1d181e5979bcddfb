import Contract
import Domain

/// What is written in one open transaction, and what is to be sent because of it. Not to be kept
/// beyond the transaction.
class Writing {
    let transaction: any MessageTransaction
    let now: Instant
    /// New messages of the outbox, in sequence.
    fileprivate(set) var queued: [OutboxRow] = []

    init(in transaction: any MessageTransaction, at now: Instant) {
        self.transaction = transaction
        self.now = now
    }

    /// Runs `body` so that a throw undoes what it wrote and queued, and nothing else.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let start = queued.count
        do {
            return try transaction.savepoint(body)
        } catch {
            queued.removeSubrange(start...)
            throw error
        }
    }

    /// Adds to the journal; returns the entry's sequence.
    @discardableResult
    func append(
        _ event: String,
        because cause: String,
        about request: RequestIdentifier? = nil
    ) throws -> Int64 {
        try transaction.append(
            JournalEntry(time: now, event: event, cause: cause, request: request)
        )
    }

    /// Queues a message that follows from the entry `journal`; returns its sequence.
    ///
    /// - Parameter persons: whom the message names.
    @discardableResult
    func enqueue(
        _ message: OutboundMessage,
        about persons: [PersonIdentifier] = [],
        journal: Int64
    ) throws -> Int64 {
        let sequence = try transaction.enqueue(message, about: persons, journal: journal, at: now)
        queued.append(OutboxRow(sequence: sequence, message: message, about: persons))
        return sequence
    }
}

/// The same in a transaction of the loop's, and what else that has brought.
final class BatchWriting: Writing {
    let maintenance: any MaintenanceTransaction
    var result = BatchResult()

    init(in transaction: any MaintenanceTransaction, at now: Instant) {
        maintenance = transaction
        super.init(in: transaction, at: now)
    }

    /// What erasing a person has dropped is not to be sent, whether it was queued before or just
    /// now; nor is what stands behind a parked message.
    func sift() throws {
        result.retried = try maintenance.retriedStreams()
        result.dropped = try maintenance.droppedMessages()
        result.withheld = try maintenance.withheldPersons()
        if !result.dropped.isEmpty {
            let dropped = Set(result.dropped)
            queued.removeAll { dropped.contains($0.sequence) }
        }
        result.queued = try parkingBehind(queued)
    }

    /// Parks those of parked streams; returns the others.
    func parkingBehind(_ rows: [OutboxRow]) throws -> [OutboxRow] {
        guard try maintenance.lastParkedStream() > 0 else { return rows }
        return try rows.filter { row in
            guard try maintenance.isParked(OutboxStream(of: row.message)) else { return true }
            try maintenance.park(row.sequence, reason: nil)
            return false
        }
    }
}
