import ArgumentParser
import Contract
import Domain

/// `role`: managers are appointed and dismissed.
struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Appoint or dismiss a manager of a company.",
        discussion: """
            Examples:
              registrarctl role appoint 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \
                --reason "Order of the directorate."
              registrarctl role dismiss 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role manager --subject eaccess:7f3c --name "Anne Weber" \
                --reason "Mail of the company."

            The customs authority may, and the company's legal representative (as manager). Prints \
            the id of the event that was sent.
            """,
        subcommands: [AppointManager.self, DismissManager.self]
    )

    /// Sends what makes an account a manager's or an employee's.
    static func send(
        _ role: AccountRole,
        account: AccountIdentifier,
        _ management: ManagementOptions
    ) async throws {
        try await management.send("approval.role", about: account) { data in
            data.member("account", account.description)
            data.member("role", role.rawValue)
        }
    }
}

struct AppointManager: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "appoint",
        abstract: "Make an employee a manager.",
        discussion: """
            Example:
              registrarctl role appoint 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \
                --reason "Order of the directorate."
            """
    )

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await RoleCommand.send(.manager, account: account, management)
    }
}

struct DismissManager: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss",
        abstract: "Make a manager an employee.",
        discussion: """
            Example:
              registrarctl role dismiss 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \
                --reason "Order of the directorate."
            """
    )

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await RoleCommand.send(.employee, account: account, management)
    }
}

/// `operations`: what is authorised is narrowed or widened.
struct OperationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "Set the operations that an account or an operator is authorised for.",
        discussion: """
            Examples:
              registrarctl operations account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --operation import --operation transit \\
                --role manager --subject eaccess:7f3c --name "Anne Weber" \
                --reason "Mail of the company."
              registrarctl operations operator LU12345678 --operation import \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \
                --reason "Order of the directorate."

            Those that you name take the place of those that were. Prints the id of the event that \
            was sent.
            """,
        subcommands: [AccountOperations.self, OperatorOperations.self]
    )
}

struct AccountOperations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Set an account's operations.",
        discussion: """
            Example:
              registrarctl operations account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --operation import --operation transit \\
                --role manager --subject eaccess:7f3c --name "Anne Weber" \
                --reason "Mail of the company."
            """
    )

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var operations: OperationOptions
    @Option(help: "Why, as the holders are told.")
    var remarks: String?
    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.operations", about: account) { data in
            data.member("account", account.description)
            operations.write(to: &data)
            data.optionalMember("remarks", remarks)
        }
    }
}

struct OperatorOperations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Set an operator's operations; its accounts follow.",
        discussion: """
            Example:
              registrarctl operations operator LU12345678 --operation import \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \
                --reason "Order of the directorate."
            """
    )

    @Argument(help: "The operator's EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var operations: OperationOptions
    @Option(help: "Why, as the holders are told.")
    var remarks: String?
    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.operations") { data in
            data.member("eori", eori.text)
            operations.write(to: &data)
            data.optionalMember("remarks", remarks)
        }
    }
}
