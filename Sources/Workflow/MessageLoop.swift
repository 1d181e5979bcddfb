import Contract
public import Domain
import LogKeys
public import Logging

/// The one loop of the daemon: takes what has arrived, has it decided and written in one
/// transaction, and once that is durable acknowledges it and publishes what follows.
///
/// All of its state is this actor's; the broker's threads hand it work through a queue.
public actor MessageLoop {
    let register: any Register
    private let source: any MessageSource
    let publisher: any MessagePublisher
    let time: any TimeSource
    private let identifiers: any IdentifierSource
    let observer: any MessageLoopObserver
    let limits: MessageLoopLimits
    let prefix: String
    let log: Logger
    /// Where the broker's threads leave what has arrived.
    nonisolated let queue = WorkQueue()

    private(set) var writer: BatchWriter
    let relay: OutboxRelay
    var batch = Batch()
    /// While the store holds pending messages that memory does not, the last one read from it.
    /// New messages then wait their turn in the store.
    var catchUpFrom: Int64? = 0
    var publisherSession = 0
    var isStopping = false
    private var isAbandoned = false
    /// Whether the last run ended badly, so that redelivered messages are under suspicion.
    var isCautious = false
    /// The letter that is dealt with alone, and how many runs have ended over it.
    var countedLetter: (letter: DeadLetterIdentifier, crashes: Int)?
    var clockWork: ClockState
    /// What was last told of the clock.
    var toldClock: ClockCondition?
    var erasures = ErasureState()
    var journalWatch: JournalWatch
    private var hasSignedOff = false
    var hasParked = false
    var parkedRetries: ParkedRetries
    /// Whether the last publishing session was ended by the broker for what was published.
    var wasRefused = false
    /// What was told of publications that the broker does not take.
    var publicationTrouble = PublicationTrouble()
    /// While the store fails: when it is tried again, and how often it has failed.
    var storeRetryAt: Double?
    var storeFailures = 0
    /// What was committed is not where a restart would find it: nothing that follows from it may
    /// leave.
    var isStoreElsewhere = false

    public init(
        register: any Register,
        source: any MessageSource,
        publisher: any MessagePublisher,
        time: any TimeSource,
        identifiers: any IdentifierSource,
        observer: any MessageLoopObserver,
        settings: MessageLoopSettings,
        prefix: String,
        limits: MessageLoopLimits = MessageLoopLimits(),
        journal: JournalSettings = JournalSettings(),
        log: Logger
    ) {
        self.register = register
        self.source = source
        self.publisher = publisher
        self.time = time
        self.identifiers = identifiers
        self.observer = observer
        self.prefix = prefix
        self.limits = limits
        self.log = log
        self.writer = BatchWriter(settings, identifiers, prefix: prefix, limits, time)
        self.relay = OutboxRelay(window: limits.window)
        self.clockWork = ClockState(limits)
        self.journalWatch = JournalWatch(settings: journal)
        self.parkedRetries = ParkedRetries(limits)
    }

    // MARK: - What the adapters tell

    /// Messages have arrived.
    public nonisolated func receive(_ deliveries: [Delivery]) { queue.add(deliveries) }

    /// The source's session is open: the broker delivers what waits there.
    public nonisolated func sourceOpened() { queue.add(.sourceOpened) }

    /// The source's session is over: what it delivered comes again.
    public nonisolated func sourceClosed(session: Int) {
        queue.dropDeliveries(of: session)
        queue.add(.sourceClosed)
    }

    /// The broker has said what became of publications.
    public nonisolated func published(_ results: [PublicationResult]) { queue.add(results) }

    /// From here on publications may be handed over, for this session.
    public nonisolated func publisherOpened(session: Int) {
        queue.add(.publisherOpened(session: session))
    }

    /// The publishing session is over; no result of it follows.
    ///
    /// - Parameter refusal: what the broker said, if it ended the session because of something that
    ///   was published.
    public nonisolated func publisherClosed(_ refusal: PublicationRefusal? = nil) {
        queue.add(.publisherClosed(refusal))
    }

    /// Stops taking messages in, sends and settles what is on the way, and lets `run` return.
    public nonisolated func stop() { queue.add(.stop) }

    /// Lets `run` return now. What is on the way stays in the outbox, to be sent again.
    public nonisolated func abandon() { queue.add(.abandon) }

    /// Takes new settings from the next batch on.
    public func reload(_ settings: MessageLoopSettings) {
        writer = BatchWriter(settings, identifiers, prefix: prefix, limits, time)
    }

    // MARK: - The loop

    /// Runs until `stop` or `abandon`.
    ///
    /// A store that cannot be written for now is waited for, with nothing taken in.
    ///
    /// - Throws: what the store throws when it is damaged, or cannot be used at all.
    public func run() async throws {
        let ticker = Task { [queue, time] in
            while !Task.isCancelled {
                queue.add(.clock)
                await time.sleep(seconds: 1)
            }
        }
        defer { ticker.cancel() }
        // Whoever watches the loop sees it hang before its first iteration, too.
        observer.progressed(at: time.now)
        guard try await beginWhenPossible() else { return }
        while let work = await queue.next(deliveries: deliveryCapacity), await goOn(with: work) {}
        await end()
    }

    /// One iteration of the loop. Returns whether another may follow.
    func goOn(with work: WorkQueue.Work) async -> Bool {
        lookAtClock()
        take(work)
        if isAbandoned { return false }
        // What comes next in a stream need not wait until it is written down that the one before it
        // arrived: after a crash both are sent again, under the same ids.
        if !isStoreElsewhere { publishReady() }
        await writeBatch()
        if work.signals.contains(.clock) { await checkPlace() }
        if !isStoreElsewhere { publishReady() }
        observer.progressed(at: time.now)
        let isSettled = batch.isEmpty && (relay.count == 0 || !relay.isConnected)
        return !(isStopping && isSettled) || signsOff()
    }

    /// Covers by a checkpoint what came since the last one, before the run ends. Returns whether
    /// there is anything to be covered.
    private func signsOff() -> Bool {
        guard !hasSignedOff, let check = journalWatch.lastCheck else { return false }
        hasSignedOff = true
        batch.journalCheck = check
        queue.add(.again)
        return true
    }

    /// Marks the run as ended well.
    func end() async {
        queue.finish()
        do {
            try await register.write { try $0.endRun() }
        } catch {
            log.warning(
                "the end of this run could not be recorded",
                metadata: [LogKey.error: "\(error)"]
            )
        }
    }

    /// How many deliveries may be taken now.
    var deliveryCapacity: Int {
        guard !isStopping, storeRetryAt == nil, batch.receipt == nil, outboxHasRoom,
            !journalWatch.isBroken
        else { return 0 }
        return limits.batch
    }

    var outboxHasRoom: Bool {
        relay.count < limits.outboxInMemory && relay.bytes < limits.outboxInMemoryBytes
    }

    /// Takes work over into the batch.
    private func take(_ work: WorkQueue.Work) {
        batch.deliveries += work.deliveries
        batch.size += work.deliveries.count
        if work.leavesDeliveries || work.deliveries.count >= limits.backlog {
            clockWork.sawBacklog(atSeconds: time.monotonicSeconds)
        }
        batch.receipt = work.deliveries.last?.receipt ?? batch.receipt
        let resolution = relay.resolve(work.results, atSeconds: time.monotonicSeconds)
        take(resolution)
        if !work.results.isEmpty { observer.published(PublicationReport(resolution)) }
        for signal in work.signals { take(signal) }
        batch.clock = batch.clock || clockWork.isBehind && mayDoWhatIsDue
        batch.erases =
            !isStopping && !journalWatch.isBroken
            && erasures.areUnderWay(atSeconds: time.monotonicSeconds)
        // What stands in the store alone is the next run's.
        if let from = catchUpFrom, !isStopping {
            batch.catchUpFrom = from
            batch.room = outboxHasRoom ? max(0, limits.outboxInMemory - relay.count) : 0
            batch.roomBytes = limits.outboxInMemoryBytes - relay.bytes
        }
        lookAtParkedIfDue()
    }

    func take(_ signal: Signal) {
        switch signal {
        case .clock:
            renewIfRefused()
            relay.retryRefused()
            batch.clock = batch.clock || clockWork.isDue(at: time.now) && mayDoWhatIsDue
            checkJournalIfDue()
            if parkedRetries.tick(atSeconds: time.monotonicSeconds) { relay.beginRound() }
        case .publisherOpened(let session):
            publisherSession = session
            relay.publisherOpened()
            if hasParked, !wasRefused { beginRound() }
        case .publisherClosed(let refusal): sessionEnded(refusal)
        case .sourceOpened: clockWork.sourceOpened(atSeconds: time.monotonicSeconds)
        case .sourceClosed: clockWork.sourceClosed()
        case .stop:
            isStopping = true
            batch.leaveDeliveries()
            batch.catchUpFrom = nil
            batch.parkedLook = nil
            queue.refuseDeliveries()
        case .abandon: isAbandoned = true
        case .again: break
        }
    }

    /// What the clock brings about waits, like the intake, while the outbox is full, and where the
    /// journal is not what was written.
    private var mayDoWhatIsDue: Bool {
        !isStopping && outboxHasRoom && clockWork.trust.condition == .reliable
            && !journalWatch.isBroken
    }

    // MARK: - Writing

    /// Writes the batch, if there is anything to write and the store is not to be left alone.
    private func writeBatch() async {
        guard !batch.isEmpty else { return }
        if let storeRetryAt {
            guard time.monotonicSeconds >= storeRetryAt else { return }
        }
        batch.failedDueWork = clockWork.failedDueWork
        batch.failedErasures = erasures.failed
        // While the store failed, what came in time was left waiting here.
        batch.holdsDeadlines =
            storeFailures > 0
            || clockWork.holdsDeadlines(
                atSeconds: time.monotonicSeconds,
                quietSeconds: limits.quietBeforeDeadlinesSeconds
            )
        do {
            if isCautious {
                try await processSuspects()
                try await dealWithLettersAlone()
            }
            let started = time.monotonicSeconds
            let (writer, batch, now) = (writer, batch, time.now)
            let result = try await writer.write(batch, at: now, into: register)
            storeWorks()
            finish(result, commitSeconds: time.monotonicSeconds - started)
        } catch {
            storeFailed(error)
        }
    }

    /// The batch is durable: acknowledges, and lets what follows go.
    private func finish(_ result: BatchResult, commitSeconds: Double) {
        observer.wrote(seconds: commitSeconds)
        let written = batch
        batch = written.left(after: result.dealtWith)
        if batch.receipt == nil {
            if let receipt = written.receipt { source.acknowledge(upTo: receipt) }
        } else if result.dealtWith > 0 {
            source.acknowledge(upTo: written.deliveries[result.dealtWith - 1].receipt)
        }
        report(result.faults)
        let processed = written.processedAlone + result.processed
        clockWork.finish(
            result,
            didLook: written.clock,
            bringsWork: processed.contains(where: \.bringsWork),
            monotonicSeconds: time.monotonicSeconds,
            forgetAfterSeconds: limits.retryFailedDueWorkAfterSeconds
        )
        erasures.finish(
            result,
            monotonicSeconds: time.monotonicSeconds,
            forgetAfterSeconds: limits.retryFailedDueWorkAfterSeconds
        )
        queueUp(result, of: written)
        take(result.journal, length: result.journalLength)
        if processed.contains(where: \.confirmsClock) { clockIsConfirmed() }
        for order in result.givenUp + processed.compactMap(\.givenUp) {
            log.error(
                "the provisioner did not carry an order out; it is not tried again by itself",
                metadata: order.metadataOfFailure
            )
        }
        observer.oldestOpenRequests(result.oldestOpenRequests)
        let isErasing = erasures.areUnderWay(atSeconds: time.monotonicSeconds)
        if clockWork.isBehind && mayDoWhatIsDue || isErasing || batch.receipt != nil {
            queue.add(.again)
        }
        if !processed.isEmpty || !result.dueWork.isEmpty || written.receipt != nil {
            observer.batchCommitted(
                BatchReport(
                    processed: processed,
                    dueWork: result.dueWork,
                    erased: result.erased,
                    size: written.size - batch.size,
                    commitSeconds: commitSeconds,
                    finishedAt: time.now
                )
            )
        }
        if let statistics = result.statistics {
            lookAfterParked(statistics.parked)
            observer.outbox(statistics, inMemory: relay.count, deferred: result.deferred ?? 0)
        }
    }

    /// Hands new messages of the outbox to the relay: directly, or through the store while older
    /// ones stand in front of them there.
    private func queueUp(_ result: BatchResult, of written: Batch) {
        relay.drop(result.dropped)
        relay.withhold(result.withheld)
        retryParked(result, of: written)
        if written.catchUpFrom != nil {
            if written.room > 0 {
                relay.add(result.recovered)
                catchUpFrom = result.recoveredTo
            }
        } else if catchUpFrom == nil {
            // A cascade may bring more than memory is to hold: the store has the rest.
            let held = result.queued.prefix(max(0, limits.cascadeInMemory - relay.count))
            relay.add(Array(held))
            if held.count < result.queued.count {
                catchUpFrom = result.queued[held.count].sequence - 1
            }
        }
        if catchUpFrom != nil && outboxHasRoom || parkedRetries.isHungry { queue.add(.again) }
    }

    private func take(_ finding: JournalFinding?, length: Int64?) {
        if let length { journalWatch.lengthIs(length) }
        if let finding {
            journalWatch.checked(finding, atSeconds: time.monotonicSeconds)
            observer.journal(finding, at: time.now)
        }
        checkJournalIfDue()
        if batch.journalCheck != nil { queue.add(.again) }
    }

    private func checkJournalIfDue() {
        batch.journalCheck =
            batch.journalCheck ?? journalWatch.checkIfDue(atSeconds: time.monotonicSeconds)
    }
}
