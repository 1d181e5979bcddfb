import Domain

extension Excise {
    private static let daysOfWork = PeriodBounds(
        seconds: Period.secondsPerDay...(30 * Period.secondsPerDay),
        workingDays: 1...20
    )

    static let warnBefore = Setting(
        "\(name).warnBefore",
        default: Period.days(30),
        "How long before its last day of validity an authorisation's holder is warned."
    )
    static let remindBefore = Setting(
        "\(name).remindBefore",
        default: Period.workingDays(2),
        "How long before the day on which a declaration or report is due there is a reminder."
    )
    static let reportWithin = Setting(
        "\(name).reportWithin",
        default: Period.workingDays(5),
        "How long after a receipt the report of receipt (RoR) is due."
    )
    static let deadlineRollsForward = Setting(
        "\(name).deadlineRollsForward",
        default: false,
        "Whether an AC4 declaration whose Thursday is a holiday is due on the next working day."
    )

    static let settings = deadlines + retention

    private static let deadlines: [SettingDefinition] = [
        .remindAfter(
            name,
            .workingDays(5),
            "When the excise office is reminded of a pending request for an authorisation."
        ),
        .escalateAfter(
            name,
            .days(90),
            "When the customs authority is told of a request for an authorisation that lies undecided."
        ),
        .expireAfter(name, nil, "When a pending request for an authorisation expires."),
        .period(
            warnBefore,
            within: PeriodBounds(
                seconds: Period.secondsPerDay...(366 * Period.secondsPerDay),
                workingDays: 1...250
            )
        ),
        .period(remindBefore, within: daysOfWork),
        .period(reportWithin, within: daysOfWork),
        .flag(deadlineRollsForward),
    ]

    private static let retention: [SettingDefinition] =
        SettingDefinition.retention(
            name,
            atLeastSeconds: Period.secondsPerDay,
            granted: "How long those of a granted request are kept from the grant on, and while it "
                + "is in force; null: always."
        ) + [reports]

    private static let reports = SettingDefinition.retention(
        "\(name).retain.answered",
        of: [.answered],
        .days(10 * 365),
        atLeastSeconds: Period.secondsPerDay,
        "How long a reported receipt or declaration is kept from the report on, and while "
            + "something is due."
    )
}
