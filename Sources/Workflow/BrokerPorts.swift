public import Contract
public import Domain

// The broker, and the clock.

/// Which delivery of which session: a tag means nothing in another session.
public struct Receipt: Hashable, Sendable {
    /// Counts the sessions of the source.
    public let session: Int
    public let tag: UInt64

    public init(session: Int, tag: UInt64) {
        self.session = session
        self.tag = tag
    }
}

/// A message in hand: to be acknowledged once its effects are durable, and not before.
public struct Delivery: Hashable, Sendable {
    public let message: InboundMessage
    public let receipt: Receipt

    public init(message: InboundMessage, receipt: Receipt) {
        self.message = message
        self.receipt = receipt
    }
}

/// Where messages come from. Deliveries are handed to `MessageLoop.receive`, changes of session to
/// `MessageLoop.sourceOpened` and `sourceClosed`.
public protocol MessageSource: Sendable {
    /// Acknowledges this delivery and every earlier one of its session. Does nothing if the
    /// session is over: the broker then delivers again, and the inbox knows the message.
    func acknowledge(upTo receipt: Receipt)
}

/// What the broker said of a publication.
public enum PublicationOutcome: Hashable, Sendable {
    case confirmed
    /// The broker could not take it now; to be tried again.
    case refused
    /// No queue is bound for it (`mandatory`); the broker's words.
    case unroutable(String)
    /// It can never be sent, such as a property that AMQP cannot carry; why.
    case unsendable(String)
}

public struct PublicationResult: Hashable, Sendable {
    /// The outbox row's sequence.
    public let sequence: Int64
    public let outcome: PublicationOutcome

    public init(sequence: Int64, outcome: PublicationOutcome) {
        self.sequence = sequence
        self.outcome = outcome
    }
}

/// That the broker ended the publishing session because of something that was published.
public struct PublicationRefusal: Hashable, Sendable {
    /// AMQP's reply code, such as 403.
    public let code: Int
    /// The broker's words.
    public let text: String

    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }
}

/// Where messages go. Results are handed to `MessageLoop.published`, changes of session to
/// `MessageLoop.publisherOpened` and `publisherClosed`.
public protocol MessagePublisher: Sendable {
    /// Ends that session and opens another; nothing if it is over already.
    func renew(session: Int, reason: String)
    /// Sends in this order, without waiting; drops them if that session is over. What was handed
    /// over before a session ended and got no result counts as not sent.
    func publish(_ rows: [OutboxRow], session: Int)
}

/// The clock.
public protocol TimeSource: Sendable {
    /// Wall-clock time; may jump.
    var now: Instant { get }
    /// Returns after `seconds` of time that does not jump, or earlier when the task is cancelled.
    func sleep(seconds: Double) async
    /// Seconds since some fixed moment, for measuring; does not jump.
    var monotonicSeconds: Double { get }
}
