import Domain

extension Vehicle {
    private static let year = PeriodBounds(
        seconds: Period.secondsPerDay...(366 * Period.secondsPerDay),
        workingDays: 1...250,
        months: 1...12
    )

    static let deadline = Setting(
        "\(name).deadline",
        default: Period.months(6),
        "How long after the declaration of arrival a vehicle has to be registered."
    )
    static let remindBefore = Setting(
        "\(name).remindBefore",
        default: [Period.months(2), .days(14)],
        "How long before that day its owner is reminded."
    )
    static let discFor = Setting(
        "\(name).discFor",
        default: Period.days(30),
        "How long the temporary road tax disc is valid that is issued at the registration."
    )
    static let discRemindBefore = Setting(
        "\(name).discRemindBefore",
        default: Period.days(7),
        "How long before its last day the owner is reminded of the road tax."
    )
    static let warnAfter = Setting(
        "\(name).warnAfter",
        default: Period.days(60),
        "After how long unpaid road tax brings the warning that the vehicle may be immobilised."
    )

    static let settings: [SettingDefinition] = [
        .remindAfter(
            name,
            .workingDays(5),
            "When the authority whose step it is is reminded of a vehicle's file."
        ),
        .escalateAfter(name, nil, "When customs are told of a vehicle's file that lies undecided."),
        .expireAfter(name, .days(210), "When a vehicle's file expires."),
        .period(deadline, within: year),
        .periods(remindBefore, within: year),
        .period(discFor, within: year),
        .period(discRemindBefore, within: year),
        .period(warnAfter, within: year),
        retention("rejected", of: [.rejected], .days(90), "a rejected request"),
        retention("withdrawn", of: [.withdrawn], .days(30), "a withdrawn request"),
        retention("expired", of: [.expired], .days(30), "an expired request"),
        retention(
            "not-required",
            of: [.notRequired],
            .days(90),
            "a request where no registration is required"
        ),
        retention(
            "granted",
            of: [.granted],
            .days(730),
            "a granted request, and while something is still due,"
        ),
    ]

    private static func retention(
        _ key: String,
        of statuses: [RequestStatus],
        _ period: Period,
        _ what: String
    ) -> SettingDefinition {
        .retention(
            "\(name).retain.\(key)",
            of: statuses,
            period,
            atLeastSeconds: Period.secondsPerDay,
            "How long the personal data of \(what) are kept."
        )
    }
}
