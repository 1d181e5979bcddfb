/// What waits to be sent, and how sending goes.
public struct OutboxMetrics: Sendable {
    public let pending: PrometheusGauge
    public let oldestAge: PrometheusGauge
    public let parked: PrometheusGauge
    public let confirmed: PrometheusCounter
    public let unroutable: PrometheusCounter
    public let nacked: PrometheusCounter
    public let confirm: PrometheusHistogram

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
        outbox.pending.set(pending)
        outbox.oldestAge.set(max(0, oldestAgeSeconds))
        outbox.parked.set(parked)
    }

    /// - Parameter seconds: Publishing to confirm, one value a message.
    public func outboxConfirmed(seconds: [Double]) {
        outbox.confirmed.increment(by: seconds.count)
        outbox.confirm.observe(seconds)
    }
}
