/// What the members of messages are called that say what records of a procedure have of their own.
public struct RecordNames: Hashable, Sendable {
    /// The number of an authorisation.
    public var number: String
    /// What an authorisation covers.
    public var scope: String
    /// The kinds of entitlements, each of which is a member that lists numbers.
    public var entitlements: [String]

    /// Of an authorisation that lets its holder act for another, whatever the procedure.
    public static let mandate = RecordNames(number: mandateNumber)
    public static let mandateNumber = "mandate"

    public init(
        number: String = "number",
        scope: String = "scope",
        entitlements: [String] = []
    ) {
        self.number = number
        self.scope = scope
        self.entitlements = entitlements
    }
}
