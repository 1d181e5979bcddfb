import Contract
import Domain

/// `report.provisioning`: what the account provisioner answered to one operation (RFC 7644 §3.7).
struct ProvisioningReport: Command {
    let account: AccountIdentifier
    let method: ProvisioningMethod
    /// The HTTP status of the operation.
    let status: Int
    let location: String?

    /// The request is the account's business here, not the report's.
    var request: RequestIdentifier? { nil }
    var managedAccount: AccountIdentifier? { account }
    var speaker: String? { nil }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let account = try context.register.account(account) else {
            return .refuse(
                Problem(.accountUnknown, at: "/data/bulkId", "no account has this id")
            )
        }
        let orders = try context.register.provisioningOrders(of: account.identifier)
        let provisioning = AccountProvisioning(account: account, orders: orders)
        guard let order = answered(among: orders) else {
            return .apply(
                [.reportIgnored(account.identifier, method, status: status)]
                    + (isGood ? provisioning.housed(at: location, reportedAs: method) : [])
            )
        }
        if isGood {
            return .apply(provisioning.done(order, reportedAs: method, location: location))
        }
        if method == .post, status == 409 {
            // The user exists: made to be as he should at once, where he was said to be.
            return .apply(try provisioning.retried(order, location: location, in: context))
        }
        return .apply(try provisioning.refused(order, status: status, in: context))
    }

    /// Whether things are downstream as they were ordered: who is to be deleted may be gone.
    private var isGood: Bool {
        (200..<300).contains(status) || method == .delete && (status == 404 || status == 410)
    }

    /// The order that is reported on. Several may have been given in the same way: the oldest that
    /// is waited for comes first. A success also counts when it comes late, of an order that has
    /// been given anew meanwhile, or was given up; an error then says nothing new.
    private func answered(among orders: [ProvisioningOrder]) -> ProvisioningOrder? {
        let awaited = orders.first { $0.state == .awaited && $0.lastMethod == method }
        return awaited ?? (isGood ? orders.first { $0.wasGiven(as: method) } : nil)
    }

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        // A provisioner answers to an operation, not to a request: it may leave the subject out.
        if !data.takeNull("requestId") {
            if data.envelope.subject == nil {
                _ = data.uuid("requestId", .optional)
            } else {
                _ = data.requestIdentifier("requestId", .optional)
            }
        }
        let account = data.accountIdentifier("bulkId")
        let method: ProvisioningMethod? = data.choice("method")
        let location =
            data.takeNull("location") ? nil : data.line("location", 1...2000, .optional)
        let status = data.line("status", 3...3).flatMap { Int($0) }
        _ = data.anyObject("response", .optional)
        guard let account, let method, let status else { return nil }
        guard (100...599).contains(status) else {
            data.report("must be an HTTP status", at: "status")
            return nil
        }
        return ProvisioningReport(
            account: account,
            method: method,
            status: status,
            location: location
        )
    }
}
