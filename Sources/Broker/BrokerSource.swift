import AMQP
import Contract
public import Logging
import Synchronization
public import Workflow

/// Takes messages from the inbound queues, over a connection of its own that it renews.
public final class BrokerSource: MessageSource {
    private let access: BrokerAccess
    private let prefetch: UInt16
    private let log: Logger
    private let current = Mutex<(session: Int, acknowledge: AsyncStream<UInt64>.Continuation)?>(nil)

    /// - Parameter prefetch: messages in hand of each queue at most, 1 to 2,000.
    public init(access: BrokerAccess, prefetch: Int, log: Logger) {
        self.access = access
        self.prefetch = UInt16(clamping: prefetch)
        self.log = log
    }

    public func acknowledge(upTo receipt: Receipt) {
        current.withLock { current in
            guard let current, current.session == receipt.session else { return }
            current.acknowledge.yield(receipt.tag)
        }
    }

    /// Feeds `service` until the task is cancelled.
    ///
    /// - Parameter condition: told nil when the broker has confirmed every consumer, and why not
    ///   otherwise.
    public func run(
        feeding service: Service, condition: @escaping @Sendable (String?) -> Void
    ) async {
        var session = 0
        await access.keep("consuming", log: log, down: { condition($0) }) { connection in
            session += 1
            // Acknowledging is cumulative: of what waits to be sent, the last is enough.
            let (tags, continuation) = AsyncStream.makeStream(
                of: UInt64.self, bufferingPolicy: .bufferingNewest(1))
            current.withLock { $0 = (session, continuation) }
            defer {
                current.withLock { $0 = nil }
                continuation.finish()
                service.sourceClosed(session: session)
            }
            for queue in InboundQueue.allCases {
                try await connection.consume(
                    queue: access.topology.queue(queue), prefetch: prefetch)
            }
            log.notice("consuming", metadata: ["prefix": "\(access.topology.prefix)"])
            condition(nil)
            try await consume(connection, session: session, tags, feeding: service)
        }
    }

    private func consume(
        _ connection: Connection, session: Int, _ tags: AsyncStream<UInt64>,
        feeding service: Service
    ) async throws {
        let queues = Dictionary(
            uniqueKeysWithValues: InboundQueue.allCases.map { (access.topology.queue($0), $0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await batch in connection.deliveries {
                    service.receive(
                        batch.compactMap { delivery in
                            queues[delivery.queue].map {
                                Workflow.Delivery(delivery, from: $0, session: session)
                            }
                        })
                }
            }
            group.addTask {
                for await tag in tags { try await connection.acknowledge(upTo: tag) }
            }
            group.addTask {
                for try await batch in connection.notices {
                    for case .consumerCancelled(let queue) in batch {
                        throw ConsumerCancelled(queue: queue)
                    }
                }
            }
            defer { group.cancelAll() }
            // Whichever ends first ends the session: none of them can go on without the others.
            try await group.next()
        }
    }
}

/// The broker took a queue away from us.
struct ConsumerCancelled: Error, CustomStringConvertible {
    let queue: String

    var description: String {
        "the broker ended the consumption of \(queue): it was deleted, or its leader is gone; it "
            + "is declared anew if broker.declare is true"
    }
}

extension Workflow.Delivery {
    fileprivate init(_ delivery: AMQP.Delivery, from queue: InboundQueue, session: Int) {
        self.init(
            message: InboundMessage(
                queue: queue, routingKey: delivery.routingKey,
                redelivered: delivery.isRedelivered,
                properties: MessageProperties(delivery.properties), body: delivery.body),
            receipt: Receipt(session: session, tag: delivery.tag))
    }
}
