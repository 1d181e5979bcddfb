import Domain

extension Relief {
    static let documentsWithin = Setting(
        "\(name).documentsWithin",
        default: Period.days(180),
        "How long after relief was granted provisionally there is for the papers that are missing."
    )
    static let rejectByRule = Setting(
        "\(name).rejectByRule",
        default: false,
        "Whether a rule rejects what was not owned, used or lived abroad for as long as it takes."
    )

    static let settings: [SettingDefinition] = [
        .remindAfter(
            name,
            .workingDays(5),
            "When customs are reminded of a pending request for relief."
        ),
        .escalateAfter(
            name,
            .days(90),
            "When customs are told of a request for relief that lies undecided."
        ),
        .expireAfter(name, nil, "When a pending request for relief expires."),
        .period(
            documentsWithin,
            within: PeriodBounds(
                seconds: Period.secondsPerDay...(366 * Period.secondsPerDay),
                workingDays: 1...250,
                months: 1...12
            )
        ),
        .flag(rejectByRule),
        retention(.rejected, .days(90), "a rejected request"),
        retention(.withdrawn, .days(30), "a withdrawn request"),
        retention(.expired, .days(30), "an expired request"),
        retention(.notRequired, .days(90), "a request where no relief is required"),
        retention(
            .granted,
            .days(730),
            "a granted request, and while something is still due,"
        ),
        retention(.answered, .days(730), "the notice that something is passed on"),
    ]

    private static func retention(
        _ status: RequestStatus,
        _ period: Period,
        _ what: String
    ) -> SettingDefinition {
        .retention(
            "\(name).retain.\(status.rawValue)",
            of: [status],
            period,
            atLeastSeconds: Period.secondsPerDay,
            "How long the personal data of \(what) are kept."
        )
    }
}
