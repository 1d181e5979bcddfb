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

/// Whether something is to be done, or to be left alone.
public enum ObligationManner: String, CaseIterable, Sendable {
    /// To be done by a day: when that is over and it was not, it is overdue.
    case act
    /// Not to be done before a day is over: with that it is met.
    case refrain
}

/// Whom a record binds or entitles.
public enum Holder: Hashable, Sendable {
    case economicOperator(EORI)
    case person(PersonIdentifier)

    /// Nil for an operator.
    public var person: PersonIdentifier? {
        if case .person(let person) = self { person } else { nil }
    }

    /// Nil for a person.
    public package(set) var eori: EORI? {
        get { if case .economicOperator(let eori) = self { eori } else { nil } }
        set { if let newValue { self = .economicOperator(newValue) } }
    }
}

public enum ObligationStatus: String, CaseIterable, Sendable {
    case open
    /// Done by the day on which it was due.
    case met
    /// Done, after the day on which it was due.
    case metLate = "met-late"
    /// The day on which it was due is over, and it is still to be done.
    case overdue
    /// Nothing had to be done after all, such as a declaration of goods that were refused.
    case notDue = "not-due"

    /// Whether it is still to be done.
    public var isRunning: Bool { self == .open || self == .overdue }
}

/// Something that an operator, or a person, has to do by a day, or to leave alone until then. Of
/// personal data, the person's id alone.
public struct Obligation: Hashable, Sendable {
    public let identifier: ObligationIdentifier
    /// The procedure that it is one of.
    public let procedure: String
    /// What is to be done: one of the procedure's kinds.
    public let kind: String
    public let manner: ObligationManner
    public package(set) var holder: Holder
    /// The authorisation under which it arose; nil where none is needed.
    public let authorisation: AuthorisationNumber?
    /// What it is about, such as a movement's ARC: unique among those of one kind under one
    /// authorisation.
    public var reference: String
    /// The request that brought it about.
    public let request: RequestIdentifier
    /// The day from which the time counts, such as that of the receipt.
    public let arisenOn: CivilDate
    /// The last day on which it is done in time; nil while nobody can say it, since the system in
    /// which it is done is away.
    public var dueOn: CivilDate?
    public var status: ObligationStatus
    /// The day on which it was done.
    public var metOn: CivilDate?
    /// When its holder is reminded, as long as it is to be done: ascending, and those alone that
    /// are still to come.
    public var reminders: [Instant]
    /// When the day is over, and that is told or met, while open.
    public var overdueAt: Instant?

    /// The next reminder.
    public var remindAt: Instant? { reminders.first }

    public init(
        identifier: ObligationIdentifier,
        procedure: String,
        kind: String,
        manner: ObligationManner = .act,
        holder: Holder,
        authorisation: AuthorisationNumber?,
        reference: String,
        request: RequestIdentifier,
        arisenOn: CivilDate,
        dueOn: CivilDate?,
        status: ObligationStatus = .open,
        metOn: CivilDate? = nil,
        reminders: [Instant] = [],
        overdueAt: Instant? = nil
    ) {
        self.identifier = identifier
        self.procedure = procedure
        self.kind = kind
        self.manner = manner
        self.holder = holder
        self.authorisation = authorisation
        self.reference = reference
        self.request = request
        self.arisenOn = arisenOn
        self.dueOn = dueOn
        self.status = status
        self.metOn = metOn
        self.reminders = reminders
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
    /// The day on which it is due is another, or not known any more: a system was away.
    case postponed
    /// What it is about has another name.
    case renamed
    /// It turned out that nothing has to be done.
    case notDue = "not-due"
}
