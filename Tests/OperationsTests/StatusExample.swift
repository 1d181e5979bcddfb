@testable import Operations

/// A daemon's hour, as its metrics would have told it; the same one every time.
struct StatusExample {
    static let labels = MetricLabelValues(
        kinds: [
            "registrations": ["registration.access.company"],
            "approvals": ["approval.decision"],
            "reports": ["report.provisioning"],
        ],
        observedQueues: [
            "registrations", "approvals", "reports", "notifications", "provisioning", "problems",
            "dead-letters",
        ],
        reasons: ["malformed", "schema", "forbidden", "request-unknown"],
        procedures: ["access", "excise-authorisation", "vehicle-import"],
        requestStatuses: [
            "pending", "awaiting-information", "granted", "rejected", "withdrawn", "expired",
        ],
        closedStatuses: ["granted", "rejected", "withdrawn", "expired"],
        accountStates: ["provisioning", "active", "failed", "suspended", "revoked", "deleted"],
        orderStates: ["awaited", "refused", "failed"],
        authorisationKinds: ["registered-consignee"],
        authorisationStatuses: ["active", "lapsed", "revoked"],
        obligationKinds: ["ac4-declaration"],
        obligationStatuses: ["open", "met", "met-late", "overdue"],
        guaranteeStatuses: ["held", "released", "partly-called", "called"],
        systems: ["emcs"],
        dueWorkKinds: ["remind", "expire"]
    )

    let clock = ManualClock()
    let registry = MetricsRegistry()
    let metrics: RegistrarMetrics
    let health: HealthState
    let page: StatusPage

    init() throws {
        metrics = try RegistrarMetrics(registry: registry, labels: Self.labels, version: "1.2.3")
        health = HealthState(
            conditions: ["consumer", "publisher", "store"],
            progressLimit: .seconds(30),
            clock: clock.clock
        )
        page = StatusPage(
            metrics,
            registry: registry,
            health: health,
            version: "1.2.3",
            clock: clock.clock
        )
    }

    var snapshot: StatusSnapshot { page.snapshot }

    /// Lets time pass, and a sample be taken at its end.
    func pass(seconds: Int) {
        clock.advance(by: .seconds(seconds))
        page.sample()
    }

    /// An hour of work with a rush in the middle.
    func work() {
        becomeReady()
        for step in 0..<360 {
            let minute = Double(step) / 6
            // Any rough figure will do, as long as it is the same each time.
            let noise = Double((step &* 7919 &+ 104_729) % 97) / 97
            let isRush = (22..<34).contains(minute)
            let rate = (isRush ? 95 : 24) + 10 * noise
            let waiting =
                isRush
                ? (minute - 22) * 260 : minute < 22 ? 0 : max(0, 3120 - (minute - 34) * 520)
            metrics.settled(
                queue: "registrations",
                kind: "registration.access.company",
                outcome: .applied,
                count: Int(rate * 10)
            )
            metrics.outboxConfirmed(seconds: Array(repeating: 0.01, count: Int(rate * 26)))
            metrics.intake.inFlight["registrations"]?.set(Int(40 * noise))
            metrics.queue("registrations", depth: Int(waiting), consumers: 1, drainSeconds: 0)
            metrics.queue(
                "approvals",
                depth: Int(waiting / 9 + 6 * noise),
                consumers: 1,
                drainSeconds: 1.4
            )
            metrics.queue(
                "notifications",
                depth: Int(rate * (0.4 + 0.2 * noise)),
                consumers: 3,
                drainSeconds: 3
            )
            metrics.queue("problems", depth: step / 45, consumers: 1, drainSeconds: .infinity)
            metrics.outbox(
                pending: Int(rate * 2 * noise),
                oldestAgeSeconds: 0.4,
                parked: 0
            )
            pass(seconds: 10)
        }
        health.progress(of: "service")
        fillRegister()
    }

    func becomeReady() {
        for condition in ["consumer", "publisher", "store"] { health.satisfy(condition) }
        metrics.broker(.consumer, connected: true, blocked: false)
        metrics.broker(.publisher, connected: true, blocked: false)
        metrics.state.ready.set(true)
        metrics.state.clockReliable.set(true)
        metrics.store(bytes: 88_200_000, walBytes: 4_120_032)
    }

    private func fillRegister() {
        let counts = [
            "access": [214, 31, 18_204, 912, 40, 17],
            "excise-authorisation": [12, 3, 240, 21, 0, 0],
            "vehicle-import": [0, 0, 0, 0, 0, 0],
        ]
        for (procedure, counts) in counts {
            for (status, count) in zip(Self.labels.requestStatuses, counts) {
                metrics.state.requests[procedure, status]?.set(count)
            }
        }
        metrics.oldestPending(procedure: "access", seconds: 11 * 86_400 + 7200)
        metrics.oldestPending(procedure: "excise-authorisation", seconds: 93_000)
        for (state, count) in zip(Self.labels.accountStates, [4, 17_911, 0, 12, 268, 9]) {
            metrics.state.accounts[state]?.set(count)
        }
        metrics.state.authorisations["registered-consignee", "active"]?.set(231)
        metrics.state.obligations["ac4-declaration", "open"]?.set(57)
        metrics.state.obligations["ac4-declaration", "overdue"]?.set(2)
        metrics.state.guarantees["held"]?.set(118)
        metrics.state.guarantees["partly-called"]?.set(1)
        metrics.intake.deadLettered["schema"]?.increment(by: 41)
        metrics.intake.deadLettered["forbidden"]?.increment(by: 17)
        metrics.intake.deadLettered["request-unknown"]?.increment(by: 3)
        metrics.intake.deferred.set(5)
        let now = clock.clock.sinceEpoch().seconds
        metrics.journalVerified(success: true, unixSeconds: now - 760)
    }

    /// Everything that can be wrong at once, told in words that try to be more than text.
    func fail() {
        health.fail(
            "publisher",
            reason: "cannot connect to 127.0.0.1:5672: Connection refused; start the broker"
        )
        health.fail("store", reason: "<script>alert(\"1\")</script> & 'a disk that is full'")
        metrics.broker(.publisher, connected: false, blocked: false)
        metrics.outbox(pending: 12_345, oldestAgeSeconds: 5400, parked: 3)
        metrics.state.accounts["failed"]?.set(2)
        metrics.queue("registrations", depth: 1_234_567, consumers: 1, drainSeconds: .infinity)
        metrics.journalVerified(
            success: false,
            unixSeconds: clock.clock.sinceEpoch().seconds - 60
        )
        clock.advance(by: .seconds(95))
    }
}
