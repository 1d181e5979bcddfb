public import Domain

/// What is put aside for operators: a message that nothing could be made of, as it came, with the
/// reason. May hold personal data of anybody.
public struct DeadLetter: Hashable, Sendable {
    public let identifier: DeadLetterIdentifier
    public var reason: DeadLetterReason
    /// What is wrong where, and what of the message is left out; some 1,000 characters at most.
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
    /// As they came. Headers that need more than `maximumHeaderBytes` are left out, which `detail`
    /// says.
    public var properties: MessageProperties
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
        self.body = body
        let headerBytes = Self.encodedSize(of: properties.headers)
        guard headerBytes > Self.maximumHeaderBytes else { return }
        self.properties.headers = []
        let note = "its headers were left out: they need \(headerBytes) bytes"
        self.detail = detail.map { "\($0); \(note)" } ?? note
    }

    /// The bytes that it counts with where the store's letters are bounded.
    public var storedBytes: Int {
        body.count + Self.encodedSize(of: properties.headers) + Self.rowBytes
    }

    /// What a letter takes besides body and headers, in round figures.
    private static let rowBytes = 512

    static let maximumDetailLength = 1000
    /// A message that is sent back has to fit one frame, 128 KiB by default, but for its body.
    public static let maximumHeaderBytes = 98_304

    // MARK: - Headers

    /// Headers that name letters which are sent back to the queue of another program.
    public enum Header {
        public static let prefix = "x-registrar-"
        /// The letter's id, by which it is known should it come back.
        public static let letter = "x-registrar-dead-letter"
        /// How many times an operator had it replayed.
        public static let replays = "x-registrar-replays"

        /// Whether a header of this name may go along with a letter that is sent back.
        public static func isKept(_ name: String) -> Bool {
            let name = name.lowercased()
            return !ofBroker.contains(name)
                && ![prefix, "x-first-death-", "x-last-death-"].contains(where: name.hasPrefix)
        }

        /// RabbitMQ routes by the keys in CC and BCC too: whoever sent the letter must not choose
        /// those. Its counts are those of one queue.
        private static let ofBroker: Set = [
            "cc", "bcc", "x-death", "x-delivery-count", "x-acquired-count",
        ]
    }

    /// The message that brings the letter back to the queue of another program.
    ///
    /// - Parameters:
    ///   - queue: Its name without the prefix.
    ///   - number: How many times it is replayed by that.
    ///   - messageIdentifier: What the broker names it by, should it not be able to route it and
    ///     the letter have no id of its own.
    public func sentBack(
        to queue: String,
        number: Int64,
        messageIdentifier: String
    ) -> OutboundMessage {
        var properties = properties
        // The broker takes no other user than the connection's own.
        properties.userIdentifier = nil
        properties.expiration = nil
        properties.deliveryMode = 2
        if properties.messageIdentifier?.isEmpty != false {
            properties.messageIdentifier = messageIdentifier
        }
        properties.headers = properties.headers.filter { Header.isKept($0.name) }
        properties.headers += [
            HeaderField(Header.letter, .text(identifier.description)),
            HeaderField(Header.replays, .integer(number)),
        ]
        return OutboundMessage(
            exchange: .out,
            routingKey: "\(OutboundMessage.replayFamily).\(queue)",
            mandatory: true,
            properties: properties,
            body: body,
            subject: properties.correlationIdentifier ?? identifier.description
        )
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

// MARK: - Making letters

extension DeadLetter {
    /// A message that this service refused. A replay that fails again stays the letter that it was.
    ///
    /// - Parameters:
    ///   - identifier: Of a letter that is new.
    ///   - prefix: Of the queues' names.
    public init(
        of message: InboundMessage,
        problem: Problem,
        identifier: DeadLetterIdentifier,
        at now: Instant,
        prefix: String
    ) {
        self.init(
            identifier: message.replay?.letter ?? identifier,
            reason: .problem(problem.code),
            detail: Self.detail(of: problem),
            at: now,
            queue: message.queue == .deadLetters
                ? Death(message.properties.headers)?.queue
                : "\(prefix).\(message.queue.rawValue)",
            routingKey: message.routingKey,
            user: message.properties.userIdentifier.flatMap { $0.isEmpty ? nil : $0 },
            replays: message.replay?.number ?? 0,
            properties: message.properties,
            body: message.body
        )
    }

    /// A message that the broker put aside, and why, as far as it says so in `x-death`.
    ///
    /// The first entry there is of the last time that it was put aside, and of what the broker
    /// itself wrote. Others may be the sender's invention: RabbitMQ before 4.0 keeps them.
    public init(
        ofBroker message: InboundMessage,
        identifier: DeadLetterIdentifier,
        at now: Instant
    ) {
        let death = Death(message.properties.headers)
        self.init(
            identifier: identifier,
            reason: .broker(death.flatMap { BrokerReason(rawValue: $0.reason) } ?? .unknown),
            detail: death?.text ?? "the broker does not say from which queue it came, or why",
            at: now,
            queue: death?.queue,
            routingKey: message.routingKey,
            user: message.properties.userIdentifier.flatMap { $0.isEmpty ? nil : $0 },
            properties: message.properties,
            body: message.body
        )
    }

    /// The same letter as one that was sent back before, which has come back.
    public func asReplayed(
        _ identifier: DeadLetterIdentifier,
        queue: String?,
        routingKey: String,
        user: String?,
        replays: Int64
    ) -> DeadLetter {
        DeadLetter(
            identifier: identifier,
            reason: reason,
            detail: detail,
            at: at,
            queue: queue,
            routingKey: routingKey,
            user: user,
            replays: replays,
            properties: properties,
            body: body
        )
    }

    /// The id under which the message was sent back, as it says itself.
    public static func claimedIdentifier(_ message: InboundMessage) -> DeadLetterIdentifier? {
        let values = message.properties.headers.filter { $0.name == Header.letter }.map(\.value)
        guard values.count == 1, case .text(let text) = values[0] else { return nil }
        return DeadLetterIdentifier(text)
    }

    /// By what the broker wrote, one time that it put a message aside is told from another.
    public static func marks(of message: InboundMessage) -> [String] {
        let claimed = message.properties.headers.filter {
            [Header.letter, Header.replays].contains($0.name)
        }
        return [Death(message.properties.headers)?.text ?? ""]
            + claimed.map { "\($0.name) \($0.value)" }
    }

    private static func detail(of problem: Problem) -> String {
        let places = problem.findings.map { finding in
            finding.detail == problem.detail
                ? "at \(finding.pointer)" : "\(finding.pointer) \(finding.detail)"
        }
        let parts = [problem.detail] + places.filter { $0 != "at " }
        return parts.joined(separator: "; ").shortened(to: maximumDetailLength)
    }
}

/// What the broker wrote of the last time that it put a message aside
/// (RabbitMQ, Dead Letter Exchanges, "Dead-Lettered Effects on Messages").
private struct Death {
    let reason: String
    let queue: String?
    private let exchange: String?
    private let at: Instant?
    private let count: Int64?

    init?(_ headers: [HeaderField]) {
        guard case .array(let deaths)? = headers.first(where: { $0.name == "x-death" })?.value,
            case .table(let death)? = deaths.first
        else { return nil }
        func text(_ name: String) -> String? {
            guard case .text(let text)? = death.first(where: { $0.name == name })?.value,
                !text.isEmpty
            else { return nil }
            return text.shortened(to: 255)
        }
        reason = text("reason") ?? ""
        queue = text("queue")
        exchange = text("exchange")
        count = death.first { $0.name == "count" }?.value.wholeNumber
        if case .timestamp(let seconds)? = death.first(where: { $0.name == "time" })?.value {
            at = Instant(seconds: Int64(clamping: seconds))
        } else {
            at = nil
        }
    }

    /// For people.
    var text: String {
        var text = "the broker put it aside"
        if let queue { text += " in \(queue)" }
        if let exchange { text += ", where it had come through \(exchange)" }
        if let at { text += ", at \(at)" }
        if let count, count > 1 { text += "; \(count) times" }
        return text
    }
}

extension HeaderValue {
    /// A number of any width.
    fileprivate var wholeNumber: Int64? {
        switch self {
        case .integer(let value): value
        case .unsigned(let value): Int64(clamping: value)
        default: nil
        }
    }
}

extension String {
    fileprivate func shortened(to length: Int) -> String {
        let scalars = unicodeScalars
        guard scalars.count > length else { return self }
        return String(String.UnicodeScalarView(scalars.prefix(length - 1))) + "…"
    }
}
