import Synchronization

/// Samples of the last hour. Safe to use from any thread.
final class StatusHistory: Sendable {
    static let intervalSeconds = 10.0
    static let spanSeconds = 3600.0
    private static let capacity = Int(spanSeconds / intervalSeconds) + 1

    private struct Totals {
        let at: Duration
        let settled: Int64
        let confirmed: Int64
    }

    private struct State {
        var last: Totals?
        /// At most ``capacity``, oldest first.
        var samples: [StatusSample] = []
    }

    private let metrics: RegistrarMetrics
    private let clock: OperationsClock
    private let state = Mutex(State())

    init(_ metrics: RegistrarMetrics, clock: OperationsClock) {
        self.metrics = metrics
        self.clock = clock
    }

    /// Adds how things stand now. The first call only tells where counting begins.
    func sample() {
        let totals = Totals(
            at: clock.monotonic(),
            settled: metrics.intake.settled.all.map(\.value).reduce(0, +),
            confirmed: metrics.outbox.confirmed.value
        )
        let queues = metrics.labels.observedQueues
        let depths = queues.map { metrics.state.queueDepth[$0]?.count ?? 0 }
        let backlog = zip(queues, depths).map { queue, depth in
            metrics.intake.inFlight[queue].map { depth + $0.count } ?? 0
        }
        let pending = metrics.outbox.pending.count
        state.withLock { state in
            defer { state.last = totals }
            guard let last = state.last, totals.at > last.at else { return }
            let seconds = (totals.at - last.at).seconds
            if state.samples.count == Self.capacity { state.samples.removeFirst() }
            state.samples.append(
                StatusSample(
                    at: totals.at,
                    settledPerSecond: Double(totals.settled - last.settled) / seconds,
                    confirmedPerSecond: Double(totals.confirmed - last.confirmed) / seconds,
                    depths: depths,
                    backlog: backlog.reduce(0, +),
                    outboxPending: pending
                )
            )
        }
    }

    /// Those of the last hour, oldest first.
    var samples: [StatusSample] {
        let now = clock.monotonic()
        return state.withLock(\.samples).compactMap { sample in
            var sample = sample
            sample.secondsAgo = (now - sample.at).seconds
            return sample.secondsAgo <= Self.spanSeconds ? sample : nil
        }
    }
}
