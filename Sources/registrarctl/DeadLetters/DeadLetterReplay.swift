import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `dead-letter replay`: has letters dealt with again.
struct DeadLetterReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Have the daemon look at dead letters again.",
        discussion: """
            Examples:
              registrarctl dead-letter replay --code schema --sample 1 --dry-run
              registrarctl dead-letter replay --code schema --user ntp-portal \\
                --reason "The portal's schema was ahead of ours until release 0.2."
              registrarctl dead-letter replay 01a1fd03 01a1fe77 --reason "Asked for by the portal's team."

            The daemon takes the letter from its store and deals with it as its first sender's: what \
            that one was not allowed to send is forbidden again, unless publishers in the \
            configuration say otherwise by now. What a mailer or provisioner refused goes back to \
            its queue. One that fails again keeps its id. It needs a login with the role operator. \
            --dry-run says what would become of each letter if they were replayed now, and changes \
            nothing.
            """
    )

    @OptionGroup var selection: LetterSelection

    @Option(
        help: ArgumentHelp(
            "Only the first so many of each group; see 'dead-letter groups'.",
            valueName: "number"
        ),
        transform: Parsing.limit
    )
    var sample: Int?

    @Flag(help: "Say what would become of them, and change nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Why; kept beside the journal. Needed unless it is a dry run.",
            valueName: "text"
        ),
        transform: ReasonOptions.reason
    )
    var reason: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard dryRun || reason != nil else {
            throw ValidationError("say why with --reason, or try it with --dry-run")
        }
    }

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let store = try commandEnvironment.store()
        let letters = try selection.letters(in: store, sample: sample)
        guard let reason, !dryRun else {
            return try ReplayPreview(letters, store, commandEnvironment).show(options.output)
        }
        let orders = LetterOrders(
            routingKey: OperatorReports.deadLetterReplay,
            name: "replayed",
            reason: reason
        )
        try await orders.send(letters, options, commandEnvironment)
    }
}
