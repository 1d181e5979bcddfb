import Contract
import Synchronization

/// Where the broker's threads leave what has arrived and the loop takes all of it at once:
/// batches cross threads, messages don't.
final class WorkQueue: Sendable {
    /// Everything that waited.
    struct Work {
        var deliveries: [Delivery] = []
        var results: [PublicationResult] = []
        var signals: [Signal] = []
        /// Whether more deliveries wait here than were to be taken.
        var leavesDeliveries = false
    }

    private struct State {
        var work = Work()
        var finished = false
        var refusesDeliveries = false
        var waiting: CheckedContinuation<Work?, Never>?
        /// How many deliveries whoever waits would take.
        var wanted = 0

        var isWorth: Bool {
            !work.results.isEmpty || !work.signals.isEmpty
                || (wanted > 0 && !work.deliveries.isEmpty)
        }

        /// What is there, with at most `wanted` deliveries.
        mutating func take() -> Work {
            var taken = Work(results: work.results, signals: work.signals)
            work.results = []
            work.signals = []
            if work.deliveries.count <= wanted {
                taken.deliveries = work.deliveries
                work.deliveries = []
            } else {
                taken.deliveries = Array(work.deliveries.prefix(wanted))
                work.deliveries.removeFirst(wanted)
                taken.leavesDeliveries = true
            }
            return taken
        }
    }

    private let state = Mutex(State())

    func add(_ deliveries: [Delivery]) {
        change { if !$0.refusesDeliveries { $0.work.deliveries += deliveries } }
    }

    func add(_ results: [PublicationResult]) { change { $0.work.results += results } }
    func add(_ signal: Signal) { change { $0.work.signals.append(signal) } }

    /// Drops deliveries whose session ended: the broker delivers them again.
    func dropDeliveries(of session: Int) {
        change { $0.work.deliveries.removeAll { $0.receipt.session == session } }
    }

    /// Drops deliveries that nobody took, now and from here on: they go back to the broker when the
    /// session closes.
    func refuseDeliveries() {
        change {
            $0.work.deliveries = []
            $0.refusesDeliveries = true
        }
    }

    /// Ends the sequence; what waits is dropped.
    func finish() {
        let waiting = state.withLock { state in
            state.finished = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
    }

    /// Deliveries that wait to be taken; they stay.
    func waitingDeliveries(where isWanted: (Delivery) -> Bool) -> [Delivery] {
        state.withLock { $0.work.deliveries.filter(isWanted) }
    }

    /// Waits until there is something to do; nil once finished.
    ///
    /// - Parameter deliveries: how many deliveries to take at most; 0 leaves them waiting.
    func next(deliveries: Int) async -> Work? {
        await withCheckedContinuation { continuation in
            let ready: (Bool, Work?) = state.withLock { state in
                if state.finished { return (true, nil) }
                state.wanted = deliveries
                if state.isWorth { return (true, state.take()) }
                state.waiting = continuation
                return (false, nil)
            }
            if ready.0 { continuation.resume(returning: ready.1) }
        }
    }

    /// What there is to do now; nil if that is nothing, or once finished.
    func takeWaiting(deliveries: Int) -> Work? {
        state.withLock { state in
            state.wanted = deliveries
            return state.finished || !state.isWorth ? nil : state.take()
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let woken: (CheckedContinuation<Work?, Never>, Work)? = state.withLock { state in
            guard !state.finished else { return nil }
            change(&state)
            guard state.isWorth, let waiting = state.waiting.take() else { return nil }
            return (waiting, state.take())
        }
        if let woken { woken.0.resume(returning: woken.1) }
    }
}

/// What wakes the loop besides messages.
enum Signal: Hashable, Sendable {
    /// Something is due by the clock.
    case clock
    /// The publishing session is open: nothing of an earlier one is on the way any more.
    case publisherOpened(session: Int)
    case publisherClosed(PublicationRefusal?)
    /// The source's session is open: what waits in the broker comes.
    case sourceOpened
    case sourceClosed
    /// The last batch left something to do.
    case again
    /// To stop: take nothing in any more, settle what is on the way.
    case stop
    /// The time to settle in is over.
    case abandon
}
