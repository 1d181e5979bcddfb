import ArgumentParser
import Contract
import Procedures

/// `clock`: what an operator has to say about the daemon's clock.
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Say that the daemon's clock is right.",
        discussion: """
            Example:
              registrarctl clock confirm --reason "The machine was off for three weeks."
            """,
        subcommands: [ClockConfirm.self]
    )
}

/// `clock confirm`: what waited for a clock that was in question goes on.
struct ClockConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Have the daemon rely on its clock again.",
        discussion: """
            Example:
              registrarctl clock confirm --reason "The machine was off for three weeks."

            When registrard starts long after the journal's last entry, or its clock was set far, \
            reminders, notices, ends and erasures wait; when it starts before that entry, nothing is \
            taken at all. Both end by themselves once the clock is right. Is it right already, this \
            says so. Look first, on the daemon's machine: timedatectl. What is due by a clock that is \
            wrong is done, and an erasure is not undone. Prints the id of the event that was sent.
            """
    )

    @OptionGroup var why: ReasonOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let dispatch = try Dispatch(options, waiting, reason: why.reason)
        try await dispatch.send(OperatorReports.clockConfirmed) { _ in }
    }
}
