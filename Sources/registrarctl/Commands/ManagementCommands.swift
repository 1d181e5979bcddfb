import ArgumentParser
import Contract
import Domain

/// `role`: managers are appointed and dismissed, legal representatives entered.
struct RoleCommand: AsyncParsableCommand {
    enum Step: String, CaseIterable, ExpressibleByArgument {
        case appoint
        case dismiss
        case represent

        var role: AccountRole {
            switch self {
            case .appoint: .manager
            case .dismiss: .employee
            case .represent: .legalRepresentative
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Appoint or dismiss a manager, or enter a legal representative.",
        discussion: """
            Examples:
              registrarctl role appoint 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \\
                --reason "Order of the directorate."
              registrarctl role dismiss 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --role manager --subject eaccess:7f3c --name "Anne Weber" \\
                --reason "Mail of the company."

            The customs authority may, and the company's legal representative (as manager). A legal \
            representative is entered (represent) by the customs authority alone; the former one \
            stays until it makes them a manager or an employee, or revokes the account. Prints the \
            id of the event that was sent.
            """
    )

    @Argument(help: "Whether the holder becomes a manager, an employee or a legal representative.")
    var step: Step

    @Argument(help: "The account's id.", transform: Parsing.account)
    var account: AccountIdentifier

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.role", about: account) { data in
            data.member("account", account.description)
            data.member("role", step.role.rawValue)
        }
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
                --role manager --subject eaccess:7f3c --name "Anne Weber" \\
                --reason "Mail of the company."
              registrarctl operations operator LU12345678 --operation import \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller" \\
                --reason "Order of the directorate."

            Those that you name take the place of those that were; an operator's accounts follow. \
            Prints the id of the event that was sent.
            """
    )

    @OptionGroup var target: TargetArguments
    @Option(name: .customLong("operation"), help: "A customs operation; repeatable.")
    var operations: [CustomsOperation]
    @Option(help: "Why, as the holders are told.")
    var remarks: String?
    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.operations", about: target.account) { data in
            target.write(to: &data)
            data.member("operations", OperationSet(operations).list.map(\.rawValue))
            data.optionalMember("remarks", remarks)
        }
    }
}

/// `revoke`: an account, an operator, an authorisation or a mandate is withdrawn.
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Withdraw an account, an operator, or what it may do.",
        discussion: """
            Examples:
              registrarctl revoke account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --remarks "Left the company." --reason "Ticket 4711" \\
                --role manager --subject eaccess:7f3c --name "Anne Weber"
              registrarctl revoke operator LU12345678 --remarks "Ceased to trade." \\
                --reason "Ticket 4712" \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"

            The customs authority alone may withdraw an operator, and the excise office an excise \
            authorisation, by its number, or a mandate, by its id. Prints the id of the event that \
            was sent. Ids of accounts: 'registrarctl account list'; of mandates: 'registrarctl \
            mandate list'.
            """
    )

    @OptionGroup var revocation: RevocationArguments

    func run() async throws {
        try await revocation.management.send(
            RevocationArguments.routingKey,
            about: revocation.target.account
        ) { revocation.write(to: &$0) }
    }
}

/// What is withdrawn, and why.
struct RevocationArguments: ParsableArguments {
    static let routingKey = "approval.revocation"

    @OptionGroup var target: RevocationTarget
    @Option(help: "The grounds, as the holders of accounts are told them.")
    var remarks: String
    @OptionGroup var management: ManagementOptions

    func write(to data: inout JSONWriter) {
        data.object("target") { target.write(to: &$0) }
        data.member("remarks", remarks)
    }
}

/// An account, an operator with all its accounts, or what an operator was authorised for.
struct RevocationTarget: ParsableArguments {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case account
        case `operator`
        case authorisation
        case mandate
    }

    @Argument(help: "What is withdrawn.")
    var kind: Kind

    @Argument(
        help: "The account's id, the EORI number, the authorisation's number or the mandate's id."
    )
    var identifier: String

    /// Nil for anything else.
    var account: AccountIdentifier? {
        kind == .account ? AccountIdentifier(identifier) : nil
    }

    /// Nil for anything else.
    var eori: EORI? { kind == .operator ? EORI(identifier) : nil }

    func validate() throws {
        switch kind {
        case .account: _ = try Parsing.account(identifier)
        case .operator: _ = try Parsing.eori(identifier)
        case .authorisation: _ = try Parsing.authorisation(identifier)
        case .mandate: _ = try Parsing.mandate(identifier)
        }
    }

    func write(to data: inout JSONWriter) {
        switch kind {
        case .account: data.member("account", account?.description)
        case .operator: data.member("eori", identifier)
        case .authorisation, .mandate: data.member(kind.rawValue, identifier)
        }
    }
}

/// An account, or an operator with all its accounts.
struct TargetArguments: ParsableArguments {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case account
        case `operator`
    }

    @Argument(help: "Whether it is about one account, or an operator and all its accounts.")
    var kind: Kind

    @Argument(help: "The account's id, or the operator's EORI number.")
    var identifier: String

    /// Nil for an operator.
    var account: AccountIdentifier? {
        kind == .account ? AccountIdentifier(identifier) : nil
    }

    func validate() throws {
        switch kind {
        case .account: _ = try Parsing.account(identifier)
        case .operator: _ = try Parsing.eori(identifier)
        }
    }

    func write(to data: inout JSONWriter) {
        switch kind {
        case .account: data.member("account", account?.description)
        case .operator: data.member("eori", identifier)
        }
    }
}
