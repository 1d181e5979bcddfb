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

    @Option(help: "Only those of this procedure, such as access.")
    var procedure: String?

    @Option(help: "Only those of this profile, such as company or employee.")
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

    @Option(
        help: ArgumentHelp("At most so many. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        // One more than is shown tells whether there are more.
        var requests = try commandEnvironment.store().requests(
            RequestFilter(
                status: status,
                procedure: procedure,
                profile: profile,
                eori: eori,
                since: since,
                limit: limit == Int.max ? limit : limit + 1
            )
        )
        let isCut = requests.count > limit
        if isCut { requests.removeLast() }
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("requests") { json in
                    for request in requests {
                        json.object { RequestJSON.write(request, to: &$0) }
                    }
                }
                json.member("more", isCut)
            }
        case .table:
            let screen = Screen.current(environment: commandEnvironment.variables)
            guard !requests.isEmpty else { return Standard.say("no request matches") }
            try Standard.write(Self.table(requests).text(on: screen))
            if isCut { Standard.say("there are more; see them with --limit") }
        }
    }

    private static func table(_ requests: [Request]) -> Table {
        var table = Table([
            .text("REQUEST"), .text("SUBMITTED"), .text("PROFILE", isOptional: true), .text("EORI"),
            .text("STATUS"), .number("REV", isOptional: true),
            .flexible("OPERATIONS", isOptional: true),
        ])
        for request in requests {
            let operations = request.status == .granted ? request.authorised : request.requested
            table.add([
                Cell(request.identifier.description), Cell(LocalTime.short(request.submittedAt)),
                Cell("\(request.procedure)/\(request.profile)"), Cell(request.eori?.number ?? ""),
                Cell(request.status.rawValue, request.status.style), Cell(request.revision),
                Cell(operations.text),
            ])
        }
        return table
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
        switch options.output {
        case .json: try Standard.json { dossier.write(to: &$0) }
        case .table:
            let screen = Screen.current(environment: commandEnvironment.variables)
            try Standard.write(DossierView(dossier: dossier, screen: screen).text)
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
        switch options.output {
        case .json:
            try Standard.json { json in
                json.member("requestId", request.description)
                TimelineView.write(entries, to: &json)
            }
        case .table:
            let screen = Screen.current(environment: commandEnvironment.variables)
            try Standard.write(TimelineView.table(entries).text(on: screen))
        }
    }
}
