/// Where a request stands in the life that all procedures share.
public enum RequestStatus: String, CaseIterable, Sendable {
    case pending
    case awaitingInformation = "awaiting-information"
    case granted
    case rejected
    case withdrawn
    case expired
    /// Nothing to decide: the law asks for no registration here.
    case notRequired = "not-required"
    /// Answered at once, without a decision.
    case answered

    /// Whether somebody may still decide on it.
    public var isOpen: Bool { self == .pending || self == .awaitingInformation }
}

/// What an official task requires to be kept when a person's data are erased (GDPR 17(3)(b)).
public enum KeptRecord: String, CaseIterable, Sendable {
    /// That there were requests and accounts, and what was decided: by their ids.
    case decisions
    /// The registration of the operator for which the person acted, under its EORI.
    case operatorRegistration = "operator-registration"
    /// A valid authorisation that the person asked for, under its number.
    case authorisation
    /// What the operator still has to do after what the person reported, by its id.
    case obligation
    /// What is held of a guarantee that the person stated for the operator, by its id.
    case guarantee
    /// Who decided: the name under which the person signed decisions as an official.
    case decisionMaker = "decision-maker"
}

/// A request as the register keeps it. No personal data: the person is named by id.
public struct Request: Hashable, Sendable {
    public let identifier: RequestIdentifier
    /// The procedure's name, such as `access`.
    public let procedure: String
    /// What is asked within the procedure, such as `company` or `employee`.
    public let profile: String
    public let person: PersonIdentifier
    public package(set) var eori: EORI?
    /// What was asked for; empty where the profile asks for none.
    public let requested: OperationSet
    /// What was authorised; empty until a grant.
    public var authorised: OperationSet
    public var status: RequestStatus
    /// Who of several has said yes, by the names that the procedure gives them, in their order.
    public var approvals: [String]
    /// Counts the changes of status from 1.
    public var revision: Int
    /// Why it was rejected or withdrawn, where a rule did that and no person.
    public var reason: RequestReason?
    /// What had to be kept of what a person asked to have erased.
    public var kept: [KeptRecord]
    public let submittedAt: Instant
    public var changedAt: Instant
    /// When the approver is to be reminded, while open.
    public var remindAt: Instant?
    /// When the authority is told that it lies undecided, while open.
    public var escalateAt: Instant?
    /// When it expires if nobody decides, while open; nil for never.
    public var expireAt: Instant?
    /// When it is erased, once closed; nil where the installation sets no time.
    public var eraseAt: Instant?

    /// What was authorised, once it was; what was asked for, before and otherwise.
    public var currentOperations: OperationSet { status == .granted ? authorised : requested }

    public init(
        identifier: RequestIdentifier,
        procedure: String,
        profile: String,
        person: PersonIdentifier,
        eori: EORI?,
        requested: OperationSet,
        authorised: OperationSet = .none,
        status: RequestStatus = .pending,
        approvals: [String] = [],
        revision: Int = 1,
        reason: RequestReason? = nil,
        kept: [KeptRecord] = [],
        submittedAt: Instant,
        changedAt: Instant? = nil,
        remindAt: Instant? = nil,
        escalateAt: Instant? = nil,
        expireAt: Instant? = nil,
        eraseAt: Instant? = nil
    ) {
        self.identifier = identifier
        self.procedure = procedure
        self.profile = profile
        self.person = person
        self.eori = eori
        self.requested = requested
        self.authorised = authorised
        self.status = status
        self.approvals = approvals
        self.revision = revision
        self.reason = reason
        self.kept = kept
        self.submittedAt = submittedAt
        self.changedAt = changedAt ?? submittedAt
        self.remindAt = remindAt
        self.escalateAt = escalateAt
        self.expireAt = expireAt
        self.eraseAt = eraseAt
    }
}
