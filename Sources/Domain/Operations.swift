/// A customs operation that an operator may be authorised to carry out in LUCCS, as its
/// registration form lists them.
public enum CustomsOperation: String, CaseIterable, Sendable {
    case `import`
    case transit
    case temporaryStorage = "temporary-storage"
    case releaseForConsumption = "release-for-consumption"
    case importControl = "import-control"
    case guaranteeManagement = "guarantee-management"

    fileprivate var bit: UInt8 {
        switch self {
        case .import: 1
        case .transit: 2
        case .temporaryStorage: 4
        case .releaseForConsumption: 8
        case .importControl: 16
        case .guaranteeManagement: 32
        }
    }
}

/// A set of customs operations; listed always in the order of the registration form.
public struct OperationSet: Hashable, Sendable {
    /// One bit an operation, the form's first the lowest; what the store keeps.
    public private(set) var bits: UInt8

    public static let none = OperationSet(bits: 0)
    public static let all = OperationSet(CustomsOperation.allCases)

    public init(bits: UInt8) {
        self.bits = bits & 0b11_1111
    }

    public init(_ operations: some Sequence<CustomsOperation>) {
        self.bits = operations.reduce(0) { $0 | $1.bit }
    }

    public var isEmpty: Bool { bits == 0 }
    public var list: [CustomsOperation] { CustomsOperation.allCases.filter(contains) }

    public func contains(_ operation: CustomsOperation) -> Bool { bits & operation.bit != 0 }
    public func isSubset(of other: OperationSet) -> Bool { bits & ~other.bits == 0 }
    public func intersection(_ other: OperationSet) -> OperationSet {
        OperationSet(bits: bits & other.bits)
    }
    public func union(_ other: OperationSet) -> OperationSet {
        OperationSet(bits: bits | other.bits)
    }
    public func subtracting(_ other: OperationSet) -> OperationSet {
        OperationSet(bits: bits & ~other.bits)
    }
}
