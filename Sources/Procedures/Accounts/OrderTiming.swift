public import Domain

// What follows for an account from the clock, and from the broker's confirmations.
extension AccountManagement {
    /// What an account is once nothing keeps it suspended: what the provisioner has made of it.
    static func statusOnceLifted(
        of account: Account,
        in context: DecisionContext
    ) throws -> AccountStatus {
        let orders = try context.register.provisioningOrders(of: account.identifier)
        if orders.contains(where: { $0.state == .failed }) { return .failed }
        let making = orders.first { $0.method == .post || $0.method == .put }
        // What the broker has confirmed counts as done where no report is awaited.
        let isUnderWay =
            making.map {
                context.settings.provisioning.awaitReport || $0.state == .refused || $0.dueAt == nil
            } ?? false
        return isUnderWay ? .provisioning : .active
    }

    /// What follows when the broker confirmed an order about the account: on an installation that
    /// awaits no report, what was ordered counts as done.
    public static func confirmed(
        _ order: ProvisioningOrder,
        in context: DecisionContext
    ) throws -> [Event] {
        guard !context.settings.provisioning.awaitReport,
            let before = try context.register.account(order.account)
        else { return [] }
        var next = before
        let change: AccountChange
        if order.method == .delete {
            next.status = .deleted
            change = .deprovisioned
        } else {
            if before.status == .provisioning { next.status = .active }
            change = .provisioned
        }
        guard next != before else { return [] }
        return [.accountChanged(next, previous: before, change, by: .provisioner, remarks: nil)]
    }

    /// What follows when the time of an order has come: a refused one is given again, and so is one
    /// on which no report came where one is awaited. Elsewhere silence means that it was done.
    public static func due(
        _ order: ProvisioningOrder,
        in context: DecisionContext
    ) throws -> [Event] {
        let settings = context.settings.provisioning
        guard let dueAt = order.dueAt, dueAt <= context.now,
            let account = try context.register.account(order.account)
        else { return [] }
        let provisioning = try AccountProvisioning(account, in: context)
        guard provisioning.orders.contains(order) else { return [] }
        if order.state == .awaited, !settings.awaitReport {
            return order.method == .delete
                ? try provisioning.done(order, reportedAs: .delete)
                : provisioning.presumedDone(order)
        }
        guard order.tries.count < settings.tries else {
            return try provisioning.failed(order, because: .silence)
        }
        return try provisioning.retried(order)
    }
}
