import NIOCore
import Testing

@testable import Operations

/// Clients that hold connections, and requests that are meant for others, over real sockets.
@Suite("HTTP connections")
struct ConnectionTests {
    private static let health = HealthState(conditions: [], progressLimit: .seconds(30))
    private static let forever = TimeAmount.hours(1)

    private static func serve(
        hosts: [String] = [],
        limits: ConnectionGate.Limits = ConnectionGate.Limits(),
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws {
        try await withServer(
            registry: MetricsRegistry(),
            health: health,
            pages: [:],
            hosts: hosts,
            limits: limits,
            body
        )
    }

    private static func status(_ answer: String) -> Int? {
        answer.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
    }

    @Test("However many connections are held open without a request, health is answered")
    func halfOpen() async throws {
        // No deadline helps: each of them may stay for an hour.
        let limits = ConnectionGate.Limits(
            firstRequest: Self.forever,
            nextRequest: Self.forever,
            answer: Self.forever
        )
        try await Self.serve(limits: limits) { port in
            try await onThread {
                let clients = try (0..<200).map { _ in try Client(port: port) }
                for (number, client) in clients.enumerated().suffix(64) where number % 2 == 0 {
                    try client.send("GET /livez HTTP/1.1\r\nHost: loc")
                }
                for path in ["/livez", "/readyz"] {
                    let client = try Client(port: port)
                    try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n")
                    try client.send("Connection: close\r\n\r\n")
                    #expect(Self.status(try client.receiveAll()) == 200, "\(path)")
                }
                // Who came first has made room.
                #expect(try clients[0].receive().isEmpty)
            }
        }
    }

    @Test("The least recently active connection makes room, not the one that is in use")
    func activity() async throws {
        let limits = ConnectionGate.Limits(
            firstRequest: Self.forever,
            nextRequest: Self.forever,
            answer: Self.forever
        )
        try await Self.serve(limits: limits) { port in
            try await onThread {
                let used = try Client(port: port)
                let idle = try Client(port: port)
                var others: [Client] = []
                for _ in 0..<OperationsServer.maximumConnections {
                    try used.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let answer = String(decoding: try used.receive(), as: UTF8.self)
                    #expect(Self.status(answer) == 200)
                    others.append(try Client(port: port))
                }
                #expect(try idle.receive().isEmpty)
                try used.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(Self.status(try used.receiveAll()) == 200)
            }
        }
    }

    @Test(
        "A connection without a whole request is closed, also after one and whatever trickles in",
        arguments: [
            "", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: localhost\r\n",
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nbody",
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET /li",
        ]
    )
    func deadline(_ text: String) async throws {
        let limits = ConnectionGate.Limits(
            firstRequest: .milliseconds(100),
            nextRequest: .milliseconds(100),
            answer: .milliseconds(100)
        )
        try await Self.serve(limits: limits) { port in
            try await onThread {
                let client = try Client(port: port)
                if !text.isEmpty { try client.send(text) }
                let answer = try client.receiveAll()
                #expect(answer.isEmpty || Self.status(answer) == 200)
            }
        }
    }

    @Test(
        "Hosts that are answered: the address, loopback, what is configured; with any port or none",
        arguments: [
            "localhost", "LocalHost:9419", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:9419",
            "[0:0:0:0:0:0:0:1]", "registrar.example.lu", "Registrar.Example.LU:80", "[2001:DB8::7]",
        ]
    )
    func answeredHosts(_ host: String) async throws {
        try await Self.serve(hosts: ["registrar.example.lu", "2001:db8:0:0:0:0:0:7"]) { port in
            for path in ["/livez", "http://\(host)/livez"] {
                let answer = try await exchange(
                    port: port,
                    request: "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                )
                #expect(Self.status(answer) == 200, "\(path)")
            }
        }
    }

    @Test(
        "Hosts that are not answered, whatever is asked for",
        arguments: [
            "evil.example", "evil.example:9419", "localhost.evil.example", "127.0.0.1.evil.example",
            "127.0.0.2", "192.0.2.1", "[::2]", "::1", "", "localhost:x", "localhost:80:80",
            "user@localhost", "[::1", "[::1]x", "[localhost]",
        ]
    )
    func refusedHosts(_ host: String) async throws {
        try await Self.serve { port in
            for path in ["/", "/livez", "/readyz", "/metrics", "/nothing"] {
                let answer = try await exchange(
                    port: port,
                    request: "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n"
                )
                #expect(Self.status(answer) == 421, "\(path)")
                #expect(answer.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
                #expect(answer.contains("http.hosts"))
                #expect(!answer.contains("\"live\""))
            }
        }
    }

    @Test(
        "One Host field, as HTTP/1.1 demands; none is needed in HTTP/1.0; the target's own host counts",
        arguments: [
            ("GET /livez HTTP/1.1\r\n", 400), ("GET /livez HTTP/1.0\r\n", 200),
            ("GET /livez HTTP/1.0\r\nHost: evil.example\r\n", 421),
            ("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400),
            ("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n", 400),
            ("GET http://evil.example/livez HTTP/1.1\r\nHost: localhost\r\n", 421),
            ("GET http://localhost/livez HTTP/1.1\r\nHost: evil.example\r\n", 421),
            ("GET /livez?u=http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n", 200),
        ]
    )
    func hostFields(_ head: String, _ status: Int) async throws {
        try await Self.serve { port in
            let answer = try await exchange(
                port: port,
                request: head + "Connection: close\r\n\r\n"
            )
            #expect(Self.status(answer) == status)
        }
    }

    @Test("A server that listens on every address answers for the one that was asked")
    func everyAddress() {
        let names = HostNames(listen: "0.0.0.0", further: [])
        func verdict(_ host: String, at address: String?) -> HostNames.Verdict {
            names.verdict(
                on: HostNames.Question(
                    fields: [host],
                    target: "/livez",
                    needsField: true,
                    localAddress: address
                )
            )
        }
        #expect(verdict("192.0.2.7:9419", at: "192.0.2.7") == .answered)
        #expect(verdict("192.0.2.7", at: "::ffff:192.0.2.7") == .answered)
        #expect(verdict("192.0.2.8", at: "192.0.2.7") == .misdirected)
        #expect(verdict("evil.example", at: "192.0.2.7") == .misdirected)
        #expect(verdict("192.0.2.7", at: nil) == .misdirected)
    }
}
