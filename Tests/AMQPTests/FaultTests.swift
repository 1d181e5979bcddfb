import AMQP
import Foundation
import TestKit
import Testing

/// What happens when the broker does: on a broker of its own, one test after the other.
@Suite(.serialized) struct FaultTests {
    private static let broker = Result { try PrivateBroker.start() }

    private func broker() async throws -> PrivateBroker {
        try await blocking { try Self.broker.get() }
    }

    private func open(heartbeatSeconds: Int = 10) async throws -> Connection {
        try await Connection.open(
            Endpoint(url: await broker().url()),
            options: ConnectionOptions(heartbeatSeconds: heartbeatSeconds)
        )
    }

    @Test func nothingIsWrittenWhileTheBrokerIsBlocked() async throws {
        let broker = try await broker()
        let connection = try await open(heartbeatSeconds: 2)
        let queue = try await temporaryQueue(on: connection)
        try await connection.confirmSelect()
        let clock = try await open()
        try await clock.deliverLater(milliseconds: 5000)
        try await broker.rabbitmqctl("set_vm_memory_high_watermark", "absolute", "1")
        // The broker blocks a connection when it publishes.
        try await connection.publish([
            Publication(token: 0, exchange: "", routingKey: queue, body: [0])
        ])
        let blocked = try await connection.notice { $0 != .unblocked }
        #expect(blocked == .blocked(reason: "low on memory"))
        try await connection.publish(
            (UInt64(1)..<500).map {
                Publication(
                    token: $0,
                    exchange: "",
                    routingKey: queue,
                    body: [UInt8](repeating: 1, count: 2000)
                )
            }
        )
        // It lasts longer than two heartbeats, and the connection is kept.
        _ = try await clock.receive(1)
        try await broker.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
        _ = try await connection.notice { $0 == .unblocked }
        let results = try await connection.results(500)
        #expect(results.map(\.token).sorted() == Array(0..<500))
        #expect(results.allSatisfy { $0.outcome == .confirmed })
        await connection.close()
        await clock.close()
    }

    @Test func aConnectionThatTheBrokerClosesSaysWhy() async throws {
        let connection = try await open()
        try await broker().rabbitmqctl("close_all_connections", "maintenance tonight")
        let error = try await connection.endReason()
        #expect(error.code == .closedByBroker)
        #expect(error.replyCode == 320)
        #expect(error.description.contains("maintenance tonight"))
        #expect(error.isRetryable)
        await #expect(throws: error) { try await connection.deliveries.next() }
    }

    @Test func aSilentBrokerIsGivenUpAfterTwoHeartbeats() async throws {
        let broker = try await broker()
        let connection = try await open(heartbeatSeconds: 2)
        let began = ContinuousClock.now
        broker.suspend()
        defer { broker.resume() }
        let error = try await connection.endReason()
        #expect(error.code == .heartbeatMissed)
        let elapsed = began.duration(to: .now)
        #expect(elapsed > .seconds(2))
        #expect(elapsed < .seconds(20))
    }

    @Test func closingDoesNotWaitForABrokerThatHangs() async throws {
        let broker = try await broker()
        let idle = try await open()
        let busy = try await open()
        broker.suspend()
        defer { broker.resume() }
        // This one waits in a request, on its thread, for 30 seconds.
        let request = Task { try await busy.messageCount(queue: "x") }
        let began = ContinuousClock.now
        await idle.close()
        await busy.close()
        #expect(began.duration(to: .now) < .seconds(15))
        let error = try await errorOf { try await request.value }
        #expect(error.code == .closed)
    }

    @Test func abortingInterruptsARequestToABrokerThatHangs() async throws {
        let broker = try await broker()
        let connection = try await open()
        broker.suspend()
        defer { broker.resume() }
        let request = Task { try await connection.messageCount(queue: "x") }
        let began = ContinuousClock.now
        connection.abort()
        let error = try await errorOf { try await request.value }
        #expect(error.code == .closed)
        // The request itself would wait for 30 seconds.
        #expect(began.duration(to: .now) < .seconds(15))
    }

    @Test func aKilledBrokerIsNoticedAndReachedAgain() async throws {
        let broker = try await broker()
        let connection = try await open()
        let queue = uniqueName()
        try await connection.declareQueue(QueueDeclaration(name: queue))
        try await connection.publishAndConfirm(
            to: queue,
            bodies: [[1]],
            properties: Properties(isPersistent: true)
        )
        try await blocking { try broker.kill() }
        let error = try await connection.endReason()
        #expect(error.code == .connectionLost)
        let refused = try await errorOf { try await open() }
        #expect(refused.code == .cannotConnect)
        try await blocking { try broker.restart() }
        let again = try await open()
        // The queue may be gone: the broker confirms before its definitions are on the disk.
        try await again.declareQueue(QueueDeclaration(name: queue))
        await again.close()
    }

    @Test func theKeeperConnectsAgain() async throws {
        let broker = try await broker()
        let (states, continuation) = AsyncStream.makeStream(of: String.self)
        let keeper = ConnectionKeeper(
            backOff: BackOff(baseSeconds: 0.01, maximumSeconds: 0.02),
            report: { state in
                switch state {
                case .connecting(let failures): continuation.yield("connecting \(failures)")
                case .connected: continuation.yield("connected")
                case .waiting: continuation.yield("waiting")
                case .stopped: continuation.yield("stopped")
                }
            },
            open: { try await Connection.open(Endpoint(url: broker.url())) }
        )
        let running = Task {
            await keeper.run { connection in
                while try await connection.deliveries.next() != nil {}
                try Task.checkCancellation()
            }
        }
        var seen: [String] = []
        for await state in states {
            seen.append(state)
            if state == "connected" {
                if seen.count > 3 {
                    running.cancel()
                } else {
                    try await broker.rabbitmqctl("close_all_connections", "again")
                }
            }
            if state == "stopped" { break }
        }
        await running.value
        #expect(
            seen == [
                "connecting 0", "connected", "waiting", "connecting 1", "connected", "stopped",
            ]
        )
    }
}

@Suite struct HeartbeatTests {
    @Test func anIdleConnectionIsKept() async throws {
        let options = ConnectionOptions(heartbeatSeconds: 2)
        try await withConnection(options: options) { connection in
            let queue = try await temporaryQueue(on: connection)
            // More than two heartbeats, by another connection's clock.
            try await withConnection { other in
                try await other.deliverLater(milliseconds: 5000)
                _ = try await other.receive(1)
            }
            #expect(try await connection.messageCount(queue: queue) == 0)
        }
    }

    @Test func aConnectionThatOnlyConsumesIsKept() async throws {
        let options = ConnectionOptions(heartbeatSeconds: 2)
        try await withConnection(options: options) { connection in
            try await connection.deliverLater(milliseconds: 5000)
            #expect(try await connection.receive(1).count == 1)
        }
    }
}

@Suite struct KeeperTests {
    private final class Log: @unchecked Sendable {
        // Only touched by the keeper's one task, and read after it.
        var entries: [String] = []
        var slept: [Double] = []
    }

    private struct Fixed: RandomNumberGenerator {
        mutating func next() -> UInt64 { 0 }
    }

    private func keeper(_ log: Log, stopAfter sleeps: Int) -> ConnectionKeeper {
        ConnectionKeeper(
            backOff: BackOff(baseSeconds: 2, maximumSeconds: 16),
            sleep: { seconds in
                log.slept.append(seconds)
                if log.slept.count == sleeps { throw CancellationError() }
            },
            secondsNow: { 0 },
            random: { Fixed() },
            report: { log.entries.append("\($0)".prefix(10).description) },
            open: { throw AMQPError(.cannotConnect, attempt: "a", detail: "b") }
        )
    }

    @Test func failuresInARowWaitLongerAndLonger() async {
        let log = Log()
        await keeper(log, stopAfter: 6).run { _ in Issue.record("there is no connection") }
        #expect(log.slept == [1, 2, 4, 8, 8, 8])
        #expect(log.entries.filter { $0 == "connecting" }.count == 6)
        #expect(log.entries.last == "stopped")
    }

    @Test func aCancelledKeeperStopsAtOnce() async throws {
        let keeper = ConnectionKeeper(
            backOff: BackOff(baseSeconds: 600, maximumSeconds: 600),
            report: { _ in },
            open: { throw AMQPError(.cannotConnect, attempt: "a", detail: "b") }
        )
        let running = Task { await keeper.run { _ in } }
        running.cancel()
        try await within(seconds: 60) { await running.value }
    }
}
