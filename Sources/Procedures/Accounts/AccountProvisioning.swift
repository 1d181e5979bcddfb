import Domain

/// An account and its outstanding orders to the provisioner: what follows when one of them goes on.
struct AccountProvisioning {
    let account: Account
    let orders: [ProvisioningOrder]
    let context: DecisionContext

    init(_ account: Account, in context: DecisionContext) throws {
        self.account = account
        self.orders = try context.register.provisioningOrders(of: account.identifier)
        self.context = context
    }

    /// - Parameter earlier: How things were before `account` changed in the same decision.
    private init(_ account: Account, after earlier: AccountProvisioning) {
        self.account = account
        self.orders = earlier.orders
        self.context = earlier.context
    }

    /// The provisioner has done what was ordered.
    ///
    /// - Parameter method: how the order was given that was done. A `POST` or `PUT` carries the
    ///   account's whole state, so that what was ordered before is done with it; and who is gone is
    ///   gone.
    func done(
        _ order: ProvisioningOrder,
        reportedAs method: ProvisioningMethod,
        at location: Location? = nil
    ) throws -> [Event] {
        let done = orders.filter {
            $0.number == order.number || method != .patch && $0.number < order.number
        }
        let left = orders.filter { !done.contains($0) }
        if method == .delete { return ended(done) + deprovisioned(left: left) }
        var next = account
        let adoption: [Event]
        switch try adopt(location, in: &next) {
        case .free(let events): adoption = events
        case .taken(let failure): return try failed(order, because: failure)
        }
        if method != .patch { next.former = nil }
        if account.status == .provisioning || account.status == .failed {
            next.status = left.contains { $0.state == .failed } ? .failed : .active
        }
        return ended(done) + adoption + changed(next, .provisioned)
    }

    /// Nobody said anything, and nobody had to.
    func presumedDone(_ order: ProvisioningOrder) -> [Event] {
        var next = account
        if order.lastMethod != .patch { next.former = nil }
        return ended([order]) + changed(next, .provisioned)
    }

    /// The user is gone. Another order to delete one has to find them still.
    private func deprovisioned(left: [ProvisioningOrder]) -> [Event] {
        var next = account
        next.status = .deleted
        next.former = nil
        if left.isEmpty { next.location = nil }
        return changed(next, .deprovisioned)
    }

    /// The user exists: made to be as they should, where they were said to be.
    func exists(_ order: ProvisioningOrder, at location: Location?) throws -> [Event] {
        if let pause = try pauseForDeletion(at: location) {
            var waiting = order
            waiting.wait(until: context.now.advanced(bySeconds: pause))
            return [.provisioning(waiting, .refused(status: 409))]
        }
        var next = account
        switch try adopt(location, in: &next) {
        case .taken(let failure): return try failed(order, because: failure)
        case .free(let adoption):
            return try adoption + changed(next, .moved)
                + AccountProvisioning(next, after: self).turned(order, to: .put, after: 409)
        }
    }

    /// How long to wait where a user lives who is about to be deleted, in seconds; nil if none is.
    /// That is no failure: the place, and the name, are free once the deletion is done. If it is
    /// given up, the order will find the place taken.
    private func pauseForDeletion(at location: Location?) throws -> Int64? {
        guard let location, let holder = try context.register.account(at: location.place),
            holder.identifier != account.identifier, holder.status == .revoked,
            try !isFormer(holder)
        else { return nil }
        let deletion = try context.register.provisioningOrders(of: holder.identifier)
            .first { $0.method == .delete && $0.state != .failed }
        return deletion.map {
            context.settings.provisioning.pauseSeconds(afterTries: $0.tries.count)
        }
    }

    /// Nobody is where the user was to be found: they are made, and will be wherever that is. Where
    /// they may still be known by a former account, they are looked up by that first.
    func gone(_ order: ProvisioningOrder, status: Int) throws -> [Event] {
        var next = account
        if account.place == nil, let former = account.former {
            // A change looked for the account's own user, a PUT for the former account's; that may
            // never have had one of its own, but the one of the account before it.
            if order.lastMethod == .put {
                next.former = try context.register.account(former)?.former
            }
            if next.former != nil {
                return try changed(next, .moved)
                    + AccountProvisioning(next, after: self).turned(order, to: .put, after: status)
            }
        }
        next.location = nil
        next.former = nil
        return try changed(next, .moved)
            + AccountProvisioning(next, after: self).turned(order, to: .post, after: status)
    }

    /// Gives the order in another way: at once, unless it goes to and fro, so that a provisioner
    /// that contradicts itself is not asked in a circle; with its last try the order fails, and
    /// says why.
    private func turned(
        _ order: ProvisioningOrder,
        to method: ProvisioningMethod,
        after status: Int
    ) throws -> [Event] {
        let isCircling = order.turns >= 3
        guard order.tries.count < context.settings.provisioning.tries else {
            return try failed(
                order,
                because: isCircling ? .contradicted(status: status) : .refused(status: status)
            )
        }
        return isCircling
            ? try refused(order, status: status, thenAs: method) : try given(order, as: method)
    }

    /// A refused order's time has come, or it was waited for in vain.
    func retried(_ order: ProvisioningOrder) throws -> [Event] {
        var order = order
        if order.state == .awaited { order.missReport() }
        return try given(order, as: order.next ?? order.methodOfRetries)
    }

    /// A success came on a try of which nothing was expected any more. It ends the order, unless
    /// younger ones are outstanding and it was given again: that try will be reported on as well,
    /// and this must not count for one of them.
    func reportedLate(
        _ order: ProvisioningOrder,
        _ method: ProvisioningMethod,
        status: Int,
        at location: Location?
    ) throws -> [Event] {
        guard order.state == .awaited, orders.last?.number != order.number else {
            return try done(order, reportedAs: method, at: location)
        }
        var next = account
        guard case .free(let adoption) = try adopt(location, in: &next) else {
            return ignored(order, method, status: status)
        }
        return ignored(order, method, status: status) + adoption + changed(next, .moved)
    }

    /// A report came on such a try, and nothing follows from it.
    func ignored(
        _ order: ProvisioningOrder,
        _ method: ProvisioningMethod,
        status: Int
    ) -> [Event] {
        var heard = order
        heard.hear(of: method)
        return [
            .reportIgnored(account.identifier, method, status: status),
            .provisioning(heard, .reportedLate),
        ]
    }

    /// The order is given again. That fails when a user is to be made of a person of whom nothing
    /// is known any more.
    private func given(
        _ order: ProvisioningOrder,
        as method: ProvisioningMethod
    ) throws -> [Event] {
        guard try method == .delete || isPersonKnown else {
            return try failed(order, because: .personUnknown)
        }
        var again = order
        again.give(as: method)
        return [.provisioning(again, .retried)]
    }

    private var isPersonKnown: Bool {
        get throws { try context.register.person(account.person)?.details != nil }
    }

    /// What was given up is given again, with all the tries of a new order: whatever was in its way
    /// downstream has been put right. Empty where there is nothing to give again.
    func takenUpAgain() throws -> [Event] {
        let failed = orders.filter { $0.state == .failed }
        guard let first = failed.first else { return [] }
        // One PUT carries the account's whole state, and does what the others were about as well.
        var order = failed.first { $0.method == .delete } ?? first
        // Of a person who is known no more no user can be made.
        guard try order.method == .delete || isPersonKnown else { return [] }
        order.giveAgain(as: order.methodOfRetries)
        let others = failed.filter { $0.number != order.number }
        var next = account
        if account.status == .failed { next.status = .provisioning }
        return ended(others) + changed(next, .provisioningTakenUpAgain)
            + [.provisioning(order, .retried)]
    }

    /// The provisioner could not do what was ordered.
    func refused(
        _ order: ProvisioningOrder,
        status: Int,
        thenAs next: ProvisioningMethod? = nil
    ) throws -> [Event] {
        let settings = context.settings.provisioning
        guard order.tries.count < settings.tries else {
            return try failed(order, because: .refused(status: status))
        }
        var refused = order
        let pause = settings.pauseSeconds(afterTries: order.tries.count)
        refused.refuse(
            until: context.now.advanced(bySeconds: pause),
            thenAs: next ?? order.methodOfRetries
        )
        return [.provisioning(refused, .refused(status: status))]
    }

    /// The order is given up. An account that is not to be used keeps its status: the failed order
    /// alone tells that it may still be in use downstream.
    func failed(
        _ order: ProvisioningOrder,
        because failure: ProvisioningFailure
    ) throws -> [Event] {
        var failed = order
        failed.fail(because: failure)
        var next = account
        if account.status == .provisioning || account.status == .active { next.status = .failed }
        return [.provisioning(failed, .failed)] + changed(next, .provisioningFailed)
            + (try CompanyManagement.loss(after: next, previous: account, in: context))
    }

    /// The provisioner has made, or replaced, a user, and no order asks for that any more.
    func late(
        _ method: ProvisioningMethod,
        status: Int,
        at location: Location?
    ) throws -> [Event] {
        let ignored = Event.reportIgnored(account.identifier, method, status: status)
        guard method == .post || method == .put else { return [ignored] }
        var next = account
        // Another account's user is that account's business.
        guard case .free(let adoption) = try adopt(location, in: &next) else { return [ignored] }
        let deletions = orders.filter { $0.method == .delete }
        let isFound = account.place == nil || next.place == account.place
        if deletions.contains(where: { $0.state != .failed }), isFound {
            // That order finds the user there, if it has to be given again.
            return [ignored] + adoption + changed(next, .moved)
        }
        if account.status == .deleted || !deletions.isEmpty {
            return adoption + [
                .accountChanged(
                    next,
                    previous: account,
                    .reappeared,
                    by: .provisioner,
                    remarks: nil
                )
            ]
        }
        // What is known is not overruled by what comes late.
        return account.place == nil
            ? [ignored] + adoption + changed(next, .moved) : [ignored]
    }

    /// The orders are not outstanding any more.
    private func ended(_ orders: [ProvisioningOrder]) -> [Event] {
        orders.map { .provisioning($0, .done) }
    }

    private func changed(_ next: Account, _ change: AccountChange) -> [Event] {
        guard next != account else { return [] }
        return [
            .accountChanged(next, previous: account, change, by: .provisioner, remarks: nil)
        ]
    }
}

// Where the user lives.
extension AccountProvisioning {
    /// A place that a report named, with the provisioner's own words for it.
    struct Location {
        let text: String
        let place: UserPlace

        /// Nil for a location that no order could name.
        init?(_ text: String) {
            guard let place = UserPlace(location: text) else { return nil }
            (self.text, self.place) = (text, place)
        }
    }

    private enum Adoption {
        /// Nobody else lives there, after these events.
        case free([Event])
        /// It is never adopted: what is ordered there would befall the other account's user.
        case taken(ProvisioningFailure)
    }

    /// Makes the location the account's, unless another account's user lives there.
    private func adopt(_ location: Location?, in next: inout Account) throws -> Adoption {
        guard let location else { return .free([]) }
        let holder = try context.register.account(at: location.place)
        guard var holder, holder.identifier != account.identifier else {
            next.location = location.text
            return .free([])
        }
        let isDeleted = holder.status == .deleted
        guard try isDeleted || isFormer(holder) else {
            return .taken(.locationTaken(location.text, by: holder.identifier))
        }
        next.location = location.text
        let overtaken = isDeleted ? [] : try Self.overtaken(holder, in: context)
        // What is still to be deleted is looked up by the deleted account's own id from here on.
        let before = holder
        holder.location = nil
        return .free(
            overtaken + [
                .accountChanged(
                    holder,
                    previous: before,
                    isDeleted ? .moved : .handedOver,
                    by: .provisioner,
                    remarks: nil
                )
            ]
        )
    }

    /// Whether the account's holder had the other one before, with the same operator. Both may be
    /// out of use: the user is the newer one's all the same, whose orders make them inactive, and
    /// what is reported late about the older one does not take them back.
    private func isFormer(_ other: Account) throws -> Bool {
        guard other.person == account.person, other.eori == account.eori, !other.status.stands
        else { return false }
        let opened = try context.register.accounts(of: account.person, at: account.eori)
            .map(\.identifier)
        guard let before = opened.firstIndex(of: other.identifier),
            let own = opened.firstIndex(of: account.identifier)
        else { return false }
        return before < own
    }

    /// The end of what was still ordered about an account whose user belongs to another one.
    private static func overtaken(
        _ account: Account,
        in context: DecisionContext
    ) throws -> [Event] {
        try context.register.provisioningOrders(of: account.identifier).map {
            .provisioning($0, .superseded)
        }
    }

    /// The account of somebody who comes back to the same operator: the user of the former account,
    /// who is out of use, becomes the new one's. What was still ordered about the former account is
    /// overtaken by that.
    static func reopened(_ account: Account, in context: DecisionContext) throws -> [Event] {
        let earlier = try context.register.accounts(of: account.person, at: account.eori)
            .last { $0.status == .revoked }
        guard let earlier else { return [.accountOpened(account)] }
        var (former, next) = (earlier, account)
        next.former = former.identifier
        next.location = former.location
        former.location = nil
        let handedOver: [Event] =
            former == earlier
            ? []
            : [
                .accountChanged(
                    former,
                    previous: earlier,
                    .handedOver,
                    by: .rule,
                    remarks: nil
                )
            ]
        return try overtaken(former, in: context) + handedOver + [.accountOpened(next)]
    }
}
