import Domain
import Procedures

@testable import Correspondence

extension Scenario {
    static let exciseScenarios = exciseRequests + exciseAuthorisations + exciseObligations

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

    private static let exciseObligations = ProcedureCatalogue.obligationKinds.flatMap { kind in
        let name = kind
        var late = Sample.obligation(kind)
        late.status = .overdue
        return [
            Scenario(name, "excise.due", .obligationOpened(Sample.obligation(kind))),
            Scenario(
                name,
                "excise.due-reminder",
                .obligationChanged(
                    Sample.obligation(kind),
                    previous: .open,
                    .reminded,
                    by: .timer("remind-obligation")
                )
            ),
            Scenario(
                name,
                "excise.overdue",
                .obligationChanged(late, previous: .open, .overdue, by: .timer("overdue"))
            ),
            Scenario(
                "\(name), without a manager",
                "excise.due-reminder",
                .obligationChanged(
                    Sample.obligation(kind),
                    previous: .open,
                    .reminded,
                    by: .timer("remind-obligation")
                ),
                hasManager: false
            ),
            Scenario(
                "\(name), without a manager",
                "excise.overdue",
                .obligationChanged(late, previous: .open, .overdue, by: .timer("overdue")),
                hasManager: false
            ),
        ]
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

    static func authorisation(isForGood: Bool = false) -> Authorisation {
        Authorisation(
            number: exciseNumber,
            procedure: "excise",
            kind: "authorised-warehousekeeper",
            request: request,
            eori: eori,
            scope: ["alcohol", "energy"],
            validFrom: CivilDate(dayNumber: 20_788),
            validUntil: isForGood ? nil : CivilDate(dayNumber: 20_939)
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
        register.requests = [exciseRequest(status: .answered, profile: "receipt")]
        if scenario.template == "excise.granted" {
            register.authorisations = [authorisation(isForGood: scenario.name != "granted")]
        }
    }
}
