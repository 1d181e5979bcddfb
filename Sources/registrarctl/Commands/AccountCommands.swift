import ArgumentParser
import Contract
import Domain
import Storage

/// `account`: a look at accounts.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Look at accounts.",
        discussion: """
            Examples:
              registrarctl account list --eori LU12345678
              registrarctl account list --status failed --output json

            Reads the store, whether registrard runs or not. Shows the holders' names.
            """,
        subcommands: [AccountList.self]
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

    @Option(
        help: ArgumentHelp("At most so many. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let store = try surroundings.store()
        var accounts = try store.accounts(
            of: eori,
            status: status,
            limit: limit == Int.max ? limit : limit + 1
        )
        let isCut = accounts.count > limit
        if isCut { accounts.removeLast() }
        var holders: [PersonIdentifier: Person] = [:]
        for account in accounts where holders[account.person] == nil {
            holders[account.person] = try store.person(account.person)
        }
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("accounts") { json in
                    for account in accounts {
                        json.object { json in
                            RequestJSON.write(account, holder: holders[account.person], to: &json)
                        }
                    }
                }
                json.member("more", isCut)
            }
        case .table:
            guard !accounts.isEmpty else { return Standard.say("no account matches") }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(Self.table(accounts, holders).text(on: screen))
            if isCut { Standard.say("there are more; see them with --limit") }
        }
    }

    private static func table(
        _ accounts: [Account],
        _ holders: [PersonIdentifier: Person]
    ) -> Table {
        var table = Table([
            .text("ACCOUNT"), .text("EORI", isOptional: true), .flexible("HOLDER"), .text("ROLE"),
            .text("STATUS"), .flexible("OPERATIONS", isOptional: true),
        ])
        for account in accounts {
            table.add([
                Cell(account.identifier.description), Cell(account.eori.text),
                Cell(holders[account.person]?.details?.displayName ?? ""),
                Cell(account.role.rawValue), Cell(account.status.rawValue, account.status.style),
                Cell(account.operations.text),
            ])
        }
        return table
    }
}
