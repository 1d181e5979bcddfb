import Contract
import Domain

/// `report.operator.account-retry`: an operator has ordered again what the provisioner did not do
/// and was given up. The orders say what was decided; nothing is decided here.
struct OrdersRetry: Command {
    let account: AccountIdentifier

    var request: RequestIdentifier? { nil }
    var managedAccount: AccountIdentifier? { account }
    var speaker: String? { nil }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let account = try context.register.account(account) else {
            return .refuse(Problem(.accountUnknown, at: "/data/account", "no account has this id"))
        }
        let events = try AccountProvisioning(account, in: context).takenUpAgain()
        guard !events.isEmpty else {
            return .refuse(
                Problem(
                    .notEligible,
                    at: "/data/account",
                    "no order about this account has failed that could be given again"
                )
            )
        }
        return .apply(events)
    }

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        data.checkOperatorEnvelope()
        return data.accountIdentifier("account").map { OrdersRetry(account: $0) }
    }
}
