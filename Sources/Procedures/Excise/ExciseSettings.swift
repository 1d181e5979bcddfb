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
    static let offices = Setting<[String: String]>(
        "\(name).offices",
        default: [:],
        "The mailboxes of the receivers' offices, by names that requests and decisions may state; "
            + "without any, all goes to notifications.exciseMailbox."
    )
    static let memberState = Setting(
        "\(name).memberState",
        default: "LU",
        "The member state whose excise numbers are granted and answered for here."
    )
    static let verificationService = Setting(
        "\(name).verificationService",
        default: "https://ec.europa.eu/taxation_customs/dds2/seed/",
        "Where whoever asks about another member state's excise number is sent."
    )

    static let seedCheckWithin = Setting(
        "\(name).seedCheckWithin",
        default: Period.workingDays(1),
        "How long before the message about a dispatch the consignee's number may have been checked."
    )
    static let journeyDays = Setting(
        "\(name).journeyDays",
        default: 5,
        "How many days goods are on the way where the message about the dispatch says nothing."
    )
    static let catchUpWithin = Setting(
        "\(name).catchUpWithin",
        default: Period.workingDays(1),
        "How long after EMCS works again there is for what could not be done while it was away."
    )
    static let trackStockRecords = Setting(
        "\(name).trackStockRecords",
        default: false,
        "Whether holders report that goods were entered in their stock records, on the same day."
    )
    static let coverInUse = Setting(
        "\(name).coverInUse",
        default: false,
        "Whether a standing guarantee has to cover all movements at once that lean on it."
    )
    static let releaseByRule = Setting(
        "\(name).releaseByRule",
        default: false,
        "Whether a guarantee is given back at once where what it secures was done in time."
    )
    static let quantitiesRequired = Setting(
        "\(name).quantitiesRequired",
        default: false,
        "Whether a receipt or release has to say how much of which goods."
    )

    static let settings = deadlines + mandateSettings + retention

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
        .period(seedCheckWithin, within: daysOfWork),
        .number(journeyDays, in: Dispatch.journeyDays),
        .period(catchUpWithin, within: daysOfWork),
        .flag(trackStockRecords),
        .flag(coverInUse),
        .flag(releaseByRule),
        .flag(quantitiesRequired),
        .mailboxes(offices),
        .text(memberState, as: .memberState),
        .text(verificationService, as: .webAddress),
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
