import Contract
import Crypto
import Domain

// By what messages are known.
extension MessageProcessor {
    /// The request that an event is about, by its envelope alone. The other approvals have an
    /// account's id as their subject, and so may reports.
    static func request(of envelope: Envelope) -> RequestIdentifier? {
        let isAboutAccount =
            envelope.type.hasPrefix("lu.etat.do.approval.")
            && envelope.type != "lu.etat.do.approval.decision.v1"
            || envelope.type.hasPrefix("lu.etat.do.report.")
        return isAboutAccount ? nil : envelope.requestIdentifier
    }

    /// Of a replay, the user is who sent it first: so it is known if that had an effect.
    static func inboxKey(of message: InboundMessage, _ envelope: Envelope) -> InboxKey {
        inboxKey([
            message.properties.userIdentifier ?? "", envelope.source, envelope.identifier,
        ])
    }

    /// What the inbox remembers of a message.
    static func entry(
        _ key: InboxKey,
        _ message: InboundMessage,
        at now: Instant
    ) -> InboxEntry {
        InboxEntry(key: key, digest: Array(SHA256.hash(data: message.body)), receivedAt: now)
    }

    /// What the inbox remembers a message by that waited for its request in vain.
    static func givenUpKey(_ inboxKey: InboxKey) -> InboxKey {
        InboxKey(bytes: inboxKey.bytes.map { ~$0 })
    }

    /// Identifies a message by its user, queue and content alone. What the broker put aside, also
    /// by where and how often it did, and by the letter that it was before: each is another
    /// message.
    func contentKey(_ message: InboundMessage) -> InboxKey {
        var parts = [
            message.properties.userIdentifier ?? "", message.queue.rawValue,
            message.routingKey, message.properties.messageIdentifier ?? "",
        ]
        if message.queue == .deadLetters { parts += DeadLetter.marks(of: message) }
        return Self.inboxKey(parts, message.body)
    }

    /// Identifies a letter whose replay the daemon may not survive.
    static func replayKey(_ letter: DeadLetterIdentifier) -> InboxKey {
        inboxKey(["replay", letter.description])
    }

    private static func inboxKey(_ parts: [String], _ body: [UInt8] = []) -> InboxKey {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        hash.update(data: body)
        return InboxKey(bytes: Array(hash.finalize().prefix(16)))
    }
}
