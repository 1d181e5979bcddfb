/// Says of a message that an operator took it out of the dead letters and had it sent again.
public struct Replay: Hashable, Sendable {
    /// The broker user who sent it this time.
    public let user: String
    /// How many times it was replayed, this time included; at least 1.
    public let number: Int64
    /// Why, in the operator's words. Free text: treated as personal data.
    public let reason: String?

    public init(user: String, number: Int64, reason: String?) {
        self.user = user
        self.number = number
        self.reason = reason
    }
}

// The broker takes no other `user_id` than the connection's own, so a replayed letter carries the
// operator's, whose role may send everything. Who sent the letter first stands in a header; his
// rights count, and his key in the inbox. So a replay is never a way around `forbidden`.
extension InboundMessage {
    /// The message with its first sender in the place of the operator who had it replayed; as it is,
    /// if it is no replay.
    ///
    /// Only users with the role `operator` are believed. A replay that does not say, or not clearly,
    /// who sent it first has no sender: then nobody's rights allow it.
    public func attributed(by publishers: Publishers) -> InboundMessage {
        guard replay == nil, let user = properties.userIdentifier,
            publishers.roles(of: user)?.contains(.operator) == true
        else { return self }
        let senders = headers(DeadLetter.Header.user)
        let replays = headers(DeadLetter.Header.replays)
        guard !senders.isEmpty || !replays.isEmpty else { return self }
        var message = self
        message.replay = Replay(
            user: user,
            number: max(1, replays.compactMap(\.integer).max() ?? 1),
            reason: headers(DeadLetter.Header.replayReason).compactMap(\.text)
                .first(where: Envelope.isReason)
        )
        let sender = senders.count == 1 ? senders[0].text : nil
        message.properties.userIdentifier = sender?.isEmpty == false ? sender : nil
        return message
    }

    /// The message as the broker delivered it.
    public var asDelivered: InboundMessage {
        var message = self
        if let replay { message.properties.userIdentifier = replay.user }
        message.replay = nil
        return message
    }

    private func headers(_ name: String) -> [HeaderValue] {
        properties.headers.filter { $0.name == name }.map(\.value)
    }
}

extension HeaderValue {
    fileprivate var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    fileprivate var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .unsigned(let value): Int64(clamping: value)
        default: nil
        }
    }
}
