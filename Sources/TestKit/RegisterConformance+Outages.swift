import Domain
import Workflow

// Systems that are away, and what waits for them.
extension RegisterConformance {
    static let outageChecks: [RegisterConformance] = [
        .inOne("the last outage of a system is found, as it has become") { transaction in
            let first = outage(1, since: 10, until: 20)
            let second = outage(2, since: 30)
            try expect(try transaction.lastOutage(of: "emcs"), equals: nil, "none")
            for one in [first, second, outage(3, "seed", since: 40)] {
                try transaction.apply(.outageBegan(one, by: .rule))
            }
            try expect(try transaction.lastOutage(of: "emcs"), equals: second, "the last")
            let known: [(Int64, Outage?)] = [(9, nil), (10, first), (29, first), (30, second)]
            for (instant, expected) in known {
                try expect(
                    try transaction.lastOutage(of: "emcs", beganBy: Sample.instant(instant)),
                    equals: expected,
                    "began by \(instant)"
                )
            }
            var over = second
            over.until = Sample.instant(50)
            over.toldDownAt = Sample.instant(31)
            over.toldUpAt = Sample.instant(51)
            over.remarks = "all is well,\nagain"
            try transaction.apply(.outageEnded(over, by: .rule))
            try expect(try transaction.lastOutage(of: "emcs"), equals: over, "over")
            try transaction.refuses("an outage that there is already") {
                try transaction.apply(.outageBegan(over, by: .rule))
            }
            try transaction.refuses("the end of an unknown outage") {
                try transaction.apply(.outageEnded(outage(4, since: 60), by: .rule))
            }
        },
        .inOne("what waits for a system has no day, until it has one") { transaction in
            let kinds = ["report-of-receipt", "emcs-catch-up"]
            var waiting = (1...3).map { Sample.obligation($0, kind: kinds[Int($0) % 2]) }
            for index in waiting.indices { waiting[index].dueOn = nil }
            for one in waiting + [Sample.obligation(4, kind: kinds[0])] {
                try transaction.apply(.obligationOpened(one))
            }
            func found(_ kinds: [String], _ limit: Int = 9) throws -> [Obligation] {
                try transaction.obligationsWithoutDay(of: kinds, limit: limit)
            }
            try expect(Set(try found(kinds)), equals: Set(waiting), "of both kinds")
            try expect(try found([kinds[0]]), equals: [waiting[1]], "of one")
            try expect(try found(kinds, 2).count, equals: 2, "no more than asked for")
            try expect(try found(["ac4-declaration"]), equals: [], "of another")
            var next = waiting[1]
            next.dueOn = CivilDate(dayNumber: 20_200)
            next.reference = "26LU0123456789ABCDEF7"
            try transaction.apply(
                .obligationChanged(next, previous: .open, .postponed, by: .rule)
            )
            try expect(try transaction.obligation(next.identifier), equals: next, "changed")
            try expect(
                try transaction.obligations(
                    under: Sample.exciseNumber(1),
                    reference: next.reference
                ),
                equals: [next],
                "by its new name"
            )
            try expect(Set(try found(kinds)), equals: [waiting[0], waiting[2]], "the others")
        },
        .inOne("users of a system are found in the order of their accounts") { transaction in
            var accounts: [Account] = []
            for number in 1...4 as ClosedRange<UInt64> {
                let opened = Sample.account(number)
                try transaction.apply(.accountOpened(opened))
                var account = opened
                account.entitlements = [
                    Entitlement(number == 2 ? "seed" : "emcs", under: Sample.exciseNumber(1)),
                    Entitlement(number == 2 ? "seed" : "emcs", under: Sample.exciseNumber(2)),
                ]
                try transaction.apply(
                    Sample.change(opened, to: account, .entitlementsChanged, by: .rule)
                )
                accounts.append(account)
            }
            func users(after account: Account?, _ limit: Int = 9) throws -> [Account] {
                try transaction.accounts(
                    entitledTo: "emcs",
                    after: account?.identifier,
                    limit: limit
                )
            }
            let all = [accounts[0], accounts[2], accounts[3]]
            try expect(try users(after: nil), equals: all, "each once")
            try expect(try users(after: nil, 2), equals: Array(all.prefix(2)), "the first two")
            try expect(try users(after: all[0]), equals: Array(all.dropFirst()), "the rest")
            try expect(
                try users(after: accounts[1]),
                equals: Array(all.dropFirst()),
                "after another"
            )
            try expect(try users(after: all[2]), equals: [], "none")
        },
    ]

    private static func outage(
        _ number: UInt64,
        _ system: String = "emcs",
        since: Int64,
        until: Int64? = nil
    ) -> Outage {
        Outage(
            identifier: OutageIdentifier(SequentialIdentifiers.identifier(number, series: 16)),
            system: system,
            since: Sample.instant(since),
            until: until.map { Sample.instant($0) }
        )
    }
}
