public enum AccountRole: String, CaseIterable, Sendable {
    case legalRepresentative = "legal-representative"
    case manager
    case employee
    case naturalPerson = "natural-person"

    /// Whether the holder may decide on requests for the company (while the account is active).
    public var managesCompany: Bool { self == .legalRepresentative || self == .manager }

    /// Whether the holder speaks for the operator: asks on its behalf, decides for it, and is told
    /// what concerns it. For a company those do who decide on requests for it; a natural person
    /// stands where they do, under a number that nobody else has an account of.
    public var managesOperator: Bool { managesCompany || self == .naturalPerson }

    /// Whether the holder stands for the whole of the operator, with all that it is authorised for,
    /// and binds it.
    public var bindsOperator: Bool { self == .legalRepresentative || self == .naturalPerson }
}

public enum AccountStatus: String, CaseIterable, Sendable {
    /// Announced to the provisioner, which has not answered yet.
    case provisioning
    case active
    /// The provisioner refused for good; listed and alarmed.
    case failed
    /// Set aside by restriction; not by a decision.
    case suspended
    /// Withdrawn by a decision; or by erasure, until the user is deleted downstream.
    case revoked
    /// Erased.
    case deleted

    /// Whether the account still stands, that is, could be used now or once provisioned.
    public var stands: Bool {
        switch self {
        case .provisioning, .active, .failed, .suspended: true
        case .revoked, .deleted: false
        }
    }
}

/// Something that the holder of an account may do under an authorisation, such as use EMCS.
public struct Entitlement: Hashable, Sendable, Comparable {
    /// What may be done: a word of the procedure, and what the provisioner and portals are told it
    /// as.
    public let kind: String
    public let number: AuthorisationNumber
    /// The mandate that it rests on, where the number is not the own operator's.
    public let mandate: AuthorisationNumber?

    public init(
        _ kind: String,
        under number: AuthorisationNumber,
        by mandate: AuthorisationNumber? = nil
    ) {
        self.kind = kind
        self.number = number
        self.mandate = mandate
    }

    /// Whether it goes when that authorisation ends, be it a mandate.
    public func rests(on number: AuthorisationNumber) -> Bool {
        self.number == number || mandate == number
    }

    public static func < (left: Entitlement, right: Entitlement) -> Bool {
        (left.kind, left.number.text, left.mandate?.text ?? "")
            < (right.kind, right.number.text, right.mandate?.text ?? "")
    }
}

/// A LUCCS account under an operator.
public struct Account: Hashable, Sendable {
    public let identifier: AccountIdentifier
    public let person: PersonIdentifier
    public package(set) var eori: EORI
    /// The request whose grant opened it.
    public let request: RequestIdentifier
    public var role: AccountRole
    public var operations: OperationSet
    public var status: AccountStatus
    /// Where the provisioner said that the user lives (SCIM `location`), once it did; nil when it
    /// is not known, or not any more.
    @ExactOptional public var location: String?
    /// The holder's former account with the same operator, as long as the user downstream may still
    /// be known by it.
    public var former: AccountIdentifier?
    /// Ascending.
    public var entitlements: [Entitlement]

    public init(
        identifier: AccountIdentifier,
        person: PersonIdentifier,
        eori: EORI,
        request: RequestIdentifier,
        role: AccountRole,
        operations: OperationSet,
        status: AccountStatus,
        location: String? = nil,
        former: AccountIdentifier? = nil,
        entitlements: [Entitlement] = []
    ) {
        self.identifier = identifier
        self.person = person
        self.eori = eori
        self.request = request
        self.role = role
        self.operations = operations
        self.status = status
        self.location = location
        self.former = former
        self.entitlements = entitlements
    }

    /// Where orders find the user; nil while that is not known.
    public var place: UserPlace? { location.flatMap(UserPlace.init) }

    /// Withdraws the account; what depends on it goes as well.
    public mutating func revoke() {
        status = .revoked
        entitlements = []
    }

    /// The numbers under which the holder may do what `kind` says: each once, be it by several
    /// mandates.
    public func numbers(of kind: String) -> [AuthorisationNumber] {
        var numbers: [AuthorisationNumber] = []
        for entitlement in entitlements
        where entitlement.kind == kind && numbers.last != entitlement.number {
            numbers.append(entitlement.number)
        }
        return numbers
    }

    /// Whether the holder may do anything under the number, or by the mandate.
    public func isEntitled(under number: AuthorisationNumber) -> Bool {
        entitlements.contains { $0.rests(on: number) }
    }

    /// Whether the holder speaks for the operator, now or once the account is provisioned; such
    /// people are written to.
    public var isManaging: Bool {
        role.managesOperator && (status == .active || status == .provisioning)
    }
}
