/// What an authorisation is known by, such as an excise number or the id of a mandate. No two
/// authorisations have the same, of whatever procedure; how it is formed says the procedure.
public struct AuthorisationNumber: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { text }
}

public enum AuthorisationStatus: String, CaseIterable, Sendable {
    /// Granted; in force on the days of its validity.
    case active
    /// Its last day of validity is over.
    case lapsed
    /// Withdrawn by a decision.
    case revoked
}

/// What an operator was authorised for, under a number of its own. No personal data.
public struct Authorisation: Hashable, Sendable {
    public let number: AuthorisationNumber
    /// The procedure that it is granted by.
    public let procedure: String
    /// What it lets its holder do: one of the procedure's kinds.
    public let kind: String
    /// The request whose grant it is.
    public let request: RequestIdentifier
    /// The operator that holds it.
    public package(set) var eori: EORI
    /// The operator that it lets the holder act for: then it is a mandate. Nil where it lets the
    /// holder act for itself.
    public package(set) var counterparty: EORI?
    /// What it covers, in the procedure's words and order, such as kinds of goods. A word has no
    /// blank.
    public let scope: [String]
    public let validFrom: CivilDate
    /// The last day of validity; nil for until it is revoked.
    public let validUntil: CivilDate?
    public var status: AuthorisationStatus
    /// The day of the revocation, which is the last one on which it was in force; while active, one
    /// that was set beforehand.
    public var revokedOn: CivilDate?
    /// When the operator is warned that it is about to lapse, while active.
    public var warnAt: Instant?
    /// When it lapses, while active.
    public var lapseAt: Instant?

    public init(
        number: AuthorisationNumber,
        procedure: String,
        kind: String,
        request: RequestIdentifier,
        eori: EORI,
        counterparty: EORI? = nil,
        scope: [String],
        validFrom: CivilDate,
        validUntil: CivilDate? = nil,
        status: AuthorisationStatus = .active,
        revokedOn: CivilDate? = nil,
        warnAt: Instant? = nil,
        lapseAt: Instant? = nil
    ) {
        self.number = number
        self.procedure = procedure
        self.kind = kind
        self.request = request
        self.eori = eori
        self.counterparty = counterparty
        self.scope = scope
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.status = status
        self.revokedOn = revokedOn
        self.warnAt = warnAt
        self.lapseAt = lapseAt
    }

    /// The last day on which it is in force, as far as is known.
    public var lastDay: CivilDate? { [validUntil, revokedOn].compactMap(\.self).min() }

    /// Whether it was, or will be, in force on `day`, as far as is known.
    public func isInForce(on day: CivilDate) -> Bool {
        day >= validFrom && lastDay.map { day <= $0 } ?? true
    }

    /// Whether others may rely on it on `day`: on that of its revocation no longer, though its
    /// holder still answers for that day.
    public func isValid(on day: CivilDate) -> Bool {
        isInForce(on: day) && revokedOn.map { day < $0 } ?? true
    }
}

/// How an authorisation changed; decides which mail tells the operator.
public enum AuthorisationChange: String, CaseIterable, Sendable {
    /// The operator was warned that it is about to lapse.
    case warned
    /// Its last day of validity is over.
    case lapsed
    /// A decision about this authorisation.
    case revoked
    /// The operator was revoked, and the authorisation follows.
    case operatorRevoked = "operator-revoked"
    /// Its last day was set: one of the two operators wants it to end.
    case endSet = "end-set"
    /// What it rested on has ended, and it follows.
    case basisEnded = "basis-ended"
}

/// Whether an authorisation is valid, for whoever asks: what is public of it. No personal data.
public struct AuthorisationDisclosure: Hashable, Sendable {
    public let request: RequestIdentifier
    public let number: AuthorisationNumber
    /// Whether it is in force today.
    public let isValid: Bool
    /// What whoever asks is told.
    public let answer: Answer

    public init(
        request: RequestIdentifier,
        number: AuthorisationNumber,
        isValid: Bool,
        answer: Answer
    ) {
        self.request = request
        self.number = number
        self.isValid = isValid
        self.answer = answer
    }
}

/// What programs are told of a request's consequences, without having asked. No personal data.
public struct Announcement: Hashable, Sendable {
    public let request: RequestIdentifier
    public let answer: Answer

    public init(request: RequestIdentifier, _ answer: Answer) {
        self.request = request
        self.answer = answer
    }
}

/// What somebody who asked is told at once, by rule: to programs and in a mail. Personal data; they
/// are sent, and kept nowhere.
public struct RequestAnswer: Hashable, Sendable {
    public let request: RequestIdentifier
    public let answer: Answer
    public let notice: Notice

    public init(request: RequestIdentifier, answer: Answer, notice: Notice) {
        self.request = request
        self.answer = answer
        self.notice = notice
    }
}

/// What programs are told in a message that a procedure has of its own.
public struct Answer: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        /// Nil for what is not so, or not known.
        case text(String?)
        case texts([String])
        case flag(Bool)
        case count(Int)
        /// Nil where there is none.
        case thousandths(Int64?)
        case object([Member])
        case objects([[Member]])
    }

    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The message that it goes out as, such as `disclosure.excise`.
    public let routingKey: String
    public let members: [Member]

    public init(routingKey: String, members: [Member]) {
        self.routingKey = routingKey
        self.members = members
    }
}
