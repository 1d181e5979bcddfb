import Contract
public import Domain

/// `report.provisioning`: what the account provisioner answered to one operation (RFC 7644 §3.7).
struct ProvisioningReport: Command {
    let account: AccountIdentifier
    let method: String
    /// The HTTP status of the operation.
    let status: Int
    let location: String?

    /// The request is the account's business here, not the report's.
    var request: RequestIdentifier? { nil }
    var speaker: String? { nil }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let before = try context.register.account(account) else {
            return .refuse(
                Problem(.accountUnknown, at: "/data/bulkId", "no account has this id")
            )
        }
        if method == "DELETE" {
            // What is not there (404) is as good as deleted.
            let isGone = (200..<300).contains(status) || status == 404
            let events = isGone ? try AccountManagement.deletion(of: before, in: context) : []
            return .apply(events.isEmpty ? [.nothingToChange(by: .provisioner)] : events)
        }
        var next = before
        if let location, (200..<300).contains(status) || status == 409 {
            next.location = location
        }
        let succeeded = (200..<300).contains(status) || status == 409
        if before.status == .provisioning || before.status == .failed {
            next.status = succeeded ? .active : .failed
        }
        guard next != before else { return .apply([.nothingToChange(by: .provisioner)]) }
        return .apply([
            .accountChanged(
                next,
                previous: before,
                succeeded ? .provisioned : .provisioningFailed,
                by: .provisioner,
                remarks: nil
            )
        ])
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
        let method = data.line("method", 3...6)
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

extension AccountManagement {
    /// What follows when the broker confirmed the message that announces the account, on an
    /// installation that awaits no report: the account counts as active.
    public static func confirmed(
        _ identifier: AccountIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let before = try context.register.account(identifier) else { return [] }
        if before.status == .provisioning {
            var next = before
            next.status = .active
            return [
                .accountChanged(
                    next,
                    previous: before,
                    .provisioned,
                    by: .provisioner,
                    remarks: nil
                )
            ]
        }
        return try deletion(of: before, in: context)
    }

    /// What follows when the user is gone downstream: an account whose holder was erased counts as
    /// deleted then, and not before.
    static func deletion(of before: Account, in context: DecisionContext) throws -> [Event] {
        guard before.status == .revoked,
            try context.register.person(before.person)?.details == nil
        else { return [] }
        var next = before
        next.status = .deleted
        return [
            .accountChanged(next, previous: before, .deprovisioned, by: .provisioner, remarks: nil)
        ]
    }
}
