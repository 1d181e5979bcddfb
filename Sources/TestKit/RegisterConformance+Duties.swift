import Domain
import Workflow

// Authorisations, obligations, and what requests say.

extension RegisterConformance {
    static let dutyChecks: [RegisterConformance] = [
        .inOne("what a request says is kept, and taken over by name") { transaction in
            let request = Sample.request(1)
            try transaction.apply(.requestSubmitted(request))
            try expect(
                try transaction.fields(of: request.identifier),
                equals: RequestFields(),
                "nothing"
            )
            let first = RequestFields([
                .init(name: "kind", value: "registered-consignee"),
                .init(name: "premises", value: "1, rue de l'Église\nL-1000"),
            ])
            let second = RequestFields([
                .init(name: "guarantee.amount", value: "0.00"),
                .init(name: "kind", value: "certified-consignee"),
            ])
            for fields in [first, second] {
                try transaction.apply(.fieldsStated(request.identifier, fields))
            }
            try expect(
                try transaction.fields(of: request.identifier),
                equals: first.updated(with: second),
                "both"
            )
            try expect(
                try transaction.fields(of: Sample.requestIdentifier(2)),
                equals: RequestFields(),
                "of another"
            )
            let file = try transaction.personalFile(of: request.person)
            try expect(
                file.statements.map(\.member.name),
                equals: ["kind", "premises", "guarantee.amount"],
                "disclosed"
            )
        },
        .inOne("what a request says goes with the request") { transaction in
            let request = Sample.request(1, status: .rejected)
            try Self.state(request, in: transaction)
            try transaction.apply(.requestErased(request))
            try expect(
                try transaction.fields(of: request.identifier),
                equals: RequestFields(),
                "after the request"
            )
        },
        .inOne("what a request says goes with the person") { transaction in
            let request = Sample.request(1)
            try transaction.apply(.personRecorded(Sample.person(1)))
            try Self.state(request, in: transaction)
            try transaction.erase(request.person)
            try expect(
                try transaction.fields(of: request.identifier),
                equals: RequestFields(),
                "after the person"
            )
        },
        .inOne("what an authorisation in force was granted on outlives the person") { transaction in
            let request = Sample.request(1, status: .granted)
            var over = Sample.authorisation(2)
            over.status = .lapsed
            for number in 1...2 as ClosedRange<UInt64> {
                try transaction.apply(.personRecorded(Sample.person(number)))
                try Self.state(Sample.request(number, status: .granted), in: transaction)
                let granted = Event.authorisationGranted(Sample.authorisation(number))
                try transaction.apply(granted)
            }
            try transaction.apply(Sample.change(over, .lapsed))
            for number in 1...2 as ClosedRange<UInt64> {
                try transaction.erase(Sample.personIdentifier(number))
            }
            try expect(
                try transaction.fields(of: request.identifier).names,
                equals: ["premises"],
                "of the one in force"
            )
            try expect(
                try transaction.fields(of: over.request),
                equals: RequestFields(),
                "of the one that lapsed"
            )
            try transaction.apply(.requestErased(request))
            try expect(
                try transaction.fields(of: request.identifier),
                equals: RequestFields(),
                "after the request"
            )
        },
        RegisterConformance("an authorisation is granted once, found, and overwritten") {
            register in
            var authorisation = Sample.authorisation(1, lapseAt: Sample.instant(9))
            let other = Sample.authorisation(2, eori: authorisation.eori)
            try await register.write { [authorisation] transaction in
                try transaction.apply(.requestSubmitted(Sample.request(1)))
                for one in [authorisation, other] {
                    try transaction.apply(.authorisationGranted(one))
                }
                try transaction.refuses("a number that is taken") {
                    let again = Event.authorisationGranted(authorisation)
                    try transaction.apply(again)
                }
                try expect(
                    try transaction.activeAuthorisations(of: authorisation.eori, limit: 9),
                    equals: [authorisation, other],
                    "of the operator"
                )
                try expect(
                    try transaction.activeAuthorisations(of: authorisation.eori, limit: 1),
                    equals: [authorisation],
                    "the first"
                )
                try expect(
                    try transaction.authorisation(grantedBy: other.request),
                    equals: other,
                    "by the request"
                )
            }
            authorisation.status = .revoked
            authorisation.revokedOn = CivilDate(dayNumber: 20_200)
            authorisation.lapseAt = nil
            try await register.write { [authorisation] transaction in
                try transaction.apply(Sample.change(authorisation, .revoked, remarks: "misused"))
                try expect(
                    try transaction.authorisation(authorisation.number),
                    equals: authorisation,
                    "changed"
                )
                let file = try transaction.personalFile(of: Sample.personIdentifier(1))
                try expect(file.authorisations, equals: [authorisation], "disclosed")
                try expect(file.writings.map(\.text.content), equals: ["misused"], "remarks")
            }
        },
        RegisterConformance("an obligation arises once, is found, and overwritten") { register in
            var obligation = Sample.obligation(1, overdueAt: Sample.instant(9))
            let report = Sample.obligation(2, kind: "report-of-receipt", reference: "M-1")
            let other = Sample.obligation(
                3,
                manner: .refrain,
                holder: .person(Sample.personIdentifier(1)),
                reminders: [Sample.instant(100), Sample.instant(200), Sample.instant(300)]
            )
            try await register.write { [obligation] transaction in
                try transaction.apply(.requestSubmitted(Sample.request(1)))
                for one in [obligation, report, other] {
                    try transaction.apply(.obligationOpened(one))
                }
                let again = Sample.obligation(4, reference: "M-1")
                try transaction.refuses("a movement that was reported") {
                    try transaction.apply(.obligationOpened(again))
                }
                let number = Sample.exciseNumber(1)
                try expect(
                    try transaction.obligations(under: number, reference: "M-1"),
                    equals: [obligation, report],
                    "about one movement"
                )
                try expect(
                    try transaction.obligations(under: number, reference: nil),
                    equals: [obligation, report, other],
                    "about any"
                )
                try expect(
                    try transaction.obligations(
                        under: Sample.exciseNumber(2),
                        reference: "M-1"
                    ),
                    equals: [],
                    "under another number"
                )
                try expect(
                    try transaction.obligations(of: report.kind, reference: "M-1"),
                    equals: [report],
                    "of a kind, under any number"
                )
                try expect(
                    try transaction.runningObligations(under: number, limit: 2),
                    equals: [obligation, report],
                    "running, the first two"
                )
            }
            obligation.status = .metLate
            obligation.metOn = CivilDate(dayNumber: 20_120)
            obligation.overdueAt = nil
            try await register.write { [obligation] transaction in
                try transaction.apply(
                    .obligationChanged(obligation, previous: .open, .met, by: .applicant)
                )
                try expect(
                    try transaction.obligation(obligation.identifier),
                    equals: obligation,
                    "changed"
                )
                try expect(
                    try transaction.obligations(broughtAboutBy: obligation.request),
                    equals: [obligation],
                    "by the request"
                )
                try expect(
                    try transaction.obligations(of: obligation.kind, reference: "M-1"),
                    equals: [obligation],
                    "met, about the movement"
                )
                try expect(
                    try transaction.runningObligations(under: Sample.exciseNumber(1), limit: 9),
                    equals: [report, other],
                    "met, under the number"
                )
                let file = try transaction.personalFile(of: Sample.personIdentifier(1))
                try expect(file.obligations, equals: [obligation], "disclosed")
            }
        },
        .inOne("what an obligation is about is told apart by its scalars") { transaction in
            let references = ["andr\u{e9}", "andre\u{301}"]
            for (index, reference) in references.enumerated() {
                let one = Sample.obligation(UInt64(index) + 1, reference: reference)
                try transaction.apply(.obligationOpened(one))
            }
            for (index, reference) in references.enumerated() {
                try expect(
                    try transaction.obligations(
                        under: Sample.exciseNumber(1),
                        reference: reference
                    ).map(\.identifier),
                    equals: [Sample.obligationIdentifier(UInt64(index) + 1)],
                    "about one"
                )
            }
        },
        RegisterConformance(
            "accounts are found by the numbers under which they are entitled to something"
        ) {
            register in
            var first = Sample.account(1)
            let second = Sample.account(2)
            try await register.write { [first] transaction in
                for account in [first, second] {
                    try transaction.apply(.accountOpened(account))
                }
            }
            let before = first
            first.entitlements = [
                Entitlement("emcs", under: Sample.exciseNumber(1)),
                Entitlement("emcs", under: Sample.exciseNumber(2)),
                Entitlement("seed", under: Sample.exciseNumber(1)),
            ]
            try await register.write { [first] transaction in
                try transaction.apply(
                    Sample.change(before, to: first, .entitlementsChanged, by: .applicant)
                )
                for number in [1, 2] as [UInt64] {
                    try expect(
                        try transaction.accounts(
                            entitledUnder: Sample.exciseNumber(number),
                            limit: 9
                        ),
                        equals: [first],
                        "entitled to \(number)"
                    )
                }
                try expect(
                    try transaction.accounts(entitledUnder: Sample.exciseNumber(3), limit: 9),
                    equals: [],
                    "entitled to 3"
                )
                try expect(try transaction.account(first.identifier), equals: first, "whole")
            }
        },
        .inOne("what is unknown has no authorisation and no obligation to change") { transaction in
            try transaction.refuses("a change of an unknown authorisation") {
                try transaction.apply(Sample.change(Sample.authorisation(1), .lapsed))
            }
            try transaction.refuses("a change of an unknown obligation") {
                try transaction.apply(
                    .obligationChanged(Sample.obligation(1), previous: .open, .overdue, by: .rule)
                )
            }
        },
        .inOne("authorisations and obligations fall due, and what is over only ends") {
            transaction in
            let authorisations = [
                Sample.authorisation(1, warnAt: Sample.instant(10), lapseAt: Sample.instant(40)),
                Sample.authorisation(2, lapseAt: Sample.instant(20)),
                Sample.authorisation(3),
            ]
            let obligations = [
                Sample.obligation(
                    1,
                    reminders: [Sample.instant(15)],
                    overdueAt: Sample.instant(50)
                ),
                Sample.obligation(2, reminders: [Sample.instant(5)], overdueAt: Sample.instant(20)),
            ]
            for one in authorisations {
                try transaction.apply(.authorisationGranted(one))
            }
            for one in obligations {
                try transaction.apply(.obligationOpened(one))
            }
            let expected: [(Int64, [String])] = [
                (4, []), (10, ["remind-obligation 2 5", "warn 1 10"]),
                (30, ["warn 1 10", "remind-obligation 1 15", "lapse 2 20", "overdue 2 20"]),
                (99, ["lapse 2 20", "overdue 2 20", "lapse 1 40", "overdue 1 50"]),
            ]
            for (seconds, dueWork) in expected {
                try expect(
                    try transaction.due(seconds).map(Self.text),
                    equals: dueWork,
                    "at \(seconds)"
                )
            }
            try expect(try transaction.nextDue(), equals: Sample.instant(5), "next")
        },
    ]

    private static func state(
        _ request: Request,
        in transaction: any MaintenanceTransaction
    ) throws {
        try transaction.apply(.requestSubmitted(request))
        try transaction.apply(
            .fieldsStated(
                request.identifier,
                RequestFields([.init(name: "premises", value: "Haaptstrooss 1")])
            )
        )
    }
}
