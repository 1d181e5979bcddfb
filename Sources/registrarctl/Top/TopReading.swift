import Composition
import Contract
import Domain
import Settings

/// What was seen at one moment.
struct TopReading {
    let at: Instant
    let monotonicSeconds: Double
    /// Nil when the daemon did not answer.
    let metrics: MetricsText?
    let readiness: HealthProbe.Answer
}

extension TopReading {
    /// Asks the daemon. Blocks for some seconds at most.
    init(_ address: ListenAddress) {
        let time = SystemTime()
        at = time.now
        monotonicSeconds = time.monotonicSeconds
        let response = HealthProbe.fetch("/metrics", address)
        metrics = response.flatMap { response in
            response.status == 200
                ? MetricsText(String(decoding: response.body, as: UTF8.self)) : nil
        }
        readiness = HealthProbe.ask(address)
    }

}

/// What is shown: the latest reading, and how it came to be.
struct TopState {
    /// How many values a spark line has at most.
    static let historyLength = 60
    static let queues = [
        "registrations", "approvals", "reports", "notifications", "provisioning", "problems",
    ]

    struct Queue {
        let name: String
        /// Messages a second since the reading before; nil with the first one.
        var rate: Double?
        /// The rates before that, the oldest first.
        var history: [Double] = []
        var waiting: Double?
        /// Infinite when it does not shrink.
        var drainSeconds: Double?
        var inHand: Double?
        /// Who takes from it.
        var consumers: Double?
    }

    private(set) var reading: TopReading
    private(set) var queues = TopState.queues.map { Queue(name: $0) }
    private(set) var confirmedRate: Double?
    private var earlier: TopReading?

    init(_ first: TopReading) {
        reading = first
        takeIn(first, nil)
    }

    mutating func add(_ next: TopReading) {
        earlier = reading
        reading = next
        takeIn(next, earlier)
    }

    private mutating func takeIn(_ next: TopReading, _ before: TopReading?) {
        guard let metrics = next.metrics else { return }
        for index in queues.indices {
            let labels = ["queue": queues[index].name]
            queues[index].waiting = metrics.value("registrar_queue_depth", labels)
            queues[index].drainSeconds = metrics.value("registrar_queue_drain_seconds", labels)
            queues[index].consumers = metrics.value("registrar_queue_consumers", labels)
            queues[index].inHand = metrics.value("registrar_in_flight", labels)
            queues[index].rate = rate("registrar_received_total", labels, next, before)
            guard let rate = queues[index].rate else { continue }
            queues[index].history = (queues[index].history + [rate]).suffix(Self.historyLength)
        }
        confirmedRate = rate("registrar_outbox_confirmed_total", [:], next, before)
    }

    private func rate(
        _ name: String,
        _ labels: [String: String],
        _ next: TopReading,
        _ before: TopReading?
    ) -> Double? {
        guard let before, let now = next.metrics?.value(name, labels),
            let then = before.metrics?.value(name, labels),
            next.monotonicSeconds > before.monotonicSeconds
        else { return nil }
        // Counters start over with the daemon.
        return max(0, now - then) / (next.monotonicSeconds - before.monotonicSeconds)
    }

    /// Since the reading before; since the daemon's start when nothing happened since.
    func span(_ name: String) -> (median: Double?, high: Double?)? {
        guard let now = reading.metrics else { return nil }
        var span = HistogramSpan(name, now, since: earlier?.metrics)
        if span.quantile(0.5) == nil { span = HistogramSpan(name, now, since: nil) }
        return (span.quantile(0.5), span.quantile(0.99))
    }

    /// A metric's values by one of its labels, those that are not 0, the greatest first.
    func counts(_ name: String, by label: String) -> [(name: String, count: Double)] {
        var counts: [String: Double] = [:]
        for one in reading.metrics?.all(name) ?? [] where one.value > 0 {
            counts[one.labels[label] ?? "", default: 0] += one.value
        }
        return counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .map { ($0.key, $0.value) }
    }
}
