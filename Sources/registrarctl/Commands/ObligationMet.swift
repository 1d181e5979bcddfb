import ArgumentParser
import Contract
import Domain

/// `obligation met`: an office says that what an operator had to do was done.
struct ObligationMet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "met",
        abstract: "Say that what an operator had to do was done.",
        discussion: """
            Examples:
              registrarctl obligation met 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --on 2026-12-03 --reason "Paper of 3 December, file 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            The office that answers for it may, for what nobody else can close any more: of an \
            operator that is revoked, or that nobody acts for. Portals learn the ids from \
            status.obligation. Prints the id of the event that was sent.
            """
    )

    @Argument(help: "The obligation's id.", transform: Parsing.obligation)
    var obligation: ObligationIdentifier

    @Option(help: "The day on which it was done, such as 2026-12-03.", transform: Parsing.day)
    var on: CivilDate

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.obligation") { data in
            data.member("obligation", obligation.description)
            data.member("metOn", on.description)
        }
    }
}
