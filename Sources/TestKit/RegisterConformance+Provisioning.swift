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
                ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : nil
        )
    }

    static let provisioningChecks = [
        RegisterConformance("orders to the provisioner are kept by account, in sequence") {
            register in
            let account = Sample.accountIdentifier(1)
            try await register.write { transaction in
                try expect(try transaction.provisioningOrders(of: account), equals: [], "none")
                for order in [order(1, 2), order(2, 1), order(1, 1, .post)] {
                    try transaction.record(order)
                }
                try expect(
                    try transaction.provisioningOrders(of: account),
                    equals: [order(1, 1, .post), order(1, 2)],
                    "in sequence"
                )
                var changed = order(1, 1, .post, dueAt: 40)
                changed.tries = 3
                changed.state = .refused
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
            }
        },
        RegisterConformance("events overwrite orders, and a done one goes") { register in
            try await register.write { transaction in
                var changed = order(1, 1, .post)
                try transaction.record(changed)
                changed.state = .refused
                changed.dueAt = Sample.instant(5)
                try transaction.apply(
                    .provisioning(changed, .refused(status: 500)),
                    at: Sample.start
                )
                try expect(
                    try transaction.provisioningOrders(of: changed.account),
                    equals: [changed],
                    "refused"
                )
                try transaction.apply(.provisioning(changed, .done), at: Sample.start)
                try expect(
                    try transaction.provisioningOrders(of: changed.account),
                    equals: [],
                    "done"
                )
                try transaction.apply(
                    .reportIgnored(changed.account, .put, status: 200),
                    at: Sample.start
                )
            }
        },
        RegisterConformance("orders fall due at their time, and without one never") { register in
            try await register.write { transaction in
                for order in [
                    order(1, 1, dueAt: 30), order(1, 2), order(2, 1, dueAt: 20),
                    order(3, 1, dueAt: 40),
                ] {
                    try transaction.record(order)
                }
                try expect(try transaction.nextDue(), equals: Sample.instant(20), "next")
                let due = [order(2, 1, dueAt: 20), order(1, 1, dueAt: 30)].map {
                    Timer(.provisioning, dueAt: $0.dueAt ?? Sample.start, .order($0))
                }
                try expect(
                    try transaction.due(at: Sample.instant(30), limit: 9),
                    equals: due,
                    "due"
                )
                try expect(
                    try transaction.due(at: Sample.instant(30), limit: 1),
                    equals: [due[0]],
                    "limited"
                )
                for number in 1...3 as ClosedRange<UInt64> {
                    try transaction.remove(order(number, 1))
                }
                try expect(try transaction.nextDue(), equals: nil, "nothing")
            }
        },
    ]
}
