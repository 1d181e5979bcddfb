import ArgumentParser
import Composition
import Contract
import Settings

/// `config`: a look at the configuration.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the configuration, and what can be configured.",
        discussion: """
            Examples:
              registrarctl config show --origin
              registrarctl config keys
            """,
        subcommands: [ConfigShow.self, ConfigKeys.self]
    )
}

struct ConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every key with its value, without secrets.",
        discussion: """
            Examples:
              registrarctl config show --origin
              registrarctl config show --config ./registrard.yaml --output json
            """
    )

    @Flag(help: "Also show where each value comes from: file and line, environment, or default.")
    var origin = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        for warning in commandEnvironment.loaded.warnings { Standard.say("warning: \(warning)") }
        let entries = commandEnvironment.loaded.entries
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("entries") { json in
                    for entry in entries {
                        json.object { json in
                            json.member("key", entry.path)
                            json.member("value", entry.value)
                            if origin { json.member("origin", entry.origin.description) }
                        }
                    }
                }
            }
        case .table:
            var table = Table(
                [.text("KEY")] + (origin ? [.flexible("ORIGIN")] : []) + [.flexible("VALUE")]
            )
            for entry in entries {
                let isDefault = entry.origin == .default
                let place = Cell(entry.origin.description, isDefault ? .faint : nil)
                table.add(
                    [Cell(entry.path)] + (origin ? [place] : [])
                        + [Cell(entry.value, isDefault ? nil : .notable)]
                )
            }
            try Standard.write(
                table.text(on: .current(environment: commandEnvironment.variables))
            )
        }
    }
}

struct ConfigKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Show every key that there is: values, default, meaning.",
        discussion: """
            Examples:
              registrarctl config keys
              registrarctl config keys --output json | jq -r '.keys[].environment'
            """
    )

    @Option(name: [.short, .long], help: "How to write data.")
    var output = GlobalOptions.Format.table

    func run() async throws {
        switch output {
        case .json:
            try Standard.json { json in
                json.array("keys") { json in
                    for key in ConfigurationKey.all {
                        json.object { json in
                            json.member("key", key.path)
                            json.member("type", key.type)
                            json.member("default", key.defaultText)
                            json.member("reloadable", key.isReloadable)
                            json.optionalMember("environment", key.environmentName)
                            json.member("documentation", key.documentation)
                        }
                    }
                }
            }
        case .table:
            var table = Table([.text("KEY"), .flexible("DEFAULT"), .flexible("MEANING")])
            for key in ConfigurationKey.all {
                table.add([Cell(key.path), Cell(key.defaultText), Cell(key.documentation)])
            }
            try Standard.write(
                table.text(on: .current(environment: ProcessEnvironment.current))
            )
        }
    }
}
