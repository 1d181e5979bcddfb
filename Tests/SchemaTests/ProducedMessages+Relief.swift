import Domain
import TestKit

@testable import Procedures

// Relief: what is missing, what stands against it, what is asked for as a deposit.
extension ProducedMessages {
    private static let removal = RequestIdentifier(
        SequentialIdentifiers.identifier(21, series: 7)
    )

    /// A removal of which nothing is as it has to be, and of which the register knows.
    static let knownOfRelief: [Event] = [
        .requestSubmitted(relief(.pending)),
        .fieldsStated(
            removal,
            RequestFields(
                [
                    ("declaredValue", "12345.67"), ("monthsAbroad", "11"), ("monthsOwned", "5"),
                    ("ownedAndUsedAbroad", "false"), ("acquiredForImport", "true"),
                    ("permanentResidencePermit", "false"), ("figure.relief.duty", "3.5"),
                    ("figure.relief.vat", "15"), ("figure.relief.vat-uplift", "10"),
                    ("figure.relief.settlement", "200.00"), ("figure.relief.months-abroad", "12"),
                    ("figure.relief.months-owned", "6"), ("figures.basis", "seed"),
                ].map { .init(name: $0, value: $1) }
            )
        ),
        .documentsNamed(removal, [Document(kind: "passport", reference: "GED-1")]),
    ]

    static let relief: [Event] =
        [.requestSubmitted(relief(.pending))]
        + RequestStatus.allCases.flatMap { status in
            [[], [Request.provisionally]].map { approvals in
                .requestChanged(
                    relief(status, approvals),
                    previous: .pending,
                    by: .decisionMaker(marc, .customsAuthority),
                    remarks: nil
                )
            }
        } + [
            .requestSubmitted(relief(.rejected, reason: .rule(.notEligible))),
            .requestSubmitted(relief(.notRequired, reason: .exempt(.insideUnion))),
        ]

    private static func relief(
        _ status: RequestStatus,
        _ approvals: [String] = [],
        reason: RequestReason? = nil
    ) -> Request {
        Request(
            identifier: removal,
            procedure: Relief.name,
            profile: Relief.Profile.householdGoods.rawValue,
            person: anne,
            eori: nil,
            requested: .none,
            status: status,
            approvals: approvals,
            reason: reason,
            submittedAt: start
        )
    }
}
