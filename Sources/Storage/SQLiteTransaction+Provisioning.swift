import Domain
import Workflow

// Orders to the account provisioner that are outstanding.
extension SQLiteTransaction {
    func provisioningOrders(dueAt now: Instant, limit: Int) throws -> [ProvisioningOrder] {
        try statement(.dueOrders, now, limit).all { try $0.provisioningOrder() }
    }

    func record(_ order: ProvisioningOrder) throws {
        let before = try state(of: order)
        let statement = try statement(.recordOrder)
        statement.bind(order.account.uuid)
        statement.bind(order.number)
        statement.bind(order.method.rawValue)
        statement.bind(order.tries.map(\.rawValue).joined(separator: " "))
        statement.bind(order.state.rawValue)
        statement.bind(order.next?.rawValue)
        statement.bind(order.failure?.text)
        statement.bind(order.dueAt)
        statement.bind(order.causation)
        statement.bind(order.traceParent)
        statement.bind(
            order.missed.isEmpty ? nil : order.missed.map(\.rawValue).joined(separator: " ")
        )
        statement.bind(order.message)
        try statement.run()
        guard before != order.state else { return }
        if let before { connection.state.count(.orders(before), -1) }
        connection.state.count(.orders(order.state), 1)
    }

    func remove(_ order: ProvisioningOrder) throws {
        guard let before = try state(of: order) else { return }
        try statement(.removeOrder, order.account.uuid, order.number).run()
        connection.state.count(.orders(before), -1)
    }

    /// The state in the store, which may be another than the order's own.
    private func state(of order: ProvisioningOrder) throws -> ProvisioningOrder.State? {
        try statement(.orderState, order.account.uuid, order.number)
            .first { try $0.value(0) }
    }
}
