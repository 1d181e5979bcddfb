import Contract
import Domain

/// Procedure 1: access to LUCCS for a company, a company's employee, a natural person; and more
/// operations for an operator that is registered.
enum Access: Procedure {
    static let name = "access"

    /// Who asks, and for what.
    enum Profile: String, CaseIterable {
        case company
        case employee
        case naturalPerson = "natural-person"
        /// More operations for an operator that is registered.
        case operations
    }

    static let profiles = Profile.allCases.map { profile in
        switch profile {
        case .company: ProfileDefinition(profile.rawValue, "access for a company")
        case .employee: ProfileDefinition(profile.rawValue, "access as a company's employee")
        case .naturalPerson: ProfileDefinition(profile.rawValue, "access as a natural person")
        case .operations:
            ProfileDefinition(profile.rawValue, "more operations", section: "more-operations")
        }
    }

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "deciding who may use LUCCS for which operator and customs operations, and "
            + "providing the account",
        legalBasis: "an open request: the applicant's consent (GDPR 6(1)(a)); what was decided: "
            + "the exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: true,
        recipients: [
            "the customs authority",
            "the legal representative and the managers of the company that is named",
            "the account provisioner",
            "the portal that sent the request",
        ]
    )

    static let settings = deadlines + retention

    private static let deadlines: [SettingDefinition] = [
        .remindAfter(
            name,
            .workingDays(5),
            "When the approver of a pending request is reminded."
        ),
        .escalateAfter(
            name,
            .workingDays(10),
            "When the authority is told of a request that lies undecided."
        ),
        .expireAfter(name, nil, "When a pending request expires, whoever decides on it."),
        .companyExpireAfter(
            name,
            .days(30),
            "When an employee's pending request expires, where expireAfter is never."
        ),
    ]

    private static let retention = SettingDefinition.retention(
        name,
        granted: "How long those of a granted request are kept once nothing stands any more; null: "
            + "always."
    )

    static let messages: [MessageDefinition] = Profile.allCases.map { profile in
        let fields: [FieldDefinition] =
            switch profile {
            case .company, .naturalPerson: [.eori, .operations, .termsAccepted, .termsVersion]
            case .employee: [.eori, .termsAccepted, .termsVersion]
            case .operations: [.eori, .operations]
            }
        return MessageDefinition("registration.access.\(profile.rawValue)", fields: fields) {
            data,
            _ in
            AccessRegistration.read(&data, profile: profile)
        }
    }

    static func isForNaturalPerson(_ request: Request) -> Bool {
        request.profile == Profile.naturalPerson.rawValue
    }

    static func approvals(of request: Request) -> [Approval] {
        switch Profile(rawValue: request.profile) {
        case .company, .naturalPerson, .operations:
            [Approval("authority", by: .authority(.customsAuthority))]
        case .employee: request.eori.map { [Approval("company", by: .managers(of: $0))] } ?? []
        case nil: []
        }
    }

    static func standing(of request: Request, in _: DecisionContext) -> Standing {
        switch Profile(rawValue: request.profile) {
        case .company, .naturalPerson, nil: .none
        case .employee: Standing(economicOperator: request.eori)
        case .operations:
            Standing(
                economicOperator: request.eori,
                roles: Set(AccountRole.allCases.filter(\.bindsOperator))
            )
        }
    }

    static func grantableOperations(
        for request: Request,
        in context: DecisionContext
    ) throws -> OperationSet? {
        guard request.profile == Profile.employee.rawValue else { return request.requested }
        return try registeredOperator(of: request, in: context).operations
    }

    static func consequences(
        ofGranting request: Request,
        on _: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        switch Profile(rawValue: request.profile) {
        case .company:
            try OperatorRegistration(request: request, kind: .company, role: .legalRepresentative)
                .events(in: context)
        case .naturalPerson:
            try OperatorRegistration(request: request, kind: .naturalPerson, role: .naturalPerson)
                .events(in: context)
        case .employee: try open(request, in: context)
        case .operations: try widen(request, by: originator, in: context)
        case nil: []
        }
    }

    /// The account of a person who works for the company.
    private static func open(_ request: Request, in context: DecisionContext) throws -> [Event] {
        guard let eori = request.eori else { return [] }
        // Nobody has two accounts with one operator, however requests may meet.
        let held = try context.register.accounts(of: request.person, at: eori)
            .contains(where: \.status.stands)
        guard !held else {
            throw Problem(.requestExists, "the person holds an account with this operator by now")
        }
        let account = Account(openedBy: request, at: eori, .employee, in: context)
        return try AccountProvisioning.reopened(account, in: context)
    }

    /// The operator's operations, and those of the accounts that act for the whole of it.
    private static func widen(
        _ request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let before = try registeredOperator(of: request, in: context)
        var after = before
        after.operations = before.operations.union(request.authorised)
        // Another request, or a decision, may have brought all of it meanwhile.
        guard after != before else { return [] }
        return try OperatorChange(before: before, after: after, by: originator, remarks: nil)
            .events(in: context, applicant: request.person)
    }

    private static func registeredOperator(
        of request: Request,
        in context: DecisionContext
    ) throws -> EconomicOperator {
        guard let eori = request.eori,
            let found = try context.register.economicOperator(eori), found.status == .registered
        else {
            throw Problem(.operatorUnknown, "the operator is not registered any more")
        }
        return found
    }
}
