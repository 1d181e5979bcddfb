import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `obligation`: a look at what operators and persons have to do by a day.
struct ObligationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obligation",
        abstract: "Look at what has to be done by a day, and say that it was done.",
        discussion: """
            Examples:
              registrarctl obligation list --due-before 2026-12-01
              registrarctl obligation list --eori LU12345678
              registrarctl obligation met 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --on 2026-12-03 --reason "Paper of 3 December, file 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            Looking reads the store, whether registrard runs or not, and shows no personal data.
            """,
        subcommands: [ObligationList.self, ObligationMet.self]
    )
}

struct ObligationList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is still to be done, what is due first at the top.",
        discussion: """
            Examples:
              registrarctl obligation list --eori LU12345678 --kind ac4-declaration
              registrarctl obligation list --due-before 2026-12-01 --output json
              registrarctl obligation list --status met-late --limit 20

            With --status met or met-late the list is of what was done, the newest first; with \
            --authorisation as well, by the day on which it was due.
            """
    )

    @Option(help: "Only those of this operator.", transform: Parsing.eori)
    var eori: EORI?

    @Option(
        help: ArgumentHelp("Only those under this authorisation.", valueName: "number"),
        transform: Parsing.authorisation
    )
    var authorisation: AuthorisationNumber?

    @Option(
        help: "Only those of this kind.",
        completion: .list(ProcedureCatalogue.obligationKinds),
        transform: Parsing.kindOfObligation
    )
    var kind: String?

    @Option(help: "Only those with this status. (default: those that are still to be done)")
    var status: ObligationStatus?

    @Option(
        help: ArgumentHelp("Only those that are due before this day.", valueName: "day"),
        transform: Parsing.day
    )
    var dueBefore: CivilDate?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (obligations, rest) = try limit.first { limit in
            try store.obligations(
                ObligationFilter(
                    eori: eori,
                    authorisation: authorisation,
                    kind: kind,
                    status: status,
                    dueBefore: dueBefore,
                    limit: limit
                )
            )
        }
        try Listing(
            name: "obligations",
            items: obligations,
            rest: rest,
            none: status == nil ? "nothing that is to be done matches" : "no obligation matches",
            columns: DutyText.obligationColumns
        ) {
            DutyText.cells($0)
        } write: {
            DutyJSON.write($0, to: &$1)
        }
        .show(options)
    }
}
