import AMQP
import Broker
import Composition
import Contract
import Domain
import Settings

/// Hands events to the broker and waits until it has taken them.
struct EventSender {
    private let access: BrokerAccess
    private let check: EventCheck

    init(_ commandEnvironment: CommandEnvironment) throws {
        let login = try commandEnvironment.login()
        access = commandEnvironment.access(login)
        check = EventCheck(
            user: login.url.user,
            publishers: commandEnvironment.configuration.publisherRoles,
            path: commandEnvironment.path
        )
    }

    /// Sends an event: persistent, as the login's user, and confirmed.
    ///
    /// - Throws: an `ExitFailure` or `AMQPError`, when the broker has not taken it, or not said so.
    func send(_ event: InboundEvent, at now: Instant = SystemTime().now) async throws {
        try check.check(
            event,
            properties: MessageProperties(
                contentType: Self.contentType,
                userIdentifier: access.endpoint.user
            )
        )
        try await access.withConnection { connection in
            do {
                try await connection.confirmSelect()
                let confirmation = Confirmation(
                    connection: connection,
                    timeoutSeconds: access.options.timeoutSeconds
                )
                try judge(try await confirmation.publish(publication(event, at: now)), of: event)
            } catch {
                throw explained(error)
            }
        }
    }

    static let contentType = "application/cloudevents+json"

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

    private func judge(_ outcome: PublicationResult.Outcome, of event: InboundEvent) throws {
        switch outcome {
        case .confirmed: break
        case .nacked:
            throw ExitFailure(
                .tryAgain,
                "the broker could not take the message, such as into a queue that is full; try "
                    + "again when registrard has caught up"
            )
        case .returned(let code, let text):
            throw ExitFailure(
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
        return ExitFailure(
            .unavailable,
            "the broker has no exchange \(access.topology.inboundExchange): start registrard, "
                + "which declares it, or correct broker.prefix (\(error))"
        )
    }
}
