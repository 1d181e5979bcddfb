/// How things stand: queues, register, broker, store.
public struct StateMetrics: Sendable {
    public let queueDepth: MetricVector<PrometheusGauge>
    public let queueDrain: MetricVector<PrometheusGauge>
    public let queueConsumers: MetricVector<PrometheusGauge>
    public let requests: MetricVector<PrometheusGauge>
    public let oldestPending: MetricVector<PrometheusGauge>
    public let accounts: MetricVector<PrometheusGauge>
    public let orders: MetricVector<PrometheusGauge>
    public let authorisations: MetricVector<PrometheusGauge>
    public let obligations: MetricVector<PrometheusGauge>
    public let guarantees: MetricVector<PrometheusGauge>
    public let systemsAway: MetricVector<PrometheusGauge>
    public let connected: MetricVector<PrometheusGauge>
    public let blocked: MetricVector<PrometheusGauge>
    public let storeBytes: PrometheusGauge
    public let walBytes: PrometheusGauge
    public let storeFailures: PrometheusCounter
    public let ready: PrometheusGauge
    public let reloadSuccess: PrometheusGauge
    public let reloadTime: PrometheusGauge
    public let verificationSuccess: PrometheusGauge
    public let verificationTime: PrometheusGauge
    public let journalKey: PrometheusGauge
    public let checkpointTime: PrometheusGauge
    public let clockReliable: PrometheusGauge

    init(
        _ registry: MetricsRegistry,
        _ labels: MetricLabelValues,
        version: String
    ) throws(MetricsRegistryError) {
        let queues = MetricLabels("queue", labels.observedQueues)
        queueDepth = try registry.gauges(
            "registrar_queue_depth",
            "Messages that are ready in the queue.",
            queues
        )
        queueDrain = try registry.gauges(
            "registrar_queue_drain_seconds",
            "Time until the queue is empty at the present speed; +Inf when it does not shrink.",
            queues
        )
        queueConsumers = try registry.gauges(
            "registrar_queue_consumers",
            "Who takes from the queue.",
            queues
        )
        requests = try registry.gauges(
            "registrar_requests",
            "Requests in the register.",
            MetricLabels(("procedure", labels.procedures), ("status", labels.requestStatuses))
        )
        oldestPending = try registry.gauges(
            "registrar_requests_oldest_pending_seconds",
            "Age of the oldest request that nobody decided yet; 0 when there is none.",
            MetricLabels("procedure", labels.procedures)
        )
        accounts = try registry.gauges(
            "registrar_accounts",
            "Accounts in the register.",
            MetricLabels("state", labels.accountStates)
        )
        orders = try registry.gauges(
            "registrar_provisioning_orders",
            "Orders to the provisioner that it has not carried out; the failed ones were given up.",
            MetricLabels("state", labels.orderStates)
        )
        authorisations = try registry.gauges(
            "registrar_authorisations",
            "Authorisations in the register.",
            MetricLabels(
                ("kind", labels.authorisationKinds),
                ("status", labels.authorisationStatuses)
            )
        )
        obligations = try registry.gauges(
            "registrar_obligations",
            "What operators have or had to do by a day.",
            MetricLabels(("kind", labels.obligationKinds), ("status", labels.obligationStatuses))
        )
        guarantees = try registry.gauges(
            "registrar_guarantees",
            "Guarantees in the register.",
            MetricLabels("status", labels.guaranteeStatuses)
        )
        systemsAway = try registry.gauges(
            "registrar_system_away",
            "Whether a system of others is away, as its office says.",
            MetricLabels("system", labels.systems)
        )
        let connections = MetricLabels("connection", BrokerConnection.allCases.map(\.rawValue))
        connected = try registry.gauges(
            "registrar_broker_connected",
            "Whether the connection to the broker stands.",
            connections
        )
        blocked = try registry.gauges(
            "registrar_broker_blocked",
            "Whether the broker takes no messages on the connection, for want of memory or disk.",
            connections
        )
        storeBytes = try registry.gauge("registrar_store_bytes", help: "Size of the store's file.")
        walBytes = try registry.gauge(
            "registrar_store_wal_bytes",
            help: "Size of the store's write-ahead log."
        )
        storeFailures = try registry.counter(
            "registrar_store_failures_total",
            help: "Transactions that the store could not take; each is tried again."
        )
        ready = try registry.gauge(
            "registrar_ready",
            help: "Whether the daemon takes messages; the reasons are at /readyz."
        )
        reloadSuccess = try registry.gauge(
            "registrar_last_reload_success",
            help: "Whether the configuration was valid when it was last read.",
            value: 1
        )
        reloadTime = try registry.gauge(
            "registrar_last_reload_timestamp_seconds",
            help: "When the configuration was last read, as Unix time."
        )
        verificationSuccess = try registry.gauge(
            "registrar_last_journal_verification_success",
            help: "Whether the last verification found the journal intact; 1 before the first.",
            value: 1
        )
        verificationTime = try registry.gauge(
            "registrar_last_journal_verification_timestamp_seconds",
            help: "When the journal was last verified, as Unix time; 0 before the first."
        )
        journalKey = try registry.gauge(
            "registrar_journal_key",
            help: "Whether there is a key that signs the journal's checkpoints."
        )
        clockReliable = try registry.gauge(
            "registrar_clock_reliable",
            help: "Whether the clock is relied on: while it is not, nothing that falls due is done."
        )
        checkpointTime = try registry.gauge(
            "registrar_last_journal_checkpoint_timestamp_seconds",
            help: "When the last checkpoint was signed, as Unix time; 0 before this run's first."
        )
        _ = try registry.gauge(
            "registrar_build_info",
            help: "Always 1; the labels tell what runs.",
            labels: [MetricLabel("version", version)],
            value: 1
        )
    }
}

extension RegistrarMetrics {
    /// - Parameter drainSeconds: Infinite when the queue is not getting shorter.
    public func queue(_ queue: String, depth: Int, consumers: Int, drainSeconds: Double) {
        state.queueDepth[queue]?.set(depth)
        state.queueDrain[queue]?.set(drainSeconds)
        state.queueConsumers[queue]?.set(consumers)
    }

    /// - Parameter seconds: 0 when there is none.
    public func oldestPending(procedure: String, seconds: Double) {
        state.oldestPending[procedure]?.set(max(0, seconds))
    }

    public func broker(_ connection: BrokerConnection, connected: Bool, blocked: Bool) {
        state.connected[connection.rawValue]?.set(connected)
        state.blocked[connection.rawValue]?.set(blocked)
    }

    public func store(bytes: Int, walBytes: Int) {
        state.storeBytes.set(bytes)
        state.walBytes.set(walBytes)
    }

    /// - Parameter unixSeconds: When, in seconds since 1970.
    public func reloaded(success: Bool, unixSeconds: Double) {
        state.reloadSuccess.set(success)
        state.reloadTime.set(unixSeconds)
    }

    /// - Parameter unixSeconds: When, in seconds since 1970.
    public func journalVerified(success: Bool, unixSeconds: Double) {
        state.verificationSuccess.set(success)
        state.verificationTime.set(unixSeconds)
    }
}
