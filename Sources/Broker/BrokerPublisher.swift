import AMQP
import Contract
import LogKeys
public import Logging
import Synchronization
public import Workflow

/// Whether the broker takes publications.
public enum PublisherCondition: Hashable, Sendable {
    case ready
    /// Connected, but the broker takes nothing for want of memory or disk; its words.
    case blocked(String)
    /// Not connected; why.
    case down(String)
}

/// Publishes the outbox, over a connection of its own that it renews.
public final class BrokerPublisher: MessagePublisher {
    private let access: BrokerAccess
    private let log: Logger
    private let current = Mutex<(session: Int, rows: AsyncStream<[OutboxRow]>.Continuation)?>(nil)

    public init(access: BrokerAccess, log: Logger) {
        self.access = access
        self.log = log
    }

    public func publish(_ rows: [OutboxRow], session: Int) {
        guard !rows.isEmpty else { return }
        current.withLock { current in
            guard let current, current.session == session else { return }
            current.rows.yield(rows)
        }
    }

    /// Serves `service` until the task is cancelled.
    ///
    /// - Parameter condition: told whenever it changes whether the broker takes publications.
    public func run(
        serving service: Service,
        condition: @escaping @Sendable (PublisherCondition) -> Void
    ) async {
        var session = 0
        await access.keep("publishing", log: log, down: { condition(.down($0)) }) { connection in
            session += 1
            // Bounded by the service's window: it hands over no more than that without a result.
            let (stream, continuation) = AsyncStream.makeStream(of: [OutboxRow].self)
            try await connection.confirmSelect()
            current.withLock { $0 = (session, continuation) }
            defer {
                current.withLock { $0 = nil }
                continuation.finish()
                service.publisherClosed()
            }
            condition(.ready)
            service.publisherOpened(session: session)
            try await relay(stream, over: connection, serving: service, condition: condition)
        }
    }

    private func relay(
        _ rows: AsyncStream<[OutboxRow]>,
        over connection: Connection,
        serving service: Service,
        condition: @escaping @Sendable (PublisherCondition) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                for await batch in rows {
                    try await send(batch, over: connection, serving: service)
                }
            }
            group.addTask {
                for try await batch in connection.publicationResults {
                    service.published(batch.map { Workflow.PublicationResult($0) })
                }
            }
            group.addTask { [log] in
                for try await batch in connection.notices {
                    for notice in batch {
                        switch notice {
                        case .blocked(let reason):
                            condition(.blocked(reason))
                            log.warning(
                                "the broker is blocked",
                                metadata: [LogKey.reason: "\(reason)"]
                            )
                        case .unblocked:
                            condition(.ready)
                            log.notice("the broker takes publications again")
                        case .closed(let error): throw error
                        case .consumerCancelled: break
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            // Whichever ends first ends the session.
            try await group.next()
            throw SessionEnded()
        }
    }

    /// Hands a batch to the connection. Should it hold something that AMQP cannot carry, the rest
    /// is sent, and that one is named.
    private func send(
        _ batch: [OutboxRow],
        over connection: Connection,
        serving service: Service
    ) async throws {
        do {
            try await connection.publish(batch.map(publication))
        } catch let error {
            guard error.code == .invalidArgument else { throw error }
            if batch.count == 1 {
                service.published(
                    batch.map { row in
                        Workflow.PublicationResult(
                            sequence: row.sequence,
                            outcome: .unsendable("\(error)")
                        )
                    }
                )
            } else {
                for row in batch { try await send([row], over: connection, serving: service) }
            }
        }
    }

    private func publication(_ row: OutboxRow) -> Publication {
        Publication(
            token: UInt64(row.sequence),
            exchange: access.topology.exchange(row.message.exchange),
            routingKey: row.message.routingKey,
            isMandatory: row.message.mandatory,
            properties: Properties(row.message.properties).droppingOversizedText(),
            body: row.message.body
        )
    }
}

extension Workflow.PublicationResult {
    fileprivate init(_ result: AMQP.PublicationResult) {
        let outcome: PublicationOutcome =
            switch result.outcome {
            case .confirmed: .confirmed
            case .nacked: .refused
            case .returned(let code, let text): .unroutable("\(code) \(text)")
            }
        self.init(sequence: Int64(result.token), outcome: outcome)
    }
}
