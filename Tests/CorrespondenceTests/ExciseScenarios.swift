import Domain

@testable import Correspondence

extension Scenario {
    static let exciseScenarios = exciseRequests + exciseAuthorisations + exciseObligations

    private static let office = Originator.decisionMaker(Sample.official, .exciseOffice)

    private static let exciseRequests =
        [
            Scenario("pending", .excisePending, .requestSubmitted(Sample.exciseRequest())),
            Scenario(
                "authorisation",
                .exciseAwaitingYou,
                .requestSubmitted(Sample.exciseRequest())
            ),
            Scenario(
                "guarantee",
                .exciseAwaitingYou,
                changed(Sample.exciseRequest(revision: 2), by: .applicant)
            ),
            Scenario(
                "granted",
                .exciseGranted,
                changed(Sample.exciseRequest(status: .granted, revision: 2), by: office)
            ),
            Scenario(
                "granted, for good, with remarks",
                .exciseGranted,
                changed(
                    Sample.exciseRequest(status: .granted, revision: 2),
                    by: office,
                    remarks: "Keep stock records.\nA visit follows."
                )
            ),
            Scenario(
                "rejected",
                .exciseRejected,
                changed(
                    Sample.exciseRequest(status: .rejected, revision: 2),
                    by: office,
                    remarks: "The premises are not suitable."
                )
            ),
            Scenario(
                "information requested",
                .exciseInformationRequested,
                changed(
                    Sample.exciseRequest(status: .awaitingInformation, revision: 2),
                    by: office,
                    remarks: "Please hand in a guarantee."
                )
            ),
            Scenario(
                "withdrawn",
                .exciseWithdrawn,
                changed(Sample.exciseRequest(status: .withdrawn, revision: 2), by: .applicant)
            ),
        ]
        + RequestBasis.allCases.map { basis in
            Scenario(
                "withdrawn, since the \(basis.rawValue) has ended",
                .exciseWithdrawn,
                changed(
                    Sample.exciseRequest(status: .withdrawn, reason: .ended(basis), revision: 2),
                    by: .rule
                )
            )
        } + [
            Scenario(
                "expired",
                .exciseExpired,
                changed(Sample.exciseRequest(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario(
                "expired, office",
                .exciseExpiredApprover,
                changed(Sample.exciseRequest(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario("reminder", .exciseReminder, .requestReminded(Sample.exciseRequest())),
        ]

    private static let exciseAuthorisations = [
        authorisation("about to lapse", .exciseWarning, .warned),
        authorisation("lapsed", .exciseLapsed, .lapsed),
        authorisation("revoked", .exciseRevoked, .revoked, remarks: "Duties were not paid."),
        authorisation("operator revoked", .exciseRevoked, .operatorRevoked),
        authorisation("without a manager", .exciseWarning, .warned, hasManager: false),
        authorisation("without a manager", .exciseLapsed, .lapsed, hasManager: false),
        authorisation("without a manager", .exciseRevoked, .operatorRevoked, hasManager: false),
    ]

    private static let exciseObligations = ObligationKind.allCases.flatMap { kind in
        let name = kind.rawValue
        var late = Sample.obligation(kind)
        late.status = .overdue
        return [
            Scenario(name, .exciseDue, .obligationOpened(Sample.obligation(kind))),
            Scenario(
                name,
                .exciseDueReminder,
                .obligationChanged(
                    Sample.obligation(kind),
                    previous: .open,
                    .reminded,
                    by: .timer("remind-obligation")
                )
            ),
            Scenario(
                name,
                .exciseOverdue,
                .obligationChanged(late, previous: .open, .overdue, by: .timer("overdue"))
            ),
            Scenario(
                "\(name), without a manager",
                .exciseDueReminder,
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
                .exciseOverdue,
                .obligationChanged(late, previous: .open, .overdue, by: .timer("overdue")),
                hasManager: false
            ),
        ]
    }

    private static func authorisation(
        _ name: String,
        _ template: MailTemplate,
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
    static let exciseNumber = ExciseNumber(canonical: "LU00000123456")

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
            request: request,
            eori: eori,
            kind: .authorisedWarehousekeeper,
            products: [.alcohol, .energy],
            validFrom: CivilDate(dayNumber: 20_788),
            validUntil: isForGood ? nil : CivilDate(dayNumber: 20_939)
        )
    }

    static func obligation(_ kind: ObligationKind = .declaration) -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(uuid(930)),
            kind: kind,
            eori: eori,
            authorisation: exciseNumber,
            reference: "26FR0123456789ABCDEF7",
            request: request,
            arisenOn: CivilDate(dayNumber: 20_777),
            dueOn: CivilDate(dayNumber: 20_783)
        )
    }

    /// What Anne asked for, what was granted, and that she reported a receipt.
    static func addExcise(to register: SmallRegister, for scenario: Scenario) {
        register.particulars = Particulars([
            .init(name: "kind", value: "authorised-warehousekeeper"),
            .init(name: "products", value: "alcohol energy"),
        ])
        if scenario.name == "guarantee" {
            register.particulars = register.particulars.updated(
                with: Particulars([
                    .init(name: "premises", value: "1, rue du Port\nL-6688 Mertert"),
                    .init(name: "movement", value: "600 bottles <Crémant>"),
                    .init(name: "guarantee.reference", value: "GRN-1"),
                    .init(name: "guarantee.amount", value: "1234567.50"),
                ])
            )
        }
        register.requests = [exciseRequest(status: .answered, profile: "receipt")]
        if scenario.template == .exciseGranted {
            register.authorisations = [authorisation(isForGood: scenario.name != "granted")]
        }
    }
}
