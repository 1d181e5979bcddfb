import Domain

/// One key of the configuration: its name, type, default and purpose, and how it is read and
/// written.
///
/// ``keys(with:)`` is the only list of keys. Parsing, checking, names of variables, suggestions,
/// `config show` and reloading all follow from it.
public struct ConfigurationKey: Sendable {
    /// Dotted path, such as `broker.prefetch`.
    public let path: String
    /// What a value looks like, for people: `whole number, 1 to 2000`.
    public let type: String
    /// The default as YAML.
    public let defaultText: String
    /// What the key decides.
    public private(set) var documentation = ""
    /// Whether SIGHUP applies a change; otherwise it waits for a restart.
    public let isReloadable: Bool
    /// The variable that overrides the key; nil for a map, which stands in the file only.
    public let environmentName: String?
    /// What it was made from, where a procedure declares it.
    let setting: SettingDefinition?

    /// Reads `raw` into the configuration; what is wrong with it goes to the findings.
    let assign: @Sendable (RawValue, inout Configuration, inout Findings) -> Void
    /// The value as YAML, without secrets.
    let text: @Sendable (Configuration) -> String
    let isEqual: @Sendable (Configuration, Configuration) -> Bool
    let copy: @Sendable (_ from: Configuration, _ to: inout Configuration) -> Void

    init<Value>(
        _ path: String,
        _ member: any WritableKeyPath<Configuration, Value> & Sendable,
        _ type: ValueType<Value>,
        setting: SettingDefinition? = nil
    ) {
        let defaultText = type.text(Configuration()[keyPath: member])
        self.path = path
        self.type = type.name
        self.defaultText = defaultText
        self.setting = setting
        isReloadable = Self.reloadableSections.contains(String(path.prefix { $0 != "." }))
        environmentName = type.isMap ? nil : EnvironmentName.variable(for: path)
        assign = { raw, configuration, findings in
            let isNone = type.mayBeEmpty && raw.isEmptyVariable
            if raw.isNull && !type.isNullable && !isNone {
                findings.fail(
                    raw.location,
                    path,
                    "has no value",
                    "write one (\(type.name)), or remove it to have the default, \(defaultText)"
                )
            } else if let value = type.read(raw, path, &findings) {
                configuration[keyPath: member] = value
            }
        }
        text = { type.text($0[keyPath: member]) }
        isEqual = { $0[keyPath: member] == $1[keyPath: member] }
        copy = { $1[keyPath: member] = $0[keyPath: member] }
    }

    init(_ declared: SettingDefinition) {
        let path = "procedures.\(declared.path)"
        switch declared {
        case .flag(let setting):
            self.init(path, \.procedures[setting], .flag, setting: declared)
            documentation = setting.help
        case .text(let setting, let form):
            let type: ValueType<String> =
                switch form {
                case .memberState: .memberState
                case .webAddress: .webURL
                case .choice(let words): .choice(of: words)
                }
            self.init(path, \.procedures[setting], type, setting: declared)
            documentation = setting.help
        case .number(let setting, let range):
            self.init(path, \.procedures[setting], .integer(range), setting: declared)
            documentation = setting.help
        case .mailboxes(let setting):
            self.init(path, \.procedures[setting], .mailboxes, setting: declared)
            documentation = setting.help
        case .period(let setting, let bounds, _):
            self.init(path, \.procedures[setting], .duration(bounds), setting: declared)
            documentation = setting.help
        case .periods(let setting, let bounds):
            self.init(path, \.procedures[setting], .list(of: .duration(bounds)), setting: declared)
            documentation = setting.help
        case .optionalPeriod(let setting, let bounds, let purpose):
            let type = ValueType.duration(bounds)
            let isExpiry = purpose == .expireAfter || purpose == .companyExpireAfter
            self.init(
                path,
                \.procedures[setting],
                isExpiry ? .orNever(type) : .optional(type),
                setting: declared
            )
            documentation = setting.help
        }
    }

    /// With what the key decides.
    func help(_ documentation: String) -> Self {
        var key = self
        key.documentation = documentation
        return key
    }

    private static let reloadableSections: Set<String> = [
        "publishers", "deferred", "notifications", "provisioning", "deadlines", "figures", "terms",
        "procedures", "log",
    ]
}

/// Names of variables: `REGISTRARD_`, then the key in capitals, with an underscore for each dot,
/// hyphen and word boundary.
enum EnvironmentName {
    static let prefix = "REGISTRARD_"

    static func variable(for path: String) -> String {
        var name = prefix
        let characters = Array(path)
        for (index, character) in characters.enumerated() {
            if character == "." || character == "-" {
                name += "_"
                continue
            }
            if character.isUppercase, index > 0, characters[index - 1] != "." {
                let followsLower = !characters[index - 1].isUppercase
                // The last capital of a run begins the next word: URLPath is URL_PATH.
                let beginsWord = index + 1 < characters.count && characters[index + 1].isLowercase
                if followsLower || beginsWord { name += "_" }
            }
            name += character.uppercased()
        }
        return name
    }
}
