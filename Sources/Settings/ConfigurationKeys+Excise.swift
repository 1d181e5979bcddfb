extension ConfigurationKey {
    static let exciseKeys: [Self] = [
        Self(
            "procedures.excise.remindAfter",
            \.procedures.excise.remindAfter,
            .duration(1...year, workingDays: 1...250),
            "When the excise office is reminded of a pending request for an authorisation."
        ),
        Self(
            "procedures.excise.expireAfter",
            \.procedures.excise.expireAfter,
            .duration(1...(10 * year), workingDays: 1...2500),
            "When a pending request for an authorisation expires."
        ),
        Self(
            "procedures.excise.warnBefore",
            \.procedures.excise.warnBefore,
            .duration(day...year, workingDays: 1...250),
            "How long before its last day of validity an authorisation's holder is warned."
        ),
        Self(
            "procedures.excise.remindBefore",
            \.procedures.excise.remindBefore,
            .duration(day...(30 * day), workingDays: 1...20),
            "How long before the day on which a declaration or report is due there is a reminder."
        ),
        Self(
            "procedures.excise.reportWithin",
            \.procedures.excise.reportWithin,
            .duration(day...(30 * day), workingDays: 1...20),
            "How long after a receipt the report of receipt (RoR) is due."
        ),
        Self(
            "procedures.excise.deadlineRollsForward",
            \.procedures.excise.deadlineRollsForward,
            .flag,
            "Whether an AC4 declaration whose Thursday is a holiday is due on the next working day."
        ),
        Self(
            "procedures.excise.retain.rejected",
            \.procedures.excise.retain.rejected,
            .duration(day...(50 * year), workingDays: 1...2500),
            "How long the personal data of a rejected request are kept."
        ),
        Self(
            "procedures.excise.retain.withdrawn",
            \.procedures.excise.retain.withdrawn,
            .duration(day...(50 * year), workingDays: 1...2500),
            "How long the personal data of a withdrawn request are kept."
        ),
        Self(
            "procedures.excise.retain.expired",
            \.procedures.excise.retain.expired,
            .duration(day...(50 * year), workingDays: 1...2500),
            "How long the personal data of an expired request are kept."
        ),
        Self(
            "procedures.excise.retain.granted",
            \.procedures.excise.retain.granted,
            .optional(.duration(day...(50 * year), workingDays: 1...2500)),
            "How long those of a granted request are kept from the grant on, and while it is in force; null: always."
        ),
        Self(
            "procedures.excise.retain.answered",
            \.procedures.excise.retain.answered,
            .duration(day...(50 * year), workingDays: 1...2500),
            "How long a reported receipt or declaration is kept from the report on, and while something is due."
        ),
    ]
}
