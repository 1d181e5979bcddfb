import Contract
import Domain
import Procedures

/// Writes one batch in one transaction.
///
/// A savepoint makes SQLite keep a copy of every page that is touched in it, and faults are rare:
/// the first attempt does without, and only a batch in which something cannot be done is written
/// again with a savepoint for each message.
struct BatchWriter: Sendable {
    private(set) var processor: MessageProcessor
    let limits: MessageLoopLimits
    let time: any TimeSource

    /// Writes the batch into `register`; all of it, or nothing.
    ///
    /// - Throws: a `RegisterUnavailable` when the store cannot be written; other faults concern one
    ///   message or piece of due work, and are dealt with.
    func write(
        _ batch: Batch,
        at now: Instant,
        into register: any Register
    ) async throws -> BatchResult {
        var hopeful = self
        hopeful.processor.confines = false
        do {
            return try await register.write { [hopeful] in
                try hopeful.write(batch, at: now, in: $0)
            }
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            return try await register.write { try write(batch, at: now, in: $0) }
        }
    }

    private func write(
        _ batch: Batch,
        at now: Instant,
        in transaction: any MaintenanceTransaction
    ) throws -> BatchResult {
        var result = BatchResult()
        if let note = batch.clockNote {
            try note.write(
                at: now,
                toleranceSeconds: limits.clockToleranceSeconds,
                journal: processor.journal,
                in: transaction
            )
        }
        try settle(batch, at: now, in: transaction, &result)
        try deal(with: batch.deliveries, at: now, in: transaction, &result)
        var batch = batch
        if result.dealtWith < batch.deliveries.count {
            // What is left arrived in time as well, and may still end the process.
            batch.holdsDeadlines = true
        } else if !batch.clearedAttempts.isEmpty {
            try transaction.clearAttempts(batch.clearedAttempts)
        }
        if batch.clock { try doWhatIsDue(of: batch, at: now, in: transaction, &result) }
        if batch.erases {
            try goOnErasing(except: batch.failedErasures, at: now, in: transaction, &result)
        }
        // A checkpoint covers what this batch wrote, and stands in the outbox before that is read.
        if let check = batch.journalCheck {
            result.journal = try check.carryOut(
                at: now,
                correspondent: processor.correspondent,
                in: transaction,
                queued: &result.queued
            )
        }
        if let from = batch.catchUpFrom, batch.room > 0 {
            let read = try transaction.pendingMessages(
                after: from,
                limit: batch.room,
                bytes: batch.roomBytes
            )
            let bytes = read.reduce(0) { $0 + $1.message.heldBytes }
            let isPartial = read.count == batch.room || bytes >= batch.roomBytes
            result.recoveredTo = isPartial ? read.last?.sequence : nil
            result.recovered = try Self.parkingBehind(read, in: transaction)
        }
        try Self.sift(in: transaction, &result)
        result.parked = try batch.parkedLook?.carryOut(in: transaction)
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
        _ result: inout BatchResult
    ) throws {
        let end = time.monotonicSeconds + limits.batchSeconds
        for delivery in deliveries {
            let processed = try processor.process(
                delivery.message,
                at: now,
                in: transaction,
                queued: &result.queued
            )
            try attend(to: processed, at: now, in: transaction, &result)
            result.dealtWith += 1
            guard time.monotonicSeconds < end else { return }
        }
    }

    /// Does what messages leave to the loop. A fault with it leaves what they have brought about.
    func attend(
        to processed: [ProcessedMessage],
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws {
        for var processed in processed {
            switch processed.upkeep {
            case .erasure(let person, let cause):
                guard let erasure = try transaction.erasure(of: person) else { break }
                let begun = (cause: cause, request: processed.request)
                try goOn(with: erasure, begun: begun, at: now, in: transaction, &result)
            case .roomForLetter(let cause):
                try confined("making room for dead letters", in: transaction, &result) { _ in
                    processed.droppedLetters = try processor.makeRoom(
                        because: cause,
                        about: processed.request,
                        at: now,
                        in: transaction
                    )
                }
            case nil: break
            }
            result.processed.append(processed)
        }
    }

    /// What erasing a person has dropped is not to be sent, whether it was queued before or just
    /// now; nor is what stands behind a parked message.
    static func sift(
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
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
        _ batch: Batch,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws {
        for (sequence, reason) in batch.parked {
            try transaction.park(sequence, reason: reason)
        }
        for order in try transaction.settle(batch.confirmed, at: now) {
            try confined("confirming account \(order.account)", in: transaction, &result) { rows in
                try processor.confirm(order, at: now, in: transaction, queued: &rows)
            }
        }
    }

    /// A fault of ours with one account or request must not hold up the others for ever.
    /// Returns whether all went well.
    @discardableResult
    private func confined(
        _ task: String,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult,
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
            result.faults.append("\(task): \(error)")
            return false
        }
    }

    /// Catches up in the order in which things fell due, a bounded part in one transaction: by how
    /// much it is, how large, and how long it takes. One thing is done at least.
    private func doWhatIsDue(
        of batch: Batch,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws {
        let end = time.monotonicSeconds + limits.batchSeconds / 2
        let limit = limits.dueAtOnce + batch.failedDueWork.count
        let kinds = DueWorkKind.allCases.filter { kind in
            !(batch.holdsDeadlines && kind.isDeadline)
                && !(batch.leavesLetters && kind == .deadLetter)
        }
        let due = try transaction.due(kinds, at: now, limit: limit)
            .filter { !batch.failedDueWork.contains($0.identifier) }
        var effort = 0
        var tried = 0
        var bytes = 0
        for work in due.prefix(limits.dueAtOnce) {
            guard effort < limits.dueAtOnce, bytes < limits.dueBytesAtOnce,
                tried == 0 || time.monotonicSeconds < end
            else { break }
            effort += work.effort
            tried += 1
            if try act(on: work, of: batch, at: now, in: transaction, &result, bytes: &bytes) {
                result.dueWork[work.kind, default: 0] += 1
            } else {
                result.failedDueWork.insert(work.identifier)
            }
        }
        result.isMoreDue =
            (due.count >= limits.dueAtOnce || tried < due.count || result.isCascading)
            && result.failedDueWork.isEmpty
    }

    /// Does the next part of the erasure that is under way longest.
    private func goOnErasing(
        except failed: Set<PersonIdentifier>,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws {
        guard let erasure = try transaction.oldestErasure(except: failed) else { return }
        try goOn(with: erasure, at: now, in: transaction, &result)
    }

    /// - Parameter begun: What the message that began it is journalled by; nil for later parts.
    private func goOn(
        with erasure: PersonErasure,
        begun: (cause: String, request: RequestIdentifier?)? = nil,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws {
        let person = erasure.person.identifier
        let isDone = try confined("erasing person \(person)", in: transaction, &result) {
            try processor.continue(erasure, begun: begun, at: now, in: transaction, queued: &$0)
        }
        if !isDone { result.failedErasures.insert(person) }
    }

    /// Returns whether it could be done.
    private func act(
        on work: DueWork,
        of batch: Batch,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult,
        bytes: inout Int
    ) throws -> Bool {
        switch work.subject {
        case .message(let entry):
            let processed = try processor.retry(
                entry,
                mayGiveUp: !batch.holdsDeadlines,
                at: now,
                in: transaction,
                queued: &result.queued,
                bytes: &bytes
            )
            try attend(to: processed, at: now, in: transaction, &result)
            return true
        case .order(let order):
            var note: ProvisioningNote?
            let isDone = try confined("due work \(work.identifier)", in: transaction, &result) {
                note = try processor.act(
                    on: order,
                    cause: "timer:\(work.identifier)",
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
            return try confined("due work \(work.identifier)", in: transaction, &result) {
                try processor.act(
                    on: cascade,
                    cause: "timer:\(work.identifier)",
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
        case .letter(let letter, _):
            var processed: [ProcessedMessage] = []
            let isDone = try confined("due work \(work.identifier)", in: transaction, &result) {
                processed = try processor.deal(
                    with: letter,
                    work,
                    at: now,
                    in: transaction,
                    queued: &$0
                )
            }
            try attend(to: processed, at: now, in: transaction, &result)
            return isDone
        case .request, .authorisation, .obligation:
            return try actOnRecord(work, at: now, in: transaction, &result)
        }
    }

    /// Returns whether it could be done.
    private func actOnRecord(
        _ work: DueWork,
        at now: Instant,
        in transaction: any MaintenanceTransaction,
        _ result: inout BatchResult
    ) throws -> Bool {
        var events: [Event] = []
        let isDone = try confined("due work \(work.identifier)", in: transaction, &result) {
            events = try processor.act(
                on: work,
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
