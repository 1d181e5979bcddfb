import Contract
import Domain
import Procedures

/// Writes one turn in one transaction.
///
/// A savepoint makes SQLite keep a copy of every page that is touched in it, and faults are rare:
/// the first attempt does without, and only a turn in which something cannot be done is written
/// again with a savepoint for each message.
struct TurnWriter: Sendable {
    private(set) var processor: MessageProcessor
    let limits: ServiceLimits
    let time: any TimeSource

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
        in transaction: any MaintenanceTransaction
    ) throws -> TurnResult {
        var result = TurnResult()
        if let note = turn.clockNote {
            try note.write(
                at: now,
                toleranceSeconds: limits.clockToleranceSeconds,
                journal: processor.journal,
                in: transaction
            )
        }
        try settle(turn, at: now, in: transaction, &result)
        try deal(with: turn.deliveries, at: now, in: transaction, &result)
        var turn = turn
        if result.dealtWith < turn.deliveries.count {
            // What is left arrived in time as well, and may still end the process.
            turn.holdsDeadlines = true
        } else if !turn.clearedAttempts.isEmpty {
            try transaction.clearAttempts(turn.clearedAttempts)
        }
        if turn.clock { try doWhatIsDue(of: turn, at: now, in: transaction, &result) }
        if turn.erases {
            try goOnErasing(except: turn.failedErasures, at: now, in: transaction, &result)
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

    /// Deals with as many messages as there is time for, and with one at least.
    private func deal(
        with deliveries: [Delivery],
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        let end = time.monotonicSeconds + limits.turnSeconds
        for delivery in deliveries {
            let treatments = try processor.process(
                delivery.message,
                at: now,
                in: transaction,
                queued: &result.queued
            )
            try attend(to: treatments, at: now, in: transaction, &result)
            result.dealtWith += 1
            guard time.monotonicSeconds < end else { return }
        }
    }

    /// Does what messages leave to the loop. A fault with it leaves what they have brought about.
    func attend(
        to treatments: [Treatment],
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        for var treatment in treatments {
            switch treatment.upkeep {
            case .erasure(let person, let cause):
                guard let erasure = try transaction.erasure(of: person) else { break }
                let begun = (cause: cause, request: treatment.request)
                try confined("erasing person \(person)", in: transaction, &result) {
                    try processor.continue(
                        erasure,
                        begun: begun,
                        at: now,
                        in: transaction,
                        queued: &$0
                    )
                }
            case .roomForLetter(let cause):
                try confined("making room for dead letters", in: transaction, &result) { _ in
                    treatment.droppedLetters = try processor.makeRoom(
                        because: cause,
                        about: treatment.request,
                        at: now,
                        in: transaction
                    )
                }
            case nil: break
            }
            result.treatments.append(treatment)
        }
    }

    /// What erasing a person has dropped is not to be sent, whether it was queued before or just
    /// now; nor is what stands behind a parked message.
    static func sift(
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        result.retried = try transaction.retriedStreams()
        result.dropped = try transaction.droppedMessages()
        result.withheld = try transaction.withheldPersons()
        if !result.dropped.isEmpty {
            let dropped = Set(result.dropped)
            result.queued.removeAll { dropped.contains($0.sequence) }
        }
        result.queued = try parkingBehind(result.queued, in: transaction)
    }

    /// Parks those of parked streams; returns the others.
    private static func parkingBehind(
        _ rows: [OutboxRow],
        in transaction: any MaintenanceTransaction
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
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        for (sequence, reason) in turn.parked {
            try transaction.park(sequence, reason: reason)
        }
        for order in try transaction.settle(turn.confirmed, at: now) {
            try confined("confirming account \(order.account)", in: transaction, &result) { rows in
                try processor.confirm(order, at: now, in: transaction, queued: &rows)
            }
        }
    }

    /// A fault of ours with one account or request must not hold up the others for ever.
    /// Returns whether all went well.
    @discardableResult
    private func confined(
        _ deed: String,
        in transaction: any MaintenanceTransaction,
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

    /// Catches up in the order in which things fell due, a bounded part in one transaction: by how
    /// much it is, how large, and how long it takes. One thing is done at least.
    private func doWhatIsDue(
        of turn: Turn,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        let end = time.monotonicSeconds + limits.turnSeconds / 2
        let limit = limits.dueAtOnce + turn.failedTimers.count
        let kinds = TimerKind.allCases.filter { kind in
            !(turn.holdsDeadlines && kind.isDeadline)
                && !(turn.leavesLetters && kind == .deadLetter)
        }
        let due = try transaction.due(kinds, at: now, limit: limit)
            .filter { !turn.failedTimers.contains($0.identifier) }
        var effort = 0
        var tried = 0
        var bytes = 0
        for timer in due.prefix(limits.dueAtOnce) {
            guard effort < limits.dueAtOnce, bytes < limits.dueBytesAtOnce,
                tried == 0 || time.monotonicSeconds < end
            else { break }
            effort += timer.effort
            tried += 1
            if try act(on: timer, of: turn, at: now, in: transaction, &result, bytes: &bytes) {
                result.timers[timer.kind, default: 0] += 1
            } else {
                result.failedTimers.insert(timer.identifier)
            }
        }
        result.isMoreDue =
            (due.count >= limits.dueAtOnce || tried < due.count || result.isCascading)
            && result.failedTimers.isEmpty
    }

    /// Does the next part of the erasure that is under way longest.
    private func goOnErasing(
        except failed: Set<PersonIdentifier>,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws {
        guard let erasure = try transaction.oldestErasure(except: failed) else { return }
        let person = erasure.person.identifier
        let isDone = try confined("erasing person \(person)", in: transaction, &result) {
            try processor.continue(erasure, at: now, in: transaction, queued: &$0)
        }
        if !isDone { result.failedErasure = person }
    }

    /// Returns whether it could be done.
    private func act(
        on timer: Timer,
        of turn: Turn,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult,
        bytes: inout Int
    ) throws -> Bool {
        switch timer.subject {
        case .message(let entry):
            let treatments = try processor.retry(
                entry,
                mayGiveUp: !turn.holdsDeadlines,
                at: now,
                in: transaction,
                queued: &result.queued,
                bytes: &bytes
            )
            try attend(to: treatments, at: now, in: transaction, &result)
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
            if case .givenUp(let order) = note { result.givenUp.append(order) }
            return isDone
        case .cascade(let cascade):
            // There may be more of it, or more of its kind behind it.
            result.isCascading = true
            return try confined("timer \(timer.identifier)", in: transaction, &result) {
                try processor.act(
                    on: cascade,
                    cause: "timer:\(timer.identifier)",
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
        case .letter(let letter, _):
            var treatments: [Treatment] = []
            let isDone = try confined("timer \(timer.identifier)", in: transaction, &result) {
                treatments = try processor.deal(
                    with: letter,
                    timer,
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
            try attend(to: treatments, at: now, in: transaction, &result)
            return isDone
        case .request, .authorisation, .obligation:
            return try actOnRecord(timer, at: now, in: transaction, &result)
        }
    }

    /// Returns whether it could be done.
    private func actOnRecord(
        _ timer: Timer,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout TurnResult
    ) throws -> Bool {
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
        if events.contains(where: \.beginsCascade) { result.isCascading = true }
        for case .requestErased(let request) in events {
            let kind = RetainedKind(procedure: request.procedure, status: request.status)
            result.erased[kind, default: 0] += 1
        }
        return true
    }
}
