import Domain

// The settings below `procedures.excise.mandate`.
extension Excise {
    private static let mandate = "\(name).mandate"
    private static let year = 366 * Period.secondsPerDay

    static let mandateRemindAfter = Setting(
        "\(mandate).remindAfter",
        default: Period.workingDays(5),
        "When those whose yes to a mandate is missing are reminded."
    )
    static let mandateExpireAfter = Setting(
        "\(mandate).expireAfter",
        default: Period.days(30),
        "When a mandate expires to which a side has not said yes."
    )
    static let mandateWarnBefore = Setting(
        "\(mandate).warnBefore",
        default: Period.days(30),
        "How long before the last day of a mandate both sides are warned."
    )
    static let representativeNeedsAuthorisation = Setting(
        "\(mandate).representativeNeedsAuthorisation",
        default: RepresentativeRule.indirect.rawValue,
        "Whether a representative needs an excise authorisation of its own: under an indirect "
            + "mandate, always, or never."
    )

    static let mandateSettings: [SettingDefinition] = [
        .period(
            mandateRemindAfter,
            within: PeriodBounds(seconds: 1...year, workingDays: 1...250)
        ),
        .period(
            mandateExpireAfter,
            within: PeriodBounds(seconds: 1...(10 * year), workingDays: 1...2500)
        ),
        .period(
            mandateWarnBefore,
            within: PeriodBounds(seconds: Period.secondsPerDay...year, workingDays: 1...250)
        ),
        .text(
            representativeNeedsAuthorisation,
            as: .choice(RepresentativeRule.allCases.map(\.rawValue))
        ),
    ]

    /// The setting takes no other words.
    static func representativeRule(_ values: SettingValues) -> RepresentativeRule {
        RepresentativeRule(rawValue: values[representativeNeedsAuthorisation]) ?? .indirect
    }

    static func mandateDeadlines(_ values: SettingValues) -> ProcedureSettings.Deadlines {
        ProcedureSettings.Deadlines(
            remindAfter: values[mandateRemindAfter],
            expireAfter: values[mandateExpireAfter]
        )
    }
}
