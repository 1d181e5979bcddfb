import Domain
import Procedures
import Testing

@testable import Settings

extension ConfigurationKey {
    /// Every key that the programs know.
    static let all = keys(with: ProcedureCatalogue.settings)
}

extension Configuration {
    /// A period that a procedure declares; `path` is that of the key below `procedures`.
    func period(_ path: String) throws -> Period? {
        let setting = try #require(ProcedureCatalogue.settings.first { $0.path == path })
        return setting.period(in: procedures)
    }
}

/// Reads a configuration and gives what it says against it: errors, or nothing.
func complaints(_ yaml: String, environment: [String: String] = [:]) -> [String] {
    do throws(ConfigurationErrors) {
        _ = try Configuration.parse(
            yaml: yaml,
            file: "c.yaml",
            environment: environment,
            keys: ConfigurationKey.all
        )
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

/// Reads a valid configuration that names a publisher, so that the warning about none stays away.
func load(_ yaml: String, environment: [String: String] = [:]) throws -> LoadedConfiguration {
    try Configuration.parse(
        yaml: yaml,
        file: "c.yaml",
        environment: environment,
        keys: ConfigurationKey.all
    )
}

let somebody = "publishers: { portal: [portal] }\n"

/// The repository's own configuration.
func shippedConfiguration(path: String = #filePath) throws -> (path: String, text: String) {
    let root = path.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = "/\(root)/Config/registrard.yaml"
    let bytes = try #require(try Configuration.readFile(file), "\(file) is missing")
    return (file, try #require(String(validating: bytes, as: UTF8.self)))
}
