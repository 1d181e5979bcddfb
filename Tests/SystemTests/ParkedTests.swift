import AMQP
import Broker
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing
import Workflow

/// Messages that no queue takes wait in the store, and cost neither memory nor the others anything.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ParkedTests {
    /// Streams; of every tenth there are three messages, of the others one.
    private static let streams = Torture.parkedStreams
    private static let messages = streams + 2 * ((streams + 9) / 10)

    private func fill(_ installation: Installation) async throws {
        let store = try SQLiteRegister(path: installation.storePath)
        let writer = EventWriter(source: "urn:luccs:registrar")
        let at = Instant(seconds: 1_790_000_000)
        for start in stride(from: 0, to: Self.streams, by: 2000) {
            let numbers = start..<min(start + 2000, Self.streams)
            try await store.write { transaction in
                for number in numbers {
                    for part in 0..<(number % 10 == 0 ? 3 : 1) {
                        let message = writer.message(
                            identifier: "parked-\(number)-\(part)",
                            routingKey: "parked.test",
                            time: at,
                            subject: "stream-\(number)"
                        ) { data in
                            data.member("stream", number)
                            data.member("part", part)
                            data.member("filler", String(repeating: "x", count: 600))
                        }
                        let sequence = try transaction.enqueue(message, journal: 1, at: at)
                        try transaction.park(sequence, reason: part == 0 ? "312 NO_ROUTE" : nil)
                    }
                }
            }
        }
        try await store.close()
    }

    @Test("Tens of thousands of parked messages: memory, others, and the order in which they leave")
    func many() async throws {
        try await Installation.with { installation in
            try await fill(installation)
            let daemon = try await installation.startAll()
            let before = try daemon.memory("VmRSS")
            // The round over all of them has begun with the connection, and goes on for a while.
            try await eventually("a round under way") {
                try daemon.metric("registrar_outbox_unroutable_total") >= 400 ? () : nil
            }
            for number in 0..<5 {
                let sentAt = ContinuousClock.now
                let request = newRequest()
                try await installation.portal.send(
                    Registrant("p\(number)").company(request, "LU\(60_000 + number)")
                )
                try await installation.collector.wait("the status") { received in
                    received.contains {
                        $0.delivery.routingKey == "status.request" && $0.correlation == request
                    }
                }
                let seconds = (ContinuousClock.now - sentAt) / .seconds(1)
                print("an innocent registration was pending after \(seconds) s")
                #expect(seconds <= Torture.toldWithinSeconds)
                #expect(try daemon.page("/livez")?.status == 200)
            }
            #expect(try daemon.metric("registrar_outbox_parked") == Double(Self.messages))
            let peak = try daemon.memory("VmHWM")
            print("resident memory in KiB: \(before) at the start, \(peak) at most")
            #expect(peak - before < 16 * 1024)
            #expect(peak <= Torture.memoryLimitKiB)
            try await expectAllInOrder(daemon, installation)
            let longest = try daemon.metric("registrar_longest_transaction_seconds")
            print("the longest transaction took \(longest) s")
            #expect(longest <= Torture.longestTransactionSeconds)
            try await daemon.stop()
        }
    }

    /// A queue is bound, and everything is in it once, each stream in its order.
    private func expectAllInOrder(_ daemon: Daemon, _ installation: Installation) async throws {
        let connection = try await Connection.open(
            Endpoint(url: installation.broker.url(user: "operator"))
        )
        let queue = "\(installation.prefix).parked"
        try await connection.declareQueue(
            QueueDeclaration(name: queue, arguments: ["x-queue-type": "quorum"])
        )
        try await connection.bind(
            queue: queue,
            exchange: "\(installation.prefix).out",
            routingKey: "parked.#"
        )
        try await connection.consume(queue: queue, prefetch: 2000)
        var next: [String: Int] = [:]
        var count = 0
        for try await batch in connection.deliveries {
            for delivery in batch {
                let words = delivery.properties.messageIdentifier?.split(separator: "-") ?? []
                let stream = try #require(words.dropFirst().first.map(String.init))
                let part = try #require(words.last.flatMap { Int($0) })
                #expect(part == next[stream, default: 0], "the order of stream \(stream)")
                next[stream] = part + 1
                count += 1
            }
            if let last = batch.last { try await connection.acknowledge(upTo: last.tag) }
            if count >= Self.messages { break }
        }
        #expect(count == Self.messages && next.count == Self.streams)
        try await eventually("nothing parked") {
            try installation.reader().figures().outboxParked == 0 ? () : nil
        }
        try await connection.deleteQueue(queue)
        await connection.close()
    }
}
