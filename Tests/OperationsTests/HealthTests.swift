import Glibc
import Logging
import Testing

@testable import Operations

@Suite("Health")
struct HealthTests {
    let clock = ManualClock()
    let health: HealthState

    init() {
        health = HealthState(
            conditions: ["broker", "store"],
            progressLimit: .seconds(30),
            clock: clock.clock
        )
    }

    @Test("ready when every condition holds; else with the reasons, and since when")
    func readiness() {
        #expect(health.readiness.reasons.map(\.component) == ["broker", "store"])
        #expect(health.readiness.reasons.map(\.reason) == ["starting", "starting"])
        health.satisfy("broker")
        health.satisfy("store")
        #expect(health.readiness.isGood)
        #expect(health.readiness.json(named: "ready") == "{\"ready\":true,\"reasons\":[]}\n")
        clock.advance(by: .seconds(5))
        health.fail("store", reason: "the disk is \"full\"")
        clock.advance(by: .seconds(5))
        health.fail("store", reason: "the disk is \"full\"")
        #expect(
            health.readiness.json(named: "ready")
                == "{\"ready\":false,\"reasons\":[{\"component\":\"store\",\"reason\":\"the disk is \\\"full\\\"\",\"since\":\"2026-01-01T00:00:05.000Z\"}]}\n"
        )
        health.fail("store", reason: "read-only file system")
        #expect(health.readiness.reasons.first?.since == "2026-01-01T00:00:10.000Z")
    }

    @Test("what somebody should see to is among the reasons, and keeps nothing from being ready")
    func notes() {
        health.satisfy("broker")
        health.satisfy("store")
        health.note("clock", reason: "to be confirmed")
        clock.advance(by: .seconds(5))
        health.note("clock", reason: "to be confirmed")
        #expect(health.readiness.isGood)
        #expect(
            health.readiness.json(named: "ready")
                == #"{"ready":true,"reasons":[{"component":"clock","reason":"to be confirmed","#
                + #""since":"2026-01-01T00:00:00.000Z"}]}"# + "\n"
        )
        health.fail("clock", reason: "to be confirmed")
        #expect(!health.readiness.isGood)
        health.note("clock", reason: "to be confirmed")
        #expect(health.readiness.isGood)
        health.satisfy("clock")
        #expect(health.readiness.reasons.isEmpty)
    }

    @Test("live while every loop turns, whatever it waits for")
    func liveness() {
        #expect(health.liveness.isGood)
        health.progress(of: "intake")
        clock.advance(by: .seconds(20))
        health.progress(of: "outbox")
        clock.advance(by: .seconds(10))
        health.fail("store", reason: "disk full")
        #expect(health.liveness.isGood)
        clock.advance(by: .seconds(1))
        #expect(
            health.liveness.reasons == [
                HealthReason(
                    component: "intake",
                    reason: "no progress for more than 30 s",
                    since: "2026-01-01T00:00:00.000Z"
                )
            ]
        )
        health.progress(of: "intake")
        #expect(health.liveness.isGood)
        clock.advance(by: .seconds(60))
        health.ended("intake")
        #expect(health.liveness.reasons.map(\.component) == ["outbox"])
    }
}

@Suite("HTTP server")
struct OperationsServerTests {
    let health = HealthState(conditions: ["broker"], progressLimit: .seconds(30))
    let registry = MetricsRegistry()

    func serve(
        pages: [String: @Sendable () -> HTTPPage] = [:],
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws {
        try await withServer(registry: registry, health: health, pages: pages, body)
    }

    static func get(_ port: Int, _ path: String, method: String = "GET") async throws -> String {
        try await exchange(
            port: port,
            request: "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
    }

    @Test("metrics, health, headers and what is not there, over real connections")
    func answers() async throws {
        try registry.counter("x_total", help: "X.").increment(by: 3)
        try await serve(pages: ["/": { HTTPPage(contentType: "text/html", body: "<p>é") }]) {
            [health] port in
            let metrics = try await Self.get(port, "/metrics")
            #expect(metrics.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(
                metrics.hasSuffix("\r\n\r\n# HELP x_total X.\n# TYPE x_total counter\nx_total 3\n")
            )
            let headers = metrics.lowercased()
            for header in [
                "content-type: text/plain; version=0.0.4; charset=utf-8",
                "x-content-type-options: nosniff",
                "cache-control: no-store", "content-length: 51",
                "content-security-policy: default-src 'none'; frame-ancestors 'none'",
            ] {
                #expect(
                    headers.contains("\r\n\(header)\r\n"),
                    "\(header) is missing in\n\(headers)"
                )
            }

            let unready = try await Self.get(port, "/readyz?verbose")
            #expect(unready.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(unready.contains("\r\nContent-Type: application/json\r\n"))
            #expect(
                unready.contains(
                    "{\"ready\":false,\"reasons\":[{\"component\":\"broker\",\"reason\":\"starting\""
                )
            )
            health.satisfy("broker")
            let ready = try await Self.get(port, "/readyz")
            #expect(ready.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(ready.hasSuffix("{\"ready\":true,\"reasons\":[]}\n"))
            let live = try await Self.get(port, "/livez")
            #expect(
                live.hasPrefix("HTTP/1.1 200 OK\r\n")
                    && live.hasSuffix("{\"live\":true,\"reasons\":[]}\n")
            )

            let page = try await Self.get(port, "/")
            #expect(
                page.hasSuffix("\r\n\r\n<p>é")
                    && page.lowercased().contains("content-length: 5\r\n")
            )

            let missing = try await Self.get(port, "/nothing")
            #expect(missing.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
            #expect(
                missing.hasSuffix(
                    "There is no such page.\nregistrard serves:\n  /\n  /livez\n  /metrics\n  /readyz\n"
                )
            )

            let head = try await Self.get(port, "/metrics", method: "HEAD")
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(head.lowercased().contains("content-length: 51\r\n"))
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                let refused = try await Self.get(port, "/metrics", method: method)
                #expect(refused.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
                #expect(refused.contains("\r\nAllow: GET, HEAD\r\n"))
            }
        }
    }

    @Test("what is no HTTP harms nobody")
    func garbage() async throws {
        try await serve { port in
            let answer = try await exchange(port: port, request: "\u{1}\u{2}nonsense\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request") || answer.isEmpty)
            #expect(try await Self.get(port, "/livez").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("a port in use is named, with what to do")
    func portInUse() async throws {
        try await serve { [health, registry] port in
            let second = OperationsServer(
                host: "127.0.0.1",
                port: port,
                registry: registry,
                health: health,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let error = await #expect(throws: OperationsServerError.self) { try await second.run() }
            #expect(
                error?.description
                    == "cannot listen on 127.0.0.1:\(port) for HTTP: Address already in use; stop the program that uses it, or set http.listen to another address"
            )
        }
    }

    @Test("an address of another machine is named")
    func foreignAddress() async throws {
        let server = OperationsServer(
            host: "192.0.2.1",
            port: 9,
            registry: registry,
            health: health,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let error = await #expect(throws: OperationsServerError.self) { try await server.run() }
        #expect(error?.reason == "Cannot assign requested address")
    }
}
