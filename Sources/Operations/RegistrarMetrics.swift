/// What became of an inbound message.
public enum MessageOutcome: String, Sendable, CaseIterable {
    case applied, duplicate, refused, rejected, deferred, dead
}

/// The two connections to the broker.
public enum BrokerConnection: String, Sendable, CaseIterable {
    case consumer, publisher
}

/// The label values that can occur. Kinds and reasons that are not named here count as `other`.
public struct MetricLabelValues: Sendable {
    /// Inbound queue, without its prefix → the kinds of message in it
    /// (`registration.access.company`).
    public var kinds: [String: [String]]
    /// Queues whose depth is observed, without their prefix.
    public var observedQueues: [String]
    /// Reasons of dead letters: problem codes, and the broker's words.
    public var reasons: [String]
    public var procedures: [String]
    public var requestStatuses: [String]
    /// Those of them in which a request has ended.
    public var closedStatuses: [String]
    public var accountStates: [String]
    /// States of orders to the provisioner.
    public var orderStates: [String]
    public var authorisationKinds: [String]
    public var authorisationStatuses: [String]
    public var obligationKinds: [String]
    public var obligationStatuses: [String]
    public var guaranteeStatuses: [String]
    public var systems: [String]
    /// Kinds of work that the clock brings.
    public var dueWorkKinds: [String]

    public init(
        kinds: [String: [String]],
        observedQueues: [String],
        reasons: [String],
        procedures: [String],
        requestStatuses: [String],
        closedStatuses: [String],
        accountStates: [String],
        orderStates: [String],
        authorisationKinds: [String],
        authorisationStatuses: [String],
        obligationKinds: [String],
        obligationStatuses: [String],
        guaranteeStatuses: [String],
        systems: [String],
        dueWorkKinds: [String]
    ) {
        self.kinds = kinds
        self.observedQueues = observedQueues
        self.reasons = reasons
        self.procedures = procedures
        self.requestStatuses = requestStatuses
        self.closedStatuses = closedStatuses
        self.accountStates = accountStates
        self.orderStates = orderStates
        self.authorisationKinds = authorisationKinds
        self.authorisationStatuses = authorisationStatuses
        self.obligationKinds = obligationKinds
        self.obligationStatuses = obligationStatuses
        self.guaranteeStatuses = guaranteeStatuses
        self.systems = systems
        self.dueWorkKinds = dueWorkKinds
    }
}

/// Every metric of the daemon, each at 0 from the start for every set of labels that can occur.
///
/// All updates are safe from any thread. Labels never hold a person, a request or a message.
public struct RegistrarMetrics: Sendable {
    public let intake: IntakeMetrics
    public let outbox: OutboxMetrics
    public let state: StateMetrics
    let labels: MetricLabelValues

    /// - Throws: When a name is taken in `registry` by another kind of metric.
    public init(
        registry: MetricsRegistry = .shared,
        labels: MetricLabelValues,
        version: String
    ) throws(MetricsRegistryError) {
        self.labels = labels
        intake = try IntakeMetrics(registry, labels)
        outbox = try OutboxMetrics(registry)
        state = try StateMetrics(registry, labels, version: version)
    }
}

public struct IntakeMetrics: Sendable {
    public let received: MetricVector<PrometheusCounter>
    public let redelivered: MetricVector<PrometheusCounter>
    public let settled: MetricVector<PrometheusCounter>
    public let deadLettered: MetricVector<PrometheusCounter>
    public let letters: MetricVector<PrometheusGauge>
    public let letterBytes: PrometheusGauge
    public let letterFill: PrometheusGauge
    public let lettersDropped: PrometheusCounter
    public let processing: MetricVector<PrometheusHistogram>
    public let critical: MetricVector<PrometheusHistogram>
    public let inFlight: MetricVector<PrometheusGauge>
    public let batchSize: PrometheusHistogram
    public let commit: PrometheusHistogram
    public let longestTransaction: PrometheusGauge
    public let deferred: PrometheusGauge
    public let reportsIgnored: PrometheusCounter
    public let dueWork: MetricVector<PrometheusCounter>
    public let erased: MetricVector<PrometheusCounter>

    init(_ registry: MetricsRegistry, _ labels: MetricLabelValues) throws(MetricsRegistryError) {
        let queues = MetricLabels("queue", labels.kinds.keys.sorted())
        received = try registry.counters(
            "registrar_received_total",
            "Messages received, redelivered ones included.",
            queues
        )
        redelivered = try registry.counters(
            "registrar_redelivered_total",
            "Messages received that the broker marked as redelivered.",
            queues
        )
        let settledRows = labels.kinds.sorted { $0.key < $1.key }.flatMap { queue, kinds in
            combinations(
                [queue],
                kinds + [MetricVector<PrometheusCounter>.other],
                MessageOutcome.allCases.map(\.rawValue)
            )
        }
        settled = try registry.counters(
            "registrar_settled_total",
            "Messages settled, by what became of them.",
            MetricLabels(["queue", "kind", "outcome"], settledRows),
            hasOther: true
        )
        let reasons = MetricLabels("reason", labels.reasons)
        deadLettered = try registry.counters(
            "registrar_dead_lettered_total",
            "Messages put aside as dead letters.",
            reasons,
            hasOther: true
        )
        letters = try registry.gauges(
            "registrar_dead_letters",
            "Dead letters in the store.",
            reasons
        )
        letterBytes = try registry.gauge(
            "registrar_dead_letters_bytes",
            help: "What the dead letters take in the store."
        )
        letterFill = try registry.gauge(
            "registrar_dead_letters_fill_ratio",
            help: "How much of the room for dead letters is taken, of number or bytes the fuller."
        )
        lettersDropped = try registry.counter(
            "registrar_dead_letters_dropped_total",
            help: "Dead letters that went because there was no more room for them."
        )
        processing = try registry.histograms(
            "registrar_processing_seconds",
            "Time from the receipt of a message until it is acknowledged.",
            queues,
            HistogramBounds.latencySeconds
        )
        critical = try registry.histograms(
            "registrar_critical_seconds",
            "Time from the moment that the event itself names until it is settled.",
            queues,
            HistogramBounds.waitSeconds
        )
        inFlight = try registry.gauges(
            "registrar_in_flight",
            "Messages received and not settled yet.",
            queues
        )
        batchSize = try registry.histogram(
            "registrar_batch_size",
            help: "Messages in one transaction.",
            bounds: HistogramBounds.batchSize
        )
        commit = try registry.histogram(
            "registrar_commit_seconds",
            help: "Time that a transaction takes, its commit included.",
            bounds: HistogramBounds.latencySeconds
        )
        longestTransaction = try registry.gauge(
            "registrar_longest_transaction_seconds",
            help: "The longest time that a transaction took since the start."
        )
        reportsIgnored = try registry.counter(
            "registrar_reports_ignored_total",
            help: "Reports of the provisioner on operations that were not outstanding."
        )
        deferred = try registry.gauge(
            "registrar_deferred",
            help: "Messages that wait in the store for their request."
        )
        dueWork = try registry.counters(
            "registrar_timers_total",
            "Work done because its time had come.",
            MetricLabels("kind", labels.dueWorkKinds)
        )
        erased = try registry.counters(
            "registrar_retention_erased_total",
            "Closed requests that were erased because their time was over.",
            MetricLabels(("procedure", labels.procedures), ("status", labels.closedStatuses))
        )
    }
}

// What moves several series at once, or is not counted as it is told.
extension RegistrarMetrics {
    /// - Parameter queue: The inbound queue without its prefix.
    public func received(queue: String, count: Int = 1, redelivered: Int = 0) {
        intake.received[queue]?.increment(by: count)
        intake.redelivered[queue]?.increment(by: redelivered)
    }

    public func settled(queue: String, kind: String, outcome: MessageOutcome, count: Int = 1) {
        // An unknown kind keeps its queue and outcome.
        let counter = intake.settled.known(queue, kind, outcome.rawValue)
        let settled =
            counter
            ?? intake.settled[queue, MetricVector<PrometheusCounter>.other, outcome.rawValue]
        settled?.increment(by: count)
    }

    /// - Parameter seconds: The event's `time` to settlement, one value a message. A sender's clock
    ///   that runs ahead counts as no time at all.
    public func critical(queue: String, seconds: [Double]) {
        intake.critical[queue]?.observe(seconds.map { max(0, $0) })
    }

    public func committed(batchSize: Int, seconds: Double) {
        intake.batchSize.observe(Double(batchSize))
        intake.commit.observe(seconds)
    }

    /// - Parameter fill: 1 when there is no more room.
    public func letters(bytes: Int, fill: Double) {
        intake.letterBytes.set(bytes)
        intake.letterFill.set(fill)
    }
}
