import Testing

@testable import Settings

@Suite("Config/registrard.yaml")
struct ShippedConfigurationTests {
    @Test("says the defaults, and nothing that would be warned about")
    func defaults() throws {
        let (path, text) = try shippedConfiguration()
        let loaded = try Configuration.parse(yaml: text, file: path, keys: ConfigurationKey.all)
        #expect(loaded.warnings == [])
        var expected = Configuration()
        expected.publishers = [
            "ntp-portal": ["portal"], "customs-backoffice": ["customs-authority"],
            "excise-office": ["excise-office"], "vehicle-authority": ["vehicle-authority"],
            "provisioner": ["provisioner"], "operator": ["operator"],
        ]
        #expect(loaded.configuration == expected)
    }

    @Test("names every key of the table, and no other")
    func everyKey() throws {
        let (path, text) = try shippedConfiguration()
        let loaded = try Configuration.parse(yaml: text, file: path, keys: ConfigurationKey.all)
        #expect(Set(loaded.locations.keys) == Set(ConfigurationKey.all.map(\.path)))
    }

    @Test("has a comment above every key")
    func everyKeyIsExplained() throws {
        let (path, text) = try shippedConfiguration()
        let loaded = try Configuration.parse(yaml: text, file: path, keys: ConfigurationKey.all)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for key in ConfigurationKey.all {
            guard case .file(_, let line) = loaded.origin(of: key.path) else {
                Issue.record("\(key.path) is not in the file")
                continue
            }
            let above = lines[line - 2].drop { $0 == " " }
            #expect(above.hasPrefix("#"), "no comment above \(key.path)")
        }
    }

    @Test("a key has its documentation, type and default, and its variable is its own")
    func table() {
        let variables = ConfigurationKey.all.compactMap(\.environmentName)
        #expect(Set(variables).count == variables.count)
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
        for key in ConfigurationKey.all {
            #expect(key.documentation.hasSuffix("."), "\(key.path)")
            #expect(!key.type.isEmpty && !key.defaultText.isEmpty, "\(key.path)")
        }
    }

    @Test("the default of every key, written out, is read as the default")
    func defaultsRoundTrip() throws {
        for key in ConfigurationKey.all {
            var yaml = ""
            for (depth, part) in key.path.split(separator: ".").enumerated() {
                yaml +=
                    (depth == 0 ? "" : "\n") + String(repeating: "  ", count: depth) + "\(part):"
            }
            yaml += " \(key.defaultText)\n"
            #expect(try load(yaml).configuration == Configuration(), "\(yaml)")
        }
    }
}
