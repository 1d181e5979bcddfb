import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `outbox retry`: sends parked messages again.
struct OutboxRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Have parked messages sent again.",
        discussion: """
            Examples:
              registrarctl outbox retry --all --reason "The mailer's queue is bound again."
              registrarctl outbox retry 1207 1211 --reason "The provisioner's queue is back."

            Put right first what the reason in 'outbox list --parked' says. A message is sent with \
            all that is parked behind it. Prints the id of the event that was sent.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Numbers of messages, as 'outbox list --parked' has them.",
            valueName: "number"
        )
    )
    var numbers: [Int64] = []

    @Flag(help: "All that are parked.")
    var all = false

    @OptionGroup var why: ReasonOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard all != !numbers.isEmpty else {
            throw ValidationError("say which: numbers, or --all")
        }
    }

    func run() async throws {
        let numbers = Set(numbers).sorted()
        try checkParked(numbers)
        let dispatch = try Dispatch(options, waiting, reason: why.reason)
        try await dispatch.send(OperatorReports.outboxRetry) { data in
            if all {
                data.member("all", true)
            } else {
                data.array("messages") { list in
                    for number in numbers { list.integer(number) }
                }
            }
        }
    }

    /// A number that is none is a slip of whoever typed it.
    private func checkParked(_ numbers: [Int64]) throws {
        guard !numbers.isEmpty else { return }
        let parked = try options.commandEnvironment().store()
            .unsettledMessages(parked: true, limit: .max)
        let known = Set(parked.map(\.sequence))
        let unknown = numbers.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let list = unknown.map(String.init).joined(separator: ", ")
            throw ExitFailure(
                .data,
                "not parked: \(list); see 'registrarctl outbox list --parked'. Nothing was sent"
            )
        }
    }
}
