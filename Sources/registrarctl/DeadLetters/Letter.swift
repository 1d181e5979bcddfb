import AMQP
import Contract
import Domain

/// What a dead letter says of itself.
///
/// What its first sender wrote into the headers is never taken for what the daemon wrote: a letter of
/// the broker's own keeps the sender's headers, and so is known by the broker's.
struct Letter {
    /// Its place in the queue, counted from 1.
    let number: Int
    let at: Instant?
    /// A problem code, or the broker's word, such as `delivery_limit`.
    let code: String
    /// Whether the broker put it aside by itself, such as after too many deliveries.
    let isOfBroker: Bool
    let detail: String?
    /// The full name of the queue from which it came.
    let queue: String?
    /// Who sent it first, as the broker checked it; nil when nobody said.
    let user: String?
    /// The routing key under which it came first; nil when that cannot be told.
    let routingKey: String?
    let replays: Int64
    let messageIdentifier: String?
    let type: String?
    let sizeBytes: UInt64

    /// - Parameter publishers: Who may replay: what the broker put aside of such users may have been a
    ///   replay, and is its first sender's still.
    init(_ delivery: Delivery, number: Int, publishers: Publishers) {
        let (properties, headers) = (delivery.properties, delivery.properties.headers)
        let death = Self.firstDeath(headers)
        // Only the broker's letters keep the property: the daemon could not set it.
        let isOfBroker =
            death != nil || headers["x-first-death-reason"] != nil
            || properties.userIdentifier != nil
        self.number = number
        self.isOfBroker = isOfBroker
        messageIdentifier = properties.messageIdentifier
        type = properties.type
        sizeBytes = delivery.bodySize
        if isOfBroker {
            code =
                headers["x-first-death-reason"]?.stringValue ?? death?["reason"]?.stringValue
                ?? "unknown"
            queue =
                headers["x-first-death-queue"]?.stringValue ?? death?["queue"]?.stringValue
            at = death?["time"]?.instant
            routingKey = delivery.routingKey
            detail = nil
            let sender = properties.userIdentifier.flatMap { $0.isEmpty ? nil : $0 }
            let marks = [DeadLetter.Header.user, DeadLetter.Header.replays].flatMap { name in
                headers.entries.filter { $0.name == name }
            }
            let mayReplay = sender.flatMap { publishers.roles(of: $0)?.contains(.operator) } == true
            if mayReplay, !marks.isEmpty {
                let senders = marks.filter { $0.name == DeadLetter.Header.user }
                let first = senders.count == 1 ? senders[0].value.stringValue : nil
                user = first?.isEmpty == false ? first : nil
                replays = headers[DeadLetter.Header.replays]?.integerValue ?? 1
            } else {
                user = sender
                replays = 0
            }
        } else {
            code = headers[DeadLetter.Header.reason]?.stringValue ?? "unknown"
            queue = headers[DeadLetter.Header.queue]?.stringValue
            at = headers[DeadLetter.Header.time]?.stringValue.flatMap { Instant(rfc3339: $0) }
            user = headers[DeadLetter.Header.user]?.stringValue
            routingKey = headers[DeadLetter.Header.routingKey]?.stringValue
            detail = headers[DeadLetter.Header.detail]?.stringValue
            replays = headers[DeadLetter.Header.replays]?.integerValue ?? 0
        }
    }

    private static func firstDeath(_ headers: AMQP.Table) -> AMQP.Table? {
        guard case .array(let deaths) = headers["x-death"], case .table(let death)? = deaths.last
        else { return nil }
        return death
    }

    /// The code, said to be the broker's where it is.
    var reason: String { isOfBroker ? "broker: \(code)" : code }

    /// What kind of message it was: its routing key, or the queue from which it came.
    var kind: String { routingKey ?? queue ?? "unknown" }

    func write(to json: inout JSONWriter) {
        json.member("number", number)
        json.member("at", at?.description)
        json.member("reason", reason)
        json.member("detail", detail)
        json.member("queue", queue)
        json.member("routingKey", routingKey)
        json.member("user", user)
        json.member("messageId", messageIdentifier)
        json.member("type", type)
        json.member("sizeBytes", sizeBytes)
        json.member("replays", replays)
    }
}

extension FieldValue {
    fileprivate var instant: Instant? {
        guard case .timestamp(let seconds) = self else { return nil }
        return Instant(seconds: Int64(clamping: seconds))
    }
}
