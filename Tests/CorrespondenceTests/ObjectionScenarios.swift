import Domain

@testable import Correspondence

extension Scenario {
    static let objections = [
        objection("pending", .pending, Event.requestSubmitted),
        objection("objection", "awaiting-you", .pending, Event.requestSubmitted),
        objection("objection to one procedure", "awaiting-you", .pending, to: "access") {
            .requestSubmitted($0)
        },
        objection("answer", "awaiting-you", .pending) {
            changed($0, from: .awaitingInformation, by: .applicant)
        },
        objection("information-requested", .awaitingInformation) {
            changed($0, by: authority, remarks: "Please name the requests.")
        },
        objection("rejected", .rejected) {
            changed($0, by: authority, remarks: "Customs law requires these data.")
        },
        objection("rejected, retention duty", "rejected", .rejected, reason: .retentionDuty) {
            .requestSubmitted($0)
        },
        objection("rejected, nothing there", "rejected", .rejected, reason: .notEligible) {
            .requestSubmitted($0)
        },
        objection("reminder", .pending, Event.requestReminded),
        objection("upheld", "upheld", .granted, to: "access") { changed($0, by: authority) },
    ]

    private static func objection(
        _ mail: String,
        _ status: RequestStatus,
        _ event: (Request) -> Event
    ) -> Scenario {
        objection(mail, mail, status, event)
    }

    private static func objection(
        _ name: String,
        _ mail: String,
        _ status: RequestStatus,
        reason: ProblemCode? = nil,
        to procedure: String? = nil,
        _ event: (Request) -> Event
    ) -> Scenario {
        var request = Sample.right("objection", status: status)
        request.reason = reason.map { .rule($0) }
        var scenario = Scenario(name, "person.\(mail)", event(request))
        scenario.isRestricted = true
        scenario.fields = RequestFields([
            .init(name: "grounds", value: "The company <Acme> is sold.\nNobody needs my name.")
        ])
        if let procedure { scenario.fields["procedure"] = procedure }
        return scenario
    }
}
