import Contract
import Domain

/// `report.provisioning`: what the account provisioner answered to one operation, as a SCIM server
/// writes it into a bulk response (RFC 7644 §3.7.3).
struct ProvisioningReport: Command {
    let account: AccountIdentifier
    let method: ProvisioningMethod
    /// The HTTP status of the operation.
    let status: Int
    let location: AccountProvisioning.Location?

    /// The request is the account's business here, not the report's.
    var request: RequestIdentifier? { nil }
    var managedAccount: AccountIdentifier? { account }
    var speaker: String? { nil }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let account = try context.register.account(account) else {
            return .refuse(
                Problem(.accountUnknown, at: "/data/account", "no account has this id")
            )
        }
        return .apply(try events(AccountProvisioning(account, in: context)))
    }

    private func events(_ provisioning: AccountProvisioning) throws -> [Event] {
        let missed = provisioning.orders.first { $0.missed.contains(method) }
        if isGood, let missed {
            return try provisioning.reportedLate(missed, method, status: status, at: location)
        }
        guard let order = answered(among: provisioning.orders) else {
            if let missed { return provisioning.ignored(missed, method, status: status) }
            return isGood
                ? try provisioning.late(method, status: status, at: location)
                : [.reportIgnored(account, method, status: status)]
        }
        if isGood { return try provisioning.done(order, reportedAs: method, at: location) }
        switch (method, status) {
        case (.post, 409): return try provisioning.exists(order, at: location)
        case (.put, 404), (.put, 410), (.patch, 404), (.patch, 410):
            return try provisioning.gone(order, status: status)
        default: return try provisioning.refused(order, status: status)
        }
    }

    /// Whether things are downstream as they were ordered: who is to be deleted may be gone.
    private var isGood: Bool {
        (200..<300).contains(status) || method == .delete && (status == 404 || status == 410)
    }

    /// The order that is reported on. Several may have been given in the same way: the oldest that
    /// is waited for comes first. A try on which no report came in time is older than any of them,
    /// and a success is that one's; an error need not be, since it ends nothing, and has the order
    /// given again the sooner. A success also counts when it comes late, of an order that was given
    /// up or has been given in another way meanwhile; an error then says nothing new.
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
        let account = data.accountIdentifier("account")
        let operation = data.object("operation", read: operation)
        guard let account, let operation else { return nil }
        return ProvisioningReport(
            account: account,
            method: operation.method,
            status: operation.status,
            location: operation.location.flatMap(AccountProvisioning.Location.init)
        )
    }

    private typealias Operation = (method: ProvisioningMethod, status: Int, location: String?)

    private static func operation(_ data: inout PayloadReader) -> Operation? {
        let method: ProvisioningMethod? = data.choice("method")
        let location =
            data.takeNull("location") ? nil : data.line("location", 1...2000, .optional)
        let status = data.line("status", 3...3).flatMap { Int($0) }
        // What servers write besides, and nobody needs here.
        for name in ["bulkId", "version", "response", "path", "data", "schemas"] {
            data.ignore(name)
        }
        guard let method, let status else { return nil }
        guard (100...599).contains(status) else {
            data.report("must be an HTTP status", at: "status")
            return nil
        }
        return (method, status, location)
    }
}
