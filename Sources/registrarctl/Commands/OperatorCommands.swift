import ArgumentParser
import Contract
import Domain
import Settings
import Storage

/// `operator`: a look at operators.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Look at an operator.",
        discussion: """
            Example:
              registrarctl operator show LU12345678

            Reads the store, whether registrard runs or not, and shows the holders' names.
            """,
        subcommands: [OperatorShow.self]
    )
}

struct OperatorShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an operator on one page, with what is due next.",
        discussion: """
            Examples:
              registrarctl operator show LU12345678 --limit 10
              registrarctl operator show LU12345678 --output json | jq .dueNext.dueOn

            Of each list the first are shown, and the command that shows the others.
            """
    )

    @Argument(help: "The operator's EORI.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let page = try OperatorPage(of: eori, in: commandEnvironment.store(), limit)
        guard let page else {
            throw ExitFailure(
                .data,
                "there is no operator \(eori) in \(commandEnvironment.configuration.store.path), "
                    + "and no open request for it; see 'registrarctl request list --eori \(eori)'"
            )
        }
        try options.write { json in
            page.write(to: &json)
        } text: { screen in
            page.text(on: screen)
        }
    }
}
