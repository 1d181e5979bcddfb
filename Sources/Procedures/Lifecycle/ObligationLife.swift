public import Domain

// What becomes of an obligation: one notice at a time, and none that is stale.
extension Lifecycle {
    /// Reminds whoever has to do something of it, once for each day that was set for that.
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
        // After a time of standing still, one reminder is enough.
        obligation.reminders.removeAll { $0 <= context.now }
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
    /// What was to be left alone until then is met by that.
    public static func overdue(
        _ identifier: ObligationIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var obligation = try context.register.obligation(identifier),
            obligation.status == .open, obligation.isOver(at: context.now)
        else { return [] }
        guard obligation.manner == .act else {
            return [
                obligation.met(on: obligation.dueOn, by: .timer(Self.dayIsOver), context.settings)
            ]
        }
        obligation.status = .overdue
        obligation.reminders = []
        obligation.overdueAt = nil
        return [
            .obligationChanged(obligation, previous: .open, .overdue, by: .timer(Self.dayIsOver))
        ]
    }

    private static let remindOfObligation = "remind-obligation"
    private static let dayIsOver = "overdue"
}

extension Obligation {
    fileprivate func isOver(at now: Instant) -> Bool { overdueAt.map { $0 <= now } ?? false }

    /// The day on which it is due, or the next working day where that counts as well. What is to be
    /// left alone until a day is free after it, whatever day that is.
    private func lastDayInTime(_ settings: ProcedureSettings) -> CivilDate {
        manner == .act && settings.values[ProcedureSettings.deadlinesRollForward]
            ? LuxembourgCalendar.workingDay(notBefore: dueOn) : dueOn
    }

    /// The event that it arose. One that is reported when its day is over already is overdue from
    /// the beginning, or met where it was to be left alone, and reminders that would have been due
    /// before it arose are none.
    func opened(remindBefore: [Period], in context: DecisionContext) -> Event {
        let now = context.now
        var opened = self
        let overdueAt = LuxembourgCalendar.morning(
            of: lastDayInTime(context.settings).adding(days: 1)
        )
        let reminders = remindBefore.map {
            LuxembourgCalendar.morning(of: LuxembourgCalendar.day($0, before: dueOn))
        }
        opened.reminders = Set(reminders.filter { $0 > now }).sorted()
        opened.overdueAt = overdueAt > now ? overdueAt : nil
        guard overdueAt <= now else { return .obligationOpened(opened) }
        opened.status = manner == .act ? .overdue : .met
        opened.metOn = manner == .act ? nil : dueOn
        return .obligationOpened(opened)
    }

    /// The event that it turned out to be no obligation.
    func notDue(by originator: Originator) -> Event {
        var next = self
        next.status = .notDue
        next.reminders = []
        next.overdueAt = nil
        return .obligationChanged(next, previous: status, .notDue, by: originator)
    }

    /// The event that somebody says it was done on `day`.
    ///
    /// - Parameter place: Of the day in the message.
    /// - Throws: `Problem` with the code `date-out-of-range`.
    func met(
        on day: CivilDate,
        at place: String,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> Event {
        guard day >= arisenOn, day <= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: place,
                "it lies before what had to be done, or is still to come"
            )
        }
        return met(on: day, by: originator, context.settings)
    }

    /// The event that it was done on `day`. Whether that was in time is a matter of the days alone,
    /// whatever the clock has made of it meanwhile.
    func met(
        on day: CivilDate,
        by originator: Originator,
        _ settings: ProcedureSettings
    ) -> Event {
        var met = self
        met.status = day <= lastDayInTime(settings) ? .met : .metLate
        met.metOn = day
        met.reminders = []
        met.overdueAt = nil
        return .obligationChanged(met, previous: status, .met, by: originator)
    }
}
