import Contract
public import Domain
public import Logging

/// The one loop of the daemon: takes what has arrived, has it decided and written in one
/// transaction, and once that is durable acknowledges it and publishes what follows.
///
/// All of its state is this actor's; the broker's threads hand it work through a queue.
public actor Service {
    private let register: any Register
    private let source: any MessageSource
    let publisher: any MessagePublisher
    let time: any TimeSource
    private let identifiers: any IdentifierSource
    let observer: any ServiceObserver
    let limits: ServiceLimits
    let prefix: String
    let log: Logger
    /// Where the broker's threads leave what has arrived.
    nonisolated let queue = WorkQueue()

    private var writer: TurnWriter
    let relay: OutboxRelay
    var turn = Turn()
    /// While the store holds pending messages that memory does not, the last one read from it.
    /// New messages then wait their turn in the store.
    var catchUpFrom: Int64? = 0
    var publisherSession = 0
    var isStopping = false
    private var isAbandoned = false
    /// Whether the last run ended badly, so that redelivered messages are under suspicion.
    private var isCautious = false
    private var clockWork = ClockState()
    private var journalWatch: JournalWatch
    private var hasSignedOff = false
    private var hasParked = false
    var parkedRetries: ParkedRetries
    /// Whether the last publishing session was ended by the broker for what was published.
    var wasRefused = false
    /// What was told of publications that the broker does not take.
    var publicationTrouble = PublicationTrouble()
    /// While the store fails: when it is tried again, and how often it has failed.
    private var storeRetryAt: Double?
    private var storeFailures = 0

    public init(
        register: any Register,
        source: any MessageSource,
        publisher: any MessagePublisher,
        time: any TimeSource,
        identifiers: any IdentifierSource,
        observer: any ServiceObserver,
        settings: ServiceSettings,
        prefix: String,
        limits: ServiceLimits = ServiceLimits(),
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
        self.writer = TurnWriter(settings, identifiers, prefix: prefix, limits)
        self.relay = OutboxRelay(window: limits.window)
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
    /// - Parameter refusal: what the broker said, if it ended the session because of something that was
    ///   published.
    public nonisolated func publisherClosed(_ refusal: PublicationRefusal? = nil) {
        queue.add(.publisherClosed(refusal))
    }

    /// Stops taking messages in, sends and settles what is on the way, and lets `run` return.
    public nonisolated func stop() { queue.add(.stop) }

    /// Lets `run` return now. What is on the way stays in the outbox, to be sent again.
    public nonisolated func abandon() { queue.add(.abandon) }

    /// Takes new settings from the next turn on.
    public func reload(_ settings: ServiceSettings) {
        writer = TurnWriter(settings, identifiers, prefix: prefix, limits)
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
        guard try await beginWhenPossible() else { return }
        while let work = await queue.next(deliveries: appetite), await goOn(with: work) {}
        await end()
    }

    /// Begins as soon as the store can be written. Returns whether it did before it was told to end.
    private func beginWhenPossible() async throws -> Bool {
        while true {
            do {
                try await begin()
                storeWorks()
                return true
            } catch let error as RegisterUnavailable where !error.isDamage {
                storeFailed(error)
            }
            while let storeRetryAt, time.monotonicSeconds < storeRetryAt {
                guard let work = await queue.next(deliveries: 0) else { return false }
                observer.progressed(at: time.now)
                for signal in work.signals {
                    switch signal {
                    case .publisherOpened, .publisherClosed, .sourceOpened, .sourceClosed:
                        take(signal)
                    case .stop, .abandon: return false
                    case .clock, .again: break
                    }
                }
            }
        }
    }

    /// Marks the run as begun, and learns how the last one ended.
    func begin() async throws {
        let stored = try await register.write { transaction in
            (
                hasParked: try transaction.outboxStatistics().parked > 0,
                endedBadly: try transaction.beginRun(),
                head: try transaction.journalHead(),
                signed: try transaction.lastCheckpoint()?.sequence ?? 0
            )
        }
        hasParked = stored.hasParked
        isCautious = stored.endedBadly
        journalWatch.begin(
            stored.head,
            signed: stored.signed,
            atSeconds: time.monotonicSeconds
        )
        if isCautious {
            log.notice("the last run ended without closing the store; nothing is lost by that")
        }
    }

    /// One turn of the loop. Returns whether another may follow.
    func goOn(with work: WorkQueue.Work) async -> Bool {
        take(work)
        if isAbandoned { return false }
        await writeTurn()
        publishReady()
        observer.progressed(at: time.now)
        let isSettled = turn.isEmpty && (relay.count == 0 || !relay.isConnected)
        return !(isStopping && isSettled) || signsOff()
    }

    /// Covers by a checkpoint what came since the last one, before the run ends. Returns whether
    /// there is anything to be covered.
    private func signsOff() -> Bool {
        guard !hasSignedOff, let look = journalWatch.lastLook else { return false }
        hasSignedOff = true
        turn.look = look
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
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// How many deliveries may be taken now.
    var appetite: Int {
        guard !isStopping, storeRetryAt == nil, turn.receipt == nil, outboxHasRoom
        else { return 0 }
        return limits.batch
    }

    var outboxHasRoom: Bool {
        relay.count < limits.outboxInMemory && relay.bytes < limits.outboxInMemoryBytes
    }

    /// Takes work over into the turn.
    private func take(_ work: WorkQueue.Work) {
        turn.deliveries += work.deliveries
        turn.size += work.deliveries.count
        if work.leavesDeliveries || work.deliveries.count >= limits.backlog {
            clockWork.sawBacklog(atSeconds: time.monotonicSeconds)
        }
        turn.receipt = work.deliveries.last?.receipt ?? turn.receipt
        let resolution = relay.resolve(work.results, atSeconds: time.monotonicSeconds)
        take(resolution)
        if !work.results.isEmpty {
            observer.published(
                PublicationReport(
                    confirmed: resolution.confirmed.count,
                    confirmSeconds: resolution.confirmSeconds,
                    refused: resolution.refused,
                    unroutable: resolution.unroutable
                )
            )
        }
        for signal in work.signals { take(signal) }
        turn.clock = turn.clock || clockWork.isBehind && mayDoWhatIsDue
        // What stands in the store alone is the next run's.
        if let from = catchUpFrom, !isStopping {
            turn.catchUpFrom = from
            turn.room = outboxHasRoom ? max(0, limits.outboxInMemory - relay.count) : 0
            turn.roomBytes = limits.outboxInMemoryBytes - relay.bytes
        }
        lookAtParkedIfDue()
    }

    private func take(_ signal: Signal) {
        switch signal {
        case .clock:
            renewIfRefused()
            relay.retryRefused()
            noticeJump()
            turn.clock = turn.clock || clockWork.isDue(at: time.now) && mayDoWhatIsDue
            lookAtJournalIfDue()
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
            turn.leaveDeliveries()
            turn.catchUpFrom = nil
            turn.parkedLook = nil
            queue.refuseDeliveries()
        case .abandon: isAbandoned = true
        case .again: break
        }
    }

    /// What the clock brings about waits, like the intake, while the outbox is full.
    private var mayDoWhatIsDue: Bool {
        !isStopping && outboxHasRoom && clockWork.isSteady(atSeconds: time.monotonicSeconds)
    }

    /// Says when the wall clock was set. Nothing that was done is undone or done again by that; what
    /// falls due next is compared with the new time, once it has been steady for a while: a clock that
    /// is wrong for a moment must not end or erase anything.
    private func noticeJump() {
        let jump = clockWork.jumpSeconds(
            now: time.now,
            monotonicSeconds: time.monotonicSeconds,
            steadyAfterSeconds: limits.steadyClockSeconds
        )
        guard let jump else { return }
        log.warning(
            "the clock was set; what is due by it waits until it has been steady for a while",
            metadata: ["seconds": "\(jump)", "waits_seconds": "\(limits.steadyClockSeconds)"]
        )
    }

    // MARK: - Writing

    /// Writes the turn, if there is anything to write and the store is not to be left alone.
    private func writeTurn() async {
        guard !turn.isEmpty else { return }
        if let storeRetryAt {
            guard time.monotonicSeconds >= storeRetryAt else { return }
        }
        turn.failedTimers = clockWork.failedTimers
        // While the store failed, what came in time was left waiting here.
        turn.holdsDeadlines =
            storeFailures > 0
            || clockWork.holdsDeadlines(
                atSeconds: time.monotonicSeconds,
                quietSeconds: limits.quietBeforeDeadlinesSeconds
            )
        do {
            if isCautious { try await treatSuspects() }
            let started = time.monotonicSeconds
            let (writer, turn, now) = (writer, turn, time.now)
            let result = try await writer.write(turn, at: now, into: register)
            storeWorks()
            finish(result, commitSeconds: time.monotonicSeconds - started)
        } catch {
            storeFailed(error)
        }
    }

    /// The turn is durable: acknowledges, and lets what follows go.
    private func finish(_ result: TurnResult, commitSeconds: Double) {
        let written = turn
        turn = Turn()
        if let receipt = written.receipt { source.acknowledge(upTo: receipt) }
        for fault in result.faults {
            log.error(
                "something could not be done; the rest goes on",
                metadata: ["fault": "\(fault)"]
            )
        }
        clockWork.finish(
            result,
            didLook: written.clock,
            monotonicSeconds: time.monotonicSeconds,
            forgetAfterSeconds: limits.retryFailedTimersAfterSeconds
        )
        queueUp(result, of: written)
        take(result.journal, length: result.journalLength)
        let treatments = written.treatedAlone + result.treatments
        for account in result.givenUp + treatments.compactMap(\.givenUp) {
            log.error(
                "the provisioner did not carry an order out; it is not tried again by itself",
                metadata: ["account": "\(account)"]
            )
        }
        observer.oldestOpenRequests(result.oldestOpenRequests)
        if clockWork.isBehind, mayDoWhatIsDue { queue.add(.again) }
        if !treatments.isEmpty || !result.timers.isEmpty || written.receipt != nil {
            observer.batchCommitted(
                BatchReport(
                    treatments: treatments,
                    timers: result.timers,
                    erased: result.erased,
                    size: written.size,
                    commitSeconds: commitSeconds,
                    finishedAt: time.now
                )
            )
        }
        if let statistics = result.statistics {
            hasParked = statistics.parked > 0
            if !hasParked { parkedRetries.nothingIsParked() }
            observer.outbox(statistics, inMemory: relay.count, deferred: result.deferred ?? 0)
        }
    }

    /// Hands new messages of the outbox to the relay: directly, or through the store while older
    /// ones stand in front of them there.
    private func queueUp(_ result: TurnResult, of written: Turn) {
        relay.drop(result.dropped)
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
            journalWatch.looked(finding, atSeconds: time.monotonicSeconds)
            observer.journal(finding, at: time.now)
        }
        lookAtJournalIfDue()
        if turn.look != nil { queue.add(.again) }
    }

    private func lookAtJournalIfDue() {
        turn.look = turn.look ?? journalWatch.lookIfDue(atSeconds: time.monotonicSeconds)
    }

    private func storeWorks() {
        guard storeFailures > 0 else { return }
        log.notice("the store works again; the intake goes on")
        storeFailures = 0
        storeRetryAt = nil
        observer.condition(.store, reason: nil)
    }

    /// Leaves everything in hand, unacknowledged, and tries again later.
    private func storeFailed(_ error: any Error) {
        let pause = min(0.2 * Double(1 << min(storeFailures, 10)), limits.longestStorePauseSeconds)
        storeFailures += 1
        storeRetryAt = time.monotonicSeconds + pause
        observer.condition(.store, reason: "\(error)")
        if storeFailures == 1 {
            log.error(
                "the store cannot be written; the intake waits",
                metadata: ["error": "\(error)"]
            )
        }
    }

    // MARK: - Messages that crash the daemon

    /// After a crash, each redelivered message is counted before it is touched. One that was in
    /// hand in several crashes is taken alone; when that crashes too, it is dead-lettered.
    private func treatSuspects() async throws {
        if !turn.suspectsAreCounted {
            let suspects = turn.deliveries.filter(\.message.redelivered)
            guard !suspects.isEmpty else { return }
            let keys = suspects.map { writer.processor.contentKey($0.message) }
            let counts = try await register.write { try $0.countAttempts(keys) }
            turn.suspectsAreCounted = true
            turn.clearedAttempts += keys
            for (suspect, (key, count)) in zip(suspects, zip(keys, counts)) {
                // The first crash is not among those counted: the message was new then.
                let crashes = count + 1
                guard crashes >= limits.crashesBeforeIsolation else { continue }
                turn.isolated.append(Suspect(delivery: suspect, key: key, crashes: crashes))
            }
        }
        while let suspect = turn.isolated.first {
            try await takeAlone(suspect)
            turn.isolated.removeFirst()
        }
    }

    private func takeAlone(_ suspect: Suspect) async throws {
        let (key, message) = (suspect.key, suspect.delivery.message)
        let aloneKey = MessageProcessor.poisonKey(key)
        // Counted once, however often the store fails before the message is dealt with.
        var crashedAlone = suspect.crashedAlone
        if crashedAlone == nil {
            let count = try await register.write { try $0.countAttempts([aloneKey])[0] }
            crashedAlone = count >= limits.crashesAloneBeforeBurial
            turn.isolated[0].crashedAlone = crashedAlone
        }
        let isPoison = crashedAlone == true
        let (processor, parked, now) = (writer.processor, turn.parked, time.now)
        let result = try await register.write { transaction -> TurnResult in
            var result = TurnResult()
            // Before it, as in every turn: what follows from the message must not overtake.
            for (sequence, reason) in parked {
                try transaction.park(sequence, reason: reason)
            }
            if isPoison {
                result.treatments = try processor.buryPoison(
                    message,
                    crashes: suspect.crashes,
                    at: now,
                    in: transaction,
                    queued: &result.queued
                )
            } else {
                result.treatments = try processor.process(
                    message,
                    at: now,
                    in: transaction,
                    queued: &result.queued
                )
            }
            try transaction.clearAttempts([key, aloneKey])
            try TurnWriter.sift(in: transaction, &result)
            return result
        }
        relay.drop(result.dropped)
        retry(result.retried)
        // Acknowledged with the rest of the turn.
        if catchUpFrom == nil { relay.add(result.queued) }
        turn.treatedAlone += result.treatments
        turn.deliveries.removeAll { $0 == suspect.delivery }
    }
}
