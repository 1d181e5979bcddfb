import Domain

@testable import Correspondence
@testable import Procedures

extension Scenario {
    /// What Anne asked for on behalf of her company; another is to act for it.
    static let mandateScenarios = mandateRequests + mandateChanges + [usersByMandate]

    private static let office = Originator.decisionMaker(Sample.official, .exciseOffice)
    private static let manager = Originator.decisionMaker(Sample.marc, .manager)

    private static let mandateRequests = [
        request("sent", "excise.mandate-pending", .requestSubmitted(Sample.mandateRequest())),
        request(
            "accepted by one side",
            "excise.mandate-pending",
            changed(Sample.mandateRequest(approvals: ["representative"], revision: 2), by: manager)
        ),
        request(
            "mandate",
            "excise.mandate-awaiting-you",
            .requestSubmitted(Sample.mandateRequest())
        ),
        request(
            "answer",
            "excise.mandate-awaiting-you",
            changed(Sample.mandateRequest(revision: 2), by: .applicant)
        ),
        request(
            "reminder, without a last day",
            "excise.mandate-awaiting-you",
            .requestReminded(Sample.mandateRequest()),
            until: nil
        ),
        request(
            "granted",
            "excise.mandate-granted",
            changed(Sample.mandateRequest(status: .granted, revision: 3), by: manager)
        ),
        request(
            "rejected by a side",
            "excise.mandate-rejected",
            changed(
                Sample.mandateRequest(status: .rejected, revision: 2),
                by: manager,
                remarks: "We act for nobody."
            )
        ),
        request(
            "rejected by the office",
            "excise.mandate-rejected",
            changed(
                Sample.mandateRequest(status: .rejected, revision: 2),
                by: office,
                remarks: "The paper is not signed."
            )
        ),
        request(
            "expired",
            "excise.mandate-expired",
            changed(Sample.mandateRequest(status: .expired, revision: 2), by: .timer("expire"))
        ),
        request(
            "withdrawn",
            "excise.mandate-withdrawn",
            changed(Sample.mandateRequest(status: .withdrawn, revision: 2), by: .applicant)
        ),
        ended(.economicOperator), ended(.account),
    ]

    private static func ended(_ basis: RequestBasis) -> Scenario {
        request(
            "withdrawn, since the \(basis.rawValue) has ended",
            "excise.mandate-withdrawn",
            changed(
                Sample.mandateRequest(status: .withdrawn, reason: .ended(basis), revision: 2),
                by: .rule
            )
        )
    }

    private static let mandateChanges = [
        change("about to end", "excise.mandate-warning", .warned),
        change("a side wants it to end", "excise.mandate-ended", .endSet, on: 20_800),
        change(
            "revoked",
            "excise.mandate-ended",
            .revoked,
            to: .revoked,
            remarks: "The signature was forged."
        ),
        change("lapsed, with something open", "excise.mandate-ended", .lapsed, to: .lapsed),
        change("operator revoked", "excise.mandate-ended", .operatorRevoked, to: .revoked),
        change("authorisation ended", "excise.mandate-ended", .basisEnded, to: .revoked),
    ]

    private static let usersByMandate: Scenario = {
        var scenario = Scenario(
            "users",
            "excise.users-by-mandate",
            .requestSubmitted(
                Sample.exciseRequest(status: .answered, profile: "emcs-users")
            )
        )
        scenario.fields = RequestFields([
            .init(name: "exciseNumber", value: "LU00000123456"),
            .init(name: "mandate", value: Sample.mandateNumber.text),
        ])
        return scenario
    }()

    private static func request(
        _ name: String,
        _ template: String,
        _ event: Event,
        until last: String? = "2027-04-30"
    ) -> Scenario {
        var scenario = Scenario(name, template, event)
        scenario.fields = RequestFields([
            .init(name: "representative", value: Sample.otherEORI.text),
            .init(name: "scope", value: "emcs ac4"),
            .init(name: "kind", value: "direct"),
            .init(name: "validFrom", value: "2026-12-01"),
        ])
        scenario.fields["validUntil"] = last
        return scenario
    }

    private static func change(
        _ name: String,
        _ template: String,
        _ change: AuthorisationChange,
        to status: AuthorisationStatus = .active,
        on day: Int? = nil,
        remarks: String? = nil
    ) -> Scenario {
        var mandate = Sample.mandate(kind: "indirect-mandate")
        mandate.status = status
        mandate.revokedOn = day.map { CivilDate(dayNumber: $0) }
        return Scenario(
            name,
            template,
            .authorisationChanged(
                mandate,
                previous: .active,
                change,
                by: office,
                remarks: remarks
            )
        )
    }
}

extension Sample {
    /// What is there besides, in a scenario about a mandate.
    static func addMandate(to register: SmallRegister, for scenario: Scenario) {
        switch scenario.template {
        case "excise.mandate-granted", "excise.users-by-mandate":
            register.authorisations = [mandate()]
        case "excise.mandate-ended" where scenario.name.hasSuffix("with something open"):
            register.authorisations = [authorisation()]
            register.records.obligations = RecordLayer([obligation()])
        default: break
        }
    }

    static let otherEORI = EORI(canonical: "LU87654321")
    static let mandateNumber = AuthorisationNumber(uuid(960).text)

    static func mandateRequest(
        status: RequestStatus = .pending,
        approvals: [String] = [],
        reason: RequestReason? = nil,
        revision: Int = 1
    ) -> Request {
        var request = exciseRequest(
            status: status,
            reason: reason,
            revision: revision,
            profile: "mandate"
        )
        request.approvals = approvals
        return request
    }

    static func mandate(kind: String = "direct-mandate") -> Authorisation {
        Authorisation(
            number: mandateNumber,
            procedure: "excise",
            kind: kind,
            request: request,
            eori: otherEORI,
            counterparty: eori,
            scope: ["emcs", "ac4"],
            validFrom: CivilDate(dayNumber: 20_788),
            validUntil: CivilDate(dayNumber: 20_939)
        )
    }
}
