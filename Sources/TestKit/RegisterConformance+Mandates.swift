import Domain
import Workflow

// Authorisations that let their holder act for another, and what rests on them.
extension RegisterConformance {
    static let mandateChecks: [RegisterConformance] = [
        .inOne("a mandate is found by who acts and by whom it is given") { transaction in
            let mandates = (1...3).map { number in
                Sample.mandate(UInt64(number), kind: number == 3 ? "indirect" : "direct")
            }
            for mandate in mandates { try transaction.apply(.authorisationGranted(mandate)) }
            let (holder, giver) = (Sample.eori(1), Sample.eori(9))
            try expect(
                try transaction.activeAuthorisations(toActFor: giver, limit: 2),
                equals: Array(mandates.prefix(2)),
                "given"
            )
            try expect(
                try transaction.activeAuthorisations(toActFor: holder, limit: 9),
                equals: [],
                "given by the holder"
            )
            try expect(
                try transaction.activeAuthorisations(of: holder, kind: "indirect", limit: 9),
                equals: [mandates[2]],
                "of one kind"
            )
            var ended = mandates[0]
            ended.status = .revoked
            ended.revokedOn = ended.validFrom
            try transaction.apply(Sample.change(ended, .revoked))
            try expect(
                try transaction.activeAuthorisations(toActFor: giver, limit: 9),
                equals: Array(mandates.dropFirst()),
                "still given"
            )
        },
        .inOne("the number of a natural person who lets others act for them goes with them") {
            transaction in
            let (eori, surrogate) = (Sample.eori(9), SequentialIdentifiers.identifier(4711))
            try transaction.apply(.personRecorded(Sample.person(1)))
            try transaction.conceal(
                Surrogate(eori: eori, identifier: surrogate, person: Sample.personIdentifier(1))
            )
            try transaction.apply(
                .operatorRegistered(
                    EconomicOperator(
                        eori: eori,
                        kind: .naturalPerson,
                        operations: .all,
                        request: Sample.requestIdentifier(1)
                    )
                )
            )
            let mandate = Sample.mandate(1)
            try transaction.apply(.authorisationGranted(mandate))
            try expect(try transaction.authorisation(mandate.number), equals: mandate, "whole")
            try transaction.apply(.personErased(Sample.personIdentifier(1)))
            var revoked = try require(transaction.economicOperator(eori), "an operator")
            revoked.status = .revoked
            try transaction.apply(
                .operatorChanged(revoked, previous: revoked, by: .rule, remarks: nil)
            )
            let stored = try require(transaction.authorisation(mandate.number), "the mandate")
            try expect(stored.counterparty, equals: EORI(surrogate), "what is left")
            try expect(
                try transaction.activeAuthorisations(toActFor: EORI(surrogate), limit: 9),
                equals: [stored],
                "found by that"
            )
        },
        .inOne("what rests on a mandate is found by it, and by the number") { transaction in
            let (number, mandate) = (Sample.exciseNumber(1), Sample.mandate(1).number)
            let other = Sample.mandate(2).number
            var accounts = [Sample.account(1), Sample.account(2), Sample.account(3)]
            for account in accounts { try transaction.apply(.accountOpened(account)) }
            let entitlements = [
                [Entitlement("emcs", under: number)],
                [
                    Entitlement("emcs", under: number, by: mandate),
                    Entitlement("emcs", under: number, by: other),
                ],
                [Entitlement("emcs", under: Sample.exciseNumber(2), by: other)],
            ]
            for (index, own) in entitlements.enumerated() {
                let before = accounts[index]
                accounts[index].entitlements = own
                try transaction.apply(
                    Sample.change(before, to: accounts[index], .entitlementsChanged, by: .rule)
                )
            }
            let expected = [
                (number, [accounts[0], accounts[1]]), (mandate, [accounts[1]]),
                (other, [accounts[1], accounts[2]]), (Sample.exciseNumber(3), []),
            ]
            for (number, users) in expected {
                try expect(
                    try transaction.accounts(entitledUnder: number, limit: 9),
                    equals: users,
                    "entitled under \(number)"
                )
            }
            try expect(
                try transaction.accounts(entitledUnder: number, limit: 1),
                equals: [accounts[0]],
                "the first"
            )
        },
    ]
}

extension Sample {
    /// Of operator 1, to act for operator 9.
    static func mandate(_ number: UInt64, kind: String = "direct") -> Authorisation {
        Authorisation(
            number: AuthorisationNumber(SequentialIdentifiers.identifier(number, series: 14).text),
            procedure: "excise",
            kind: kind,
            request: requestIdentifier(number),
            eori: eori(1),
            counterparty: eori(9),
            scope: ["emcs"],
            validFrom: CivilDate(dayNumber: 20_000)
        )
    }
}
