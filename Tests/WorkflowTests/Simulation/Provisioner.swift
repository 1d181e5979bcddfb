import Contract
import Domain

/// The account provisioner of a simulation: does what it is told or not, and reports on it at
/// once, late, twice or never, as chance has it. What it reports about one account stays in order.
struct Provisioner {
    struct User: Hashable {
        var isActive: Bool
        var role: String
        var operations: Set<String>
    }

    private struct Order {
        let account: String
        let method: String
        let data: Reading
    }

    /// By account.
    private(set) var users: [String: User] = [:]
    private var orders: [Order] = []
    private var reports: [Sent] = []
    private var seen: Set<String> = []
    private var lastReport = 0
    /// Accounts of which it can do nothing, for as long as there is trouble.
    private var hopeless: Set<String> = []

    /// Takes an order from its queue; one that was sent again is the same order.
    mutating func take(_ message: OutboundMessage) {
        guard message.routingKey == "provisioning.account",
            seen.insert(message.properties.messageIdentifier ?? "").inserted
        else { return }
        let data = Reading(message.body).object("data")
        orders.append(
            Order(
                account: data["bulkId"] ?? "",
                method: data["method"] ?? "",
                data: data.object("data")
            )
        )
    }

    /// What it sends next.
    mutating func next(_ random: inout SeededGenerator) -> [Sent] {
        if !orders.isEmpty, random.chance(60) {
            let order = orders.removeFirst()
            if order.method == "POST", random.chance(20) { hopeless.insert(order.account) }
            switch random.number(1...20) {
            case _ where hopeless.contains(order.account): report(on: order, status: 503)
            case 1...9: carryOut(order)
            case 10...11: _ = status(of: order)
            case 12...13: break
            case 14...15 where order.method == "POST":
                users[order.account] = User(isActive: false, role: "", operations: [])
                report(on: order, status: 409)
            case 14...17: report(on: order, status: 500)
            default: report(on: order, status: 400)
            }
        }
        guard !reports.isEmpty, random.chance(70) else { return [] }
        let report = reports.removeFirst()
        return random.chance(15) ? [report, report] : [report]
    }

    /// Does and reports everything that it has been told.
    mutating func finish() -> [Sent] {
        while !orders.isEmpty { carryOut(orders.removeFirst()) }
        defer { reports = [] }
        return reports
    }

    private mutating func carryOut(_ order: Order) {
        report(on: order, status: status(of: order))
    }

    /// Does what it is told, as SCIM has it; returns the HTTP status.
    private mutating func status(of order: Order) -> Int {
        let luccs = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"
        switch order.method {
        case "POST", "PUT":
            let isNew = users[order.account] == nil
            if order.method == "POST", !isNew { return 409 }
            users[order.account] = User(
                isActive: order.data["active"] == "1" || order.data["active"] == "true",
                role: order.data["userType"] ?? "",
                operations: order.data.object(luccs).texts("operations")
            )
            return isNew ? 201 : 200
        case "PATCH":
            guard var user = users[order.account] else { return 404 }
            for operation in order.data.objects("Operations") {
                switch operation["path"] {
                case "active":
                    user.isActive = operation["value"] == "1" || operation["value"] == "true"
                case "userType": user.role = operation["value"] ?? ""
                case "\(luccs):operations": user.operations = operation.texts("value")
                default: break
                }
            }
            users[order.account] = user
            return 200
        default:
            return users.removeValue(forKey: order.account) == nil ? 404 : 204
        }
    }

    private mutating func report(on order: Order, status: Int) {
        lastReport += 1
        reports.append(
            Sent(
                .report(account: order.account, method: order.method, status: status),
                Messages.report(
                    order.account,
                    method: order.method,
                    status: status,
                    identifier: "report-\(lastReport)"
                )
            )
        )
    }
}
