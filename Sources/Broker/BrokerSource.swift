import AMQP
public import Contract
import LogKeys
public import Logging
import Synchronization
public import Workflow

/// What a source tells those who watch it. Called once for a batch; must not block.
public protocol SourceObserver: Sendable {
    /// The broker delivered messages, `redelivered` of them not for the first time.
    func received(from queue: InboundQueue, count: Int, redelivered: Int)
    /// Messages were acknowledged so many seconds after they had come, one value a message.
    func acknowledged(from queue: InboundQueue, seconds: [Double])
}

/// Takes messages from the inbound queues, over a connection of its own that it renews.
public final class BrokerSource: MessageSource {
    private let access: BrokerAccess
    private let prefetch: UInt16
    private let time: any TimeSource
    private let observer: any SourceObserver
    private let log: Logger
    private let current = Mutex<(session: Int, acknowledge: AsyncStream<UInt64>.Continuation)?>(nil)
    private let hand = Mutex(Hand())

    /// - Parameters:
    ///   - prefetch: messages in hand of each queue at most, 1 to 2,000.
    ///   - bytesInHand: nothing more is taken from the broker while those in hand take as much.
    public init(
        access: BrokerAccess,
        prefetch: Int,
        bytesInHand: Int = 4 << 20,
        time: any TimeSource,
        observer: any SourceObserver,
        log: Logger
    ) {
        self.access = access.limiting(unacknowledgedBytes: bytesInHand)
        self.prefetch = UInt16(clamping: prefetch)
        self.time = time
        self.observer = observer
        self.log = log
    }

    public func acknowledge(upTo receipt: Receipt) {
        let released = current.withLock { current -> [Hand.Held] in
            guard let current, current.session == receipt.session else { return [] }
            current.acknowledge.yield(receipt.tag)
            return hand.withLock { $0.release(upTo: receipt.tag) }
        }
        let now = time.monotonicSeconds
        for (queue, held) in Dictionary(grouping: released, by: \.queue) {
            observer.acknowledged(from: queue, seconds: held.map { now - $0.receivedAtSeconds })
        }
    }

    /// How many messages of the queue were delivered and are not acknowledged yet.
    public func inHand(of queue: InboundQueue) -> Int {
        hand.withLock { hand in hand.deliveries.count { $0.queue == queue } }
    }

    /// Feeds `loop` until the task is cancelled.
    ///
    /// - Parameter condition: told nil when the broker has confirmed every consumer, and why not
    ///   otherwise.
    public func run(
        feeding loop: MessageLoop,
        condition: @escaping @Sendable (String?) -> Void
    ) async {
        var session = 0
        await access.keep("consuming", log: log, down: { condition($0) }) { connection in
            session += 1
            // Acknowledging is cumulative: of what waits to be sent, the last is enough.
            let (tags, continuation) = AsyncStream.makeStream(
                of: UInt64.self,
                bufferingPolicy: .bufferingNewest(1)
            )
            current.withLock { $0 = (session, continuation) }
            defer {
                current.withLock { $0 = nil }
                hand.withLock { $0 = Hand() }
                continuation.finish()
                loop.sourceClosed(session: session)
            }
            try await consume(connection, session: session, tags, feeding: loop) {
                log.notice("consuming", metadata: [LogKey.prefix: "\(access.topology.prefix)"])
                condition(nil)
                loop.sourceOpened()
            }
        }
    }

    private func consume(
        _ connection: Connection,
        session: Int,
        _ tags: AsyncStream<UInt64>,
        feeding loop: MessageLoop,
        onConfirmed: () -> Void
    ) async throws {
        let queues = Dictionary(
            uniqueKeysWithValues: InboundQueue.allCases.map { (access.topology.queue($0), $0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                for try await batch in connection.deliveries {
                    let deliveries = batch.compactMap { delivery in
                        queues[delivery.queue].map {
                            Workflow.Delivery(delivery, from: $0, session: session)
                        }
                    }
                    let now = time.monotonicSeconds
                    hand.withLock { $0.take(deliveries, atSeconds: now) }
                    for (queue, some) in Dictionary(grouping: deliveries, by: \.message.queue) {
                        observer.received(
                            from: queue,
                            count: some.count,
                            redelivered: some.count { $0.message.redelivered }
                        )
                    }
                    loop.receive(deliveries)
                }
            }
            group.addTask {
                for await tag in tags { try await connection.acknowledge(upTo: tag) }
            }
            group.addTask {
                for try await batch in connection.notices {
                    for notice in batch {
                        switch notice {
                        case .consumerCancelled(let queue): throw ConsumerCancelled(queue: queue)
                        case .closed(let error): throw error
                        case .blocked, .unblocked: break
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            // Beside the others: there may be more to take than fits before the last is confirmed.
            try await connection.consume(
                queues: InboundQueue.allCases.map { access.topology.queue($0) },
                prefetch: prefetch
            )
            onConfirmed()
            // Whichever ends first ends the session: none of them can go on without the others.
            try await group.next()
            throw SessionEnded()
        }
    }
}

/// What was delivered and is not acknowledged yet, in the order of the tags; bounded by the
/// prefetch.
private struct Hand {
    struct Held {
        let tag: UInt64
        let queue: InboundQueue
        let receivedAtSeconds: Double
    }

    private(set) var deliveries: [Held] = []

    mutating func take(_ new: [Workflow.Delivery], atSeconds now: Double) {
        deliveries += new.map {
            Held(tag: $0.receipt.tag, queue: $0.message.queue, receivedAtSeconds: now)
        }
    }

    mutating func release(upTo tag: UInt64) -> [Held] {
        let released = Array(deliveries.prefix { $0.tag <= tag })
        deliveries.removeFirst(released.count)
        return released
    }
}

/// A part of a session ended without saying why. Thrown so that the session is renewed: one that
/// returns counts as one that is over for good.
struct SessionEnded: Error, CustomStringConvertible {
    var description: String { "the connection ended; it is renewed" }
}

/// The broker took a queue away from us.
struct ConsumerCancelled: Error, CustomStringConvertible {
    let queue: String

    var description: String {
        "the broker ended the consumption of \(queue): it was deleted, or its leader is gone; it "
            + "is redeclared if broker.declare is true"
    }
}

extension Workflow.Delivery {
    fileprivate init(_ delivery: AMQP.Delivery, from queue: InboundQueue, session: Int) {
        self.init(
            message: InboundMessage(
                queue: queue,
                routingKey: delivery.routingKey,
                redelivered: delivery.isRedelivered,
                properties: MessageProperties(delivery.properties),
                body: delivery.body
            ),
            receipt: Receipt(session: session, tag: delivery.tag)
        )
    }
}
