import AMQP
import Storage
import Testing

/// What `/metrics` says.
@Suite(.serialized)
struct MetricsTests {
    private static let promised = [
        "registrar_received_total", "registrar_redelivered_total", "registrar_settled_total",
        "registrar_dead_lettered_total", "registrar_processing_seconds_count",
        "registrar_critical_seconds_count", "registrar_in_flight", "registrar_batch_size_count",
        "registrar_commit_seconds_count", "registrar_deferred", "registrar_timers_total",
        "registrar_outbox_pending",
        "registrar_outbox_oldest_age_seconds", "registrar_outbox_parked",
        "registrar_outbox_confirmed_total", "registrar_outbox_unroutable_total",
        "registrar_outbox_nacked_total", "registrar_outbox_confirm_seconds_count",
        "registrar_queue_depth", "registrar_queue_drain_seconds", "registrar_queue_consumers",
        "registrar_requests",
        "registrar_requests_oldest_pending_seconds", "registrar_accounts",
        "registrar_authorisations", "registrar_obligations", "registrar_guarantees",
        "registrar_broker_connected", "registrar_broker_blocked", "registrar_store_bytes",
        "registrar_store_wal_bytes", "registrar_store_failures_total", "registrar_ready",
        "registrar_last_reload_success",
        "registrar_last_journal_verification_success", "registrar_journal_key",
        "registrar_last_journal_checkpoint_timestamp_seconds", "registrar_build_info",
        "process_resident_memory_bytes",
    ]

    @Test("Every promised metric is there from the start, at 0 for every set of labels")
    func names() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.start()
            let text = try #require(try daemon.page("/metrics")).body
            let names = Set(
                text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                    .compactMap { $0.split { $0 == "{" || $0 == " " }.first }.map(String.init)
            )
            #expect(Self.promised.filter { !names.contains($0) } == [])
            let unmoved = [
                #"registrar_settled_total{kind="approval.decision",outcome="refused",queue="approvals"} 0"#,
                #"registrar_dead_lettered_total{reason="forbidden"} 0"#,
                #"registrar_requests{procedure="access",status="granted"} 0"#,
                #"registrar_accounts{state="active"} 0"#,
                #"registrar_timers_total{kind="remind"} 0"#,
                #"registrar_timers_total{kind="expire"} 0"#,
                #"registrar_requests_oldest_pending_seconds{procedure="access"} 0"#,
            ]
            let samples = Set(text.split(separator: "\n").map(String.init))
            #expect(unmoved.filter { !samples.contains($0) } == [])
            try await daemon.stop()
        }
    }

    @Test("After known traffic the metrics and the status page count it, and name nobody")
    func counts() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let anne = Registrant("anne")
            let request = newRequest()
            let pending = newRequest()
            try await installation.portal.send(
                anne.company(request, "LU7001"),
                anne.company(pending, "LU7002")
            )
            try await installation.portal.send(
                OutgoingMessage("registration.access.company", [0x7B])
            )
            try await installation.customs.send(
                Decider.customs.grant(request),
                Decider.customs.grant(newRequest())
            )
            let received = try await installation.settle(daemon, deliveries: 5)
            // Two pending and one granted: mails, order and status events; and a dead letter.
            #expect(received.count == 2 * 3 + 5 + 1)
            try await eventually("the outbox's metrics at rest") {
                try daemon.metric("registrar_outbox_confirmed_total") == 12 ? () : nil
            }
            let company = #"kind="registration.access.company""#
            let expected: [(String, [String], Double)] = [
                ("registrar_received_total", [#"queue="registrations""#], 3),
                ("registrar_received_total", [#"queue="approvals""#], 2),
                ("registrar_settled_total", [company, #"outcome="applied""#], 2),
                ("registrar_settled_total", [#"outcome="dead""#], 1),
                ("registrar_settled_total", [#"outcome="deferred""#], 1),
                ("registrar_dead_lettered_total", [#"reason="malformed""#], 1),
                ("registrar_dead_lettered_total", [], 1),
                ("registrar_processing_seconds_count", [], 5),
                ("registrar_critical_seconds_count", [], 4),
                ("registrar_in_flight", [], 0),
                ("registrar_deferred", [], 1),
                ("registrar_outbox_pending", [], 0),
                ("registrar_outbox_oldest_age_seconds", [], 0),
                ("registrar_outbox_confirm_seconds_count", [], 12),
                ("registrar_requests", [#"status="granted""#], 1),
                ("registrar_requests", [#"status="pending""#], 1),
                ("registrar_accounts", [#"state="active""#], 1),
                ("registrar_broker_connected", [], 2),
                ("registrar_broker_blocked", [], 0),
                ("registrar_ready", [], 1),
            ]
            for (name, labels, value) in expected {
                let actual = try daemon.sum(name, labels)
                #expect(actual == value, "\(name) \(labels)")
            }
            #expect(try daemon.metric("registrar_store_bytes") > 0)
            #expect(try daemon.metric("registrar_commit_seconds_count") > 0)
            let text = try #require(try daemon.page("/metrics")).body
            let page = try #require(try daemon.page("/")).body
            for part in [
                "<title>Taking messages · Registrar</title>", "Both connections stand",
                #"<th scope="row">Access</th><td>1</td>"#,
                #"<th scope="row">malformed</th><td>1</td>"#,
            ] {
                #expect(page.contains(part), "\(part)")
            }
            for personal in [request, "LU7001", "Weber", anne.email, anne.subject] {
                #expect(!text.contains(personal) && !page.contains(personal), "\(personal)")
            }
            try await daemon.stop()
        }
    }

    @Test("Depths are those of the queues, and a backlog of the outbox shows")
    func backlog() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let daemon = try await installation.start()
            try await Load(10).send(over: installation)
            // Nobody takes the mails: three for each request.
            try await eventually("the depth of the mails' queue") {
                try daemon.metric("registrar_queue_depth", #"queue="notifications""#) == 30
                    ? () : nil
            }
            #expect(try daemon.metric("registrar_queue_depth", #"queue="registrations""#) == 0)
            try await daemon.stop()
        }
    }
}
