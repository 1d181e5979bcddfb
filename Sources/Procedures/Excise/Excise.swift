import Contract
import Domain

/// Procedure 2: who may receive, store and dispatch goods that are subject to excise duty, and what
/// has to be done by when.
enum Excise: Procedure {
    static let name = "excise"

    /// What is asked for or reported.
    enum Profile: String, CaseIterable {
        /// An authorisation with an excise number: the excise office decides.
        case authorisation
        /// Goods were received, or released for consumption.
        case receipt
        /// The declaration of release for consumption was made.
        case declaration = "ac4"
        /// Goods leave for a consignee.
        case dispatch
        /// A guarantee is asked back: the excise office decides.
        case guaranteeRelease = "guarantee-release"
        /// What the consignee of goods reported is known.
        case movementClosed = "movement-closed"
        /// The duty was paid.
        case payment
        /// The report of receipt was sent.
        case reportOfReceipt = "report-of-receipt"
        /// Who may use EMCS was named.
        case users = "emcs-users"
        /// Whether an excise number is valid was asked.
        case verification

        /// What a request of it asks for.
        var wish: String {
            switch self {
            case .authorisation: "an excise authorisation"
            case .receipt: "what follows from a receipt of excise goods"
            case .declaration: "an AC4 declaration to be taken note of"
            case .dispatch: "a dispatch of excise goods to be taken note of"
            case .guaranteeRelease: "a guarantee to be given back"
            case .movementClosed: "the end of a movement to be taken note of"
            case .payment: "a payment of excise duty to be taken note of"
            case .reportOfReceipt: "a report of receipt to be taken note of"
            case .users: "users of EMCS"
            case .verification: "whether an excise number is valid"
            }
        }
    }

    static let profiles = Profile.allCases.map { profile in
        ProfileDefinition(
            profile.rawValue,
            profile.wish,
            mailPrefix: profile == .guaranteeRelease ? "guarantee-" : ""
        )
    }

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "deciding which operators may move excise goods, and seeing to it that the "
            + "declarations and reports that follow are made in time",
        legalBasis: "a legal obligation (GDPR 6(1)(c), with Directive (EU) 2020/262) and the "
            + "exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: false,
        restsOnLegalObligation: true,
        recipients: [
            "the excise office",
            "the legal representative and the managers of the operator",
            "the account provisioner",
            "the portal that sent the request",
        ]
    )

    static let messages: [MessageDefinition] = [
        MessageDefinition(
            "registration.excise.authorisation",
            fields: [.eori, Stated.kind, Stated.products, Stated.premises, Stated.movement]
                + Stated.guarantee,
            read: AuthorisationRequest.read
        ),
        MessageDefinition(
            "registration.excise.receipt",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Reported.receivedOn, Reported.releasedOn],
            read: GoodsReceipt.read
        ),
        MessageDefinition(
            "registration.excise.ac4",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Reported.declaredOn, Paid.on.optional, Paid.amount.optional],
            read: Fulfilment.readDeclaration
        ),
        MessageDefinition(
            "registration.excise.payment",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Paid.on, Paid.amount, Paid.reference],
            read: Fulfilment.readPayment
        ),
        MessageDefinition(
            "approval.payment",
            fields: [Paid.on, Paid.amount],
            read: DutyPayment.read
        ),
        MessageDefinition(
            "registration.excise.report-of-receipt",
            fields: [Granted.number] + Reported.movement + [Reported.reportedOn, Moved.outcome],
            read: Fulfilment.readReport
        ),
        MessageDefinition(
            "registration.excise.dispatch",
            fields: [Granted.number] + Reported.movement
                + [Moved.dispatchedOn, Moved.journeyDays] + Stated.guarantee,
            read: Dispatch.read
        ),
        MessageDefinition(
            "registration.excise.movement-closed",
            fields: [Granted.number] + Reported.movement + [Reported.reportedOn, Moved.outcome],
            read: Fulfilment.readMovementClosed
        ),
        MessageDefinition(
            "registration.excise.guarantee-release",
            fields: [Granted.number, Secured.reference],
            read: GuaranteeRelease.read
        ),
        MessageDefinition(
            "approval.guarantee",
            fields: [
                Secured.guarantee, Secured.reference.optional, .eori.optional, Secured.action,
                Granted.number.optional, Secured.amount,
            ],
            read: GuaranteeDecision.read
        ),
        MessageDefinition(
            "registration.excise.emcs-users",
            fields: [Granted.number, Reported.users],
            read: EMCSUsers.read
        ),
        MessageDefinition(
            "registration.excise.verification",
            fields: [Granted.number, Asked.on, Asked.product],
            read: Verification.read
        ),
    ]

    static let grantFields = [Granted.number, Granted.validFrom, Granted.validUntil]
    static let supplementFields = Stated.guarantee

    static func approvals(of request: Request) -> [Approval] {
        switch Profile(rawValue: request.profile) {
        case .authorisation, .guaranteeRelease: [Approval("office", by: .authority(office))]
        default: []
        }
    }

    /// Money comes back to its holder, whoever asked for it. What is not decided on is answered at
    /// once.
    static func standing(of request: Request, in _: DecisionContext) -> Standing {
        guard request.profile != Profile.guaranteeRelease.rawValue else { return .none }
        return Standing(
            economicOperator: request.eori,
            roles: Set(AccountRole.allCases.filter(\.managesOperator))
        )
    }

    static func hasTerms(_ request: Request) -> Bool {
        request.profile == Profile.authorisation.rawValue
    }

    static func consequences(
        ofGranting request: Request,
        on terms: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let stated = try context.register.fields(of: request.identifier)
        guard request.profile != Profile.guaranteeRelease.rawValue else {
            return try GuaranteeRelease.events(granting: stated, by: originator, in: context)
        }
        let grant = AuthorisationGrant(request: request, stated: stated, terms: terms)
        let authorisation = try grant.authorisation(in: context)
        var events: [Event] = [.authorisationGranted(authorisation)]
        if let guarantee = grant.guarantee(for: authorisation, in: context) {
            events.append(.guaranteeHeld(guarantee, by: originator, remarks: nil))
        }
        return events
    }

    /// A guarantee has its place in any request for an authorisation, and is awaited where nothing
    /// can be granted without it.
    static func use(
        of _: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse {
        guard request.profile == Profile.authorisation.rawValue else { return .none }
        let stated = try context.register.fields(of: request.identifier)
        return AuthorisationGrant(request: request, stated: stated, terms: RequestFields())
            .lacksGuarantee ? .awaited : .asked
    }
}
