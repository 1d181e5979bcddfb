import ArgumentParser
import Contract
import Domain

/// `emcs`: the excise office says that EMCS cannot be used, or can be again.
struct EMCSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emcs",
        abstract: "Say that EMCS cannot be used, or can be again.",
        discussion: """
            Examples:
              registrarctl emcs down --since 2026-12-23T09:00:00Z --remarks "Expected back at noon." \\
                --reason "Call from the help desk, ticket 4713" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"
              registrarctl emcs up --since 2026-12-23T11:40:00Z \\
                --reason "Call from the help desk, ticket 4713" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            Everybody who uses EMCS is mailed, of either at most once an hour. What falls due in EMCS \
            meanwhile waits, and gets a day when it works again; 'registrarctl obligation list' \
            shows it first. The status page shows that EMCS is away.
            """,
        subcommands: [Down.self, Up.self]
    )

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "down",
            abstract: "EMCS cannot be used.",
            discussion: """
                Examples:
                  registrarctl emcs down --since 2026-12-23T09:00:00Z \\
                    --reason "Call from the help desk, ticket 4713" \\
                    --role excise-office --subject eaccess:4711 --name "Jo Muller"

                Only the excise office may. Prints the id of the event that was sent.
                """
        )

        @OptionGroup var availability: AvailabilityOptions

        func run() async throws { try await availability.send(isAvailable: false) }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "up",
            abstract: "EMCS can be used again.",
            discussion: """
                Examples:
                  registrarctl emcs up --since 2026-12-23T11:40:00Z \\
                    --reason "Call from the help desk, ticket 4713" \\
                    --role excise-office --subject eaccess:4711 --name "Jo Muller"

                Only the excise office may. Prints the id of the event that was sent.
                """
        )

        @OptionGroup var availability: AvailabilityOptions

        func run() async throws { try await availability.send(isAvailable: true) }
    }
}

struct AvailabilityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Since when it is so, such as 2026-12-23T09:00:00Z; of a day, its beginning.",
            valueName: "time"
        ),
        transform: Parsing.instant
    )
    var since: Instant

    @Option(help: "What its users are told besides.")
    var remarks: String?

    @OptionGroup var management: ManagementOptions

    func send(isAvailable: Bool) async throws {
        try await management.send("approval.emcs-availability") { data in
            data.member("available", isAvailable)
            data.member("since", since.description)
            data.optionalMember("remarks", remarks)
        }
    }
}
