/// An outage's id, given by Registrar.
public struct OutageIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public var description: String { uuid.text }
}

/// A time in which a system cannot be used that people need for what they have to do: what falls
/// due in it waits until the system works again.
public struct Outage: Hashable, Sendable {
    public let identifier: OutageIdentifier
    /// In the procedure's word, such as `emcs`.
    public let system: String
    public let since: Instant
    /// When it worked again; nil while it does not.
    public var until: Instant?
    /// When users were last told that the system is away, with this outage or an earlier one; nil
    /// for never.
    public var toldDownAt: Instant?
    /// The same of its working again.
    public var toldUpAt: Instant?
    /// What whoever said it wants users to know. Free text, which stands in no journal.
    public var remarks: String?

    public init(
        identifier: OutageIdentifier,
        system: String,
        since: Instant,
        until: Instant? = nil,
        toldDownAt: Instant? = nil,
        toldUpAt: Instant? = nil,
        remarks: String? = nil
    ) {
        self.identifier = identifier
        self.system = system
        self.since = since
        self.until = until
        self.toldDownAt = toldDownAt
        self.toldUpAt = toldUpAt
        self.remarks = remarks
    }

    /// Whether the system could not be used during a part of `day`, as far as is known.
    public func covers(_ day: CivilDate) -> Bool {
        LuxembourgCalendar.date(at: since) <= day
            && until.map { LuxembourgCalendar.date(at: $0) >= day } ?? true
    }
}
