import ArgumentParser
import Contract
import Domain
import Settings
import Storage

/// `guarantee`: money that secures something, to be looked at, called and given back.
struct GuaranteeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guarantee",
        abstract: "Look at guarantees, call them and give them back.",
        discussion: """
            Examples:
              registrarctl guarantee list --eori LU12345678
              registrarctl guarantee show 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10
              registrarctl guarantee call 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --amount 123.45 --remarks "The duty of 12 October was not paid." \\
                --reason "File 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"
              registrarctl guarantee release 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --reason "File 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            'list' and 'show' read the store, whether registrard runs or not, and show no personal \
            data: what names a guarantee stands with its request, which 'registrarctl request show' \
            shows. 'call' and 'release' send what the office decides.
            """,
        subcommands: [
            GuaranteeList.self, GuaranteeShow.self, GuaranteeCall.self, GuaranteeGivenBack.self,
        ]
    )
}

struct GuaranteeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List guarantees, the oldest first.",
        discussion: """
            Examples:
              registrarctl guarantee list --status held
              registrarctl guarantee list --authorisation LU00000123456 --output json
            """
    )

    @Option(help: "Only those of this operator.", transform: Parsing.eori)
    var eori: EORI?

    @Option(
        help: ArgumentHelp("Only those for this authorisation.", valueName: "number"),
        transform: Parsing.authorisation
    )
    var authorisation: AuthorisationNumber?

    @Option(help: "Only those with this status.")
    var status: GuaranteeStatus?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (guarantees, rest) = try limit.first {
            try store.guarantees(of: eori, authorisation: authorisation, status: status, limit: $0)
        }
        try Listing(
            name: "guarantees",
            items: guarantees,
            rest: rest,
            none: "no guarantee matches",
            columns: DutyText.guaranteeColumns
        ) {
            DutyText.cells($0)
        } write: {
            DutyJSON.write($0, to: &$1)
        }
        .show(options)
    }
}

struct GuaranteeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a guarantee: what is held, called and given back.",
        discussion: """
            Example:
              registrarctl guarantee show 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10
            """
    )

    @Argument(help: "The guarantee's id.", transform: Parsing.guarantee)
    var guarantee: GuaranteeIdentifier

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        guard let found = try commandEnvironment.store().guarantee(guarantee) else {
            throw ExitFailure(
                .data,
                "there is no guarantee \(guarantee) in "
                    + "\(commandEnvironment.configuration.store.path); see "
                    + "'registrarctl guarantee list'"
            )
        }
        try options.write { json in
            DutyJSON.write(found, to: &json)
        } text: { screen in
            var fields = Fields()
            fields.add("EORI", found.holder.eori?.number)
            fields.add("Status", Cell(found.status.rawValue, found.status.style))
            fields.add("Amount", DutyText.euros(cents: found.amountCents))
            fields.add("Held", DutyText.euros(cents: found.heldCents))
            fields.add("Called", DutyText.euros(cents: found.calledCents))
            fields.add("Given back", DutyText.euros(cents: found.releasedCents))
            fields.add("Authorisation", found.authorisation?.text)
            fields.add("About", found.reference)
            fields.add("Request", found.request.description)
            return fields.text(on: screen, under: "Guarantee \(guarantee)")
        }
    }
}
