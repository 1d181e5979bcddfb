import ArgumentParser
import Composition

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
    /// How data is written to standard output.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
    }

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The daemon's configuration file. "
                + "(default: the environment's \(ConfigurationFile.variable), or "
                + "\(ConfigurationFile.usualPath), if it exists)",
            valueName: "file"
        )
    )
    var config: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How to write data.", valueName: "format"))
    var output = Format.table

    func commandEnvironment() throws -> CommandEnvironment { try CommandEnvironment(path: config) }
}
