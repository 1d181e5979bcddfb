public enum AccountRole: String, CaseIterable, Sendable {
    case legalRepresentative = "legal-representative"
    case manager
    case employee
    case naturalPerson = "natural-person"

    /// Whether the holder may decide on requests for the company (while the account is active).
    public var managesCompany: Bool { self == .legalRepresentative || self == .manager }
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
    /// The excise numbers under which the holder may use EMCS, in their order.
    public var emcs: [ExciseNumber]

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
        emcs: [ExciseNumber] = []
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
        self.emcs = emcs
    }

    /// Where orders find the user; nil while that is not known.
    public var place: UserPlace? { location.flatMap(UserPlace.init) }

    /// Withdraws the account; what depends on it goes as well.
    public mutating func revoke() {
        status = .revoked
        emcs = []
    }

    /// Whether the holder decides for the company, now or once the account is provisioned; such
    /// people are written to.
    public var isManaging: Bool {
        role.managesCompany && (status == .active || status == .provisioning)
    }
}
