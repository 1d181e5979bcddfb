import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `mandate`: a look at who may act for whom.
struct MandateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandate",
        abstract: "Look at mandates: which operator may act for which.",
        discussion: """
            Examples:
              registrarctl mandate list --eori LU12345678
              registrarctl mandate show 018f6b1e-7a3c-7d21-9c55-0b8e4f1d2a90

            A mandate is an authorisation of whoever may act for another operator: the EORI is the \
            representative's, and the other side the operator that is represented. Reads the store, \
            whether registrard runs or not. Without personal data.
            """,
        subcommands: [MandateList.self, MandateShow.self]
    )
}

struct MandateList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List mandates.",
        discussion: """
            Examples:
              registrarctl mandate list --eori LU12345678
              registrarctl mandate list --status active --output json

            With --eori those by which the operator may act for others, then those in force by which \
            others may act for it.
            """
    )

    @Option(help: "Only those of this operator, as either side.", transform: Parsing.eori)
    var eori: EORI?

    @Option(help: "Only those with this status.")
    var status: AuthorisationStatus?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    /// The two forms.
    private static let kinds = ProcedureCatalogue.authorisationKinds.filter {
        $0.hasSuffix("-mandate")
    }

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (mandates, rest) = try limit.first { limit in
            let held = try Self.kinds.flatMap {
                try store.authorisations(of: eori, kind: $0, status: status, limit: limit)
            }
            let given = try eori.map { try store.authorisations(toActFor: $0, limit: limit) } ?? []
            let wanted = given.filter { status == nil || $0.status == status }
            return Array((held + wanted).prefix(limit))
        }
        try Listing(
            name: "mandates",
            items: mandates,
            rest: rest,
            none: "no mandate matches",
            columns: DutyText.authorisationColumns
        ) {
            DutyText.cells($0)
        } write: {
            DutyJSON.write($0, to: &$1)
        }
        .show(options)
    }
}

struct MandateShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a mandate.",
        discussion: """
            Example:
              registrarctl mandate show 018f6b1e-7a3c-7d21-9c55-0b8e4f1d2a90
            """
    )

    @Argument(help: "The mandate's id.", transform: Parsing.mandate)
    var mandate: AuthorisationNumber

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws { try AuthorisationShow.show(mandate, limit, options, as: "mandate") }
}
