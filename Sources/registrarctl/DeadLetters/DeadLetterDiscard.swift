import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `dead-letter discard`: throws letters away.
struct DeadLetterDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Throw dead letters away.",
        discussion: """
            Examples:
              registrarctl dead-letter discard 01a1fd03 --reason "Sent again as it should be."
              registrarctl dead-letter discard --code malformed --before 2026-11-01 \\
                --reason "The portal's tests, sent here by mistake."

            The daemon does it, and journals who discarded which letters; why is kept beside the \
            journal. This cannot be undone. It needs a login with the role operator.
            """
    )

    @OptionGroup var selection: LetterSelection
    @OptionGroup var why: ReasonOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let letters = try selection.letters(in: try commandEnvironment.store())
        let orders = LetterOrders(
            routingKey: OperatorReports.deadLetterDiscard,
            name: "discarded",
            reason: why.reason
        )
        try await orders.send(letters, options, commandEnvironment)
    }
}
