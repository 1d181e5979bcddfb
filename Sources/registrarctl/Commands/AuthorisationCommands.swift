import ArgumentParser
import Contract
import Domain
import Procedures
import Settings
import Storage

/// `authorisation`: a look at what operators were authorised for.
struct AuthorisationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorisation",
        abstract: "Look at authorisations.",
        discussion: """
            Examples:
              registrarctl authorisation list --eori LU12345678
              registrarctl authorisation show LU00000123456

            Reads the store, whether registrard runs or not. Without personal data.
            """,
        subcommands: [AuthorisationList.self, AuthorisationShow.self]
    )
}

struct AuthorisationList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List authorisations, the oldest first.",
        discussion: """
            Examples:
              registrarctl authorisation list --eori LU12345678 --status active
              registrarctl authorisation list --kind registered-consignee --output json
            """
    )

    @Option(help: "Only those that this operator holds.", transform: Parsing.eori)
    var eori: EORI?

    @Option(help: "Only those with this status.")
    var status: AuthorisationStatus?

    @Option(
        help: "Only those of this kind.",
        completion: .list(ProcedureCatalogue.authorisationKinds),
        transform: Parsing.kindOfAuthorisation
    )
    var kind: String?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (authorisations, rest) = try limit.first {
            try store.authorisations(of: eori, kind: kind, status: status, limit: $0)
        }
        try Listing(
            name: "authorisations",
            items: authorisations,
            rest: rest,
            none: "no authorisation matches",
            columns: DutyText.authorisationColumns
        ) {
            DutyText.cells($0)
        } write: {
            DutyJSON.write($0, to: &$1)
        }
        .show(options)
    }
}

struct AuthorisationShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an authorisation, what is to be done under it, its guarantees.",
        discussion: """
            Example:
              registrarctl authorisation show LU00000123456
            """
    )

    @Argument(help: "The authorisation's number.", transform: Parsing.authorisation)
    var number: AuthorisationNumber

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws { try Self.show(number, limit, options, as: "authorisation") }

    /// - Parameter noun: What it is called, and the command that lists such.
    static func show(
        _ number: AuthorisationNumber,
        _ limit: LimitOptions,
        _ options: GlobalOptions,
        as noun: String
    ) throws {
        let commandEnvironment = try options.commandEnvironment()
        let store = try commandEnvironment.store()
        guard let authorisation = try store.authorisation(number) else {
            throw ExitFailure(
                .data,
                "there is no \(noun) \(number) in "
                    + "\(commandEnvironment.configuration.store.path); see "
                    + "'registrarctl \(noun) list'"
            )
        }
        let sections = [
            ListSection.obligations(
                try limit.first {
                    try store.obligations(ObligationFilter(authorisation: number, limit: $0))
                },
                command: "obligation list --authorisation \(number)"
            ),
            ListSection.guarantees(
                try limit.first { try store.guarantees(authorisation: number, limit: $0) },
                command: "guarantee list --authorisation \(number)"
            ),
        ]
        try options.write { json in
            DutyJSON.write(authorisation, to: &json)
            ListSection.write(sections, to: &json)
        } text: { screen in
            fields(of: authorisation).text(on: screen, under: "\(noun.capitalisedFirst) \(number)")
                + sections.map { $0.text(on: screen) }.joined()
        }
    }

    private static func fields(of authorisation: Authorisation) -> Fields {
        var fields = Fields()
        fields.add("Kind", authorisation.kindInWords)
        fields.add("EORI", authorisation.eori.number)
        fields.add("Other side", authorisation.counterparty?.number)
        fields.add("Status", Cell(authorisation.status.rawValue, authorisation.status.style))
        fields.add("In force", authorisation.period)
        fields.add("Revoked", authorisation.revokedOn?.description)
        let scope = authorisation.scope.joined(separator: ", ")
        fields.add("Scope", scope.isEmpty ? nil : scope)
        fields.add("Warning", authorisation.warnAt.map(LocalTime.text))
        fields.add("Lapses", authorisation.lapseAt.map(LocalTime.text))
        fields.add("Request", authorisation.request.description)
        return fields
    }
}
