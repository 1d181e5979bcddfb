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
    private let limits: MessageLoopLimits
    private let time: any TimeSource

    init(
        _ settings: MessageLoopSettings,
        _ identifiers: any IdentifierSource,
        prefix: String,
        _ limits: MessageLoopLimits,
        _ time: any TimeSource
    ) {
        processor = MessageProcessor(settings, identifiers, prefix: prefix, limits)
        self.limits = limits
        self.time = time
    }

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
        let writing = BatchWriting(in: transaction, at: now)
        try batch.clockNote?.write(
            toleranceSeconds: limits.clockToleranceSeconds,
            processor.journal,
            in: writing
        )
        try settle(batch, in: writing)
        try deal(with: batch.deliveries, in: writing)
        var batch = batch
        if writing.result.dealtWith < batch.deliveries.count {
            // What is left arrived in time as well, and may still end the process.
            batch.holdsDeadlines = true
        } else if !batch.clearedAttempts.isEmpty {
            try transaction.clearAttempts(batch.clearedAttempts)
        }
        if batch.clock { try doWhatIsDue(of: batch, in: writing) }
        // The erasure that is under way longest.
        if batch.erases,
            let erasure = try transaction.oldestErasure(except: batch.failedErasures)
        {
            try goOn(with: erasure, in: writing)
        }
        // A checkpoint covers what this batch wrote, and stands in the outbox before that is read.
        writing.result.journal = try batch.journalCheck?.carryOut(
            processor.correspondent,
            in: writing
        )
        if let from = batch.catchUpFrom, batch.room > 0 {
            let read = try transaction.pendingMessages(
                after: from,
                limit: batch.room,
                bytes: batch.roomBytes
            )
            let bytes = read.reduce(0) { $0 + $1.message.heldBytes }
            let isPartial = read.count == batch.room || bytes >= batch.roomBytes
            writing.result.recoveredTo = isPartial ? read.last?.sequence : nil
            writing.result.recovered = try writing.parkingBehind(read)
        }
        try writing.sift()
        var result = writing.result
        result.parked = try batch.parkedLook?.carryOut(in: transaction)
        result.journalLength = try transaction.journalHead().sequence
        result.statistics = try transaction.outboxStatistics()
        result.deferred = try transaction.deferredCount()
        result.nextDue = try transaction.nextDue()
        result.oldestOpenRequests = try transaction.oldestOpenRequests()
        return result
    }

    /// Deals with one message or letter in a transaction of its own, and forgets how many runs have
    /// ended over it.
    ///
    /// - Parameter keys: What those were counted by.
    func writeAlone(
        at now: Instant,
        into register: any Register,
        counted keys: [InboxKey],
        _ work: @escaping @Sendable (BatchWriting) throws -> [ProcessedMessage]
    ) async throws -> BatchResult {
        try await register.write { transaction in
            let writing = BatchWriting(in: transaction, at: now)
            try attend(to: try work(writing), in: writing)
            try transaction.clearAttempts(keys)
            try writing.sift()
            return writing.result
        }
    }

    /// Deals with as many messages as there is time for, and with one at least.
    private func deal(with deliveries: [Delivery], in writing: BatchWriting) throws {
        let end = time.monotonicSeconds + limits.batchSeconds
        for delivery in deliveries {
            try attend(to: try processor.process(delivery.message, in: writing), in: writing)
            writing.result.dealtWith += 1
            guard time.monotonicSeconds < end else { return }
        }
    }

    /// Does what messages leave to the loop. A fault with it leaves what they have brought about.
    private func attend(to processed: [ProcessedMessage], in writing: BatchWriting) throws {
        for var processed in processed {
            switch processed.upkeep {
            case .erasure(let person, let cause):
                guard let erasure = try writing.maintenance.erasure(of: person) else { break }
                try goOn(with: erasure, begun: (cause, processed.request), in: writing)
            case .roomForLetter(let cause):
                try confined("making room for dead letters", in: writing) {
                    processed.droppedLetters = try processor.makeRoom(
                        because: cause,
                        about: processed.request,
                        in: writing
                    )
                }
            case nil: break
            }
            writing.result.processed.append(processed)
        }
    }

    /// What the broker has said of publications: before the deliveries, so that a decision finds
    /// the accounts active that are.
    private func settle(_ batch: Batch, in writing: BatchWriting) throws {
        for (sequence, reason) in batch.parked {
            try writing.maintenance.park(sequence, reason: reason)
        }
        for order in try writing.maintenance.settle(batch.confirmed, at: writing.now) {
            try confined("confirming account \(order.account)", in: writing) {
                try processor.confirm(order, in: writing)
            }
        }
    }

    /// A fault of ours with one account or request must not hold up the others for ever.
    /// Returns whether all went well.
    @discardableResult
    private func confined(
        _ task: @autoclosure () -> String,
        in writing: BatchWriting,
        _ work: () throws -> Void
    ) throws -> Bool {
        guard processor.confines else {
            try work()
            return true
        }
        do {
            try writing.savepoint(work)
            return true
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            writing.result.faults.append("\(task()): \(error)")
            return false
        }
    }

    /// Catches up in the order in which things fell due, a bounded part in one transaction: by how
    /// much it is, how large, and how long it takes. One thing is done at least.
    private func doWhatIsDue(of batch: Batch, in writing: BatchWriting) throws {
        let end = time.monotonicSeconds + limits.batchSeconds / 2
        let limit = limits.dueAtOnce + batch.failedDueWork.count
        let kinds = DueWorkKind.allCases.filter { kind in
            !(batch.holdsDeadlines && kind.isDeadline)
                && !(batch.leavesLetters && kind == .deadLetter)
        }
        let due = try writing.maintenance.due(kinds, at: writing.now, limit: limit)
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
            if try act(on: work, of: batch, in: writing, bytes: &bytes) {
                writing.result.dueWork[work.kind, default: 0] += 1
            } else {
                writing.result.failedDueWork.insert(work.identifier)
            }
        }
        writing.result.isMoreDue =
            (due.count >= limits.dueAtOnce || tried < due.count || writing.result.isCascading)
            && writing.result.failedDueWork.isEmpty
    }

    /// - Parameter begun: What the message that began it is journalled by; nil for later parts.
    private func goOn(
        with erasure: PersonErasure,
        begun: (cause: String, request: RequestIdentifier?)? = nil,
        in writing: BatchWriting
    ) throws {
        let person = erasure.person.identifier
        let isDone = try confined("erasing person \(person)", in: writing) {
            try processor.continue(erasure, begun: begun, in: writing)
        }
        if !isDone { writing.result.failedErasures.insert(person) }
    }

    /// Returns whether it could be done.
    private func act(
        on work: DueWork,
        of batch: Batch,
        in writing: BatchWriting,
        bytes: inout Int
    ) throws -> Bool {
        func confined(_ body: () throws -> Void) throws -> Bool {
            try self.confined("due work \(work.identifier)", in: writing, body)
        }
        var cause: String { "timer:\(work.identifier)" }
        switch work.subject {
        case .message(let entry):
            let processed = try processor.retry(
                entry,
                mayGiveUp: !batch.holdsDeadlines,
                in: writing,
                bytes: &bytes
            )
            try attend(to: processed, in: writing)
            return true
        case .order(let order):
            return try confined {
                let note = try processor.act(on: order, cause: cause, in: writing)
                if case .givenUp(let order) = note { writing.result.givenUp.append(order) }
            }
        case .cascade(let cascade):
            // There may be more of it, or more of its kind behind it.
            writing.result.isCascading = true
            return try confined {
                try processor.act(on: cascade, cause: cause, in: writing)
            }
        case .letter(let letter, _):
            var processed: [ProcessedMessage] = []
            let isDone = try confined {
                processed = try processor.deal(with: letter, work, in: writing)
            }
            try attend(to: processed, in: writing)
            return isDone
        case .request, .authorisation, .obligation:
            return try confined {
                let events = try processor.act(on: work, in: writing)
                if events.contains(where: \.beginsCascade) { writing.result.isCascading = true }
                for case .requestErased(let request) in events {
                    let kind = RetainedKind(procedure: request.procedure, status: request.status)
                    writing.result.erased[kind, default: 0] += 1
                }
            }
        }
    }
}
