/// Everything that the status page shows, as of one moment: counts and names, nothing about a
/// person or a request.
struct StatusSnapshot: Sendable, Equatable {
    struct Connection: Sendable, Equatable {
        var name: String
        var isConnected: Bool
        var isBlocked: Bool
    }

    struct Queue: Sendable, Equatable {
        var name: String
        /// Whether the daemon takes messages from it.
        var isInbound: Bool
        /// Messages that nobody has in hand.
        var depth: Int
        /// Who takes from it.
        var consumers: Int
        /// Messages that the daemon has in hand; 0 for queues of others.
        var inHand: Int
        /// Infinite while it does not shrink.
        var drainSeconds: Double
    }

    struct Procedure: Sendable, Equatable {
        var name: String
        /// One for each of `requestStatuses`.
        var counts: [Int]
        /// 0 when nothing is pending.
        var oldestPendingSeconds: Double
    }

    struct Count: Sendable, Equatable {
        var name: String
        var count: Int
    }

    struct Outbox: Sendable, Equatable {
        var pending = 0
        /// 0 when it is empty.
        var oldestAgeSeconds = 0.0
        var parked = 0
    }

    struct Store: Sendable, Equatable {
        var bytes = 0
        var walBytes = 0
    }

    /// The last time that the journal was verified.
    struct Verification: Sendable, Equatable {
        var wasIntact: Bool
        var secondsAgo: Double
    }

    var version: String
    /// Times are since 1970-01-01T00:00:00Z.
    var now: Duration
    var startedAt: Duration
    /// Why messages are not taken; empty while they are.
    var reasons: [HealthReason] = []
    /// Whether none of them keeps it from working.
    var isHealthy = true
    /// Loops that hang.
    var hanging: [HealthReason] = []
    var connections: [Connection] = []
    var queues: [Queue] = []
    var store = Store()
    var outbox = Outbox()
    var deferred = 0
    var requestStatuses: [String] = []
    var procedures: [Procedure] = []
    var accounts: [Count] = []
    /// Of all kinds together, as obligations.
    var authorisations: [Count] = []
    var obligations: [Count] = []
    var guarantees: [Count] = []
    /// Systems of others that are away.
    var systemsAway: [String] = []
    /// Dead letters in the store.
    var lettersWaiting = 0
    /// Since the start, by reason; those that occurred, the most frequent first.
    var deadLetters: [Count] = []
    var verification: Verification?
    /// Of the last hour, oldest first.
    var samples: [StatusSample] = []

    var isReady: Bool { isHealthy && hanging.isEmpty }

    /// Whether the broker can tell how many messages wait.
    var isBrokerThere: Bool { connections.contains(where: \.isConnected) }
}

/// How things stood at one moment of the last hour.
struct StatusSample: Sendable, Equatable {
    /// When, on the clock that does not jump.
    var at: Duration
    /// Age when the page was made.
    var secondsAgo = 0.0
    /// Messages settled and messages confirmed, a second, since the sample before.
    var settledPerSecond: Double
    var confirmedPerSecond: Double
    /// Messages that wait, in the order of the queues.
    var depths: [Int]
    /// Messages that wait to be dealt with: in the inbound queues, and in hand.
    var backlog: Int
    var outboxPending: Int
}

extension StatusSnapshot {
    /// What the metrics and health say now.
    init(
        _ metrics: RegistrarMetrics,
        health: HealthState,
        samples: [StatusSample],
        version: String,
        startedAt: Duration,
        now: Duration
    ) {
        let labels = metrics.labels
        let state = metrics.state
        self.init(version: version, now: now, startedAt: startedAt)
        let readiness = health.readiness
        reasons = readiness.reasons
        isHealthy = readiness.isGood
        hanging = health.liveness.reasons
        connections = BrokerConnection.allCases.map { connection in
            Connection(
                name: connection.rawValue,
                isConnected: state.connected[connection.rawValue]?.value == 1,
                isBlocked: state.blocked[connection.rawValue]?.value == 1
            )
        }
        queues = labels.observedQueues.map { name in
            Queue(
                name: name,
                isInbound: labels.kinds[name] != nil,
                depth: state.queueDepth[name]?.count ?? 0,
                consumers: state.queueConsumers[name]?.count ?? 0,
                inHand: metrics.intake.inFlight[name]?.count ?? 0,
                drainSeconds: state.queueDrain[name]?.value ?? 0
            )
        }
        store = Store(bytes: state.storeBytes.count, walBytes: state.walBytes.count)
        outbox = Outbox(
            pending: metrics.outbox.pending.count,
            oldestAgeSeconds: metrics.outbox.oldestAge.value,
            parked: metrics.outbox.parked.count
        )
        deferred = metrics.intake.deferred.count
        requestStatuses = labels.requestStatuses
        procedures = labels.procedures.map { name in
            Procedure(
                name: name,
                counts: labels.requestStatuses.map { state.requests[name, $0]?.count ?? 0 },
                oldestPendingSeconds: state.oldestPending[name]?.value ?? 0
            )
        }
        accounts = labels.accountStates.map {
            Count(name: $0, count: state.accounts[$0]?.count ?? 0)
        }
        countDuties(state, labels)
        lettersWaiting = labels.reasons.reduce(0) {
            $0 + (metrics.intake.letters[$1]?.count ?? 0)
        }
        deadLetters = (labels.reasons + [MetricVector<PrometheusCounter>.other])
            .map { Count(name: $0, count: Int(metrics.intake.deadLettered[$0]?.value ?? 0)) }
            .filter { $0.count > 0 }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let verifiedAt = state.verificationTime.value
        if verifiedAt > 0 {
            verification = Verification(
                wasIntact: state.verificationSuccess.value == 1,
                secondsAgo: max(0, now.seconds - verifiedAt)
            )
        }
        self.samples = samples
    }

    private mutating func countDuties(_ state: StateMetrics, _ labels: MetricLabelValues) {
        authorisations = labels.authorisationStatuses.map { status in
            let gauges = labels.authorisationKinds.map { state.authorisations[$0, status] }
            return Count(name: status, count: gauges.reduce(0) { $0 + ($1?.count ?? 0) })
        }
        obligations = labels.obligationStatuses.map { status in
            let gauges = labels.obligationKinds.map { state.obligations[$0, status] }
            return Count(name: status, count: gauges.reduce(0) { $0 + ($1?.count ?? 0) })
        }
        guarantees = labels.guaranteeStatuses.map {
            Count(name: $0, count: state.guarantees[$0]?.count ?? 0)
        }
        systemsAway = labels.systems.filter { state.systemsAway[$0]?.count == 1 }
    }
}

extension PrometheusGauge {
    /// The value of a gauge that counts.
    var count: Int { Int(exactly: value.rounded()) ?? 0 }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
