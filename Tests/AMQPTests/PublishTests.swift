import AMQP
import TestKit
import Testing

@Suite struct PublishTests {
    @Test func confirmedAndReturnedAreToldApart() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection, ["x-max-length": 100_000])
            try await connection.confirmSelect()
            let batch = (UInt64(0)..<300).map { number in
                Publication(
                    token: number,
                    exchange: "",
                    routingKey: number.isMultiple(of: 3) ? "nowhere.\(queue)" : queue,
                    isMandatory: true,
                    properties: Properties(messageIdentifier: "id-\(number)"),
                    body: [1, 2, 3]
                )
            }
            try await connection.publish(batch)
            let results = try await connection.results(300)
            #expect(Set(results.map(\.token)).count == 300)
            for result in results {
                let expected: PublicationResult.Outcome =
                    result.token.isMultiple(of: 3)
                    ? .returned(code: 312, text: "NO_ROUTE") : .confirmed
                #expect(result.outcome == expected)
            }
            #expect(try await connection.messageCount(queue: queue) == 200)
        }
    }

    @Test func anUnroutableMessageThatIsNotMandatoryIsConfirmed() async throws {
        try await withConnection { connection in
            try await connection.confirmSelect()
            try await connection.publish([
                Publication(token: 9, exchange: "", routingKey: uniqueName(), body: [])
            ])
            let results = try await connection.results(1)
            #expect(results == [PublicationResult(token: 9, outcome: .confirmed)])
        }
    }

    @Test func aFullQueueRefuses() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(
                on: connection,
                ["x-max-length": 1, "x-overflow": "reject-publish"]
            )
            try await connection.confirmSelect()
            for token in UInt64(0)..<3 {
                try await connection.publish([
                    Publication(token: token, exchange: "", routingKey: queue, body: [1])
                ])
                let results = try await connection.results(1)
                let expected: PublicationResult.Outcome = token == 0 ? .confirmed : .nacked
                #expect(results == [PublicationResult(token: token, outcome: expected)])
            }
        }
    }

    @Test(arguments: [0, 1, 131_064, 131_065, 1 << 20])
    func bodiesOfAnySizeArrive(_ size: Int) async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try await connection.publishAndConfirm(to: queue, bodies: [body, body])
            try await connection.consume(queue: queue, prefetch: 10)
            let deliveries = try await connection.receive(2)
            #expect(deliveries.allSatisfy { $0.body == body && $0.bodySize == UInt64(size) })
        }
    }

    @Test func propertiesArriveUnchanged() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let longest = String(repeating: "x", count: 255)
            let all = Properties(
                contentType: "application/cloudevents+json",
                contentEncoding: "identity",
                isPersistent: true,
                priority: 7,
                correlationIdentifier: longest,
                replyTo: "answers",
                expiration: "60000",
                messageIdentifier: "é\u{1F600}",
                timestampSeconds: 1_753_000_000,
                type: "t",
                userIdentifier: "registrard",
                applicationIdentifier: "a",
                headers: unusualHeaders
            )
            for properties in [all, Properties(), Properties(isPersistent: false, type: "")] {
                try await connection.publishAndConfirm(
                    to: queue,
                    bodies: [[1]],
                    properties: properties
                )
            }
            try await connection.consume(queue: queue, prefetch: 10)
            let deliveries = try await connection.receive(3)
            #expect(sortedByName(deliveries[0].properties) == sortedByName(all))
            #expect(deliveries[1].properties == Properties())
            #expect(deliveries[2].properties == Properties(isPersistent: false, type: ""))
        }
    }

    /// RabbitMQ 3.10 keeps the order of headers, and 4.0 brings them in that of their names.
    private func sortedByName(_ properties: Properties) -> Properties {
        var sorted = properties
        sorted.headers.entries.sort { $0.name < $1.name }
        return sorted
    }

    /// Every type that RabbitMQ reads and writes alike.
    private var unusualHeaders: Table {
        var deepest = FieldValue.string("bottom")
        for _ in 0..<(FieldValue.maximumDepth - 1) { deepest = .array([deepest]) }
        return [
            "": "empty name", "boolean": false, "int8": .int8(-128), "int16": .int16(-32_768),
            "int32": .int32(.min), "int64": .int64(.min), "float": .float(1.5),
            "double": .double(-0.1), "decimal": .decimal(scale: 2, value: 314),
            "text": "a\u{0}b\u{301}", "empty": "", "bytes": .bytes([0, 255, 128]),
            "timestamp": .timestamp(1_753_000_000), "void": .void,
            "array": .array([.int32(1), "two", .array([]), .table([:])]),
            "table": .table(["nested": .table(["x-death": .array([.table(["count": 3])])])]),
            "deep": deepest,
        ]
    }

    /// The largest that is not refused before sending: it has to go through.
    @Test func headersThatFillAFrameArrive() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let properties = Properties(
                headers: ["a": .bytes([UInt8](repeating: 1, count: 131_029))])
            try await connection.publishAndConfirm(
                to: queue,
                bodies: [[1]],
                properties: properties
            )
            try await connection.consume(queue: queue, prefetch: 1)
            #expect(try await connection.receive(1)[0].properties == properties)
            var larger = properties
            larger.headers["a"] = .bytes([UInt8](repeating: 1, count: 131_030))
            let error = try await errorOf {
                try await connection.publishAndConfirm(
                    to: queue,
                    bodies: [[1]],
                    properties: larger
                )
            }
            #expect(error.code == .invalidArgument)
        }
    }

    @Test func aForeignUserIdentifierIsRefused() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            try await connection.confirmSelect()
            try await connection.publish([
                Publication(
                    token: 1,
                    exchange: "",
                    routingKey: queue,
                    properties: Properties(userIdentifier: "somebody-else"),
                    body: []
                )
            ])
            let error = try await connection.endReason()
            #expect(error.code == .preconditionFailed)
            #expect(error.description.contains("somebody-else"))
            await #expect(throws: error) { try await connection.publicationResults.next() }
        }
    }

    @Test func aMissingExchangeEndsTheConnection() async throws {
        try await withConnection { connection in
            try await connection.confirmSelect()
            let exchange = uniqueName()
            try await connection.publish([
                Publication(token: 1, exchange: exchange, routingKey: "k", body: [])
            ])
            let error = try await connection.endReason()
            #expect(error.code == .notFound)
            #expect(error.description.contains(exchange))
        }
    }

    @Test func nothingOfABatchIsSentWhenOneCannotBe() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            try await connection.confirmSelect()
            let good = Publication(token: 1, exchange: "", routingKey: queue, body: [])
            var bad = good
            bad.properties.correlationIdentifier = String(repeating: "x", count: 256)
            let error = try await errorOf { try await connection.publish([good, bad]) }
            #expect(error.code == .invalidArgument)
            // The connection is none the worse for it.
            try await connection.publish([good])
            _ = try await connection.results(1)
            #expect(try await connection.messageCount(queue: queue) == 1)
        }
    }

    @Test func publishingNeedsConfirms() async throws {
        try await withConnection { connection in
            let error = try await errorOf {
                try await connection.publish([
                    Publication(token: 1, exchange: "", routingKey: "k", body: [])
                ])
            }
            #expect(error.code == .invalidArgument)
        }
    }

    @Test func manyMessagesKeepTheirOrder() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let count = 20_000
            let bodies = (0..<count).map { number in
                withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) }
                    + [UInt8](repeating: 0, count: number % 700)
            }
            try await connection.publishAndConfirm(to: queue, bodies: bodies)
            try await connection.consume(queue: queue, prefetch: 5000)
            var received = 0
            while received < count {
                let batch = try await connection.receive(1)
                for delivery in batch {
                    #expect(delivery.body == bodies[received])
                    received += 1
                }
                try await connection.acknowledge(upTo: UInt64(received))
            }
        }
    }

    @Test func quorumQueuesConfirm() async throws {
        try await withConnection { connection in
            let queue = uniqueName()
            try await connection.declareQueue(
                QueueDeclaration(name: queue, arguments: ["x-queue-type": "quorum"])
            )
            try await connection.publishAndConfirm(
                to: queue,
                bodies: (0..<100).map { [UInt8($0)] },
                properties: Properties(isPersistent: true)
            )
            try await connection.consume(queue: queue, prefetch: 2000)
            let deliveries = try await connection.receive(100)
            #expect(deliveries.map { $0.body[0] } == Array(0..<100))
            try await connection.acknowledge(upTo: deliveries[99].tag)
            try await connection.deleteQueue(queue)
        }
    }
}
