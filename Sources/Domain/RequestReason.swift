/// What a request may rest on as long as it is open; when it ends, so does the request.
public enum RequestBasis: String, CaseIterable, Sendable {
    /// The registration of the operator that the request is for.
    case economicOperator = "operator"
    /// The applicant's own account of that operator.
    case account
    /// The authorisation under which something is asked.
    case authorisation
}

/// Why a rule, and nobody's decision, closed a request.
public enum RequestReason: Hashable, CaseIterable, Sendable {
    /// It was rejected on arrival, by the rule with this code.
    case rule(ProblemCode)
    /// It was withdrawn: what it rested on has ended.
    case ended(RequestBasis)

    public static var allCases: [RequestReason] {
        ProblemCode.allCases.map(rule) + RequestBasis.allCases.map(ended)
    }

    /// In a few words, for people.
    public var title: String {
        switch self {
        case .rule(let code): code.title
        case .ended(.economicOperator): "The operator's registration has ended"
        case .ended(.account): "The applicant's account of the operator has ended"
        case .ended(.authorisation): "The authorisation has ended"
        }
    }

    /// What the rule asks, and what can be done.
    public var meaning: String {
        switch self {
        case .rule(let code): code.meaning
        case .ended:
            "What is asked for on behalf of an operator, or under an authorisation, rests on them "
                + "and on the account by which it was asked. When one of them ends, nothing can be "
                + "granted any more. Whoever still needs it asks again."
        }
    }
}

extension RequestReason: RawRepresentable {
    private static let suffix = "-ended"

    public init?(rawValue: String) {
        if let code = ProblemCode(rawValue: rawValue) {
            self = .rule(code)
        } else if rawValue.hasSuffix(Self.suffix),
            let basis = RequestBasis(rawValue: String(rawValue.dropLast(Self.suffix.count)))
        {
            self = .ended(basis)
        } else {
            return nil
        }
    }

    /// The problem code; or such as `operator-ended`.
    public var rawValue: String {
        switch self {
        case .rule(let code): code.rawValue
        case .ended(let basis): basis.rawValue + Self.suffix
        }
    }
}
