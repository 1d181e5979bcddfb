import AMQP
import Broker
import Composition
import Domain
import Synchronization

/// Consumes, publishes what a daemon would, has it confirmed, acknowledges: the broker's own limit.
/// As careful with messages as the daemon, and with nothing else to do.
struct BenchRelay {
    let endpoint: Endpoint
    let prefix: String
    let shares: [BenchPlan.Share]

    func run() async throws {
        let consumer = try await Connection.open(
            endpoint,
            options: ConnectionOptions(name: "registrar-bench relay, consuming")
        )
        let publisher = try await Connection.open(
            endpoint,
            options: ConnectionOptions(name: "registrar-bench relay, publishing")
        )
        try await publisher.confirmSelect()
        for queue in ["registrations", "approvals", "reports"] {
            try await consumer.consume(queue: "\(prefix).\(queue)", prefetch: 1000)
        }
        let bodies = shares.map { [UInt8](repeating: UInt8(ascii: "x"), count: $0.bytes) }
        let progress = RelayProgress(messagesPerDelivery: UInt64(shares.count))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var token: UInt64 = 0
                for try await batch in consumer.deliveries {
                    var publications: [Publication] = []
                    publications.reserveCapacity(batch.count * shares.count)
                    for delivery in batch {
                        progress.delivered(delivery.tag)
                        for (share, body) in zip(shares, bodies) {
                            publications.append(publication(token, share, body))
                            token += 1
                        }
                    }
                    try await publisher.publish(publications)
                }
            }
            group.addTask {
                for try await results in publisher.publicationResults {
                    if let tag = progress.confirmed(results.map(\.token)) {
                        try await consumer.acknowledge(upTo: tag)
                    }
                }
            }
            defer { group.cancelAll() }
            try await withTaskCancellationHandler {
                try await group.next()
            } onCancel: {
                consumer.abort()
                publisher.abort()
            }
        }
    }

    private func publication(
        _ token: UInt64,
        _ share: BenchPlan.Share,
        _ body: [UInt8]
    ) -> Publication {
        let identifier = TimeOrderedIdentifiers().next().text
        return Publication(
            token: token,
            exchange: "\(prefix).out",
            routingKey: share.routingKey,
            isMandatory: share.isMandatory,
            properties: Properties(
                contentType: "application/cloudevents+json",
                isPersistent: true,
                correlationIdentifier: identifier,
                messageIdentifier: identifier,
                timestampSeconds: UInt64(SystemTime().now.seconds),
                type: "lu.etat.do.\(share.routingKey).v1",
                applicationIdentifier: "registrard"
            ),
            body: body
        )
    }
}

/// Which deliveries have all of their messages confirmed.
private final class RelayProgress: Sendable {
    private struct State {
        var tags: [UInt64] = []
        var remaining: [UInt64] = []
        /// How many deliveries are done, and how many of them were acknowledged.
        var done = 0
        var acknowledged = 0
    }

    private let messagesPerDelivery: UInt64
    private let state = Mutex(State())

    init(messagesPerDelivery: UInt64) {
        self.messagesPerDelivery = messagesPerDelivery
    }

    func delivered(_ tag: UInt64) {
        state.withLock { state in
            state.tags.append(tag)
            state.remaining.append(messagesPerDelivery)
        }
    }

    /// The last delivery up to which all is confirmed now, if that is further than before.
    func confirmed(_ tokens: [UInt64]) -> UInt64? {
        state.withLock { state in
            for token in tokens { state.remaining[Int(token / messagesPerDelivery)] -= 1 }
            while state.done < state.remaining.count, state.remaining[state.done] == 0 {
                state.done += 1
            }
            guard state.done > state.acknowledged else { return nil }
            state.acknowledged = state.done
            return state.tags[state.done - 1]
        }
    }
}
