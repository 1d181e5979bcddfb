import Foundation
import TestKit
import Testing

@testable import AMQP

@Suite struct UnacknowledgedBytesTests {
    private func bytes(_ sizes: Int...) -> UnacknowledgedBytes {
        var bytes = UnacknowledgedBytes()
        for (index, size) in sizes.enumerated() {
            bytes.delivered(UInt64(index + 1), bytes: size)
        }
        return bytes
    }

    @Test func multipleForgetsAllUpToTheTag() {
        var bytes = bytes(1, 10, 100, 1000)
        #expect(bytes.total == 1111)
        bytes.settled(2, multiple: true)
        #expect(bytes.total == 1100)
        bytes.settled(2, multiple: true)
        #expect(bytes.total == 1100)
        bytes.settled(0, multiple: true)
        #expect(bytes.total == 0)
    }

    @Test func oneByOneInAnyOrder() {
        var bytes = bytes(1, 10, 100)
        bytes.settled(2, multiple: false)
        bytes.settled(2, multiple: false)
        bytes.settled(7, multiple: false)
        #expect(bytes.total == 101)
        bytes.settled(3, multiple: true)
        #expect(bytes.total == 0)
        bytes.delivered(4, bytes: 5)
        #expect(bytes.total == 5)
    }

    @Test func aLongLifeIsCountedExactly() {
        var bytes = UnacknowledgedBytes()
        for tag in UInt64(1)...10_000 {
            bytes.delivered(tag, bytes: 7)
            if tag > 50 { bytes.settled(tag - 50, multiple: true) }
        }
        #expect(bytes.total == 350)
    }
}

/// What bounds the memory of a connection.
@Suite struct MemoryTests {
    private static let bodyBytes = 1 << 20

    /// A broker that delivers as fast as it is let, whatever is acknowledged.
    private func floodingServer(
        _ count: UInt64,
        confirmAfter: UInt64 = 0
    ) throws -> FakeServer {
        try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.basicConsume)
            try peer.method(Method.basicConsumeOk, Wired().short("q"))
            // The second one is confirmed after much was delivered from the first, as RabbitMQ
            // does.
            try peer.expect(Method.basicConsume)
            let confirmation = Wired().short("r")
            if confirmAfter == 0 { try peer.method(Method.basicConsumeOk, confirmation) }
            let fragment = [UInt8](repeating: 7, count: 1 << 16)
            for tag in 1...count {
                try peer.method(
                    Method.basicDeliver,
                    Wired().short("q").u64(tag).u8(0).short("").short("k")
                )
                try peer.send(
                    type: 2,
                    channel: 1,
                    Wired().u16(60).u16(0).u64(UInt64(Self.bodyBytes)).u16(0)
                )
                for _ in 0..<Self.bodyBytes / fragment.count {
                    try peer.send(type: 3, channel: 1, Wired(bytes: fragment))
                }
                if tag == confirmAfter {
                    try peer.method(Method.basicConsumeOk, confirmation)
                }
            }
            while true { _ = try peer.receiveFrame() }
        }
    }

    private func connect(_ server: FakeServer, limit: Int) async throws -> Connection {
        try await Connection.open(
            Endpoint(host: "127.0.0.1", port: server.port, user: "u", password: "p"),
            options: ConnectionOptions(
                timeoutSeconds: 60,
                connectTimeoutSeconds: 60,
                maximumUnacknowledgedBytes: limit
            )
        )
    }

    /// The connection takes its turn at reading after every job.
    private func turns(of connection: Connection) async {
        for _ in 0..<200 { _ = await connection.isBlocked }
    }

    @Test func nothingIsReadBeyondTheLimitUntilSomethingIsAcknowledged() async throws {
        let server = try floodingServer(40, confirmAfter: 30)
        let connection = try await connect(server, limit: 3 * Self.bodyBytes)
        async let consumption: Void = connection.consume(queues: ["q", "r"], prefetch: 1000)
        var received: [Delivery] = []
        while received.count < 40 {
            while received.count < 36, await !connection.isFull { await Task.yield() }
            await turns(of: connection)
            let batch = try #require(try await connection.deliveries.next())
            #expect(batch.count <= 3)
            received += batch
            if let last = received.last { try await connection.acknowledge(upTo: last.tag) }
        }
        try await consumption
        #expect(received.map(\.tag) == Array(1...40))
        #expect(received.allSatisfy { $0.body.count == Self.bodyBytes })
        connection.abort()
    }

    @Test func aMessageBeyondTheLimitIsReceivedWhole() async throws {
        let server = try floodingServer(2)
        let connection = try await connect(server, limit: 1)
        try await connection.consume(queues: ["q", "r"], prefetch: 1000)
        for tag in UInt64(1)...2 {
            let batch = try #require(try await connection.deliveries.next())
            #expect(batch.map(\.tag) == [tag])
            #expect(batch.first?.body.count == Self.bodyBytes)
            try await connection.acknowledge(upTo: tag)
        }
        connection.abort()
    }

    @Test func theEndOfAConnectionThatReadsNothingIsNoticed() async throws {
        let server = try floodingServer(40)
        let connection = try await connect(server, limit: Self.bodyBytes)
        try await connection.consume(queues: ["q", "r"], prefetch: 1000)
        _ = try await connection.receive(1)
        #expect(await connection.isFull)
        connection.abort()
        #expect(try await connection.endReason().code == .closed)
    }

    @Test func headersCountByWhatTheyTakeInMemory() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let headers = Table((0..<1000).map { Table.Entry("h\($0)", .void) })
            try await connection.publishAndConfirm(
                to: queue,
                bodies: [[1]],
                properties: Properties(headers: headers)
            )
            try await connection.consume(queue: queue, prefetch: 1)
            _ = try await connection.receive(1)
            #expect(await connection.unacknowledged.total > 50_000)
        }
    }

    /// Each answer is kept in memory of the library, which has to be told when it may be used
    /// again.
    @Test func requestsLeaveNoMemoryBehind() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            // What follows the arguments is passed over, and makes each answer weigh.
            let answer = Wired().short("q").u32(0).u32(0)
                .raw([UInt8](repeating: 1, count: 100_000))
            while true {
                try peer.expect(Method.queueDeclare)
                try peer.method(Method.queueDeclareOk, answer)
            }
        }
        let connection = try await connect(server, limit: .max)
        let before = try residentKiB()
        for _ in 0..<4000 { _ = try await connection.messageCount(queue: "q") }
        // Kept, it would be 400 MB; other tests run beside this one.
        #expect(try residentKiB() - before < 150_000)
        connection.abort()
    }

    private func residentKiB() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let figure = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return try #require(figure.flatMap { Int($0) })
    }
}

/// Several queues that are consumed at once.
@Suite struct ConsumeSeveralTests {
    @Test func allOfThemDeliver() async throws {
        try await withConnection { connection in
            var queues: [String] = []
            for number in UInt8(1)...3 {
                let queue = try await temporaryQueue(on: connection)
                try await connection.publishAndConfirm(to: queue, bodies: [[number]])
                queues.append(queue)
            }
            try await connection.consume(queues: queues, prefetch: 10)
            let deliveries = try await connection.receive(3)
            #expect(Set(deliveries.map(\.queue)) == Set(queues))
            try await connection.acknowledge(upTo: deliveries[2].tag)
        }
    }

    @Test func aMissingOneEndsTheConnectionAndIsNamed() async throws {
        let connection = try await Connection.open(await sharedEndpoint())
        let (there, missing) = (try await temporaryQueue(on: connection), uniqueName())
        let error = try await errorOf {
            try await connection.consume(queues: [there, missing], prefetch: 10)
        }
        #expect(error.code == .notFound)
        #expect(error.description.contains(missing))
        #expect(try await connection.endReason() == error)
    }

    @Test func anAnswerThatDoesNotComeIsNotWaitedForLongerThanTheLimit() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.basicConsume)
            try peer.method(Method.basicQosOk)
            try peer.method(Method.basicConsumeOk, Wired().short("a"))
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await Connection.open(
            Endpoint(host: "127.0.0.1", port: server.port, user: "u", password: "p"),
            options: ConnectionOptions(timeoutSeconds: 2, connectTimeoutSeconds: 60)
        )
        let error = try await errorOf {
            try await connection.consume(queues: ["a", "b"], prefetch: 1)
        }
        #expect(error.code == .timedOut)
        #expect(error.attempt == "consuming from the queues a, b")
    }
}
