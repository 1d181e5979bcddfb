import Broker
import Composition
import Contract
import Domain
import LogKeys
import Logging
import Operations
import Procedures
import Storage
import Synchronization
import Workflow

/// Turns what the loop tells into metrics, health and log lines.
final class Observation: MessageLoopObserver, SourceObserver {
    let metrics: RegistrarMetrics
    let health: HealthState
    private let log: Logger
    /// Whether this run began with a store of its own making.
    private let isStoreNew = Atomic(false)
    /// Messages settled since the last `STATUS=`.
    private let settledSinceStatus = Atomic(0)
    /// When the oldest message of the outbox was written, as the loop last told.
    private let oldestOutgoing = Mutex<Instant?>(nil)
    /// When the oldest open request of each procedure was submitted, as the loop last told.
    private let oldestRequests = Mutex<[String: Instant]>([:])
    private let depths = Mutex<[String: (depth: Int, at: Double)]>([:])
    /// Since when messages have waited in a queue that nobody reads.
    private let unreadSince = Mutex<[String: Double]>([:])
    /// How long they may.
    private let unreadAfterSeconds: Double

    /// The components that must hold before the daemon is ready.
    private static let conditions = [
        MessageLoopComponent.consumer, .publisher, .store,
    ].map(\.rawValue)

    init(log: Logger, version: String, unreadAfterSeconds: Double) throws {
        self.log = log
        self.unreadAfterSeconds = unreadAfterSeconds
        metrics = try RegistrarMetrics(labels: Self.labels, version: version)
        try ProcessMetrics(startUnixSeconds: Double(SystemTime().now.milliseconds) / 1000)
        health = HealthState(conditions: Self.conditions, progressLimit: .seconds(20))
    }

    private static var labels: MetricLabelValues {
        let kinds = ProcedureCatalogue.messages.map(\.routingKey)
        let families = [
            InboundQueue.registrations: "registration.", .approvals: "approval.",
            .reports: "report.",
        ]
        var kindsByQueue = Dictionary(
            uniqueKeysWithValues: families.map { queue, family in
                (queue.rawValue, kinds.filter { $0.hasPrefix(family) })
            }
        )
        kindsByQueue[InboundQueue.deadLetters.rawValue] = []
        return MetricLabelValues(
            kinds: kindsByQueue,
            observedQueues: InboundQueue.allCases.map(\.rawValue)
                + ["notifications", "provisioning", "problems"],
            reasons: DeadLetterReason.allCases.map(\.rawValue),
            procedures: ProcedureCatalogue.procedures.map { $0.name },
            requestStatuses: RequestStatus.allCases.map(\.rawValue),
            closedStatuses: RequestStatus.allCases.filter { !$0.isOpen }.map(\.rawValue),
            accountStates: AccountStatus.allCases.map(\.rawValue),
            orderStates: ProvisioningOrder.State.allCases.map(\.rawValue),
            authorisationKinds: ProcedureCatalogue.authorisationKinds,
            authorisationStatuses: AuthorisationStatus.allCases.map(\.rawValue),
            obligationKinds: ProcedureCatalogue.obligationKinds,
            obligationStatuses: ObligationStatus.allCases.map(\.rawValue),
            guaranteeStatuses: GuaranteeStatus.allCases.map(\.rawValue),
            systems: ProcedureCatalogue.systems,
            dueWorkKinds: DueWorkKind.allCases.map(\.rawValue)
        )
    }

    // MARK: - MessageLoopObserver

    func batchCommitted(_ batch: BatchReport) {
        if batch.size > 0 { metrics.committed(batchSize: batch.size, seconds: batch.commitSeconds) }
        settledSinceStatus.add(batch.size, ordering: .relaxed)
        for queue in InboundQueue.allCases {
            let processed = batch.processed.filter { $0.queue == queue }
            guard !processed.isEmpty else { continue }
            metrics.critical(
                queue: queue.rawValue,
                seconds: processed.compactMap { message in
                    message.sentAt.map {
                        Double(batch.finishedAt.milliseconds - $0.milliseconds) / 1000
                    }
                }
            )
        }
        for message in batch.processed { record(message) }
        for (kind, count) in batch.dueWork {
            metrics.intake.dueWork[kind.rawValue]?.increment(by: count)
        }
        for (kind, count) in batch.erased {
            metrics.intake.erased[kind.procedure, kind.status.rawValue]?.increment(by: count)
        }
    }

    func wrote(seconds: Double) { metrics.intake.longestTransaction.raise(to: seconds) }

    private func record(_ message: ProcessedMessage) {
        metrics.settled(
            queue: message.queue.rawValue,
            kind: message.kind ?? "other",
            outcome: MessageOutcome(rawValue: message.disposition.rawValue) ?? .applied
        )
        if message.provisioning == .reportIgnored { metrics.intake.reportsIgnored.increment() }
        let metadata: () -> Logger.Metadata = {
            var metadata: Logger.Metadata = [
                LogKey.queue: "\(message.queue.rawValue)",
                LogKey.outcome: "\(message.disposition.rawValue)",
            ]
            metadata[LogKey.kind] = message.kind.map { "\($0)" }
            metadata[LogKey.code] = (message.letter?.rawValue ?? message.code?.rawValue)
                .map { "\($0)" }
            metadata[LogKey.requestID] = message.request.map { "\($0)" }
            return metadata
        }
        switch message.disposition {
        case .dead:
            metrics.intake.deadLettered[message.letter?.rawValue ?? "other"]?.increment()
            log.warning("a message was dead-lettered", metadata: metadata())
            guard message.droppedLetters > 0 else { return }
            metrics.intake.lettersDropped.increment(by: message.droppedLetters)
            log.error(
                "dead letters went because there was no more room for them; the journal names them",
                metadata: [LogKey.count: "\(message.droppedLetters)"]
            )
        case .refused: log.info("a message was refused", metadata: metadata())
        case .applied, .duplicate, .rejected, .deferred:
            log.debug("a message was settled", metadata: metadata())
        }
    }

    func published(_ report: PublicationReport) {
        metrics.outboxConfirmed(seconds: report.confirmSeconds)
        metrics.outbox.nacked.increment(by: report.refused)
        metrics.outbox.unroutable.increment(by: report.unroutable)
    }

    func condition(_ component: MessageLoopComponent, reason: String?) {
        if component == .store, reason != nil { metrics.state.storeFailures.increment() }
        if let reason {
            health.fail(component.rawValue, reason: reason)
        } else {
            health.satisfy(component.rawValue)
        }
        if component == .consumer {
            metrics.broker(.consumer, connected: reason == nil, blocked: false)
        }
    }

    func notice(_ component: MessageLoopComponent, reason: String) {
        health.note(component.rawValue, reason: reason)
    }

    /// The daemon was told to end: it takes nothing more.
    func drains() { health.fail("service", reason: "draining") }

    func journal(_ finding: JournalFinding, at now: Instant) {
        let seconds = Double(now.milliseconds) / 1000
        switch finding {
        case .intact(let head, _, let checkpoint):
            metrics.journalVerified(success: true, unixSeconds: seconds)
            condition(.journal, reason: nil)
            guard let checkpoint else { return }
            metrics.state.checkpointTime.set(seconds)
            log.info(
                "a checkpoint of the journal was signed",
                metadata: [
                    LogKey.sequence: "\(head.sequence)", LogKey.hash: "\(head.hash.hexadecimal)",
                    LogKey.checkpoint: "\(checkpoint.number)",
                ]
            )
        case .broken(let reason):
            metrics.journalVerified(success: false, unixSeconds: seconds)
            condition(.journal, reason: Self.advice(reason))
            log.critical(
                "the journal is not what was written; no message is taken, no checkpoint signed",
                metadata: [LogKey.error: "\(reason)"]
            )
        }
    }

    private static func advice(_ reason: String) -> String {
        "\(reason); keep the store for inspection ('registrarctl journal verify' says more) and "
            + "restore the last good backup"
    }

    func clock(_ condition: ClockCondition) {
        metrics.state.clockReliable.set(condition == .reliable)
        let component = "clock"
        switch condition {
        case .reliable, .settling: health.satisfy(component)
        case .behind: health.fail(component, reason: "\(condition)")
        case .implausible: health.note(component, reason: "\(condition)")
        }
    }

    func progressed(at now: Instant) { health.progress(of: "service") }

    func outbox(_ statistics: OutboxStatistics, inMemory: Int, deferred: Int) {
        oldestOutgoing.withLock { $0 = statistics.oldestAt }
    }

    func oldestOpenRequests(_ oldest: [String: Instant]) {
        oldestRequests.withLock { $0 = oldest }
    }

    // MARK: - SourceObserver

    func received(from queue: InboundQueue, count: Int, redelivered: Int) {
        metrics.received(queue: queue.rawValue, count: count, redelivered: redelivered)
    }

    func acknowledged(from queue: InboundQueue, seconds: [Double]) {
        metrics.intake.processing[queue.rawValue]?.observe(seconds)
    }

    // MARK: - What others tell

    /// The store was opened, which verifies the journal's end.
    func journalOpened(key: JournalPublicKey?) {
        metrics.journalVerified(
            success: true,
            unixSeconds: Double(SystemTime().now.milliseconds) / 1000
        )
        metrics.state.journalKey.set(key != nil)
        if let key {
            log.info(
                "the journal's checkpoints are signed",
                metadata: [LogKey.key: "\(key.fingerprint.hexadecimal)"]
            )
        } else {
            log.warning(
                """
                there is no key for the journal, so no checkpoints are signed or published; make \
                one with 'registrarctl journal key' and set journal.keyFile
                """
            )
        }
    }

    /// The store was opened: says so where it is not the one of the last start.
    func storeOpened(_ register: SQLiteRegister, wasToBeNew: Bool) {
        let metadata: Logger.Metadata = [LogKey.path: "\(register.path)"]
        isStoreNew.store(register.isNew, ordering: .relaxed)
        if register.isNew {
            log.warning(
                "there was no store: a new one was made, and the register is empty",
                metadata: metadata
            )
        } else if wasToBeNew {
            log.notice("there is a store, so --new-store changes nothing", metadata: metadata)
        }
        if let former = register.formerStore {
            log.warning(
                "this is another store than the one that stood here at the last start",
                metadata: metadata.merging([LogKey.former: "\(former)"]) { $1 }
            )
        }
        for file in register.setAside {
            log.warning(
                "what a former store left was renamed",
                metadata: [LogKey.path: "\(file)"]
            )
        }
    }

    /// The store's write-ahead log was moved into the main file, or could not be.
    func logMoved(failure: String?) {
        let component = "store-log"
        guard let failure else { return health.satisfy(component) }
        health.fail(component, reason: "the write-ahead log grows: \(failure)")
    }

    func publisher(_ publisher: PublisherCondition) {
        switch publisher {
        case .ready:
            metrics.broker(.publisher, connected: true, blocked: false)
            condition(.publisher, reason: nil)
        case .blocked(let reason):
            metrics.broker(.publisher, connected: true, blocked: true)
            condition(.publisher, reason: "the broker takes no publications: \(reason)")
        case .down(let reason):
            metrics.broker(.publisher, connected: false, blocked: false)
            condition(.publisher, reason: reason)
        }
    }

    /// The broker said how many messages wait in a queue, and for how many consumers.
    func queue(_ queue: String, depth: Int, consumers: Int, atSeconds now: Double) {
        let previous = depths.withLock { depths in
            defer { depths[queue] = (depth, now) }
            return depths[queue]
        }
        var drainSeconds = depth == 0 ? 0 : Double.infinity
        if let previous, depth > 0, previous.depth > depth, now > previous.at {
            drainSeconds = Double(depth) * (now - previous.at) / Double(previous.depth - depth)
        }
        metrics.queue(queue, depth: depth, consumers: consumers, drainSeconds: drainSeconds)
        // The daemon's own consumers are a matter of its connection.
        guard InboundQueue(rawValue: queue) == nil else { return }
        let since = unreadSince.withLock { unread in
            unread[queue] = depth > 0 && consumers == 0 ? unread[queue] ?? now : nil
            return unread[queue]
        }
        if let since, now - since >= unreadAfterSeconds {
            let messages = depth == 1 ? "1 message" : "\(depth) messages"
            health.note(queue, reason: "\(messages), nobody takes them")
        } else {
            health.satisfy(queue)
        }
    }

    /// Copies whether the daemon is ready; called when the metrics are read, so that the figure
    /// never differs from what `/readyz` says.
    func copyReadiness() { metrics.state.ready.set(health.readiness.isGood) }

    /// Copies the store's figures; called when the metrics are read.
    ///
    /// - Parameter room: That there is for dead letters.
    func copyFigures(of register: SQLiteRegister, _ room: DeadLetterLimits) {
        let figures = register.figures
        for count in figures.requests {
            metrics.state.requests[count.procedure, count.status.rawValue]?.set(count.count)
        }
        for status in AccountStatus.allCases {
            metrics.state.accounts[status.rawValue]?.set(figures.accounts[status] ?? 0)
        }
        let oldestRequests = oldestRequests.withLock(\.self)
        for procedure in ProcedureCatalogue.procedures.map({ $0.name }) {
            metrics.oldestPending(
                procedure: procedure,
                seconds: Self.age(of: oldestRequests[procedure])
            )
        }
        for state in ProvisioningOrder.State.allCases {
            metrics.state.orders[state.rawValue]?.set(figures.orders[state] ?? 0)
        }
        copyDuties(figures)
        metrics.intake.deferred.set(figures.deferred)
        for reason in DeadLetterReason.allCases {
            metrics.intake.letters[reason.rawValue]?.set(figures.deadLetters[reason] ?? 0)
        }
        let letters = figures.deadLetters.values.reduce(0, +)
        metrics.letters(
            bytes: figures.deadLetterBytes,
            fill: max(
                Double(letters) / Double(room.count),
                Double(figures.deadLetterBytes) / Double(room.bytes)
            )
        )
        // The age is that of the last look, as far as it still waits.
        let waits = figures.outboxPending + figures.outboxParked > 0
        let oldest = waits ? oldestOutgoing.withLock(\.self) : nil
        metrics.outbox(
            pending: figures.outboxPending,
            oldestAgeSeconds: Self.age(of: oldest),
            parked: figures.outboxParked
        )
        let sizes = register.sizes
        metrics.store(bytes: Int(sizes.storeBytes), walBytes: Int(sizes.walBytes))
    }

    /// In seconds; 0 for what is not there.
    private static func age(of instant: Instant?) -> Double {
        instant.map { Double(SystemTime().now.milliseconds - $0.milliseconds) / 1000 } ?? 0
    }

    /// Copies how many messages are in hand; called when the metrics are read.
    func copyFigures(of source: BrokerSource) {
        for queue in InboundQueue.allCases {
            metrics.intake.inFlight[queue.rawValue]?.set(source.inHand(of: queue))
        }
    }

    /// One line for `systemctl status`.
    func statusLine(intervalSeconds: Double) -> String {
        let settled = settledSinceStatus.exchange(0, ordering: .relaxed)
        let readiness = health.readiness
        let reasons = readiness.reasons.map { "\($0.component): \($0.reason)" }
        guard readiness.isGood else { return reasons.joined(separator: "; ") }
        let rate = (Double(settled) / intervalSeconds * 10).rounded() / 10
        let news = isStoreNew.load(ordering: .relaxed) ? ["a new store was made at this start"] : []
        return (["consuming, \(rate) messages/s"] + news + reasons).joined(separator: "; ")
    }
}
