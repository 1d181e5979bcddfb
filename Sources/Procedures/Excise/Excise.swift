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
        /// One operator is to act for another: both agree.
        case mandate
        /// A mandate is to end.
        case mandateEnd = "mandate-end"
        /// Goods were received, or released for consumption.
        case receipt
        /// The declaration of release for consumption was made.
        case declaration = "ac4"
        /// Goods leave for a consignee.
        case dispatch
        /// Goods whose duty was paid are moved as well.
        case certifiedNotice = "certified-notice"
        /// A guarantee is asked back: the excise office decides.
        case guaranteeRelease = "guarantee-release"
        /// What the consignee of goods reported is known.
        case movementClosed = "movement-closed"
        /// The duty was paid.
        case payment
        /// The report of receipt was sent.
        case reportOfReceipt = "report-of-receipt"
        /// Goods move with a paper, since EMCS is away.
        case fallback
        /// What was done on paper is in EMCS.
        case fallbackClosed = "fallback-closed"
        /// Goods were entered in the stock records.
        case stockRecord = "stock-record"
        /// Who may use EMCS was named.
        case users = "emcs-users"
        /// Whether an excise number is valid was asked.
        case verification

        /// What a request of it asks for.
        var wish: String {
            switch self {
            case .authorisation: "an excise authorisation"
            case .mandate: "a mandate to act for an operator"
            case .mandateEnd: "the end of a mandate"
            case .receipt: "what follows from a receipt of excise goods"
            case .declaration: "an AC4 declaration to be taken note of"
            case .dispatch: "a dispatch of excise goods to be taken note of"
            case .certifiedNotice: "movements of goods whose duty was paid to be taken note of"
            case .guaranteeRelease: "a guarantee to be given back"
            case .movementClosed: "the end of a movement to be taken note of"
            case .payment: "a payment of excise duty to be taken note of"
            case .reportOfReceipt: "a report of receipt to be taken note of"
            case .fallback: "a movement without EMCS to be taken note of"
            case .fallbackClosed: "an entry in EMCS to be taken note of"
            case .stockRecord: "an entry in the stock records to be taken note of"
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
                + [Stated.office] + Stated.guarantee,
            read: AuthorisationRequest.read
        ),
        MessageDefinition(
            "registration.excise.mandate",
            fields: [
                .eori, .representative, Mandated.scope, Mandated.kind, Mandated.validFrom,
                Mandated.validUntil,
            ],
            read: MandateRequest.read
        ),
        MessageDefinition(
            "registration.excise.mandate-end",
            fields: [Mandated.mandate, Mandated.endsOn],
            read: MandateEnd.read
        ),
        MessageDefinition(
            "registration.excise.receipt",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Reported.receivedOn, Reported.releasedOn]
                + Mandated.represented,
            read: GoodsReceipt.read
        ),
        MessageDefinition(
            "registration.excise.ac4",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Reported.declaredOn, Paid.on.optional, Paid.amount.optional]
                + Mandated.represented,
            read: Fulfilment.readDeclaration
        ),
        MessageDefinition(
            "registration.excise.payment",
            fields: [Granted.number] + Reported.movement
                + [Reported.lot, Paid.on, Paid.amount, Paid.reference] + Mandated.represented,
            read: Fulfilment.readPayment
        ),
        MessageDefinition(
            "registration.excise.report-of-receipt",
            fields: [Granted.number] + Reported.movement + [Reported.reportedOn, Moved.outcome]
                + Mandated.represented,
            read: Fulfilment.readReport
        ),
        MessageDefinition(
            "registration.excise.dispatch",
            fields: [Granted.number] + Reported.movement
                + [Moved.dispatchedOn, Moved.journeyDays] + Stated.guarantee
                + Mandated.represented,
            read: Dispatch.read
        ),
        MessageDefinition(
            "registration.excise.movement-closed",
            fields: [Granted.number] + Reported.movement + [Reported.reportedOn, Moved.outcome]
                + Mandated.represented,
            read: Fulfilment.readMovementClosed
        ),
        MessageDefinition(
            "registration.excise.certified-notice",
            fields: [Granted.number, Granted.validFrom],
            read: CertifiedNotice.read
        ),
        MessageDefinition(
            "registration.excise.fallback",
            fields: [Granted.number, Away.side, Away.reference, Away.on]
                + [Away.reason] + Mandated.represented,
            read: Fallback.read
        ),
        MessageDefinition(
            "registration.excise.fallback-closed",
            fields: [Granted.number, Away.reference, Away.arc] + Mandated.represented,
            read: FallbackClosing.read
        ),
        MessageDefinition(
            "registration.excise.stock-record",
            fields: [Granted.number] + Reported.movement + [Reported.recordedOn]
                + Mandated.represented,
            read: Fulfilment.readStockRecord
        ),
        MessageDefinition(
            "approval.emcs-availability",
            fields: [Away.available, Away.since, Away.remarks],
            read: EMCSAvailability.read
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
            fields: [Granted.number, Reported.users, Mandated.mandate.optional],
            read: EMCSUsers.read
        ),
        MessageDefinition(
            "registration.excise.verification",
            fields: [Granted.number, Asked.on, Asked.product],
            read: Verification.read
        ),
    ]

    static let grantFields = [
        Granted.number, Granted.validFrom, Granted.validUntil, Stated.office, agreeing,
    ]
    /// For which side somebody says yes to a mandate who may for either.
    private static let agreeing = FieldDefinition.decidedEORI
    static let supplementFields = Stated.guarantee

    static func approvals(of request: Request) -> [Approval] {
        switch Profile(rawValue: request.profile) {
        case .authorisation, .guaranteeRelease: [Approval("office", by: .authority(office))]
        case .mandate:
            Party.allCases.map { Approval($0.rawValue, by: .binding($0, or: office)) }
        default: []
        }
    }

    /// Money comes back to its holder, whoever asked for it. Only for an authorisation, a mandate
    /// and a guarantee's return there is a decision; all else is answered at once.
    static func standing(of request: Request, in _: DecisionContext) -> Standing {
        guard request.profile != Profile.guaranteeRelease.rawValue else { return .none }
        return Standing(
            economicOperator: request.eori,
            roles: Set(AccountRole.allCases.filter(\.managesOperator))
        )
    }

    static func terms(of request: Request) -> [FieldDefinition] {
        switch Profile(rawValue: request.profile) {
        case .authorisation:
            [Granted.number, Granted.validFrom, Granted.validUntil, Stated.office]
        case .mandate: [agreeing]
        default: []
        }
    }

    static func consequences(
        ofGranting request: Request,
        on terms: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let stated = try context.register.fields(of: request.identifier)
        if request.profile == Profile.mandate.rawValue {
            let grant = MandateGrant(request: request, stated: stated)
            return [.authorisationGranted(try grant.authorisation(in: context))]
        }
        guard request.profile != Profile.guaranteeRelease.rawValue else {
            return try GuaranteeRelease.events(granting: stated, by: originator, in: context)
        }
        let grant = AuthorisationGrant(request: request, stated: stated, terms: terms)
        let authorisation = try grant.authorisation(in: context)
        var events: [Event] = [.authorisationGranted(authorisation)]
        if terms[Stated.office] != nil {
            try terms.checkOffice(context.settings)
            var office = RequestFields()
            office[Stated.office] = terms[Stated.office]
            events.append(.fieldsStated(request.identifier, office))
        }
        if let guarantee = grant.guarantee(for: authorisation, in: context) {
            events.append(.guaranteeHeld(guarantee, by: originator, remarks: nil))
        }
        return events
    }

    static func authorisations(
        restingOn authorisation: Authorisation,
        limit: Int,
        in context: DecisionContext
    ) throws -> [Authorisation] {
        try mandates(restingOn: authorisation, limit: limit, in: context)
    }

    static func announcement(
        of authorisation: Authorisation,
        previous: AuthorisationStatus?
    ) -> Answer? {
        Mandate(authorisation)?.announcement(previous: previous)
    }

    /// A guarantee has its place in any request for an authorisation, and is awaited where nothing
    /// can be granted without it.
    static func use(
        of _: [Document],
        _ fields: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse {
        guard request.profile == Profile.authorisation.rawValue, !fields.isEmpty else {
            return .none
        }
        let stated = try context.register.fields(of: request.identifier)
        return AuthorisationGrant(request: request, stated: stated, terms: RequestFields())
            .lacksGuarantee ? .awaited : .asked
    }
}
