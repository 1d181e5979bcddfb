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
        let loaded = try options.commandEnvironment().loaded
        for warning in loaded.warnings { Standard.say("warning: \(warning)") }
        let entries = loaded.entries
        try options.write { json in
            json.objects("entries", entries) { entry, json in
                json.member("key", entry.path)
                json.member("value", entry.value)
                if origin { json.member("origin", entry.origin.description) }
            }
        } text: { screen in
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
            return table.text(on: screen)
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
                json.objects("keys", ConfigurationKey.all) { key, json in
                    json.member("key", key.path)
                    json.member("type", key.type)
                    json.member("default", key.defaultText)
                    json.member("reloadable", key.isReloadable)
                    json.optionalMember("environment", key.environmentName)
                    json.member("documentation", key.documentation)
                }
            }
        case .table:
            let table = Table(
                [.text("KEY"), .flexible("DEFAULT"), .flexible("MEANING")],
                ConfigurationKey.all.map { key in
                    [Cell(key.path), Cell(key.defaultText), Cell(key.documentation)]
                }
            )
            try Standard.write(table.text(on: .current()))
        }
    }
}
