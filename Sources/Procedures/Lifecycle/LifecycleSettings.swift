import Domain

// The settings that procedures have in common.
extension SettingDefinition {
    private static let year = 366 * Period.secondsPerDay

    /// After how long whoever decides on a pending request is reminded.
    static func remindAfter(_ procedure: String, _ period: Period, _ help: String) -> Self {
        .period(
            Setting("\(procedure).remindAfter", default: period, help),
            within: PeriodBounds(seconds: 1...year, workingDays: 1...250),
            for: .remindAfter
        )
    }

    /// After how long the authority is told of a request that lies undecided.
    static func escalateAfter(_ procedure: String, _ period: Period?, _ help: String) -> Self {
        .optionalPeriod(
            Setting("\(procedure).escalateAfter", default: period, help),
            within: PeriodBounds(seconds: 1...year, workingDays: 1...250),
            for: .escalateAfter
        )
    }

    /// After how long a pending request expires, whoever decides on it; nil for never. What an
    /// authority has to decide on does not end by its silence, unless an installation says so.
    static func expireAfter(_ procedure: String, _ period: Period?, _ help: String) -> Self {
        expiry("\(procedure).expireAfter", period, help, for: .expireAfter)
    }

    /// After how long one expires that a company's managers decide on, where nothing is set for
    /// all.
    static func companyExpireAfter(_ procedure: String, _ period: Period?, _ help: String) -> Self {
        expiry("\(procedure).companyExpireAfter", period, help, for: .companyExpireAfter)
    }

    private static func expiry(
        _ path: String,
        _ period: Period?,
        _ help: String,
        for purpose: SettingPurpose
    ) -> Self {
        .optionalPeriod(
            Setting(path, default: period, help),
            within: PeriodBounds(seconds: 1...(10 * year), workingDays: 1...2500),
            for: purpose
        )
    }

    /// How long a request is kept that ended in one of these.
    static func retention(
        _ path: String,
        of statuses: [RequestStatus],
        _ period: Period,
        atLeastSeconds least: Int = 1,
        _ help: String
    ) -> Self {
        .period(
            Setting(path, default: period, help),
            within: PeriodBounds(seconds: least...(50 * year), workingDays: 1...2500),
            for: .retention(of: statuses)
        )
    }

    /// How long requests are kept on which somebody decides.
    ///
    /// - Parameter help: of the key for granted ones, which are kept always unless it says else.
    static func retention(
        _ procedure: String,
        atLeastSeconds least: Int = 1,
        granted help: String
    ) -> [Self] {
        func ended(_ status: RequestStatus, _ article: String, _ period: Period) -> Self {
            retention(
                "\(procedure).retain.\(status.rawValue)",
                of: [status],
                period,
                atLeastSeconds: least,
                "How long the personal data of \(article) \(status.rawValue) request are kept."
            )
        }
        return [
            ended(.rejected, "a", .days(90)), ended(.withdrawn, "a", .days(30)),
            ended(.expired, "an", .days(30)),
            .optionalPeriod(
                Setting("\(procedure).retain.granted", default: nil, help),
                within: PeriodBounds(seconds: least...(50 * year), workingDays: 1...2500),
                for: .retention(of: [.granted])
            ),
        ]
    }
}
