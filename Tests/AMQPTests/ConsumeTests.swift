import AMQP
import TestKit
import Testing

@Suite struct ConsumeTests {
    @Test func deliversInOrderFromSeveralQueues() async throws {
        try await withConnection { connection in
            let queues = [
                try await temporaryQueue(on: connection), try await temporaryQueue(on: connection),
            ]
            let bodies = (0..<500).map { [UInt8($0 / 256), UInt8($0 % 256)] }
            for queue in queues {
                try await connection.publishAndConfirm(to: queue, bodies: bodies)
            }
            for queue in queues {
                #expect(try await connection.consume(queue: queue, prefetch: 1000) == queue)
            }
            let deliveries = try await connection.receive(1000)
            for queue in queues {
                let own = deliveries.filter { $0.queue == queue }
                #expect(own.map(\.body) == bodies)
                #expect(own.allSatisfy { $0.routingKey == queue && $0.exchange.isEmpty })
                #expect(own.allSatisfy { !$0.isRedelivered })
            }
            #expect(deliveries.map(\.tag) == Array(1...1000))
        }
    }

    @Test func acknowledgingMultipleRemovesAllUpToTheTag() async throws {
        let queue = uniqueName()
        try await withConnection { connection in
            try await connection.declareQueue(QueueDeclaration(name: queue))
            try await connection.publishAndConfirm(
                to: queue,
                bodies: (0..<10).map { [UInt8($0)] }
            )
            try await connection.consume(queue: queue, prefetch: 100)
            let deliveries = try await connection.receive(10)
            try await connection.acknowledge(upTo: deliveries[5].tag)
            try await connection.acknowledge(upTo: deliveries[8].tag, multiple: false)
        }
        try await withConnection { connection in
            try await connection.consume(queue: queue, prefetch: 100)
            let deliveries = try await connection.receive(3)
            #expect(deliveries.map(\.body) == [[6], [7], [9]])
            #expect(deliveries.allSatisfy { $0.isRedelivered })
            try await connection.deleteQueue(queue)
        }
    }

    @Test func aRejectedMessageComesBackOrGoesToTheDeadLetters() async throws {
        try await withConnection { connection in
            let deadLetters = try await temporaryQueue(on: connection)
            let queue = try await temporaryQueue(
                on: connection,
                [
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": .string(deadLetters),
                ]
            )
            try await connection.publishAndConfirm(to: queue, bodies: [[1]])
            try await connection.consume(queue: queue, prefetch: 1)
            let first = try await connection.receive(1)
            try await connection.reject(first[0].tag, requeue: true)
            let second = try await connection.receive(1)
            #expect(second[0].isRedelivered)
            #expect(second[0].body == [1])
            try await connection.reject(second[0].tag, requeue: false)
            try await connection.consume(queue: deadLetters, prefetch: 1)
            let dead = try await connection.receive(1)
            #expect(dead[0].queue == deadLetters)
            #expect(dead[0].properties.headers["x-first-death-queue"] == .string(queue))
        }
    }

    @Test func prefetchLimitsWhatIsSentAhead() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            try await connection.publishAndConfirm(
                to: queue,
                bodies: (0..<10).map { [UInt8($0)] }
            )
            try await connection.consume(queue: queue, prefetch: 3)
            let first = try await connection.receive(3)
            // The broker has sent all that it may: the others are still ready.
            #expect(try await connection.messageCount(queue: queue) == 7)
            try await connection.acknowledge(upTo: first[2].tag)
            #expect(try await connection.receive(3).map(\.body) == [[3], [4], [5]])
        }
    }

    @Test func aDeletedQueueIsNoticed() async throws {
        try await withConnection { connection in
            let queue = uniqueName()
            try await connection.declareQueue(QueueDeclaration(name: queue))
            try await connection.consume(queue: queue, prefetch: 1)
            try await withConnection { other in _ = try await other.deleteQueue(queue) }
            let notice = try await connection.notice { $0 == .consumerCancelled(queue: queue) }
            #expect(notice == .consumerCancelled(queue: queue))
            // It may be consumed again.
            try await connection.declareQueue(QueueDeclaration(name: queue))
            try await connection.consume(queue: queue, prefetch: 1)
            try await connection.deleteQueue(queue)
        }
    }

    @Test func acknowledgingTwiceIsTold() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            try await connection.publishAndConfirm(to: queue, bodies: [[1]])
            try await connection.consume(queue: queue, prefetch: 1)
            let delivery = try await connection.receive(1)[0]
            try await connection.acknowledge(upTo: delivery.tag, multiple: false)
            try await connection.acknowledge(upTo: delivery.tag, multiple: false)
            let error = try await connection.endReason()
            #expect(error.code == .preconditionFailed)
            #expect(error.description.contains("unknown delivery tag"))
        }
    }

    @Test func getsOneMessageAtATime() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            #expect(try await connection.get(queue: queue) == nil)
            let large = [UInt8](repeating: 7, count: 300_000)
            try await connection.publishAndConfirm(
                to: queue,
                bodies: [large, []],
                properties: Properties(type: "t")
            )
            let first = try #require(try await connection.get(queue: queue))
            #expect(first.body == large)
            #expect(first.properties.type == "t")
            #expect(first.queue == queue)
            let second = try #require(try await connection.get(queue: queue))
            #expect(second.body.isEmpty)
            try await connection.reject(first.tag, requeue: true)
            try await connection.acknowledge(upTo: second.tag, multiple: false)
            let again = try #require(try await connection.get(queue: queue))
            #expect(again.isRedelivered)
        }
    }

    @Test func getsWhileDeliveriesArrive() async throws {
        try await withConnection { connection in
            let consumed = try await temporaryQueue(on: connection)
            let fetched = try await temporaryQueue(on: connection)
            try await connection.publishAndConfirm(
                to: consumed,
                bodies: (0..<200).map { [UInt8($0)] }
            )
            try await connection.publishAndConfirm(to: fetched, bodies: [[1], [2], [3]])
            try await connection.consume(queue: consumed, prefetch: 1000)
            for expected in UInt8(1)...3 {
                #expect(try await connection.get(queue: fetched)?.body == [expected])
            }
            let deliveries = try await connection.receive(200)
            #expect(deliveries.map(\.body) == (0..<200).map { [UInt8($0)] })
        }
    }

    @Test func aBodyOverTheLimitIsCutAndSaysSo() async throws {
        let options = ConnectionOptions(maximumBodyBytes: 1000)
        try await withConnection(options: options) { connection in
            let queue = try await temporaryQueue(on: connection)
            let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            try await connection.publishAndConfirm(to: queue, bodies: [large, [1]])
            try await connection.consume(queue: queue, prefetch: 10)
            let deliveries = try await connection.receive(2)
            #expect(deliveries[0].body == Array(large.prefix(1000)))
            #expect(deliveries[0].bodySize == 200_000)
            #expect(deliveries[1].body == [1])
            #expect(deliveries[1].bodySize == 1)
        }
    }

    @Test func namelessQueuesAndUnboundedPrefetchAreRefused() async throws {
        try await withConnection { connection in
            let nameless = try await errorOf {
                try await connection.consume(queue: "", prefetch: 1)
            }
            let unbounded = try await errorOf {
                try await connection.consume(queue: "q", prefetch: 0)
            }
            #expect(nameless.code == .invalidArgument)
            #expect(unbounded.code == .invalidArgument)
        }
    }
}
