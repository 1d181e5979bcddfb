import Domain

@testable import Correspondence
@testable import Procedures

extension Scenario {
    private static let office = Originator.decisionMaker(Sample.official, .exciseOffice)

    /// A guarantee that is asked back, and what the excise office does with it.
    static let guaranteeScenarios =
        [
            released("asked back", "guarantee-pending", .requestSubmitted(request())),
            released("new", "guarantee-awaiting-you", .requestSubmitted(request())),
            released(
                "answer",
                "guarantee-awaiting-you",
                changed(request(revision: 3), from: .awaitingInformation, by: .applicant)
            ),
            released(
                "refused",
                "guarantee-rejected",
                changed(
                    request(status: .rejected, revision: 2),
                    by: office,
                    remarks: "The payment has not arrived.\nIt is looked for."
                )
            ),
            released(
                "asked",
                "guarantee-information-requested",
                changed(
                    request(status: .awaitingInformation, revision: 2),
                    by: office,
                    remarks: "Please name your bank."
                )
            ),
            released(
                "taken back",
                "guarantee-withdrawn",
                changed(request(status: .withdrawn, revision: 2), by: .applicant)
            ),
            released("reminder", "guarantee-reminder", .requestReminded(request())),
            released("escalation", "guarantee-escalation", .requestEscalated(request())),
        ]
        + [true, false].flatMap { hasManager in
            [
                money("given back", .released, 123_450, hasManager: hasManager),
                money("called", .called, 12_345, remarks: "Not paid.", hasManager: hasManager),
                money("raised", .changed, 200_000, remarks: "More.", hasManager: hasManager),
            ]
        }

    private static func request(status: RequestStatus = .pending, revision: Int = 1) -> Request {
        Sample.exciseRequest(
            status: status,
            revision: revision,
            profile: Excise.Profile.guaranteeRelease.rawValue
        )
    }

    private static func released(_ name: String, _ template: String, _ event: Event) -> Scenario {
        var scenario = Scenario(name, "excise.\(template)", event)
        scenario.fields = RequestFields([
            .init(name: "exciseNumber", value: Sample.exciseNumber.text),
            .init(name: "guarantee.reference", value: "GRN-1"),
            .init(name: "guarantee", value: Sample.guarantee.description),
        ])
        return scenario
    }

    private static func money(
        _ name: String,
        _ change: GuaranteeChange,
        _ cents: Int64,
        remarks: String? = nil,
        hasManager: Bool
    ) -> Scenario {
        guard let before = Sample.guarantee(reference: nil),
            let after = before.changed(change, cents: cents)
        else { preconditionFailure("so much is held") }
        return Scenario(
            name,
            change == .released ? "excise.guarantee-released" : "excise.guarantee-called",
            .guaranteeChanged(
                after,
                previous: before.status,
                change,
                by: office,
                remarks: remarks
            ),
            hasManager: hasManager
        )
    }
}
