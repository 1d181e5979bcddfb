import ArgumentParser
import Contract
import Domain
import Settings
import Storage

/// `request`: a look at requests.
struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Look at requests.",
        discussion: """
            Examples:
              registrarctl request list --status pending --limit 20
              registrarctl request list --eori LU12345678 --output json
              registrarctl request show 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10
              registrarctl request timeline 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10
              registrarctl request explain 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10

            Reads the store, whether registrard runs or not. 'show' shows personal data.
            """,
        subcommands: [
            RequestList.self, RequestShow.self, RequestTimeline.self, RequestExplain.self,
        ]
    )

    static func unknown(_ request: RequestIdentifier, in commandEnvironment: CommandEnvironment)
        -> ExitFailure
    {
        ExitFailure(
            .data,
            "there is no request \(request) in \(commandEnvironment.configuration.store.path); see "
                + "'registrarctl request list', and 'registrarctl deferred list' for messages that "
                + "wait for it"
        )
    }
}

struct RequestList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List requests, the newest first.",
        discussion: """
            Examples:
              registrarctl request list --status pending
              registrarctl request list --since 2026-11-01 --profile employee
              registrarctl request list --output json | jq -r '.requests[].requestId'
            """
    )

    @Option(help: "Only those with this status.")
    var status: RequestStatus?

    @Option(
        help: "Only those of this procedure, such as access.",
        completion: .list(Parsing.procedures),
        transform: Parsing.procedure
    )
    var procedure: String?

    @Option(
        help: "Only those of this profile, such as company or employee.",
        completion: .list(Parsing.profiles),
        transform: Parsing.profile
    )
    var profile: String?

    @Option(help: "Only those for this operator.", transform: Parsing.eori)
    var eori: EORI?

    @Option(
        help: ArgumentHelp(
            "Only those submitted on this day or later, or at this time (RFC 3339).",
            valueName: "time"
        ),
        transform: Parsing.instant
    )
    var since: Instant?

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let (requests, rest) = try limit.first { limit in
            try store.requests(
                RequestFilter(
                    status: status,
                    procedure: procedure,
                    profile: profile,
                    eori: eori,
                    since: since,
                    limit: limit
                )
            )
        }
        try Listing(
            name: "requests",
            items: requests,
            rest: rest,
            none: "no request matches",
            columns: [
                .text("REQUEST"), .text("SUBMITTED"), .text("PROFILE", isOptional: true),
                .text("EORI"), .text("STATUS"), .number("REV", isOptional: true),
                .flexible("OPERATIONS", isOptional: true),
            ]
        ) { request in
            let operations = request.status == .granted ? request.authorised : request.requested
            return [
                Cell(request.identifier.description), Cell(LocalTime.short(request.submittedAt)),
                Cell("\(request.procedure)/\(request.profile)"), Cell(request.eori?.number ?? ""),
                Cell(request.status.rawValue, request.status.style), Cell(request.revision),
                Cell(operations.text),
            ]
        } write: {
            RequestJSON.write($0, to: &$1)
        }
        .show(options)
    }
}

struct RequestShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known of a request, personal data included.",
        discussion: """
            Example:
              registrarctl request show 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10
            """
    )

    @Argument(help: "The request's id.", transform: Parsing.request)
    var request: RequestIdentifier

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        guard let dossier = try Dossier(of: request, in: commandEnvironment.store()) else {
            throw RequestCommand.unknown(request, in: commandEnvironment)
        }
        try options.write { json in
            dossier.write(to: &json)
        } text: { screen in
            DossierView(dossier: dossier, screen: screen).text
        }
    }
}

struct RequestTimeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show what the journal says of a request, and the messages that followed.",
        discussion: """
            Example:
              registrarctl request timeline 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10

            Without personal data. Also knows messages about requests that never arrived.
            """
    )

    @Argument(help: "The request's id.", transform: Parsing.request)
    var request: RequestIdentifier

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let entries = try commandEnvironment.store().timeline(of: request)
        guard !entries.isEmpty else {
            throw RequestCommand.unknown(request, in: commandEnvironment)
        }
        try options.write { json in
            json.member("requestId", request.description)
            TimelineView.write(entries, to: &json)
        } text: { screen in
            TimelineView.table(entries).text(on: screen)
        }
    }
}
