import AMQP
import Broker
import Logging
import Testing

/// How connections are left when the program ends.
@Suite struct ClosingTests {
    private func endpoint(_ server: FakeServer) -> Endpoint {
        Endpoint(host: "127.0.0.1", port: server.port, user: "u", password: "p")
    }

    /// Such that whoever waits for an answer waits for longer than any test.
    private let options = ConnectionOptions(timeoutSeconds: 3600, connectTimeoutSeconds: 60)

    @Test func aCancelledSessionSendsItsLastWordAndSaysGoodbye() async throws {
        let (methods, said) = AsyncStream.makeStream(of: UInt32.self)
        let server = try FakeServer { peer in
            try peer.handshake()
            while true {
                let frame = try peer.receiveFrame()
                guard frame.type == 1 else { continue }
                said.yield(frame.method)
                if frame.method == Method.connectionClose {
                    try peer.method(Method.connectionCloseOk, channel: 0)
                }
            }
        }
        let (began, hasBegun) = AsyncStream.makeStream(of: Void.self)
        let keeper = ConnectionKeeper(
            report: { _ in },
            open: { [options] in try await Connection.open(endpoint(server), options: options) }
        )
        let running = Task {
            await keeper.run { connection in
                hasBegun.yield()
                _ = try await connection.deliveries.next()
                try await connection.acknowledge(upTo: 7)
            }
        }
        _ = await began.first { true }
        running.cancel()
        try await within(seconds: 60) { await running.value }
        var seen: [UInt32] = []
        for await method in methods {
            seen.append(method)
            if method == Method.connectionClose { break }
        }
        #expect(seen == [Method.basicAck, Method.connectionClose])
    }

    @Test func aSessionThatHangsIsCutOff() async throws {
        let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.queueDeclare)
            isAsked.yield()
            while true { _ = try peer.receiveFrame() }
        }
        let keeper = ConnectionKeeper(
            report: { _ in },
            open: { [options] in try await Connection.open(endpoint(server), options: options) }
        )
        let running = Task {
            await keeper.run { connection in _ = try await connection.messageCount(queue: "q") }
        }
        _ = await asked.first { true }
        running.cancel()
        try await within(seconds: 60) { await running.value }
    }

    /// Between the login and the session, while queues and exchanges are declared.
    @Test func aBrokerThatHangsBeforeTheSessionIsNotWaitedFor() async throws {
        let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.exchangeDeclare)
            isAsked.yield()
            while true { _ = try peer.receiveFrame() }
        }
        let access = BrokerAccess(
            endpoint: endpoint(server),
            options: options,
            topology: Topology(prefix: "t"),
            declares: true
        )
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let running = Task { await QueueMonitor(access: access, log: log).run { _, _, _ in } }
        _ = await asked.first { true }
        running.cancel()
        try await within(seconds: 60) { await running.value }
    }

    /// What is on its way when the goodbye is said is dropped, not kept.
    @Test func whatIsDeliveredAfterTheGoodbyeIsDropped() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.connectionClose)
            let body = [UInt8](repeating: 1, count: 10_000)
            for tag in UInt64(1)...3 {
                try peer.method(
                    Method.basicDeliver,
                    Wired().short("q").u64(tag).u8(0).short("").short("k")
                )
                try peer.send(
                    type: 2,
                    channel: 1,
                    Wired().u16(60).u16(0).u64(UInt64(body.count)).u16(0)
                )
                try peer.send(type: 3, channel: 1, Wired(bytes: body))
            }
            try peer.method(Method.connectionCloseOk, channel: 0)
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await Connection.open(endpoint(server), options: options)
        await connection.close()
        #expect(try await connection.endReason().code == .closed)
        #expect(try await connection.deliveries.next() == nil)
    }
}
