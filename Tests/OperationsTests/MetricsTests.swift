import Testing

@testable import Operations

@Suite("Metrics")
struct MetricsTests {
    @Test("the text format: help, type, order, escapes, numbers, buckets")
    func text() throws {
        let registry = MetricsRegistry()
        let b = try registry.counter(
            "b_total",
            help: "Back\\slash and\nline.",
            labels: [MetricLabel("q", "y")]
        )
        b.increment(by: 3)
        b.increment(by: -5)
        _ = try registry.counter(
            "b_total",
            help: "",
            labels: [MetricLabel("q", "x\\\"\n"), MetricLabel("a", "é")]
        )
        try registry.gauge("a_seconds", help: "A.").set(0.25)
        try registry.gauge("c", help: "C.").set(.infinity)
        try registry.gauge("d", help: "D.").set(-.infinity)
        _ = try registry.gauge("e", help: "E.", value: .nan)
        try registry.gauge("f", help: "F.").set(1e-5)
        let histogram = try registry.histogram("g_seconds", help: "G.", bounds: [0.5, 1, 2.5])
        histogram.observe([0.5, 0.75, 1, 100, .nan])
        histogram.observe(-1)
        #expect(
            registry.render() == """
                # HELP a_seconds A.
                # TYPE a_seconds gauge
                a_seconds 0.25
                # HELP b_total Back\\\\slash and\\nline.
                # TYPE b_total counter
                b_total{a="é",q="x\\\\\\"\\n"} 0
                b_total{q="y"} 3
                # HELP c C.
                # TYPE c gauge
                c +Inf
                # HELP d D.
                # TYPE d gauge
                d -Inf
                # HELP e E.
                # TYPE e gauge
                e NaN
                # HELP f F.
                # TYPE f gauge
                f 1e-05
                # HELP g_seconds G.
                # TYPE g_seconds histogram
                g_seconds_bucket{le="0.5"} 2
                g_seconds_bucket{le="1"} 4
                g_seconds_bucket{le="2.5"} 4
                g_seconds_bucket{le="+Inf"} 5
                g_seconds_sum 101.25
                g_seconds_count 5

                """
        )
    }

    @Test("the same name and labels are the same series; what conflicts is refused with its reason")
    func registering() throws {
        let registry = MetricsRegistry()
        let one = try registry.counter(
            "x_total",
            help: "X.",
            labels: [MetricLabel("a", "1"), MetricLabel("b", "2")]
        )
        let same = try registry.counter(
            "x_total",
            help: "X.",
            labels: [MetricLabel("b", "2"), MetricLabel("a", "1")]
        )
        #expect(one === same)
        func refusal(_ register: () throws(MetricsRegistryError) -> Void) -> String? {
            do throws(MetricsRegistryError) {
                try register()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            refusal { () throws(MetricsRegistryError) in _ = try registry.gauge("x_total", help: "")
            }
                == "x_total is a counter already and cannot be a gauge; rename one"
        )
        #expect(
            refusal { () throws(MetricsRegistryError) in _ = try registry.counter("x", help: "") }
                == "the counter x must end with _total; rename it"
        )
        #expect(
            refusal { () throws(MetricsRegistryError) in _ = try registry.gauge("1x", help: "") }
                == "1x is no name of a metric; use letters, digits and underscores"
        )
        #expect(
            refusal { () throws(MetricsRegistryError) in
                _ = try registry.gauge("y", help: "", labels: [MetricLabel("le", "1")])
            } == "le is no name of a label of y; use letters, digits and underscores"
        )
        #expect(
            refusal { () throws(MetricsRegistryError) in
                _ = try registry.histogram("z", help: "", bounds: [2, 1])
            } == "the bounds of the histogram z must be finite and rise"
        )
    }

    @Test("updates from many threads are all counted")
    func concurrency() async throws {
        let registry = MetricsRegistry()
        let counter = try registry.counter("c_total", help: "")
        let gauge = try registry.gauge("g", help: "")
        let histogram = try registry.histogram("h", help: "", bounds: [1])
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    for number in 0..<1000 {
                        counter.increment(by: 2)
                        gauge.raise(to: Double(number))
                        histogram.observe(1)
                    }
                }
            }
        }
        #expect(counter.value == 16_000)
        #expect(gauge.value == 999)
        #expect(histogram.snapshot().counts == [8000, 0])
        #expect(histogram.snapshot().sum == 8000)
    }

    @Test("the process's own figures are those of the moment")
    func process() throws {
        let registry = MetricsRegistry()
        try ProcessMetrics(registry: registry, startUnixSeconds: 1234.5)
        let samples = registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
        var values: [Substring: Double] = [:]
        for sample in samples {
            let parts = sample.split(separator: " ")
            values[parts[0]] = Double(parts[1])
        }
        #expect(try #require(values["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(values["process_open_fds"]) >= 3)
        #expect(try #require(values["process_cpu_seconds_total"]) > 0)
        #expect(values["process_start_time_seconds"] == 1234.5)
    }
}

@Suite("Metrics of the daemon")
struct RegistrarMetricsTests {
    static let labels = MetricLabelValues(
        kinds: [
            "registrations": ["registration.access.company"], "approvals": ["approval.decision"],
        ],
        observedQueues: ["registrations", "dead-letters"],
        reasons: ["schema", "forbidden"],
        procedures: ["access"],
        requestStatuses: ["pending", "granted"],
        closedStatuses: ["granted"],
        accountStates: ["active"],
        orderStates: ["failed"],
        authorisationKinds: ["registered-consignee"],
        authorisationStatuses: ["active", "lapsed"],
        obligationKinds: ["ac4-declaration"],
        obligationStatuses: ["open", "overdue"],
        guaranteeStatuses: ["held", "called"],
        systems: ["emcs"],
        dueWorkKinds: ["remind", "expire"]
    )

    let registry = MetricsRegistry()
    let metrics: RegistrarMetrics

    init() throws {
        metrics = try RegistrarMetrics(registry: registry, labels: Self.labels, version: "1.2.3")
    }

    func value(_ series: String) -> String? {
        registry.render().split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .map { String($0.dropFirst(series.count + 1)) }
    }

    @Test("What retention erased is counted by procedure and status, from 0")
    func retention() {
        let series = #"registrar_retention_erased_total{procedure="access",status="granted"}"#
        #expect(value(series) == "0")
        metrics.intake.erased["access", "granted"]?.increment(by: 2)
        metrics.intake.erased["access", "granted"]?.increment(by: 1)
        #expect(value(series) == "3")
    }

    @Test("every series exists from the start, at 0, in Prometheus' manner")
    func initial() {
        let lines = registry.render().split(separator: "\n")
        let samples = lines.filter { !$0.hasPrefix("#") }
        let ones: Set<Substring> = [
            "registrar_build_info{version=\"1.2.3\"} 1", "registrar_last_reload_success 1",
            "registrar_last_journal_verification_success 1",
        ]
        for sample in samples where !sample.hasSuffix(" 0") {
            #expect(ones.contains(sample))
        }
        let types = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ") }
        for type in types {
            #expect(type[2].hasPrefix("registrar_"))
            #expect((type[3] == "counter") == type[2].hasSuffix("_total"), "\(type[2])")
            #expect(lines.contains { $0.hasPrefix("# HELP \(type[2]) ") && $0.hasSuffix(".") })
        }
        for outcome in MessageOutcome.allCases {
            #expect(
                samples.contains(
                    "registrar_settled_total{kind=\"approval.decision\",outcome=\"\(outcome.rawValue)\",queue=\"approvals\"} 0"
                )
            )
        }
        #expect(Set(samples).count == samples.count)
        // A connection that does not exist is not down.
        let connections = samples.filter { $0.hasPrefix("registrar_broker_connected") }
        #expect(connections.count == BrokerConnection.allCases.count)
    }

    @Test("intake is counted")
    func intake() {
        metrics.received(queue: "registrations", count: 5, redelivered: 2)
        metrics.settled(
            queue: "registrations",
            kind: "registration.access.company",
            outcome: .applied,
            count: 3
        )
        metrics.settled(queue: "registrations", kind: "made.up.by.somebody", outcome: .dead)
        metrics.settled(queue: "nowhere", kind: "x", outcome: .dead)
        metrics.intake.deadLettered["schema"]?.increment()
        metrics.intake.deadLettered["unheard-of"]?.increment(by: 2)
        metrics.intake.processing["registrations"]?.observe([0.001, 0.2])
        metrics.critical(queue: "approvals", seconds: [-3, 4000])
        metrics.intake.inFlight["approvals"]?.set(7)
        metrics.committed(batchSize: 3, seconds: 0.004)
        metrics.intake.deferred.set(4)
        metrics.intake.letters["schema"]?.set(6)
        metrics.intake.letters["unheard-of"]?.set(7)
        metrics.letters(bytes: 4096, fill: 0.5)
        metrics.intake.lettersDropped.increment(by: 2)
        #expect(value("registrar_dead_letters{reason=\"schema\"}") == "6")
        #expect(value("registrar_dead_letters{reason=\"forbidden\"}") == "0")
        #expect(value("registrar_dead_letters_bytes") == "4096")
        #expect(value("registrar_dead_letters_fill_ratio") == "0.5")
        #expect(value("registrar_dead_letters_dropped_total") == "2")
        #expect(value("registrar_received_total{queue=\"registrations\"}") == "5")
        #expect(value("registrar_redelivered_total{queue=\"registrations\"}") == "2")
        #expect(
            value(
                "registrar_settled_total{kind=\"registration.access.company\",outcome=\"applied\",queue=\"registrations\"}"
            ) == "3"
        )
        #expect(
            value(
                "registrar_settled_total{kind=\"other\",outcome=\"dead\",queue=\"registrations\"}"
            ) == "1"
        )
        #expect(
            value("registrar_settled_total{kind=\"other\",outcome=\"other\",queue=\"other\"}")
                == "1"
        )
        #expect(value("registrar_dead_lettered_total{reason=\"schema\"}") == "1")
        #expect(value("registrar_dead_lettered_total{reason=\"other\"}") == "2")
        #expect(value("registrar_processing_seconds_count{queue=\"registrations\"}") == "2")
        #expect(
            value("registrar_processing_seconds_bucket{queue=\"registrations\",le=\"0.001\"}")
                == "1"
        )
        #expect(value("registrar_critical_seconds_sum{queue=\"approvals\"}") == "4000")
        #expect(value("registrar_in_flight{queue=\"approvals\"}") == "7")
        #expect(value("registrar_batch_size_sum") == "3")
        #expect(value("registrar_commit_seconds_bucket{le=\"0.005\"}") == "1")
        #expect(value("registrar_deferred") == "4")
        metrics.intake.longestTransaction.raise(to: 0.5)
        metrics.intake.longestTransaction.raise(to: 0.25)
        #expect(value("registrar_longest_transaction_seconds") == "0.5")
    }

    @Test("the outbox is counted")
    func outbox() {
        metrics.outbox(pending: 9, oldestAgeSeconds: 1.5, parked: 2)
        metrics.outboxConfirmed(seconds: [0.01, 0.02])
        metrics.outbox.unroutable.increment()
        metrics.outbox.nacked.increment(by: 3)
        #expect(value("registrar_outbox_pending") == "9")
        #expect(value("registrar_outbox_oldest_age_seconds") == "1.5")
        #expect(value("registrar_outbox_parked") == "2")
        #expect(value("registrar_outbox_confirmed_total") == "2")
        #expect(value("registrar_outbox_confirm_seconds_count") == "2")
        #expect(value("registrar_outbox_unroutable_total") == "1")
        #expect(value("registrar_outbox_nacked_total") == "3")
    }

    @Test("states are shown")
    func states() {
        metrics.queue("dead-letters", depth: 12, consumers: 1, drainSeconds: .infinity)
        metrics.state.requests["access", "pending"]?.set(8)
        metrics.oldestPending(procedure: "access", seconds: 60)
        metrics.state.accounts["active"]?.set(5)
        metrics.broker(.publisher, connected: true, blocked: true)
        metrics.store(bytes: 4096, walBytes: 512)
        metrics.state.ready.set(true)
        metrics.reloaded(success: false, unixSeconds: 1_767_225_600)
        metrics.journalVerified(success: false, unixSeconds: 1_767_225_601)
        #expect(value("registrar_queue_depth{queue=\"dead-letters\"}") == "12")
        #expect(value("registrar_queue_drain_seconds{queue=\"dead-letters\"}") == "+Inf")
        #expect(value("registrar_requests{procedure=\"access\",status=\"pending\"}") == "8")
        #expect(value("registrar_requests_oldest_pending_seconds{procedure=\"access\"}") == "60")
        #expect(value("registrar_accounts{state=\"active\"}") == "5")
        #expect(value("registrar_broker_connected{connection=\"publisher\"}") == "1")
        #expect(value("registrar_broker_connected{connection=\"consumer\"}") == "0")
        #expect(value("registrar_broker_blocked{connection=\"publisher\"}") == "1")
        #expect(value("registrar_store_bytes") == "4096")
        #expect(value("registrar_store_wal_bytes") == "512")
        #expect(value("registrar_ready") == "1")
        #expect(value("registrar_last_reload_success") == "0")
        #expect(value("registrar_last_reload_timestamp_seconds") == "1767225600")
        #expect(value("registrar_last_journal_verification_success") == "0")
        #expect(value("registrar_last_journal_verification_timestamp_seconds") == "1767225601")
    }
}
