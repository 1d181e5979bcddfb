/// An obligation's id, given by Registrar; portals learn it from `status.obligation`.
public struct ObligationIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}

/// What has to be done by a day.
public enum ObligationKind: String, CaseIterable, Sendable {
    /// The declaration of release for consumption (AC4).
    case declaration = "ac4-declaration"
    /// The report of receipt (RoR).
    case reportOfReceipt = "report-of-receipt"
}

public enum ObligationStatus: String, CaseIterable, Sendable {
    case open
    /// Done by the day on which it was due.
    case met
    /// Done, after the day on which it was due.
    case metLate = "met-late"
    /// The day on which it was due is over, and it is still to be done.
    case overdue

    /// Whether it is still to be done.
    public var isRunning: Bool { self == .open || self == .overdue }
}

/// Something that an operator has to do by a day. No personal data.
public struct Obligation: Hashable, Sendable {
    public let identifier: ObligationIdentifier
    public let kind: ObligationKind
    public package(set) var eori: EORI
    /// The authorisation under which it arose; nil where none is needed.
    public let authorisation: ExciseNumber?
    /// What it is about, such as a movement's ARC: unique among those of one kind under one
    /// authorisation.
    public let reference: String
    /// The request that brought it about.
    public let request: RequestIdentifier
    /// The day from which the time counts, such as that of the receipt.
    public let arisenOn: CivilDate
    /// The last day on which it is done in time.
    public let dueOn: CivilDate
    public var status: ObligationStatus
    /// The day on which it was done.
    public var metOn: CivilDate?
    /// When the operator is reminded, while open.
    public var remindAt: Instant?
    /// When the operator is told that the day is over, while open.
    public var overdueAt: Instant?

    public init(
        identifier: ObligationIdentifier,
        kind: ObligationKind,
        eori: EORI,
        authorisation: ExciseNumber?,
        reference: String,
        request: RequestIdentifier,
        arisenOn: CivilDate,
        dueOn: CivilDate,
        status: ObligationStatus = .open,
        metOn: CivilDate? = nil,
        remindAt: Instant? = nil,
        overdueAt: Instant? = nil
    ) {
        self.identifier = identifier
        self.kind = kind
        self.eori = eori
        self.authorisation = authorisation
        self.reference = reference
        self.request = request
        self.arisenOn = arisenOn
        self.dueOn = dueOn
        self.status = status
        self.metOn = metOn
        self.remindAt = remindAt
        self.overdueAt = overdueAt
    }
}

/// How an obligation changed.
public enum ObligationChange: String, CaseIterable, Sendable {
    /// The operator was reminded.
    case reminded
    /// The day on which it was due is over.
    case overdue
    /// It was done, in time or late.
    case met
}
