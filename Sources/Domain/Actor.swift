/// In whose name a decision is made.
public enum ActorRole: String, CaseIterable, Sendable {
    case customsAuthority = "customs-authority"
    case manager
    case exciseOffice = "excise-office"
    case vehicleAuthority = "vehicle-authority"
}

/// Who decides, as the message says it. `subject` and `name` are personal data.
public struct DecisionMaker: Hashable, Sendable {
    public let role: ActorRole
    /// eAccess's identifier of the person.
    public let subject: String
    public let name: String

    public init(role: ActorRole, subject: String, name: String) {
        self.role = role
        self.subject = subject
        self.name = name
    }
}
