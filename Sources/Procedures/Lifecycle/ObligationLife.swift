public import Domain

// What becomes of an obligation: one notice at a time, and none that is stale.
extension Lifecycle {
    /// Reminds the operator, once, of what it has to do.
    ///
    /// Nothing follows once the day on which it was due is over: then it is overdue.
    public static func remind(
        _ identifier: ObligationIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var obligation = try context.register.obligation(identifier),
            obligation.status == .open,
            let remindAt = obligation.remindAt, remindAt <= context.now,
            !obligation.isOver(at: context.now)
        else { return [] }
        obligation.remindAt = nil
        return [
            .obligationChanged(
                obligation,
                previous: .open,
                .reminded,
                by: .timer(Self.remindOfObligation)
            )
        ]
    }

    /// What follows on the day after the one on which it was due; nothing if it was met meanwhile.
    public static func overdue(
        _ identifier: ObligationIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var obligation = try context.register.obligation(identifier),
            obligation.status == .open, obligation.isOver(at: context.now)
        else { return [] }
        obligation.status = .overdue
        obligation.remindAt = nil
        obligation.overdueAt = nil
        return [
            .obligationChanged(obligation, previous: .open, .overdue, by: .timer("overdue"))
        ]
    }

    private static let remindOfObligation = "remind-obligation"
}

extension Obligation {
    fileprivate func isOver(at now: Instant) -> Bool { overdueAt.map { $0 <= now } ?? false }

    /// The event that it arose. One that is reported when its day is over already is overdue from
    /// the beginning, and one whose reminder would have been due before it arose has none.
    func opened(remindBefore: Period, at now: Instant) -> Event {
        var opened = self
        let overdueAt = LuxembourgCalendar.morning(of: dueOn.adding(days: 1))
        let remindAt = LuxembourgCalendar.morning(
            of: LuxembourgCalendar.day(remindBefore, before: dueOn)
        )
        opened.status = overdueAt <= now ? .overdue : .open
        opened.overdueAt = overdueAt > now ? overdueAt : nil
        opened.remindAt = remindAt > now ? remindAt : nil
        return .obligationOpened(opened)
    }

    /// The event that it was done on `day`. Whether that was in time is a matter of the days alone,
    /// whatever the clock has made of it meanwhile.
    func met(on day: CivilDate, by originator: Originator) -> Event {
        var met = self
        met.status = day <= dueOn ? .met : .metLate
        met.metOn = day
        met.remindAt = nil
        met.overdueAt = nil
        return .obligationChanged(met, previous: status, .met, by: originator)
    }
}
