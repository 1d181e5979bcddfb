import Synchronization

/// Why a part of the daemon is not as it should be.
public struct HealthReason: Sendable, Equatable {
    public let component: String
    public let reason: String
    /// RFC 3339.
    public let since: String
}

/// An answer about health: good when no reason speaks against it. What somebody should see to while
/// the daemon works is among the reasons, too.
public struct HealthReport: Sendable, Equatable {
    public let reasons: [HealthReason]
    public let isGood: Bool

    /// `{"ready":false,"reasons":[{"component":"broker","reason":"…","since":"…"}]}`
    public func json(named name: String) -> String {
        let objects = reasons.map { reason in
            let members = [
                ("component", reason.component), ("reason", reason.reason), ("since", reason.since),
            ]
            return members.map { "\"\($0)\":\(Escaping.quoted($1))" }.joined(separator: ",")
        }
        let list = objects.map { "{\($0)}" }.joined(separator: ",")
        return "{\"\(name)\":\(isGood),\"reasons\":[\(list)]}\n"
    }
}

/// What the daemon knows of its own health, for `/livez`, `/readyz`, the watchdog and `STATUS=`.
///
/// *Ready* means that every condition holds: consuming, store writable, broker connected. *Live*
/// means that every loop turned lately. A loop that waits for a broker or a full disk turns, and
/// says so by ``progress(of:)``: to be restarted would not help it. Safe to use from any thread.
public final class HealthState: Sendable {
    private struct Failure {
        let reason: String
        let since: Duration
        /// Whether the daemon works all the same.
        var isNote = false
    }

    private struct State {
        var failures: [String: Failure] = [:]
        var progress: [String: (monotonic: Duration, sinceEpoch: Duration)] = [:]
    }

    private let clock: OperationsClock
    private let progressLimit: Duration
    private let state: Mutex<State>

    /// The reason against a component that has not said anything yet.
    static let starting = "starting"

    /// - Parameters:
    ///   - conditions: Components that must hold before the daemon is ready; none holds at first.
    ///   - progressLimit: How long a loop may go without turning.
    public init(
        conditions: [String],
        progressLimit: Duration,
        clock: OperationsClock = .system
    ) {
        self.clock = clock
        self.progressLimit = progressLimit
        let now = clock.sinceEpoch()
        state = Mutex(
            State(
                failures: Dictionary(
                    conditions.map { ($0, Failure(reason: Self.starting, since: now)) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        )
    }

    /// The component is as it should be.
    public func satisfy(_ component: String) {
        state.withLock { _ = $0.failures.removeValue(forKey: component) }
    }

    /// The component is not as it should be. The same reason again keeps its time.
    public func fail(_ component: String, reason: String) {
        set(component, reason, isNote: false)
    }

    /// The component works, and somebody should see to this. The same reason again keeps its time.
    public func note(_ component: String, reason: String) {
        set(component, reason, isNote: true)
    }

    private func set(_ component: String, _ reason: String, isNote: Bool) {
        let now = clock.sinceEpoch()
        state.withLock { state in
            let known = state.failures[component]
            guard known?.reason != reason || known?.isNote != isNote else { return }
            state.failures[component] = Failure(reason: reason, since: now, isNote: isNote)
        }
    }

    /// The loop turned. The first time puts it under watch.
    public func progress(of loop: String) {
        let now = (clock.monotonic(), clock.sinceEpoch())
        state.withLock { $0.progress[loop] = now }
    }

    /// The loop ended as it should; it is watched no longer.
    public func ended(_ loop: String) {
        state.withLock { _ = $0.progress.removeValue(forKey: loop) }
    }

    /// Whether messages are taken, and why not.
    public var readiness: HealthReport {
        let failures = state.withLock { $0.failures }
        return HealthReport(
            reasons: failures.sorted { $0.key < $1.key }.map { component, failure in
                HealthReason(
                    component: component,
                    reason: failure.reason,
                    since: RFC3339.text(sinceEpoch: failure.since)
                )
            },
            isGood: failures.values.allSatisfy(\.isNote)
        )
    }

    /// Whether every loop turned lately, and which did not.
    public var liveness: HealthReport {
        let now = clock.monotonic()
        let progress = state.withLock { $0.progress }
        let stuck = progress.filter { now - $0.value.monotonic > progressLimit }
        return HealthReport(
            reasons: stuck.sorted { $0.key < $1.key }.map { loop, last in
                HealthReason(
                    component: loop,
                    reason: "no progress for more than \(progressLimit.components.seconds) s",
                    since: RFC3339.text(sinceEpoch: last.sinceEpoch)
                )
            },
            isGood: stuck.isEmpty
        )
    }
}
