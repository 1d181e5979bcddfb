/// A setting of a procedure: rules find its value by it in ``SettingValues``.
public struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The key in the configuration, below `procedures`: `access.retain.rejected`.
    public let path: String
    public let `default`: Value
    /// What it decides, for operators.
    public let help: String

    public init(_ path: String, default value: Value, _ help: String) {
        self.path = path
        self.default = value
        self.help = help
    }
}

/// What a procedure declares of a setting. Reading, checking, documentation, reloading and the
/// rules follow from it.
public enum SettingDefinition: Hashable, Sendable {
    case flag(Setting<Bool>)
    case text(Setting<String>, as: TextForm)
    case number(Setting<Int>, in: ClosedRange<Int>)
    /// Mailboxes by the names of offices.
    case mailboxes(Setting<[String: String]>)
    case period(Setting<Period>, within: PeriodBounds, for: SettingPurpose = .rules)
    /// `null` is a value as well; of an expiry, `never`.
    case optionalPeriod(Setting<Period?>, within: PeriodBounds, for: SettingPurpose = .rules)
    /// Several, or none.
    case periods(Setting<[Period]>, within: PeriodBounds)

    public var path: String {
        switch self {
        case .flag(let setting): setting.path
        case .text(let setting, _): setting.path
        case .number(let setting, _): setting.path
        case .mailboxes(let setting): setting.path
        case .period(let setting, _, _): setting.path
        case .optionalPeriod(let setting, _, _): setting.path
        case .periods(let setting, _): setting.path
        }
    }

    /// The name of the procedure that declares it.
    public var procedure: String { String(path.prefix { $0 != "." }) }

    public var purpose: SettingPurpose {
        switch self {
        case .flag, .text, .number, .mailboxes, .periods: .rules
        case .period(_, _, let purpose), .optionalPeriod(_, _, let purpose): purpose
        }
    }

    /// Nil where the value is `null` or no period.
    public func period(in values: SettingValues) -> Period? {
        switch self {
        case .flag, .text, .number, .mailboxes, .periods: nil
        case .period(let setting, _, _): values[setting]
        case .optionalPeriod(let setting, _, _): values[setting]
        }
    }
}

/// What a text that is set looks like.
public enum TextForm: Hashable, Sendable {
    /// Two capital letters, such as `LU`.
    case memberState
    /// An http or https URL.
    case webAddress
    /// One of these words.
    case choice([String])
}

/// How long a period may be; both ends of both ranges are allowed.
public struct PeriodBounds: Hashable, Sendable {
    public let seconds: ClosedRange<Int>
    public let workingDays: ClosedRange<Int>
    /// Nil where months make no sense.
    public let months: ClosedRange<Int>?

    public init(
        seconds: ClosedRange<Int>,
        workingDays: ClosedRange<Int>,
        months: ClosedRange<Int>? = nil
    ) {
        self.seconds = seconds
        self.workingDays = workingDays
        self.months = months
    }
}

/// What a setting is for.
public enum SettingPurpose: Hashable, Sendable {
    /// The deadlines of an open request: see ``ProcedureSettings/Deadlines``.
    case remindAfter, escalateAfter, expireAfter, companyExpireAfter
    /// How long a request is kept that ended so.
    case retention(of: [RequestStatus])
    /// What the procedure's own rules ask for.
    case rules
}

/// What settings of procedures are set to. Only what differs from the default is kept, so that a
/// default that is written out equals one that is not.
public struct SettingValues: Hashable, Sendable {
    private var flags: [String: Bool] = [:]
    private var texts: [String: String] = [:]
    private var numbers: [String: Int] = [:]
    private var periods: [String: Period?] = [:]
    private var lists: [String: [Period]] = [:]
    private var maps: [String: [String: String]] = [:]

    /// The defaults.
    public init() {}

    public subscript(setting: Setting<Bool>) -> Bool {
        get { flags[setting.path] ?? setting.default }
        set { flags[setting.path] = newValue == setting.default ? nil : newValue }
    }

    public subscript(setting: Setting<String>) -> String {
        get { texts[setting.path] ?? setting.default }
        set { texts[setting.path] = newValue == setting.default ? nil : newValue }
    }

    public subscript(setting: Setting<Int>) -> Int {
        get { numbers[setting.path] ?? setting.default }
        set { numbers[setting.path] = newValue == setting.default ? nil : newValue }
    }

    public subscript(setting: Setting<[String: String]>) -> [String: String] {
        get { maps[setting.path] ?? setting.default }
        set { maps[setting.path] = newValue == setting.default ? nil : newValue }
    }

    public subscript(setting: Setting<[Period]>) -> [Period] {
        get { lists[setting.path] ?? setting.default }
        set { lists[setting.path] = newValue == setting.default ? nil : newValue }
    }

    public subscript(setting: Setting<Period>) -> Period {
        get { periods[setting.path].flatMap(\.self) ?? setting.default }
        set { keep(newValue, at: setting.path, isDefault: newValue == setting.default) }
    }

    public subscript(setting: Setting<Period?>) -> Period? {
        get { periods[setting.path] ?? setting.default }
        set { keep(newValue, at: setting.path, isDefault: newValue == setting.default) }
    }

    private mutating func keep(_ period: Period?, at path: String, isDefault: Bool) {
        // To assign nil would take the key away.
        periods[path] = isDefault ? nil : .some(period)
    }
}

extension ProcedureSettings {
    /// Whether what falls due on a Saturday, a Sunday or a public holiday is in time on the next
    /// working day, in all procedures (European Convention on the Calculation of Time-Limits,
    /// ETS 76, article 5; Luxembourg's law of 30 May 1984).
    public static let deadlinesRollForward = Setting(
        "deadlines.rollForward",
        default: true,
        "Whether what falls due on a day that is no working day is in time on the next working day."
    )

    /// What procedures declared, as far as `values` say nothing else.
    public init(
        _ declared: [SettingDefinition],
        _ values: SettingValues,
        provisioning: ProvisioningSettings,
        terms: TermsSettings = TermsSettings(),
        figureBasis: FigureBasis = .seed
    ) {
        self.init(
            deadlines: [:],
            provisioning: provisioning,
            terms: terms,
            values: values,
            figureBasis: figureBasis
        )
        for setting in declared {
            let period = setting.period(in: values)
            switch setting.purpose {
            case .remindAfter:
                deadlines[setting.procedure, default: Deadlines()].remindAfter = period
            case .escalateAfter:
                deadlines[setting.procedure, default: Deadlines()].escalateAfter = period
            case .expireAfter:
                deadlines[setting.procedure, default: Deadlines()].expireAfter = period
            case .companyExpireAfter:
                deadlines[setting.procedure, default: Deadlines()].companyExpireAfter = period
            case .retention(let statuses):
                for status in statuses {
                    retention[setting.procedure, default: [:]][status] = period
                }
            case .rules: break
            }
        }
    }
}
