public import Domain

/// The queues that are consumed, by what follows the prefix in their names.
public enum InboundQueue: String, CaseIterable, Sendable {
    case registrations
    case approvals
    case reports
    /// What the broker itself puts aside, of whatever queue.
    case deadLetters = "dead-letters"

    /// The queue that gets messages with this routing key; nil for none.
    public init?(routingKey: String) {
        switch routingKey.prefix(while: { $0 != "." }) {
        case "registration": self = .registrations
        case "approval": self = .approvals
        case "report": self = .reports
        default: return nil
        }
    }
}

/// A message as the broker delivered it, before anything was read of it.
public struct InboundMessage: Hashable, Sendable {
    public let queue: InboundQueue
    public let routingKey: String
    /// Whether the broker delivered it before; it may then have been dealt with.
    public let redelivered: Bool
    public var properties: MessageProperties
    public let body: [UInt8]
    /// Of a dead letter that an operator has replayed.
    public let replay: Replay?

    public init(
        queue: InboundQueue,
        routingKey: String,
        redelivered: Bool,
        properties: MessageProperties,
        body: [UInt8],
        replay: Replay? = nil
    ) {
        self.queue = queue
        self.routingKey = routingKey
        self.redelivered = redelivered
        self.properties = properties
        self.body = body
        self.replay = replay
    }
}

/// The context attributes of an inbound CloudEvents 1.0 event that Registrar uses.
public struct Envelope: Hashable, Sendable {
    /// 1–128 characters.
    public let identifier: String
    /// A URI reference that names the sender.
    public let source: String
    /// `lu.etat.do.<routing key>.v1`
    public let type: String
    public let time: Instant
    /// The request id; absent where there is no request.
    public let subject: String?
    /// W3C Trace Context, copied to every event that this one causes.
    public let traceParent: String?
    /// Why, in an operator's words; of users without that role it is ignored. Free text: treated as
    /// personal data.
    public internal(set) var reason: String?

    /// How many Unicode scalars a reason has.
    public static let reasonLength = 1...400

    /// Whether the contract takes `text` as a reason.
    public static func isReason(_ text: String) -> Bool {
        TextRules.isFreeText(text, length: reasonLength)
    }

    public init(
        identifier: String,
        source: String,
        type: String,
        time: Instant,
        subject: String?,
        traceParent: String?,
        reason: String? = nil
    ) {
        self.identifier = identifier
        self.source = source
        self.type = type
        self.time = time
        self.subject = subject
        self.traceParent = traceParent
        self.reason = reason
    }
}

/// What the broker users in `publishers` may speak for.
public enum PublisherRole: String, CaseIterable, Sendable {
    case portal
    case customsAuthority = "customs-authority"
    case exciseOffice = "excise-office"
    case vehicleAuthority = "vehicle-authority"
    case provisioner
    case `operator`
}

/// One type of inbound message: how its payload is read.
public struct MessageDefinition: Sendable {
    /// Such as `registration.access.company`: the type without `lu.etat.do.` and `.v1`.
    public let routingKey: String
    /// What `data` states besides who asks and for which request, as far as it can be stated by
    /// name.
    public let fields: [FieldDefinition]
    /// Reads `data`. Findings go to the reader; nil when there are any.
    public let read: @Sendable (_ data: inout PayloadReader, Envelope) -> (any Command)?

    public init(
        _ routingKey: String,
        fields: [FieldDefinition] = [],
        read: @escaping @Sendable (_ data: inout PayloadReader, Envelope) -> (any Command)?
    ) {
        self.routingKey = routingKey
        self.fields = fields
        self.read = read
    }
}

/// A message that was read, whether or not it is fit to be processed.
public enum DecodedMessage: Sendable {
    /// Well-formed, from a sender who may send it.
    case command(any Command, Envelope)
    /// Dead: the first check that failed names it. `envelope` is there if it could be read.
    case dead(Problem, Envelope?)
}
