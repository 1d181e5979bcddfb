/// A configuration with all that is known about how it came about.
public struct LoadedConfiguration: Sendable {
    public let configuration: Configuration
    /// What is accepted, but better avoided.
    public let warnings: [ConfigurationError]
    /// Where each key that is not at its default was set.
    let locations: [String: ConfigurationLocation]
    /// Every key, in the order of the file.
    let keys: [ConfigurationKey]

    /// Every key with its value and where that comes from, in the order of the file; without
    /// secrets.
    public var entries: [ConfigurationEntry] {
        keys.map { key in
            ConfigurationEntry(
                path: key.path,
                value: key.text(configuration),
                origin: origin(of: key.path)
            )
        }
    }

    /// Where the value of the key comes from.
    public func origin(of path: String) -> ConfigurationOrigin {
        switch locations[path] {
        case .line(let file, let line, _): .file(file, line: line)
        case .environment(let name): .environment(name)
        case .file(let file): .file(file, line: 1)
        case nil: .default
        }
    }
}

/// One line of `config show`.
public struct ConfigurationEntry: Sendable, Equatable {
    public let path: String
    /// As YAML; a password in a URL is left out.
    public let value: String
    public let origin: ConfigurationOrigin
}

/// Where a value comes from.
public enum ConfigurationOrigin: Sendable, Equatable, CustomStringConvertible {
    case `default`
    case file(String, line: Int)
    case environment(String)

    public var description: String {
        switch self {
        case .default: "default"
        case .file(let file, let line): "\(file):\(line)"
        case .environment(let name): "environment \(name)"
        }
    }
}

extension Configuration {
    /// Reads and checks a YAML text and the variables that override it.
    ///
    /// - Parameters:
    ///   - yaml: The text; an empty one gives the defaults.
    ///   - file: Its name in messages.
    ///   - environment: The whole environment; what does not begin with `REGISTRARD_` is left
    ///   alone.
    ///   - keys: Every key that there is; see ``ConfigurationKey/keys(with:)``.
    /// - Throws: Everything that is wrong, not only the first thing.
    public static func parse(
        yaml: String,
        file: String,
        environment: [String: String] = [:],
        keys: [ConfigurationKey]
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        var loader = ConfigurationLoader(file: file, keys: keys)
        loader.read(yaml: yaml)
        loader.read(environment: environment)
        return try loader.finish()
    }

    /// Reads and checks the file at `path` and the variables that override it.
    public static func load(
        path: String,
        environment: [String: String],
        keys: [ConfigurationKey]
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        func failure(_ problem: String, _ advice: String) -> ConfigurationErrors {
            ConfigurationErrors(errors: [
                ConfigurationError(
                    location: .file(path),
                    path: nil,
                    problem: problem,
                    advice: advice
                )
            ])
        }
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try readFile(path)
        } catch {
            throw failure(
                "cannot be read: \(error.reason)",
                "check the path, its owner and its mode"
            )
        }
        guard let bytes else {
            throw failure("there is no such file", "create it, or name another with --config")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("is not UTF-8 text", "save it as UTF-8")
        }
        return try parse(yaml: text, file: path, environment: environment, keys: keys)
    }
}

/// Collects values and findings from the file, then from the environment.
struct ConfigurationLoader {
    private let file: String
    private var configuration = Configuration()
    private var findings = Findings()
    private var locations: [String: ConfigurationLocation] = [:]
    private let keys: [ConfigurationKey]

    init(file: String, keys: [ConfigurationKey]) {
        self.file = file
        self.keys = keys
    }

    // MARK: The file

    mutating func read(yaml: String) {
        do throws(ConfigurationError) {
            guard let root = try YAMLDocument(text: yaml, file: file).compose() else { return }
            readSection(root, path: "")
        } catch {
            findings.errors.append(error)
        }
    }

    private mutating func readSection(_ raw: RawValue, path: String) {
        if raw.isNull { return }
        guard case .map(let entries) = raw.content else {
            findings.fail(
                raw.location,
                path.isEmpty ? nil : path,
                "expected keys with values, found \(raw.found)",
                "write lines such as \(example(in: path))"
            )
            return
        }
        for (name, entry) in raw.uniqueEntries(entries, at: path, &findings) {
            let full = path.isEmpty ? name : "\(path).\(name)"
            if let key = keys.first(where: { $0.path == full }) {
                locations[full] = entry.location
                key.assign(entry.value, &configuration, &findings)
            } else if keys.contains(where: { $0.path.hasPrefix("\(full).") }) {
                readSection(entry.value, path: full)
            } else {
                findings.fail(
                    entry.location,
                    full,
                    "unknown key",
                    advice(forUnknown: name, in: path)
                )
            }
        }
    }

    /// Names directly inside the section `path`.
    private func names(in path: String) -> [String] {
        let prefix = path.isEmpty ? "" : path + "."
        var names: [String] = []
        for key in keys where key.path.hasPrefix(prefix) {
            let name = String(key.path.dropFirst(prefix.count).prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func example(in path: String) -> String {
        let prefix = path.isEmpty ? "" : path + "."
        let key = keys.first { $0.path.hasPrefix(prefix) }
        let name = names(in: path).first ?? ""
        if let key, key.path == prefix + name { return "\(name): \(key.defaultText)" }
        return "\(name): followed by keys that are indented"
    }

    private func advice(forUnknown name: String, in path: String) -> String {
        let known = names(in: path)
        if let nearest = Suggestion.nearest(to: name, among: known) {
            return "did you mean \"\(nearest)\"?"
        }
        // Keys, and sections: every proper beginning of a key.
        let paths = keys.flatMap { key in
            key.path.indices.filter { key.path[$0] == "." }.map { String(key.path[..<$0]) }
                + [key.path]
        }
        let elsewhere = paths.sorted().first { $0.hasSuffix(".\(name)") || $0 == name }
        if let elsewhere { return "did you mean \"\(elsewhere)\"?" }
        return "known here: \(known.joined(separator: ", "))"
    }

    // MARK: The environment

    mutating func read(environment: [String: String]) {
        let variables = environment.filter { $0.key.hasPrefix(EnvironmentName.prefix) }
            .sorted { $0.key < $1.key }
        guard !variables.isEmpty else { return }
        var keysByVariable: [String: ConfigurationKey] = [:]
        for key in keys {
            if let name = key.environmentName { keysByVariable[name] = key }
        }
        let mapVariables = Dictionary(
            uniqueKeysWithValues: keys.filter { $0.environmentName == nil }
                .map { (EnvironmentName.variable(for: $0.path), $0.path) }
        )
        for (name, text) in variables {
            if let key = keysByVariable[name] {
                let raw = RawValue(environment: name, text: text)
                locations[key.path] = raw.location
                key.assign(raw, &configuration, &findings)
            } else if let path = mapVariables[name] {
                findings.fail(
                    .environment(name),
                    path,
                    "a map cannot be set in the environment",
                    "set it in the file"
                )
            } else {
                let nearest = Suggestion.nearest(to: name, among: keysByVariable.keys.sorted())
                findings.fail(
                    .environment(name),
                    nil,
                    "unknown variable",
                    nearest.map { "did you mean \"\($0)\"?" } ?? "remove it"
                )
            }
        }
    }

    // MARK: The result

    mutating func finish() throws(ConfigurationErrors) -> LoadedConfiguration {
        // A value that was refused is still at its default: to compare it with others would
        // mislead.
        if findings.errors.isEmpty {
            var checks = CrossChecks(
                configuration: configuration,
                declared: keys.compactMap(\.setting),
                locations: locations,
                file: file
            )
            checks.run()
            findings = checks.findings
        }
        guard findings.errors.isEmpty else {
            throw ConfigurationErrors(errors: findings.errors.sorted { $0.location < $1.location })
        }
        return LoadedConfiguration(
            configuration: configuration,
            warnings: findings.warnings.sorted { $0.location < $1.location },
            locations: locations,
            keys: keys
        )
    }
}
