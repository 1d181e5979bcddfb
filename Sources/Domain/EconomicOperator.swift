/// Whether an EORI stands for a company or was given ad hoc to a natural person.
public enum OperatorKind: String, CaseIterable, Sendable {
    case company
    case naturalPerson = "natural-person"
}

public enum OperatorStatus: String, CaseIterable, Sendable {
    case registered
    case revoked
}

/// An economic operator in the register: what customs let in, and for which operations.
public struct EconomicOperator: Hashable, Sendable {
    public package(set) var eori: EORI
    public var kind: OperatorKind
    public var operations: OperationSet
    public var status: OperatorStatus
    /// The request whose grant registered it.
    public var request: RequestIdentifier

    public init(
        eori: EORI,
        kind: OperatorKind,
        operations: OperationSet,
        status: OperatorStatus = .registered,
        request: RequestIdentifier
    ) {
        self.eori = eori
        self.kind = kind
        self.operations = operations
        self.status = status
        self.request = request
    }
}
