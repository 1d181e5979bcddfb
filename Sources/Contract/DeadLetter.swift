public import Domain

/// What is put aside for operators: a message that nothing could be made of, as it came, with the
/// reason. May hold personal data of anybody.
public struct DeadLetter: Hashable, Sendable {
    public let identifier: DeadLetterIdentifier
    public var reason: DeadLetterReason
    /// What is wrong where; at most `maximumDetailLength` characters.
    public var detail: String?
    /// When it was put aside; of a replayed letter that failed again, the last time.
    public var at: Instant
    /// The full name of the queue from which it came; nil when that is not known.
    public let queue: String?
    /// The routing key under which it came.
    public let routingKey: String
    /// The broker user who sent it first, as the broker has checked; nil when there was none.
    public let user: String?
    /// How many times an operator had it replayed.
    public var replays: Int64
    /// As they came, but for headers that were left out.
    public var properties: MessageProperties
    /// Whether its headers were left out, because they needed more than `maximumHeaderBytes`.
    public var isWithoutHeaders: Bool
    public let body: [UInt8]

    public init(
        identifier: DeadLetterIdentifier,
        reason: DeadLetterReason,
        detail: String?,
        at: Instant,
        queue: String?,
        routingKey: String,
        user: String?,
        replays: Int64 = 0,
        properties: MessageProperties,
        isWithoutHeaders: Bool = false,
        body: [UInt8]
    ) {
        self.identifier = identifier
        self.reason = reason
        self.detail = detail
        self.at = at
        self.queue = queue
        self.routingKey = routingKey
        self.user = user
        self.replays = replays
        self.properties = properties
        self.isWithoutHeaders = isWithoutHeaders
        self.body = body
    }

    /// The bytes that it counts with where the store's letters are bounded.
    public var storedBytes: Int {
        body.count + Self.encodedSize(of: properties.headers) + Self.rowBytes
    }

    /// What a letter takes besides body and headers, in round figures.
    private static let rowBytes = 512

    /// The headers that a dead letter gets. Headers with this prefix that its sender set are
    /// overwritten.
    public enum Header {
        public static let prefix = "x-registrar-"
        /// The problem code.
        public static let reason = "x-registrar-reason"
        /// What is wrong where; at most `maximumDetailLength` characters.
        public static let detail = "x-registrar-detail"
        /// When it was put aside; RFC 3339.
        public static let time = "x-registrar-at"
        /// The queue from which it came.
        public static let queue = "x-registrar-queue"
        /// The broker user who sent it first; absent when there was none, and when the message named
        /// another one and its sender was not believed.
        public static let user = "x-registrar-user"
        /// The routing key under which it came: the letter's own is the problem code.
        public static let routingKey = "x-registrar-routing-key"
        /// How many times an operator had it replayed.
        public static let replays = "x-registrar-replays"
        /// Why it is replayed: of a letter on its way back, by an operator, alone.
        public static let replayReason = "x-registrar-replay-reason"

        /// Whether what was sent with a header of this name may go on with a dead letter, and with a
        /// replay.
        public static func isKept(_ name: String) -> Bool {
            let name = name.lowercased()
            return !ofBroker.contains(name)
                && ![prefix, "x-first-death-", "x-last-death-"].contains(where: name.hasPrefix)
        }

        /// RabbitMQ routes by the keys in CC and BCC too: the sender must not choose those. By what it
        /// writes itself when it dead-letters, its letters are told from ours. Its counts are those of
        /// one queue.
        private static let ofBroker: Set = [
            "cc", "bcc", "x-death", "x-delivery-count", "x-acquired-count",
        ]
    }

    public static let maximumDetailLength = 1000
    /// A message's properties must fit one frame, 128 KiB by default, together with what is added.
    static let maximumHeaderSize = 98_304

    /// - Parameters:
    ///   - message: as it counts: of a replay, the sender is the first one.
    ///   - queueName: the full name of the queue, with its prefix.
    ///   - subject: what the outbox files it under.
    public static func message(
        _ message: InboundMessage,
        problem: Problem,
        at now: Instant,
        queueName: String,
        subject: String
    ) -> OutboundMessage {
        var properties = message.properties
        // The broker takes no other user than the connection's own, and a dead letter stays.
        properties.userIdentifier = nil
        properties.expiration = nil
        properties.deliveryMode = 2
        properties.headers = kept(message.properties.headers)
        properties.headers += [
            HeaderField(Header.reason, .text(problem.code.rawValue)),
            HeaderField(Header.detail, .text(detail(of: problem))),
            HeaderField(Header.time, .text(now.description)),
            HeaderField(Header.queue, .text(queueName)),
            HeaderField(Header.routingKey, .text(message.routingKey)),
        ]
        // Whoever named another sender than himself must not be believed later, when he may be.
        let isClaimed = message.properties.headers.contains { $0.name == Header.user }
        if let user = message.properties.userIdentifier, !user.isEmpty,
            message.replay != nil || !isClaimed
        {
            properties.headers.append(HeaderField(Header.user, .text(user)))
        }
        let replays = message.replay?.number ?? 0
        properties.headers.append(HeaderField(Header.replays, .integer(replays)))
        return OutboundMessage(
            exchange: .dead,
            routingKey: problem.code.rawValue,
            mandatory: true,
            properties: properties,
            body: message.body,
            subject: subject
        )
    }

    /// The sender's headers, as far as they can be kept.
    private static func kept(_ headers: [HeaderField]) -> [HeaderField] {
        let kept = headers.filter { Header.isKept($0.name) }
        return encodedSize(of: kept) <= maximumHeaderSize ? kept : []
    }

    private static func detail(of problem: Problem) -> String {
        let places = problem.findings.map { finding in
            finding.detail == problem.detail
                ? "at \(finding.pointer)" : "\(finding.pointer) \(finding.detail)"
        }
        let parts = [problem.detail] + places.filter { $0 != "at " }
        let text = parts.joined(separator: "; ")
        let scalars = text.unicodeScalars
        guard scalars.count > maximumDetailLength else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(maximumDetailLength - 1))) + "…"
    }

    /// The bytes that AMQP 0-9-1 §4.2.5.5 takes for a table's fields.
    static func encodedSize(of headers: [HeaderField]) -> Int {
        headers.reduce(0) { $0 + 1 + $1.name.utf8.count + encodedSize(of: $1.value) }
    }

    private static func encodedSize(of value: HeaderValue) -> Int {
        let size =
            switch value {
            case .text(let text): 4 + text.utf8.count
            case .bytes(let bytes): 4 + bytes.count
            case .boolean: 1
            case .integer, .unsigned, .double, .timestamp: 8
            case .decimal: 5
            case .table(let fields): 4 + encodedSize(of: fields)
            case .array(let values): values.reduce(4) { $0 + encodedSize(of: $1) }
            case .void: 0
            }
        // One byte says the type.
        return 1 + size
    }
}
