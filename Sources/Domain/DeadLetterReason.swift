/// A dead letter's id: a UUID of version 7, which it keeps however often it is replayed.
public struct DeadLetterIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}

/// Why the broker put a message aside by itself, in its own words
/// (RabbitMQ, Dead Letter Exchanges, "Dead-Lettered Effects on Messages").
public enum BrokerReason: String, CaseIterable, Sendable {
    /// A consumer refused it for good.
    case rejected
    /// Its time was over before anybody took it.
    case expired
    /// The queue was full.
    case maxlen
    /// It was given back too often.
    case deliveryLimit = "delivery_limit"
    /// It does not say, or in no word that is known here.
    case unknown
}

/// Why a message was put aside: by this service, with a problem code, or by the broker.
public enum DeadLetterReason: RawRepresentable, Hashable, Sendable, CaseIterable {
    case problem(ProblemCode)
    case broker(BrokerReason)

    /// Problem codes and the broker's words have none in common.
    public init?(rawValue: String) {
        if let code = ProblemCode(rawValue: rawValue) {
            self = .problem(code)
        } else if let reason = BrokerReason(rawValue: rawValue) {
            self = .broker(reason)
        } else {
            return nil
        }
    }

    public var rawValue: String {
        switch self {
        case .problem(let code): code.rawValue
        case .broker(let reason): reason.rawValue
        }
    }

    public static var allCases: [DeadLetterReason] {
        ProblemCode.allCases.map { .problem($0) } + BrokerReason.allCases.map { .broker($0) }
    }
}
