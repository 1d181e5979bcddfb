public import Domain

/// An account and its outstanding orders to the provisioner: what follows when one of them goes on.
struct AccountProvisioning {
    let account: Account
    let orders: [ProvisioningOrder]

    /// The provisioner has done what was ordered.
    ///
    /// - Parameter method: how the order was given that was done. A `PUT` carries the account's whole
    ///   state, so that what was ordered before is done with it.
    func done(
        _ order: ProvisioningOrder,
        reportedAs method: ProvisioningMethod,
        location: String?
    ) -> [Event] {
        let done = orders.filter {
            $0.number == order.number || method == .put && $0.number < order.number
        }
        let isFailed = orders.contains { $0.state == .failed && !done.contains($0) }
        var next = account
        switch (method, account.status) {
        case (.delete, _): next.status = .deleted
        case (_, .provisioning), (_, .failed): next.status = isFailed ? .failed : .active
        case (_, .active), (_, .suspended), (_, .revoked), (_, .deleted): break
        }
        // Who is gone lives nowhere; until then a repeated deletion has to find him.
        if method == .delete {
            next.location = nil
        } else if let location {
            next.location = location
        }
        let change = method == .delete ? AccountChange.deprovisioned : .provisioned
        return done.map { .provisioning($0, .done) } + changed(next, change)
    }

    /// The order is given anew. That fails when a user is to be made of a person of whom nothing is
    /// known any more.
    func retried(
        _ order: ProvisioningOrder,
        location: String? = nil,
        in context: DecisionContext
    ) throws -> [Event] {
        guard
            try order.methodOfRetries == .delete
                || context.register.person(account.person)?.details != nil
        else { return try failed(order, in: context) }
        var again = order
        again.tries += 1
        again.state = .awaited
        again.dueAt = nil
        var next = account
        next.location = location ?? account.location
        return changed(next, .provisioned) + [.provisioning(again, .retried)]
    }

    /// What was given up is given anew, with all the tries of a new order: whatever was in its way
    /// downstream has been put right. Empty where there is nothing to give anew.
    func takenUpAgain(in context: DecisionContext) throws -> [Event] {
        let failed = orders.filter { $0.state == .failed }
        guard let first = failed.first else { return [] }
        // One PUT carries the account's whole state, and does what the others were about as well.
        var order = failed.first { $0.method == .delete } ?? first
        order.tries = 1
        let others = failed.filter { $0.number != order.number }.map {
            Event.provisioning($0, .done)
        }
        let again = try retried(order, in: context)
        // Of a person who is known no more no user can be made.
        guard case .provisioning(_, .retried)? = again.last else { return [] }
        var next = account
        if account.status == .failed { next.status = .provisioning }
        return others + changed(next, .provisioningTakenUpAgain) + again
    }

    /// The provisioner could not do what was ordered.
    func refused(
        _ order: ProvisioningOrder,
        status: Int,
        in context: DecisionContext
    ) throws -> [Event] {
        let settings = context.settings.provisioning
        guard order.tries < settings.tries else {
            return try failed(order, status: status, in: context)
        }
        var refused = order
        refused.state = .refused
        refused.dueAt = context.now.advanced(
            bySeconds: settings.pauseSeconds(afterTries: order.tries)
        )
        return [.provisioning(refused, .refused(status: status))]
    }

    /// The order is given up. An account that is not to be used keeps its status: the failed order
    /// alone tells that it may still be in use downstream.
    func failed(
        _ order: ProvisioningOrder,
        status: Int? = nil,
        in context: DecisionContext
    ) throws -> [Event] {
        var failed = order
        failed.state = .failed
        failed.dueAt = nil
        var next = account
        if account.status == .provisioning || account.status == .active { next.status = .failed }
        return [.provisioning(failed, .failed(status: status))]
            + changed(next, .provisioningFailed)
            + (try CompanyManagement.loss(after: next, previous: account, in: context))
    }

    /// A late word of where the user lives, which nobody knew so far. Later orders have to find him.
    func housed(at location: String?, reportedAs method: ProvisioningMethod) -> [Event] {
        guard let location, method != .delete, account.location == nil, account.status != .deleted
        else { return [] }
        var next = account
        next.location = location
        return changed(next, .provisioned)
    }

    private func changed(_ next: Account, _ change: AccountChange) -> [Event] {
        guard next != account else { return [] }
        return [
            .accountChanged(next, previous: account, change, by: .provisioner, remarks: nil)
        ]
    }
}

extension AccountManagement {
    /// What an account is once nothing keeps it suspended: what the provisioner has made of it.
    static func statusOnceLifted(
        of account: Account,
        in context: DecisionContext
    ) throws -> AccountStatus {
        let orders = try context.register.provisioningOrders(of: account.identifier)
        if orders.contains(where: { $0.state == .failed }) { return .failed }
        let making = orders.first { $0.method == .post }
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

    /// What follows when the time of an order has come: a refused one is given anew, and so is one
    /// on which no report came where one is awaited. Elsewhere silence means that it was done.
    public static func due(
        _ order: ProvisioningOrder,
        in context: DecisionContext
    ) throws -> [Event] {
        let settings = context.settings.provisioning
        guard let dueAt = order.dueAt, dueAt <= context.now,
            let account = try context.register.account(order.account)
        else { return [] }
        let orders = try context.register.provisioningOrders(of: order.account)
        guard orders.contains(order) else { return [] }
        let provisioning = AccountProvisioning(account: account, orders: orders)
        if order.state == .awaited, !settings.awaitReport {
            return order.method == .delete
                ? provisioning.done(order, reportedAs: .delete, location: nil)
                : [.provisioning(order, .done)]
        }
        guard order.tries < settings.tries else {
            return try provisioning.failed(order, in: context)
        }
        return try provisioning.retried(order, in: context)
    }
}
