import Contract
import Domain
import Procedures

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
    /// To be parked; without a reason, behind others of their stream.
    var parked: [(sequence: Int64, reason: String?)] = []
    /// Parked messages that are to be tried again.
    var parkedLook: ParkedLook?
    /// Do what is due by the clock.
    var clock = false
    /// Nothing ends for want of a message: it may be waiting in the broker.
    var holdsDeadlines = false
    /// Timers that could not be acted upon lately, by their identifier: left alone for a while.
    var failedTimers: Set<String> = []
    /// The journal is to be looked at.
    var look: JournalLook?
    /// Read pending messages after this sequence from the store, `room` at most, and no more once they
    /// take `roomBytes`.
    var catchUpFrom: Int64?
    var room = 0
    var roomBytes = 0

    var isEmpty: Bool {
        receipt == nil && confirmed.isEmpty && parked.isEmpty && !clock
            && look == nil && parkedLook == nil
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
    /// The last that was read of them; nil if that was all.
    var recoveredTo: Int64?
    /// Parked messages, read to be tried again.
    var parked: ParkedFinding?
    /// Messages of the outbox that were dropped by erasing a person.
    var dropped: [Int64] = []
    /// An operator wants these tried now.
    var retried = RetriedStreams()
    var statistics: OutboxStatistics?
    var deferred: Int?
    var nextDue: Instant?
    /// When the oldest open request of each procedure was submitted.
    var oldestOpenRequests: [String: Instant] = [:]
    /// How much was done by the clock.
    var timers: [TimerKind: Int] = [:]
    /// Requests that were erased because their time was over.
    var erased: [RetainedKind: Int] = [:]
    /// Timers that could not be acted upon, by their identifier.
    var failedTimers: Set<String> = []
    /// More was due than is done at once.
    var isMoreDue = false
    /// Accounts of which an order was given up by the clock.
    var givenUp: [AccountIdentifier] = []
    var journal: JournalFinding?
    var journalLength: Int64?
    /// What could not be done, and why.
    var faults: [String] = []
}

/// Writes one turn in one transaction.
///
/// A savepoint makes SQLite keep a copy of every page that is touched in it, and faults are rare: the
/// first attempt does without, and only a turn in which something cannot be done is written again with
/// a savepoint for each message.
struct TurnWriter: Sendable {
    private(set) var processor: MessageProcessor
    /// How much work that the clock brings is done in one transaction at most.
    let dueAtOnce: Int

    init(
        _ settings: ServiceSettings,
        _ identifiers: any IdentifierSource,
        prefix: String,
        _ limits: ServiceLimits
    ) {
        processor = MessageProcessor(
            decoder: MessageDecoder(
                definitions: ProcedureCatalogue.messages,
                publishers: settings.publishers
            ),
            correspondent: settings.correspondent,
            journal: JournalFormat(),
            settings: settings.procedures,
            identifiers: identifiers,
            prefix: prefix
        )
        dueAtOnce = limits.dueAtOnce
    }

    /// Writes the turn into `register`; all of it, or nothing.
    ///
    /// - Throws: a `RegisterUnavailable` when the store cannot be written; other faults concern one
    ///   message or timer, and are dealt with.
    func write(
        _ turn: Turn,
        at now: Instant,
        into register: any Register
    ) async throws -> TurnResult {
        var hopeful = self
        hopeful.processor.confines = false
        do {
            return try await register.write { [hopeful] in
                try hopeful.write(turn, at: now, in: $0)
            }
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            return try await register.write { try write(turn, at: now, in: $0) }
        }
    }

    private func write(
        _ turn: Turn,
        at now: Instant,
        in transaction: any RegisterTransaction
    ) throws -> TurnResult {
        var result = TurnResult()
        try settle(turn, at: now, in: transaction, &result)
        for delivery in turn.deliveries {
            result.treatments += try processor.process(
                delivery.message,
                at: now,
                in: transaction,
                queued: &result.queued
            )
        }
        if !turn.clearedAttempts.isEmpty { try transaction.clearAttempts(turn.clearedAttempts) }
        if turn.clock {
            try doWhatIsDue(
                turn.holdsDeadlines
                    ? TimerKind.allCases.filter { !$0.isDeadline } : TimerKind.allCases,
                except: turn.failedTimers,
                at: now,
                in: transaction,
                &result
            )
        }
        // A checkpoint covers what this turn wrote, and stands in the outbox before that is read.
        if let look = turn.look {
            result.journal = try look.carryOut(
                at: now,
                correspondent: processor.correspondent,
                in: transaction,
                queued: &result.queued
            )
        }
        if let from = turn.catchUpFrom, turn.room > 0 {
            let read = try transaction.pendingMessages(
                after: from,
                limit: turn.room,
                bytes: turn.roomBytes
            )
            let bytes = read.reduce(0) { $0 + $1.message.heldBytes }
            let isPartial = read.count == turn.room || bytes >= turn.roomBytes
            result.recoveredTo = isPartial ? read.last?.sequence : nil
            result.recovered = try Self.parkingBehind(read, in: transaction)
        }
        try Self.sift(in: transaction, &result)
        result.parked = try turn.parkedLook?.carryOut(in: transaction)
        result.journalLength = try transaction.journalHead().sequence
        result.statistics = try transaction.outboxStatistics()
        result.deferred = try transaction.deferredCount()
        result.nextDue = try transaction.nextDue()
        result.oldestOpenRequests = try transaction.oldestOpenRequests()
        return result
    }

    /// What erasing a person has dropped is not to be sent, whether it was queued before or just now;
    /// nor is what stands behind a parked message.
    static func sift(in transaction: any RegisterTransaction, _ result: inout TurnResult) throws {
        result.retried = try transaction.retriedStreams()
        result.dropped = try transaction.droppedMessages()
        if !result.dropped.isEmpty {
            let dropped = Set(result.dropped)
            result.queued.removeAll { dropped.contains($0.sequence) }
        }
        result.queued = try parkingBehind(result.queued, in: transaction)
    }

    /// Parks those of parked streams; returns the others.
    private static func parkingBehind(
        _ rows: [OutboxRow],
        in transaction: any RegisterTransaction
    ) throws -> [OutboxRow] {
        guard try transaction.lastParkedStream() > 0 else { return rows }
        return try rows.filter { row in
            guard try transaction.isParked(OutboxStream(of: row.message)) else { return true }
            try transaction.park(row.sequence, reason: nil)
            return false
        }
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
        for account in try transaction.settle(turn.confirmed, at: now) {
            try confined("confirming account \(account)", in: transaction, &result) { rows in
                try processor.confirm(account, at: now, in: transaction, queued: &rows)
            }
        }
    }

    /// A fault of ours with one account or request must not hold up the others for ever.
    /// Returns whether all went well.
    @discardableResult
    private func confined(
        _ deed: String,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult,
        _ work: (inout [OutboxRow]) throws -> Void
    ) throws -> Bool {
        guard processor.confines else {
            try work(&result.queued)
            return true
        }
        let start = result.queued.count
        do {
            try transaction.savepoint { try work(&result.queued) }
            return true
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            result.queued.removeSubrange(start...)
            result.faults.append("\(deed): \(error)")
            return false
        }
    }

    /// Catches up in the order in which things fell due, a bounded part in one transaction.
    private func doWhatIsDue(
        _ kinds: [TimerKind],
        except failed: Set<String>,
        at now: Instant,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult
    ) throws {
        let due = try transaction.due(kinds, at: now, limit: dueAtOnce + failed.count)
            .filter { !failed.contains($0.identifier) }
        var effort = 0
        var tried = 0
        for timer in due.prefix(dueAtOnce) {
            guard effort < dueAtOnce else { break }
            effort += timer.effort
            tried += 1
            if try act(on: timer, at: now, in: transaction, &result) {
                result.timers[timer.kind, default: 0] += 1
            } else {
                result.failedTimers.insert(timer.identifier)
            }
        }
        result.isMoreDue =
            (due.count >= dueAtOnce || tried < due.count) && result.failedTimers.isEmpty
    }

    /// Returns whether it could be done.
    private func act(
        on timer: Timer,
        at now: Instant,
        in transaction: any RegisterTransaction,
        _ result: inout TurnResult
    ) throws -> Bool {
        switch timer.subject {
        case .message(let deferred):
            // An erasure that fell due before it may have taken it along.
            let isThere = try transaction.deferredMessages(for: deferred.request)
                .contains { $0.sequence == deferred.sequence }
            guard isThere else { return true }
            result.treatments += try processor.retry(
                deferred,
                at: now,
                in: transaction,
                queued: &result.queued
            )
            return true
        case .order(let order):
            var note: ProvisioningNote?
            let isDone = try confined("timer \(timer.identifier)", in: transaction, &result) {
                note = try processor.act(
                    on: order,
                    cause: "timer:\(timer.identifier)",
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
            if case .givenUp(let account) = note { result.givenUp.append(account) }
            return isDone
        case .letter(let letter, _):
            return try confined("timer \(timer.identifier)", in: transaction, &result) { rows in
                try processor.deal(
                    with: letter,
                    timer,
                    at: now,
                    in: transaction,
                    queued: &rows
                )
            }
        case .request, .authorisation, .obligation:
            var events: [Event] = []
            let isDone = try confined("timer \(timer.identifier)", in: transaction, &result) {
                events = try processor.act(
                    on: timer,
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
            guard isDone else { return false }
            for case .requestErased(let request) in events {
                let kind = RetainedKind(procedure: request.procedure, status: request.status)
                result.erased[kind, default: 0] += 1
            }
            return true
        }
    }
}
