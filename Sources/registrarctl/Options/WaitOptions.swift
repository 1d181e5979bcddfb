import ArgumentParser
import Glibc

/// Whether a command that sends something stays until it is known what became of it.
struct WaitOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: """
            Wait until the daemon has dealt with it, print what it did, and end with 1 if it \
            refused. (default: on a terminal)
            """
    )
    var wait: Bool?

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp("How long to wait at most, in seconds.", valueName: "seconds")
    )
    var timeoutSeconds = 10.0

    func validate() throws {
        guard timeoutSeconds.isFinite, timeoutSeconds > 0 else {
            throw ValidationError("--timeout is a number of seconds above 0")
        }
    }

    /// Whether somebody is there who wants to know, where nothing else is said.
    var isWanted: Bool { wait ?? (isatty(STDOUT_FILENO) == 1) }
}
