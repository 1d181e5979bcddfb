public import Domain

/// Says of a message that it is a dead letter which an operator has dealt with again.
///
/// It comes from the store and never from a message: what somebody writes into one is not believed.
/// The message's user is who sent the letter first, so that whoever has it replayed lends it no
/// right.
public struct Replay: Hashable, Sendable {
    public let letter: DeadLetterIdentifier
    /// The broker user who has it replayed.
    public let user: String
    /// How many times it was replayed, this time included; at least 1.
    public let number: Int64
    /// Why, in the operator's words. Free text: treated as personal data.
    public let reason: String?

    public init(letter: DeadLetterIdentifier, user: String, number: Int64, reason: String?) {
        self.letter = letter
        self.user = user
        self.number = number
        self.reason = reason
    }
}

extension DeadLetter {
    /// The letter as the message that it was.
    public func message(in queue: InboundQueue, replay: Replay) -> InboundMessage {
        var properties = properties
        properties.userIdentifier = user
        return InboundMessage(
            queue: queue,
            routingKey: routingKey,
            redelivered: false,
            properties: properties,
            body: body,
            replay: replay
        )
    }
}
