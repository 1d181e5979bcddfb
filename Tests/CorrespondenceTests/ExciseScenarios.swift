import Domain

@testable import Correspondence
@testable import Procedures

extension Scenario {
    static let exciseScenarios =
        exciseRequests + exciseAuthorisations + exciseObligations + exciseMovements
        + emcsScenarios + mandateScenarios + guaranteeScenarios

    private static let office = Originator.decisionMaker(Sample.official, .exciseOffice)

    private static let exciseRequests =
        [
            Scenario("pending", "excise.pending", .requestSubmitted(Sample.exciseRequest())),
            Scenario(
                "authorisation",
                "excise.awaiting-you",
                .requestSubmitted(Sample.exciseRequest())
            ),
            Scenario(
                "guarantee",
                "excise.awaiting-you",
                changed(Sample.exciseRequest(revision: 2), by: .applicant)
            ),
            Scenario(
                "granted",
                "excise.granted",
                changed(Sample.exciseRequest(status: .granted, revision: 2), by: office)
            ),
            Scenario(
                "granted, for good, with remarks",
                "excise.granted",
                changed(
                    Sample.exciseRequest(status: .granted, revision: 2),
                    by: office,
                    remarks: "Keep stock records.\nA visit follows."
                )
            ),
            Scenario(
                "rejected",
                "excise.rejected",
                changed(
                    Sample.exciseRequest(status: .rejected, revision: 2),
                    by: office,
                    remarks: "The premises are not suitable."
                )
            ),
            Scenario(
                "information requested",
                "excise.information-requested",
                changed(
                    Sample.exciseRequest(status: .awaitingInformation, revision: 2),
                    by: office,
                    remarks: "Please hand in a guarantee."
                )
            ),
            Scenario(
                "withdrawn",
                "excise.withdrawn",
                changed(Sample.exciseRequest(status: .withdrawn, revision: 2), by: .applicant)
            ),
        ]
        + RequestBasis.allCases.map { basis in
            Scenario(
                "withdrawn, since the \(basis.rawValue) has ended",
                "excise.withdrawn",
                changed(
                    Sample.exciseRequest(status: .withdrawn, reason: .ended(basis), revision: 2),
                    by: .rule
                )
            )
        } + [
            Scenario(
                "expired",
                "excise.expired",
                changed(Sample.exciseRequest(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario(
                "expired, office",
                "excise.expired-approver",
                changed(Sample.exciseRequest(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario(
                "reminder",
                "excise.reminder",
                .requestReminded(expiring(Sample.exciseRequest()))
            ),
            Scenario(
                "reminder, without an expiry",
                "excise.reminder",
                .requestReminded(Sample.exciseRequest())
            ),
            Scenario(
                "escalation",
                "excise.escalation",
                .requestEscalated(Sample.exciseRequest())
            ),
        ]

    private static let exciseAuthorisations = [
        authorisation("about to lapse", "excise.warning", .warned),
        authorisation("lapsed", "excise.lapsed", .lapsed),
        authorisation("revoked", "excise.revoked", .revoked, remarks: "Duties were not paid."),
        authorisation("operator revoked", "excise.revoked", .operatorRevoked),
        authorisation("without a manager", "excise.warning", .warned, hasManager: false),
        authorisation("without a manager", "excise.lapsed", .lapsed, hasManager: false),
        authorisation("without a manager", "excise.revoked", .operatorRevoked, hasManager: false),
    ]

    private static let exciseObligations = Excise.Duty.allCases.map(\.rawValue).flatMap { kind in
        var late = Sample.obligation(kind)
        late.status = .overdue
        let overdue = Event.obligationChanged(
            late,
            previous: .open,
            .overdue,
            by: .timer("overdue")
        )
        let reminded = Event.obligationChanged(
            Sample.obligation(kind),
            previous: .open,
            .reminded,
            by: .timer("remind-obligation")
        )
        // The mail about the declaration says when the duty is to be paid, and the consignor knows
        // what it waits for.
        let opened: [(String, Event)] =
            switch Excise.Duty(rawValue: kind) {
            case .declaration, .reportOfReceipt:
                [
                    ("excise.due", .obligationOpened(Sample.obligation(kind))),
                    ("excise.due-reminder", reminded),
                ]
            case .payment: [("excise.due-reminder", reminded)]
            case .stockRecord: [("excise.due", .obligationOpened(Sample.obligation(kind)))]
            case .receiptExpected, .catchUp, nil: []
            }
        let withManager = (opened + [("excise.overdue", overdue)])
            .map { Scenario(kind, $0, $1) }
        return withManager
            + withManager.filter { $0.template != "excise.due" }.map {
                Scenario(
                    "\(kind), without a manager",
                    $0.template,
                    $0.event,
                    hasManager: false
                )
            }
    }

    /// The end of a movement, and of what a guarantee secures.
    private static let exciseMovements =
        ["accepted", "refused", "partly-refused"].map { outcome in
            var scenario = Scenario(outcome, "excise.movement-ended", ended("receipt-expected"))
            scenario.fields = RequestFields([.init(name: "outcome", value: outcome)])
            return scenario
        } + [
            Scenario("for one movement", "excise.guarantee-free", ended("ac4-declaration")),
            Scenario("of a movement's own", "excise.guarantee-free", ended("receipt-expected")),
            Scenario(
                "without a manager",
                "excise.guarantee-free",
                ended("ac4-declaration"),
                hasManager: false
            ),
        ]

    private static func ended(_ kind: String) -> Event {
        var met = Sample.obligation(kind)
        met.status = .met
        met.metOn = met.arisenOn
        return .obligationChanged(met, previous: .open, .met, by: .rule)
    }

    private static func authorisation(
        _ name: String,
        _ template: String,
        _ change: AuthorisationChange,
        remarks: String? = nil,
        hasManager: Bool = true
    ) -> Scenario {
        Scenario(
            name,
            template,
            .authorisationChanged(
                Sample.authorisation(),
                previous: .active,
                change,
                by: office,
                remarks: remarks
            ),
            hasManager: hasManager
        )
    }
}

extension Sample {
    static let exciseNumber = AuthorisationNumber("LU00000123456")
    static let entitlement = Entitlement("emcs", under: exciseNumber)

    static func exciseRequest(
        status: RequestStatus = .pending,
        reason: RequestReason? = nil,
        revision: Int = 1,
        profile: String = "authorisation"
    ) -> Request {
        request(
            profile: profile,
            status: status,
            revision: revision,
            requested: .none,
            reason: reason,
            procedure: "excise"
        )
    }

    static func authorisation(
        isForGood: Bool = false,
        kind: String? = nil
    ) -> Authorisation {
        Authorisation(
            number: exciseNumber,
            procedure: "excise",
            kind: kind ?? "authorised-warehousekeeper",
            request: request,
            eori: eori,
            scope: ["alcohol", "energy"],
            validFrom: CivilDate(dayNumber: 20_788),
            validUntil: isForGood ? nil : CivilDate(dayNumber: 20_939)
        )
    }

    static let guarantee = GuaranteeIdentifier(uuid(950))

    static func guarantee(reference: String?) -> Guarantee? {
        Guarantee(
            identifier: guarantee,
            procedure: "excise",
            holder: .economicOperator(eori),
            authorisation: exciseNumber,
            reference: reference,
            request: request,
            amountCents: 123_450
        )
    }

    static func obligation(_ kind: String = "ac4-declaration") -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(uuid(930)),
            procedure: "excise",
            kind: kind,
            holder: .economicOperator(eori),
            authorisation: exciseNumber,
            reference: "26FR0123456789ABCDEF7",
            request: request,
            arisenOn: CivilDate(dayNumber: 20_777),
            dueOn: CivilDate(dayNumber: 20_783)
        )
    }

    /// What Anne asked for, what was granted, and the receipt that was reported.
    static func addExcise(to register: SmallRegister, for scenario: Scenario) {
        register.fields = RequestFields([
            .init(name: "kind", value: "authorised-warehousekeeper"),
            .init(name: "products", value: "alcohol energy"),
        ])
        if scenario.name == "guarantee" {
            register.fields = register.fields.updated(
                with: RequestFields([
                    .init(name: "premises", value: "1, rue du Port\nL-6688 Mertert"),
                    .init(name: "movement", value: "600 bottles <Crémant>"),
                    .init(name: "guarantee.reference", value: "GRN-1"),
                    .init(name: "guarantee.amount", value: "1234567.50"),
                ])
            )
        }
        register.fields = register.fields.updated(with: scenario.fields)
        register.requests = [exciseRequest(status: .answered, profile: "receipt")]
        if scenario.template.hasPrefix("excise.guarantee-") {
            let isOwn = scenario.name == "of a movement's own"
            register.authorisations = [
                authorisation(kind: isOwn ? nil : "temporary-registered-consignee")
            ]
            register.fields = RequestFields([.init(name: "guarantee.reference", value: "GRN-1")])
                .updated(with: scenario.fields)
            register.records.guarantees = RecordLayer(
                [guarantee(reference: isOwn ? obligation().reference : nil)].compactMap(\.self)
            )
        }
        register.records.outages = RecordLayer([scenario.outage].compactMap(\.self))
        if case .obligationChanged(let obligation, _, _, _) = scenario.event {
            register.records.obligations = RecordLayer([obligation])
        }
        if scenario.template == "excise.granted" {
            register.authorisations = [authorisation(isForGood: scenario.name != "granted")]
        }
        addMandate(to: register, for: scenario)
    }
}
