/// What a request may rest on as long as it is open; when it ends, so does the request.
public enum RequestBasis: String, CaseIterable, Sendable {
    /// The registration of the operator that the request is for.
    case economicOperator = "operator"
    /// The applicant's own account of that operator.
    case account
    /// The authorisation under which something is asked.
    case authorisation
}

/// Why nothing has to be decided: what is asked for is free already.
public enum Exemption: String, CaseIterable, Sendable {
    /// Who studies here needs not register the vehicle.
    case student
    /// The vehicle of a company in another state of the EEA.
    case companyCar = "company-car"
    /// Goods that come from inside the Union.
    case insideUnion = "inside-union"
}

/// Why a rule, and nobody's decision, closed a request.
public enum RequestReason: Hashable, CaseIterable, Sendable {
    /// It was rejected on arrival, by the rule with this code.
    case rule(ProblemCode)
    /// It was withdrawn: what it rested on has ended.
    case ended(RequestBasis)
    /// Nothing is required: it is exempt.
    case exempt(Exemption)

    public static var allCases: [RequestReason] {
        ProblemCode.allCases.map(rule) + RequestBasis.allCases.map(ended)
            + Exemption.allCases.map(exempt)
    }

    /// In a few words, for people.
    public var title: String {
        switch self {
        case .rule(let code): code.title
        case .ended(.economicOperator): "The operator's registration has ended"
        case .ended(.account): "The applicant's account of the operator has ended"
        case .ended(.authorisation): "The authorisation has ended"
        case .exempt(.student): "Students need not register their vehicle"
        case .exempt(.companyCar): "A company car of another EEA state need not be registered"
        case .exempt(.insideUnion): "Goods from inside the Union are free of duty"
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
        case .exempt(.student):
            "By attending a university or college here, students need not register their vehicle."
        case .exempt(.companyCar):
            "A vehicle that a company in another EEA state registered there, and provides to its "
                + "administrator, manager or employee who uses it in person, is not registered here."
        case .exempt(.insideUnion):
            "What is brought from inside the Union on a removal is not subject to duties or taxes."
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
        } else if let exemption = Exemption(rawValue: rawValue) {
            self = .exempt(exemption)
        } else {
            return nil
        }
    }

    /// The problem code; such as `operator-ended`; or the exemption.
    public var rawValue: String {
        switch self {
        case .rule(let code): code.rawValue
        case .ended(let basis): basis.rawValue + Self.suffix
        case .exempt(let exemption): exemption.rawValue
        }
    }
}
