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
    private let current = Mutex<(session: Int, work: AsyncStream<Work>.Continuation)?>(nil)

    /// What the loop wants.
    private enum Work: Sendable {
        case publish([OutboxRow])
        /// To end this session, and begin another; why.
        case renew(String)
    }

    /// How a part of a session ended.
    private enum End: Sendable {
        case sender((any Error)?)
        case results((any Error)?)
        case notices
    }

    public init(access: BrokerAccess, log: Logger) {
        self.access = access
        self.log = log
    }

    public func publish(_ rows: [OutboxRow], session: Int) {
        guard !rows.isEmpty else { return }
        hand(.publish(rows), to: session)
    }

    public func renew(session: Int, reason: String) { hand(.renew(reason), to: session) }

    private func hand(_ work: Work, to session: Int) {
        current.withLock { current in
            guard let current, current.session == session else { return }
            current.work.yield(work)
        }
    }

    /// Serves `loop` until the task is cancelled.
    ///
    /// - Parameter condition: told whenever it changes whether the broker takes publications.
    public func run(
        serving loop: MessageLoop,
        condition: @escaping @Sendable (PublisherCondition) -> Void
    ) async {
        var session = 0
        await access.keep("publishing", log: log, down: { condition(.down($0)) }) { connection in
            session += 1
            // Bounded by the loop's window: it hands over no more than that without a result.
            let (stream, continuation) = AsyncStream.makeStream(of: Work.self)
            try await connection.confirmSelect()
            current.withLock { $0 = (session, continuation) }
            var refusal: PublicationRefusal?
            defer {
                current.withLock { $0 = nil }
                continuation.finish()
                loop.publisherClosed(refusal)
            }
            condition(.ready)
            loop.publisherOpened(session: session)
            do {
                try await relay(stream, over: connection, serving: loop, condition: condition)
            } catch {
                refusal = (error as? AMQPError).flatMap { PublicationRefusal($0) }
                throw error
            }
        }
    }

    private func relay(
        _ work: AsyncStream<Work>,
        over connection: Connection,
        serving loop: MessageLoop,
        condition: @escaping @Sendable (PublisherCondition) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask { [self] in
                do {
                    try await send(work, over: connection, serving: loop)
                    return .sender(nil)
                } catch {
                    return .sender(error)
                }
            }
            group.addTask {
                do {
                    for try await batch in connection.publicationResults {
                        loop.published(batch.map { Workflow.PublicationResult($0) })
                    }
                    return .results(nil)
                } catch {
                    return .results(error)
                }
            }
            group.addTask { [self] in
                for try await batch in connection.notices {
                    for notice in batch { take(notice, condition: condition) }
                }
                return .notices
            }
            defer { group.cancelAll() }
            for try await end in group {
                switch end {
                case .sender(let renewal as SessionRenewed): throw renewal
                // The connection has ended, or is about to be closed. What it still has to say of
                // publications comes first: what is answered for is under no suspicion.
                case .sender, .notices: continue
                case .results(let error): throw error ?? SessionEnded()
                }
            }
        }
    }

    private func send(
        _ work: AsyncStream<Work>,
        over connection: Connection,
        serving loop: MessageLoop
    ) async throws {
        for await work in work {
            switch work {
            case .publish(let batch): try await send(batch, over: connection, serving: loop)
            case .renew(let reason): throw SessionRenewed(reason: reason)
            }
        }
    }

    private func take(
        _ notice: Notice,
        condition: @escaping @Sendable (PublisherCondition) -> Void
    ) {
        switch notice {
        case .blocked(let reason):
            condition(.blocked(reason))
            log.warning("the broker is blocked", metadata: [LogKey.reason: "\(reason)"])
        case .unblocked:
            condition(.ready)
            log.notice("the broker takes publications again")
        case .closed, .consumerCancelled: break
        }
    }

    /// Hands a batch to the connection. Should it hold something that AMQP cannot carry, the rest
    /// is sent, and that one is named.
    private func send(
        _ batch: [OutboxRow],
        over connection: Connection,
        serving loop: MessageLoop
    ) async throws {
        do {
            try await connection.publish(batch.map(publication))
        } catch let error {
            guard error.code == .invalidArgument else { throw error }
            if batch.count == 1 {
                loop.published(
                    batch.map { row in
                        Workflow.PublicationResult(
                            sequence: row.sequence,
                            outcome: .unsendable("\(error)")
                        )
                    }
                )
            } else {
                for row in batch { try await send([row], over: connection, serving: loop) }
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

/// The loop wants another session. Thrown, so that there is one.
private struct SessionRenewed: Error, CustomStringConvertible {
    let reason: String

    var description: String { "\(reason); the connection is renewed" }
}

extension PublicationRefusal {
    /// Nil when the broker did not end the session, or not because of what was published
    /// (AMQP 0-9-1 §1.2; 320 is an operator's doing).
    fileprivate init?(_ error: AMQPError) {
        let codes: Set<UInt16> = [311, 403, 404, 406, 501, 502, 503, 504, 505, 506, 530, 540, 541]
        guard let code = error.replyCode, codes.contains(code) else { return nil }
        self.init(code: Int(code), text: error.replyText ?? "")
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
