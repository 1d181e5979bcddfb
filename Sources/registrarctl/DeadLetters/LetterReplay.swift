import AMQP
import Broker
import Composition
import Contract
import Domain

/// Makes of a dead letter the message that goes back to where it came from.
///
/// The broker takes no other `user_id` than that of the connection. So the first sender is named in a
/// header, always: one that is empty says that nobody said who he was. The daemon then lets that
/// sender's rights count, and not those of the operator, who may send everything.
struct LetterReplay {
    let topology: Topology
    /// The broker user who has it sent again.
    let user: String
    /// Nil for a replay that is only thought of.
    let reason: String?
    let identifiers: any IdentifierSource = TimeOrderedIdentifiers()

    /// - Returns: Nil for a letter that does not say under which routing key it came.
    func publication(
        of letter: Letter,
        _ delivery: Delivery,
        token: UInt64
    ) -> Publication? {
        guard let routingKey = letter.routingKey else { return nil }
        var properties = delivery.properties
        properties.userIdentifier = user
        properties.expiration = nil
        properties.isPersistent = true
        // By its id the broker names a message that it returns.
        if properties.messageIdentifier?.isEmpty != false {
            properties.messageIdentifier = identifiers.next().text
        }
        var headers = AMQP.Table(
            properties.headers.entries.filter { DeadLetter.Header.isKept($0.name) }
        )
        headers[DeadLetter.Header.user] = .string(letter.user ?? "")
        headers[DeadLetter.Header.replays] = .int64(max(0, letter.replays) + 1)
        if let reason { headers[DeadLetter.Header.replayReason] = .string(reason) }
        properties.headers = headers
        return Publication(
            token: token,
            exchange: topology.inboundExchange,
            routingKey: routingKey,
            isMandatory: true,
            properties: properties,
            body: delivery.body
        )
    }

    /// The message as the daemon would get it; nil when no queue would.
    func message(_ publication: Publication) -> InboundMessage? {
        guard let queue = InboundQueue(routingKey: publication.routingKey) else { return nil }
        return InboundMessage(
            queue: queue,
            routingKey: publication.routingKey,
            redelivered: false,
            properties: MessageProperties(publication.properties),
            body: publication.body
        )
    }
}

extension InboundQueue {
    /// The queue that gets messages with this routing key; nil for none.
    init?(routingKey: String) {
        switch routingKey.prefix(while: { $0 != "." }) {
        case "registration": self = .registrations
        case "approval": self = .approvals
        case "report": self = .reports
        default: return nil
        }
    }
}
