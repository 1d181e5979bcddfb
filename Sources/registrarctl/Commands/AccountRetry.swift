import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `account retry`: what the provisioner did not do is ordered again.
struct AccountRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Have ordered again what the provisioner did not do.",
        discussion: """
            Example:
              registrarctl account retry 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --reason "The provisioner has a licence again."

            Put right first what is in the way there; 'account orders --state failed' lists what was \
            given up and why, 'request explain' what came before. The order carries the account as it \
            should be by now, and has all its tries again; where nobody is found, the user is made. \
            Prints the id of the event that was sent.
            """
    )

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var why: ReasonOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let orders = try options.commandEnvironment().store()
            .provisioningOrders(of: account, state: .failed, limit: 1)
        guard !orders.isEmpty else {
            throw ExitFailure(
                .data,
                "no order about this account has failed; see 'registrarctl account orders --account "
                    + "\(account)'. Nothing was sent"
            )
        }
        let dispatch = try Dispatch(options, waiting, reason: why.reason)
        try await dispatch.send(OperatorReports.accountRetry) { data in
            data.member("account", account.description)
        }
    }
}
