import Domain

@testable import Correspondence

extension Scenario {
    static let adHocEORIScenarios = [
        eori("pending", .requestSubmitted(eoriRequest())),
        eori("ad hoc EORI", "awaiting-you", .requestSubmitted(eoriRequest())),
        eori("answer", "awaiting-you", changed(eoriRequest(revision: 3), by: .applicant)),
        eori(
            "granted",
            changed(
                eoriRequest(.granted, revision: 2, authorised: OperationSet([.import])),
                by: authority
            )
        ),
        eori(
            "granted, all, with remarks",
            "granted",
            changed(
                eoriRequest(.granted, revision: 2, authorised: .all),
                by: authority,
                remarks: "Valid for private goods.\nPlease keep this number."
            )
        ),
        eori(
            "rejected",
            changed(
                eoriRequest(.rejected, revision: 2),
                by: authority,
                remarks: "Goods of this value need no EORI number."
            )
        ),
        eori(
            "information-requested",
            changed(
                eoriRequest(.awaitingInformation, revision: 2),
                by: authority,
                remarks: "Please name the goods."
            )
        ),
        eori("withdrawn", changed(eoriRequest(.withdrawn, revision: 2), by: .applicant)),
        eori("expired", changed(eoriRequest(.expired, revision: 2), by: .timer("expire"))),
        eori(
            "expired-approver",
            changed(eoriRequest(.expired, revision: 2), by: .timer("expire"))
        ),
        eori("reminder", .requestReminded(expiring(eoriRequest()))),
        eori("reminder, without an expiry", "reminder", .requestReminded(eoriRequest())),
        eori("escalation", .requestEscalated(eoriRequest())),
    ]

    /// Of the mail of the same name.
    private static func eori(_ mail: String, _ event: Event) -> Scenario { eori(mail, mail, event) }

    private static func eori(_ name: String, _ mail: String, _ event: Event) -> Scenario {
        var scenario = Scenario(name, "ad-hoc-eori.\(mail)", event)
        scenario.fields = RequestFields([
            .init(name: "purpose", value: "Two crates of <Crémant>\nfor a stand in Zürich")
        ])
        return scenario
    }

    private static func eoriRequest(
        _ status: RequestStatus = .pending,
        revision: Int = 1,
        authorised: OperationSet = .none
    ) -> Request {
        Request(
            identifier: Sample.request,
            procedure: "ad-hoc-eori",
            profile: "ad-hoc-eori",
            person: Sample.anne,
            eori: status == .granted ? Sample.eori : nil,
            requested: OperationSet([.import, .transit]),
            authorised: authorised,
            status: status,
            revision: revision,
            submittedAt: Sample.start
        )
    }
}
