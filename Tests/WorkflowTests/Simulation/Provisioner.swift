import Contract
import Domain

/// The account provisioner of a simulation, with the SCIM server behind it: does what it is told or
/// not, and reports on it at once, late, twice or never, as chance has it. What it reports about
/// one account stays in order.
struct Provisioner {
    struct User: Hashable {
        var isActive: Bool
        var role: String
        var operations: Set<String>
    }

    private struct Order {
        let account: String
        let method: String
        let path: String
        let data: Reading
    }

    /// What a SCIM server keeps of a user; no two have the same name.
    private struct Entry {
        var account: String
        var name: String
        var user: User
    }

    private struct Answer {
        let status: Int
        var location: String?
    }

    private static let extensionSchema = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"

    /// By the path at which they are found.
    private var entries: [String: Entry] = [:]
    /// Accounts whose users somebody has deleted by hand.
    private(set) var vanished: Set<String> = []
    private var orders: [Order] = []
    private var reports: [Sent] = []
    private var seen: Set<String> = []
    private var lastPlace = 0
    private var lastReport = 0
    /// Accounts of which it can do nothing, for as long as there is trouble.
    private var hopeless: Set<String> = []

    /// By account.
    var users: [String: User] {
        Dictionary(entries.values.map { ($0.account, $0.user) }) { first, _ in first }
    }

    /// Takes an order from its queue; one that was sent again is the same order.
    mutating func take(_ message: OutboundMessage) {
        guard message.routingKey == "provisioning.account",
            seen.insert(message.properties.messageIdentifier ?? "").inserted
        else { return }
        let data = Reading(message.body).object("data")
        let operation = data.object("operation")
        orders.append(
            Order(
                account: data["account"] ?? "",
                method: operation["method"] ?? "",
                path: operation["path"] ?? "",
                data: operation.object("data")
            )
        )
    }

    /// What it sends next.
    mutating func next(_ random: inout SeededGenerator) -> [Sent] {
        if random.chance(2), let path = entries.keys.sorted().randomElement(using: &random),
            let entry = entries.removeValue(forKey: path)
        {
            vanished.insert(entry.account)
        }
        if !orders.isEmpty, random.chance(60) {
            let order = orders.removeFirst()
            if order.method == "POST", random.chance(20) { hopeless.insert(order.account) }
            switch random.number(1...20) {
            case _ where hopeless.contains(order.account): report(on: order, Answer(status: 503))
            case 1...9: report(on: order, answer(to: order))
            case 10...11: _ = answer(to: order)
            case 12...13: break
            case 14...15 where order.method == "POST":
                // Somebody has made the user by hand.
                _ = answer(to: order)
                report(on: order, answer(to: order))
            case 14...17: report(on: order, Answer(status: 500))
            default: report(on: order, Answer(status: 400))
            }
        }
        guard !reports.isEmpty, random.chance(70) else { return [] }
        let report = reports.removeFirst()
        return random.chance(15) ? [report, report] : [report]
    }

    /// Does and reports everything that it has been told.
    mutating func finish() -> [Sent] {
        while !orders.isEmpty {
            let order = orders.removeFirst()
            report(on: order, answer(to: order))
        }
        defer { reports = [] }
        return reports
    }

    /// Does what it is told, as SCIM has it.
    private mutating func answer(to order: Order) -> Answer {
        if order.method == "POST" { return create(order) }
        let path =
            order.path.contains("?filter=")
            ? entries.first { order.path.contains($0.value.account) }?.key : order.path
        guard let path, var entry = entries[path] else { return Answer(status: 404) }
        switch order.method {
        case "PUT":
            let name = order.data["userName"] ?? ""
            if entries.contains(where: { $0.value.name == name && $0.key != path }) {
                return Answer(status: 409)
            }
            entries[path] = self.entry(of: order)
            vanished.remove(order.account)
        case "PATCH":
            for operation in order.data.objects("Operations") {
                switch operation["path"] {
                case "active": entry.user.isActive = Self.isTrue(operation["value"])
                case "userType": entry.user.role = operation["value"] ?? ""
                case "\(Self.extensionSchema):operations":
                    entry.user.operations = operation.texts("value")
                default: break
                }
            }
            entries[path] = entry
        default:
            entries[path] = nil
            return Answer(status: 204)
        }
        return Answer(status: 200, location: "https://scim.example.lu/v2\(path)")
    }

    private mutating func create(_ order: Order) -> Answer {
        let entry = self.entry(of: order)
        if let existing = entries.first(where: { $0.value.name == entry.name }) {
            // Not every server says which user has the name.
            let location = "https://scim.example.lu/v2\(existing.key)"
            let isSaid = existing.value.account != order.account || lastReport.isMultiple(of: 2)
            return Answer(status: 409, location: isSaid ? location : nil)
        }
        lastPlace += 1
        entries["/Users/\(lastPlace)"] = entry
        vanished.remove(order.account)
        return Answer(status: 201, location: "https://scim.example.lu/v2/Users/\(lastPlace)")
    }

    private func entry(of order: Order) -> Entry {
        Entry(
            account: order.data["externalId"] ?? "",
            name: order.data["userName"] ?? "",
            user: User(
                isActive: Self.isTrue(order.data["active"]),
                role: order.data["userType"] ?? "",
                operations: order.data.object(Self.extensionSchema).texts("operations")
            )
        )
    }

    private static func isTrue(_ text: String?) -> Bool { text == "1" || text == "true" }

    private mutating func report(on order: Order, _ answer: Answer) {
        lastReport += 1
        reports.append(
            Sent(
                .report(account: order.account, method: order.method, status: answer.status),
                Messages.report(
                    order.account,
                    method: order.method,
                    status: answer.status,
                    location: answer.location,
                    identifier: "report-\(lastReport)"
                )
            )
        )
    }
}
