/// An excise number: two capital letters and 11 capital letters or digits, such as
/// `LU00000123456`, as the SEED register of the Union lists them (Regulation (EU) No 389/2012,
/// article 19).
public struct ExciseNumber: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Nil unless `text` has the shape.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == 13 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || isDigit && index >= 2 else { return nil }
        }
        self.text = text
    }

    /// Takes text that is known to be an excise number, such as what the store gave back.
    public init(canonical text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// What an excise authorisation lets an operator do (Directive (EU) 2020/262, articles 16 to 19
/// and 35).
public enum AuthorisationKind: String, CaseIterable, Sendable {
    case temporaryRegisteredConsignee = "temporary-registered-consignee"
    case registeredConsignee = "registered-consignee"
    case authorisedWarehousekeeper = "authorised-warehousekeeper"
    case certifiedConsignor = "certified-consignor"
    case certifiedConsignee = "certified-consignee"
    case temporaryCertifiedConsignee = "temporary-certified-consignee"

    /// Whether it is for one movement of goods, and ends on a day that is set.
    public var isTemporary: Bool {
        self == .temporaryRegisteredConsignee || self == .temporaryCertifiedConsignee
    }
}

/// What is subject to excise duty.
public enum ExciseProduct: String, CaseIterable, Sendable {
    case alcohol
    case tobacco
    case energy
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
    public let number: ExciseNumber
    /// The request whose grant it is.
    public let request: RequestIdentifier
    public package(set) var eori: EORI
    public let kind: AuthorisationKind
    /// At least one, in the order of ``ExciseProduct``.
    public let products: [ExciseProduct]
    public let validFrom: CivilDate
    /// The last day of validity; nil for until it is revoked.
    public let validUntil: CivilDate?
    public var status: AuthorisationStatus
    /// The day of the revocation, which is the last one on which it was in force.
    public var revokedOn: CivilDate?
    /// When the operator is warned that it is about to lapse, while active.
    public var warnAt: Instant?
    /// When it lapses, while active.
    public var lapseAt: Instant?

    public init(
        number: ExciseNumber,
        request: RequestIdentifier,
        eori: EORI,
        kind: AuthorisationKind,
        products: [ExciseProduct],
        validFrom: CivilDate,
        validUntil: CivilDate? = nil,
        status: AuthorisationStatus = .active,
        revokedOn: CivilDate? = nil,
        warnAt: Instant? = nil,
        lapseAt: Instant? = nil
    ) {
        self.number = number
        self.request = request
        self.eori = eori
        self.kind = kind
        self.products = products
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.status = status
        self.revokedOn = revokedOn
        self.warnAt = warnAt
        self.lapseAt = lapseAt
    }

    /// Whether it was, or will be, in force on `day`, as far as is known.
    public func isInForce(on day: CivilDate) -> Bool {
        let last = [validUntil, revokedOn].compactMap(\.self).min()
        return day >= validFrom && last.map { day <= $0 } ?? true
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
}

/// Whether an authorisation is valid, for whoever asks: what is public in SEED. No personal data.
public struct AuthorisationDisclosure: Hashable, Sendable {
    public let request: RequestIdentifier
    public let number: ExciseNumber
    /// Nil when none has the number.
    public let authorisation: Authorisation?
    /// Whether it is in force today.
    public let isValid: Bool

    public init(
        request: RequestIdentifier,
        number: ExciseNumber,
        authorisation: Authorisation?,
        isValid: Bool
    ) {
        self.request = request
        self.number = number
        self.authorisation = authorisation
        self.isValid = isValid
    }
}
