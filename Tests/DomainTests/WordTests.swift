import Domain
import Testing

/// The words that outsiders see. A change here is a change of the published contract.
@Suite struct WordTests {
    /// 400 shape, 403 rights, 404 unknown, 409 conflicts, 413 size, 422 rules, 429 too much at
    /// once.
    static let problemStatuses: [String: Int] = [
        "malformed": 400, "not-an-event": 400, "unknown-type": 400, "schema": 400,
        "too-large": 413, "too-many-waiting": 429,
        "forbidden": 403, "not-authorised": 403, "own-request": 403, "person-restricted": 403,
        "request-unknown": 404, "operator-unknown": 404, "account-unknown": 404,
        "authorisation-unknown": 404,
        "id-reused": 409, "request-exists": 409, "request-closed": 409, "operator-exists": 409,
        "stale-revision": 409, "receipt-exists": 409,
        "not-awaited": 409, "excise-number-taken": 409,
        "operations-not-allowed": 422, "terms-not-accepted": 422, "operator-kind": 422,
        "retention-duty": 422, "account-not-of-operator": 422, "poison": 422,
        "guarantee-required": 422, "authorisation-not-valid": 422, "mandate-unknown": 404,
        "mandate-missing": 422,
        "arc-mismatch": 422,
        "movement-exists": 409, "consignee-not-valid": 422, "consignee-not-checked": 422,
        "guarantee-unknown": 404, "obligations-open": 409,
        "date-out-of-range": 422, "not-eligible": 422,
        "documents-missing": 422, "step-not-reached": 409, "plate-taken": 409,
    ]

    @Test("every published problem code exists, with its class of status")
    func problemCodes() {
        let found = Dictionary(
            uniqueKeysWithValues: ProblemCode.allCases.map { ($0.rawValue, $0.status) }
        )
        #expect(found == Self.problemStatuses)
    }

    @Test("every problem has a title of its own, a sentence without a full stop")
    func titles() {
        let titles = ProblemCode.allCases.map(\.title)
        #expect(Set(titles).count == titles.count)
        #expect(titles.allSatisfy { $0.first?.isUppercase == true && $0.last != "." })
    }

    @Test("a problem at a place names it as its one finding")
    func finding() {
        let problem = Problem(.schema, at: "/data/eori", "is required")
        #expect(problem.findings == [Finding(pointer: "/data/eori", detail: "is required")])
        #expect(problem.detail == "is required")
        #expect(Problem(.schema, "is wrong").findings == [])
    }

    @Test("statuses and roles are called as the contract says")
    func statuses() {
        #expect(
            RequestStatus.allCases.map(\.rawValue) == [
                "pending", "awaiting-information", "granted", "rejected", "withdrawn", "expired",
                "not-required", "answered",
            ]
        )
        #expect(RequestStatus.allCases.filter(\.isOpen) == [.pending, .awaitingInformation])
        #expect(
            AccountStatus.allCases.map(\.rawValue) == [
                "provisioning", "active", "failed", "suspended", "revoked", "deleted",
            ]
        )
        #expect(AccountStatus.allCases.filter { !$0.stands } == [.revoked, .deleted])
        #expect(
            AccountRole.allCases.map(\.rawValue) == [
                "legal-representative", "manager", "employee", "natural-person",
            ]
        )
        #expect(
            AccountRole.allCases.filter(\.managesCompany) == [.legalRepresentative, .manager]
        )
        #expect(
            AccountRole.allCases.filter(\.managesOperator) == [
                .legalRepresentative, .manager, .naturalPerson,
            ]
        )
        #expect(
            AccountRole.allCases.filter(\.bindsOperator) == [.legalRepresentative, .naturalPerson]
        )
        #expect(
            ActorRole.allCases.map(\.rawValue) == [
                "customs-authority", "manager", "excise-office", "vehicle-authority",
            ]
        )
        #expect(OperatorKind.allCases.map(\.rawValue) == ["company", "natural-person"])
        #expect(AuthenticationMeans.allCases.map(\.rawValue) == ["luxtrust", "gouvid", "eidas"])
        #expect(Language.allCases.map(\.rawValue) == ["en", "fr", "de", "lb"])
    }

    @Test("only what the provisioner said itself need not be told to it")
    func provisioner() {
        #expect(
            AccountChange.allCases.filter { $0.method == nil }
                == [
                    .provisioned, .moved, .handedOver, .provisioningFailed,
                    .provisioningTakenUpAgain, .deprovisioned,
                ]
        )
    }

    @Test("a person is saluted by given name, then family name")
    func salutation() {
        let applicant = Applicant(
            subject: "eaccess:1",
            authentication: .luxTrust,
            familyName: "Weber",
            givenName: "Anne",
            email: "anne.weber@example.lu"
        )
        #expect(applicant.displayName == "Anne Weber")
    }
}
