import ArgumentParser
import Contract
import Domain

/// `revoke`: an account or an operator is withdrawn.
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Withdraw an account, or an operator with all its accounts.",
        discussion: """
            Examples:
              registrarctl revoke account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --remarks "Left the company." \\
                --reason "Ticket 4711" --role customs-authority --subject eaccess:4711 --name "Jo Muller"
              registrarctl revoke operator LU12345678 --remarks "Ceased to trade." \\
                --reason "Ticket 4712" --role customs-authority --subject eaccess:4711 --name "Jo Muller"

            Prints the id of the event that was sent. Ids of accounts: 'registrarctl account list'.
            """,
        subcommands: [RevokeAccount.self, RevokeOperator.self]
    )
}

/// What the holders of accounts are told.
struct RemarksOptions: ParsableArguments {
    @Option(help: "The grounds, as the holders are told them.")
    var remarks: String
}

struct RevokeAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Withdraw one account.",
        discussion: """
            Example:
              registrarctl revoke account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --remarks "Left the company." \\
                --reason "Ticket 4711" --role manager --subject eaccess:7f3c --name "Anne Weber"
            """
    )

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var told: RemarksOptions
    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.revocation", about: account) { data in
            data.object("target") { $0.member("account", account.description) }
            data.member("remarks", told.remarks)
        }
    }
}

struct RevokeOperator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Withdraw an operator and all its accounts.",
        discussion: """
            Example:
              registrarctl revoke operator LU12345678 --remarks "Ceased to trade." \\
                --reason "Ticket 4712" --role customs-authority --subject eaccess:4711 --name "Jo Muller"

            The customs authority alone may.
            """
    )

    @Argument(help: "The operator's EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var told: RemarksOptions
    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.revocation") { data in
            data.object("target") { $0.member("eori", eori.text) }
            data.member("remarks", told.remarks)
        }
    }
}
