public import Contract

/// Where a letter goes when it is replayed: to where it came from.
///
/// A letter of another program's queue goes nowhere: who may dead-letter into our exchange is not
/// thereby to have a say here. One of which nobody knows the queue any more goes by its routing
/// key.
public enum LetterOrigin: Hashable, Sendable {
    /// It is dealt with here.
    case inbound(InboundQueue)
    /// It goes out again, to this queue; its name without the prefix.
    case outbound(queue: String)
    case elsewhere

    public init(_ letter: DeadLetter, prefix: String) {
        guard let queue = letter.queue else {
            self.init(routingKey: letter.routingKey)
            return
        }
        guard queue.hasPrefix("\(prefix).") else {
            self = .elsewhere
            return
        }
        let short = String(queue.dropFirst(prefix.count + 1))
        if let queue = InboundQueue(rawValue: short), queue != .deadLetters {
            self = .inbound(queue)
        } else if Self.outboundQueues.values.contains(short) {
            self = .outbound(queue: short)
        } else {
            self = .elsewhere
        }
    }

    private init(routingKey: String) {
        if let queue = InboundQueue(routingKey: routingKey) {
            self = .inbound(queue)
        } else if let queue = Self.outboundQueues[String(routingKey.prefix { $0 != "." })] {
            self = .outbound(queue: queue)
        } else {
            self = .elsewhere
        }
    }

    /// What goes out, by the first word of its routing key, and the queue that gets it.
    private static let outboundQueues = [
        "notification": "notifications", "provisioning": "provisioning", "problem": "problems",
    ]
}
