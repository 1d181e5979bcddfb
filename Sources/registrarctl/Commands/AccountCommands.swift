import ArgumentParser
import Contract
import Domain
import Storage

/// `account`: a look at accounts.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Look at accounts, and have what failed ordered again.",
        discussion: """
            Examples:
              registrarctl account list --eori LU12345678
              registrarctl account list --status failed --output json
              registrarctl account orders --state failed
              registrarctl account retry 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --reason "The provisioner has a licence again."

            Looking reads the store, whether registrard runs or not, and shows the holders' names.
            """,
        subcommands: [AccountList.self, AccountOrders.self, AccountRetry.self]
    )
}

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List accounts with their holders, the oldest first.",
        discussion: """
            Example:
              registrarctl account list --eori LU12345678
            """
    )

    @Option(help: "Only those of this operator.", transform: Parsing.eori)
    var eori: EORI?

    @Option(help: "Only those with this status.")
    var status: AccountStatus?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (accounts, rest) = try limit.first {
            try store.accounts(of: eori, status: status, limit: $0)
        }
        var holders: [PersonIdentifier: Person] = [:]
        for account in accounts where holders[account.person] == nil {
            holders[account.person] = try store.person(account.person)
        }
        try Listing(
            name: "accounts",
            items: accounts,
            rest: rest,
            none: "no account matches",
            columns: [
                .text("ACCOUNT"), .text("EORI", isOptional: true), .flexible("HOLDER"),
                .text("ROLE"), .text("STATUS"), .flexible("OPERATIONS", isOptional: true),
            ]
        ) { account in
            [
                Cell(account.identifier.description), Cell(account.eori.number ?? ""),
                Cell(holders[account.person]?.details?.displayName ?? ""),
                Cell(account.role.rawValue), Cell(account.status.rawValue, account.status.style),
                Cell(account.operations.text),
            ]
        } write: { account, json in
            RequestJSON.write(account, holder: holders[account.person], to: &json)
        }
        .show(options)
    }
}

struct AccountOrders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "List what the provisioner has been ordered and has not done.",
        discussion: """
            Examples:
              registrarctl account orders --state failed
              registrarctl account orders --account 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10

            An order is awaited until the provisioner reports on it, refused while it waits to be
            given again, and failed when it was given up; then the list says why. A revoked account
            with a failed order may still be in use downstream.
            """
    )

    @Option(help: "Only those about this account.", transform: Parsing.account)
    var account: AccountIdentifier?

    @Option(help: "Only those in this state.")
    var state: ProvisioningOrder.State?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (orders, rest) = try limit.first {
            try store.provisioningOrders(of: account, state: state, limit: $0)
        }
        try Listing(
            name: "orders",
            items: orders,
            rest: rest,
            none: "no order matches",
            columns: [
                .text("ACCOUNT"), .text("METHOD"), .text("TRIES"), .text("STATE"), .text("DUE"),
                .flexible("WHY"),
            ]
        ) { order in
            [
                Cell(order.account.description), Cell(order.lastMethod.rawValue),
                Cell("\(order.tries.count)"), Cell(order.state.rawValue, order.state.style),
                Cell(order.dueAt.map(LocalTime.text) ?? ""),
                Cell(order.failure.map(Self.text) ?? ""),
            ]
        } write: {
            Self.write($0, to: &$1)
        }
        .show(options)
    }

    private static func write(_ order: ProvisioningOrder, to json: inout JSONWriter) {
        json.member("account", order.account.description)
        json.member("number", order.number)
        json.member("method", order.method.rawValue)
        json.member("tries", order.tries.count)
        json.member("given", order.lastMethod.rawValue)
        json.member("state", order.state.rawValue)
        json.member("dueAt", order.dueAt?.description)
        json.member("reason", order.failure?.code)
        switch order.failure {
        case .refused(let status), .contradicted(let status): json.member("status", status)
        case .locationTaken(let location, let holder):
            json.member("location", location)
            json.member("holder", holder.description)
        case .silence, .personUnknown, nil: break
        }
    }

    private static func text(_ failure: ProvisioningFailure) -> String {
        switch failure {
        case .refused(let status): "answered \(status)"
        case .contradicted(let status):
            "answered \(status): it says that the user exists, and finds nobody"
        case .silence: "no report came"
        case .locationTaken(let location, let holder):
            "account \(holder) has its user at \(location)"
        case .personUnknown: "nothing is known of the person any more"
        }
    }
}
