import Domain
import Workflow

extension RegisterConformance {
    private static func order(
        _ account: UInt64,
        _ number: Int,
        _ method: ProvisioningMethod = .patch,
        dueAt seconds: Int64? = nil
    ) -> ProvisioningOrder {
        ProvisioningOrder(
            account: Sample.accountIdentifier(account),
            number: number,
            method: method,
            dueAt: seconds.map { Sample.instant($0) },
            causation: "event-\(number)",
            traceParent: number.isMultiple(of: 2)
                ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : nil,
            message: number.isMultiple(of: 2) ? Int64(account) * 10 : nil
        )
    }

    private static func moved(_ previous: Account, to account: Account) -> Event {
        Sample.change(previous, to: account, .moved, by: .provisioner)
    }

    static let provisioningChecks: [RegisterConformance] = [
        .inOne("orders to the provisioner are kept by account, in sequence") { transaction in
            let account = Sample.accountIdentifier(1)
            try expect(try transaction.provisioningOrders(of: account), equals: [], "none")
            for order in [order(1, 2), order(2, 1), order(1, 1, .post)] {
                try transaction.record(order)
            }
            try expect(
                try transaction.provisioningOrders(of: account),
                equals: [order(1, 1, .post), order(1, 2)],
                "in sequence"
            )
            var changed = order(1, 1, .post)
            changed.missReport()
            changed.give(as: .put)
            changed.missReport()
            changed.refuse(until: Sample.instant(40), thenAs: .post)
            try transaction.record(changed)
            try transaction.remove(order(1, 2))
            try transaction.remove(order(1, 2))
            try expect(
                try transaction.provisioningOrders(of: account),
                equals: [changed],
                "overwritten and removed"
            )
            try expect(
                try transaction.provisioningOrders(of: Sample.accountIdentifier(2)),
                equals: [order(2, 1)],
                "another account's"
            )
        },
        .inOne("events overwrite orders, and a done one goes") { transaction in
            var changed = order(1, 1, .post)
            try transaction.record(changed)
            changed.refuse(until: Sample.instant(5), thenAs: .put)
            try transaction.apply(.provisioning(changed, .refused(status: 500)))
            try expect(
                try transaction.provisioningOrders(of: changed.account),
                equals: [changed],
                "refused"
            )
            try transaction.apply(.provisioning(changed, .done))
            try expect(try transaction.provisioningOrders(of: changed.account), equals: [], "done")
            try transaction.record(changed)
            try transaction.apply(.provisioning(changed, .superseded))
            try expect(
                try transaction.provisioningOrders(of: changed.account),
                equals: [],
                "superseded"
            )
            try transaction.apply(.reportIgnored(changed.account, .put, status: 200))
        },
        .inOne("why an order was given up is kept") { transaction in
            let reasons: [ProvisioningFailure] = [
                .refused(status: 409), .contradicted(status: 404), .silence, .personUnknown,
                .locationTaken("https://x/ y/Users/7", by: Sample.accountIdentifier(2)),
            ]
            for (number, reason) in reasons.enumerated() {
                var failed = order(1, number + 1)
                failed.fail(because: reason)
                try transaction.record(failed)
            }
            try expect(
                try transaction.provisioningOrders(of: Sample.accountIdentifier(1))
                    .map(\.failure),
                equals: reasons,
                "reasons"
            )
        },
        .inOne("an account is found by where its user lives, and no two live there") {
            transaction in
            let place = try require(UserPlace(location: "http://elsewhere/Users/7"), "a place")
            var first = Sample.account(1, of: Sample.personIdentifier(1))
            first.former = Sample.accountIdentifier(9)
            let second = Sample.account(2, of: Sample.personIdentifier(2))
            for account in [first, second] {
                try transaction.apply(.accountOpened(account))
            }
            var housed = first
            housed.location = "https://scim.example/v2/Users/7"
            try transaction.apply(moved(first, to: housed))
            try expect(try transaction.account(at: place), equals: housed, "the holder")
            var rival = second
            rival.location = "/Users/7"
            try transaction.refuses("a place that another account has") {
                try transaction.apply(moved(second, to: rival))
            }
            try transaction.apply(moved(housed, to: first))
            try expect(try transaction.account(at: place), equals: nil, "nobody")
            try transaction.apply(moved(second, to: rival))
            try expect(try transaction.account(at: place), equals: rival, "the next")
        },
        .inOne("orders fall due at their time, and without one never") { transaction in
            for order in [
                order(1, 1, dueAt: 30), order(1, 2), order(2, 1, dueAt: 20),
                order(3, 1, dueAt: 40),
            ] {
                try transaction.record(order)
            }
            try expect(try transaction.nextDue(), equals: Sample.instant(20), "next")
            let due = [order(2, 1, dueAt: 20), order(1, 1, dueAt: 30)].map {
                DueWork(.provisioning, dueAt: $0.dueAt ?? Sample.start, .order($0))
            }
            try expect(try transaction.due(30), equals: due, "due")
            try expect(try transaction.due(30, limit: 1), equals: [due[0]], "limited")
            for number in 1...3 as ClosedRange<UInt64> {
                try transaction.remove(order(number, 1))
            }
            try expect(try transaction.nextDue(), equals: nil, "nothing")
        },
    ]
}
