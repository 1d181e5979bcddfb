/// What waits to be sent, and how sending goes.
struct OutboxMetrics: Sendable {
    let pending: PrometheusGauge
    let oldestAge: PrometheusGauge
    let parked: PrometheusGauge
    let confirmed: PrometheusCounter
    let unroutable: PrometheusCounter
    let nacked: PrometheusCounter
    let confirm: PrometheusHistogram

    init(_ registry: MetricsRegistry) throws(MetricsRegistryError) {
        pending = try registry.gauge(
            "registrar_outbox_pending",
            help: "Messages in the outbox that are not confirmed yet."
        )
        oldestAge = try registry.gauge(
            "registrar_outbox_oldest_age_seconds",
            help: "Age of the oldest message in the outbox; 0 when there is none."
        )
        parked = try registry.gauge(
            "registrar_outbox_parked",
            help: "Messages in the outbox that no queue takes."
        )
        confirmed = try registry.counter(
            "registrar_outbox_confirmed_total",
            help: "Messages that the broker confirmed."
        )
        unroutable = try registry.counter(
            "registrar_outbox_unroutable_total",
            help: "Times that the broker returned a message because no queue takes it."
        )
        nacked = try registry.counter(
            "registrar_outbox_nacked_total",
            help: "Messages that the broker refused to store."
        )
        confirm = try registry.histogram(
            "registrar_outbox_confirm_seconds",
            help: "Time from publishing a message until the broker confirms it.",
            bounds: HistogramBounds.latencySeconds
        )
    }
}

extension RegistrarMetrics {
    /// - Parameter oldestAgeSeconds: 0 when the outbox is empty.
    public func outbox(pending: Int, oldestAgeSeconds: Double, parked: Int) {
        outbox.pending.set(Int64(pending))
        outbox.oldestAge.set(max(0, oldestAgeSeconds))
        outbox.parked.set(Int64(parked))
    }

    /// - Parameter seconds: Publishing to confirm, one value a message.
    public func outboxConfirmed(seconds: [Double]) {
        outbox.confirmed.increment(by: Int64(seconds.count))
        outbox.confirm.observe(seconds)
    }

    public func outboxUnroutable(count: Int = 1) { outbox.unroutable.increment(by: Int64(count)) }

    public func outboxNacked(count: Int = 1) { outbox.nacked.increment(by: Int64(count)) }
}
