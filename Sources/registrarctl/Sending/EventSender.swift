import AMQP
import Broker
import Contract
import Domain
import Settings

/// Hands events to the broker and waits until it has taken them.
struct EventSender {
    private let access: BrokerAccess
    private let check: EventCheck

    init(_ surroundings: Surroundings) throws {
        let login = try surroundings.login()
        access = surroundings.access(login)
        check = EventCheck(
            user: login.url.user,
            publishers: surroundings.publishers,
            path: surroundings.path
        )
    }

    /// Sends an event: persistent, as the login's user, and confirmed.
    ///
    /// - Throws: an `Ending` or `AMQPError`, when the broker has not taken it, or not said so.
    func send(_ event: InboundEvent, at now: Instant) async throws {
        try check.check(
            event,
            properties: MessageProperties(
                contentType: Self.contentType,
                userIdentifier: access.endpoint.user
            )
        )
        let connection = try await Connection.open(access.endpoint, options: access.options)
        do {
            try await connection.confirmSelect()
            try await connection.publish([publication(event, at: now)])
            try await answer(to: event, on: connection)
        } catch {
            await connection.close()
            throw explained(error)
        }
        await connection.close()
    }

    private static let contentType = "application/cloudevents+json"

    private func publication(_ event: InboundEvent, at now: Instant) -> Publication {
        let properties = Properties(
            contentType: Self.contentType,
            isPersistent: true,
            correlationIdentifier: event.subject,
            messageIdentifier: event.identifier,
            timestampSeconds: UInt64(max(0, now.seconds)),
            type: EventType.type(ofRoutingKey: event.routingKey),
            userIdentifier: access.endpoint.user,
            applicationIdentifier: "registrarctl"
        )
        return Publication(
            token: 1,
            exchange: access.topology.inboundExchange,
            routingKey: event.routingKey,
            isMandatory: true,
            properties: properties.droppingOversizedText(),
            body: event.body
        )
    }

    /// Waits for the confirm, or for the news that there will be none for now.
    private func answer(to event: InboundEvent, on connection: Connection) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                guard let result = try await connection.publicationResults.next()?.first else {
                    throw Ending(
                        .tryAgain,
                        "the connection ended before the broker had confirmed the message; see "
                            + "whether it has arrived before you send it again"
                    )
                }
                try self.judge(result.outcome, of: event)
            }
            group.addTask {
                for try await batch in connection.notices {
                    for case .blocked(let reason) in batch {
                        throw Ending(
                            .tryAgain,
                            "the broker takes no messages for now (\(reason)), and has not "
                                + "confirmed this one; free what it lacks, and see whether it has "
                                + "arrived before you send it again"
                        )
                    }
                }
                // Closed: the other task says why.
                try await Task.sleep(for: .seconds(access.options.timeoutSeconds))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func judge(_ outcome: PublicationResult.Outcome, of event: InboundEvent) throws {
        switch outcome {
        case .confirmed: break
        case .nacked:
            throw Ending(
                .tryAgain,
                "the broker could not take the message, such as into a queue that is full; try "
                    + "again when registrard has caught up"
            )
        case .returned(let code, let text):
            throw Ending(
                .unavailable,
                "no queue gets \"\(event.routingKey)\" from the exchange "
                    + "\(access.topology.inboundExchange) (\(code) \(text)): nothing was sent; "
                    + "start registrard, which binds its queues, or see 'registrarctl topology "
                    + "check'"
            )
        }
    }

    private func explained(_ error: any Error) -> any Error {
        guard let error = error as? AMQPError, error.code == .notFound else { return error }
        return Ending(
            .unavailable,
            "the broker has no exchange \(access.topology.inboundExchange): start registrard, "
                + "which declares it, or correct broker.prefix (\(error))"
        )
    }
}
