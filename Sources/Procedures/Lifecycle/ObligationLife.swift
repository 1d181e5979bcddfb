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
            obligation.status.isRunning,
            let remindAt = obligation.remindAt, remindAt <= context.now,
            !obligation.isOver(at: context.now)
        else { return [] }
        // After a time of standing still, one reminder is enough.
        obligation.reminders.removeAll { $0 <= context.now }
        return [
            .obligationChanged(
                obligation,
                previous: obligation.status,
                .reminded,
                by: .timer(Self.remindOfObligation)
            )
        ]
    }

    /// What follows on the day after the one on which it was due; nothing if it was met meanwhile.
    /// What was to be left alone until then is met by that, and what could not be done, since a
    /// system was away, waits.
    public static func overdue(
        _ identifier: ObligationIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let obligation = try context.register.obligation(identifier),
            obligation.status == .open, obligation.isOver(at: context.now)
        else { return [] }
        guard obligation.manner == .act else {
            return [try obligation.met(on: nil, by: .timer(Self.dayIsOver), in: context)]
        }
        let due = try obligation.due(in: context)
        guard due.status != .open else {
            return [
                .obligationChanged(
                    due,
                    previous: .open,
                    .postponed,
                    by: .timer(Self.dayIsOver)
                )
            ]
        }
        return [.obligationChanged(due, previous: .open, .overdue, by: .timer(Self.dayIsOver))]
    }

    private static let remindOfObligation = "remind-obligation"
    private static let dayIsOver = "overdue"
}

extension Obligation {
    fileprivate func isOver(at now: Instant) -> Bool { overdueAt.map { $0 <= now } ?? false }

    /// The day on which it is due, or the next working day where that counts as well. What is to be
    /// left alone until a day is free after it, whatever day that is.
    private func lastDay(_ settings: ProcedureSettings) -> CivilDate? {
        guard manner == .act, settings.values[ProcedureSettings.deadlinesRollForward] else {
            return dueOn
        }
        return dueOn.map { LuxembourgCalendar.workingDay(notBefore: $0) }
    }

    /// The last day on which it is done in time: where the system in which it is done was away on
    /// `lastDay`, what is caught up with. Nil while the system is away.
    private func lastDayInTime(in context: DecisionContext) throws -> CivilDate? {
        guard var day = lastDay(context.settings) else { return nil }
        guard let system = ProcedureCatalogue.system(of: self) else { return day }
        let today = LuxembourgCalendar.date(at: context.now)
        while day <= today,
            let outage = try context.register.lastOutage(
                of: system.name,
                beganBy: LuxembourgCalendar.start(of: day.adding(days: 1)).advanced(bySeconds: -1)
            ), outage.covers(day)
        {
            guard let until = outage.until else { return nil }
            let caughtUp = system.catchUp(after: until, context.settings)
            guard caughtUp > day else { break }
            day = caughtUp
        }
        return day
    }

    /// As it is now, with the times that follow: overdue if its last day is over, without a day
    /// while the system is away in which it is done.
    fileprivate func due(in context: DecisionContext) throws -> Obligation {
        var next = self
        let day = try lastDayInTime(in: context)
        if day != lastDay(context.settings) { next.dueOn = day }
        let overdueAt = day.map { LuxembourgCalendar.morning(of: $0.adding(days: 1)) }
        next.reminders = reminders.filter { $0 > context.now }
        next.overdueAt = overdueAt
        guard let overdueAt, overdueAt <= context.now else { return next }
        next.status = .overdue
        next.overdueAt = nil
        return next
    }

    /// The event that it arose. One that is reported when its day is over already is overdue from
    /// the beginning, or met where it was to be left alone, and reminders that would have been due
    /// before it arose are none.
    ///
    /// - Parameter warnAfter: How long after the day its holder is told once more that it was not
    ///   done: on the day after that.
    func opened(
        remindBefore: [Period],
        warnAfter: Period? = nil,
        in context: DecisionContext
    ) throws -> Event {
        var opened = self
        opened.reminders = dueOn.map { Self.reminders(of: $0, remindBefore, warnAfter) } ?? []
        opened = try opened.due(in: context)
        if opened.status == .overdue, manner == .refrain {
            opened.status = .met
            opened.metOn = dueOn
        }
        return .obligationOpened(opened)
    }

    private static func reminders(
        of dueOn: CivilDate,
        _ remindBefore: [Period],
        _ warnAfter: Period?
    ) -> [Instant] {
        let days =
            remindBefore.map { LuxembourgCalendar.day($0, before: dueOn) }
            + [warnAfter].compactMap(\.self)
            .map { LuxembourgCalendar.day($0, after: dueOn).adding(days: 1) }
        return Set(days.map(LuxembourgCalendar.morning)).sorted()
    }

    /// The event that it is due on another day, with all that follows from that.
    func postponed(
        to day: CivilDate,
        remindBefore: [Period],
        warnAfter: Period? = nil,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> Event {
        var next = self
        next.dueOn = day
        next.status = .open
        next.reminders = Self.reminders(of: day, remindBefore, warnAfter)
        next = try next.due(in: context)
        return .obligationChanged(next, previous: status, .postponed, by: originator)
    }

    /// The last day of a time limit that ends on `day`: the next working day where that is none
    /// and that counts (ETS 76, article 5).
    static func lastDay(_ day: CivilDate, _ settings: ProcedureSettings) -> CivilDate {
        settings.values[ProcedureSettings.deadlinesRollForward]
            ? LuxembourgCalendar.workingDay(notBefore: day) : day
    }

    /// The event that it turned out to be no obligation.
    func notDue(by originator: Originator) -> Event {
        var next = self
        next.status = .notDue
        next.reminders = []
        next.overdueAt = nil
        return .obligationChanged(next, previous: status, .notDue, by: originator)
    }

    /// The event that the system works again in which it is done, for which it had no day.
    func resumed(by originator: Originator, in context: DecisionContext) throws -> Event? {
        guard dueOn == nil, let system = ProcedureCatalogue.system(of: self),
            let until = try context.register.lastOutage(of: system.name)?.until
        else { return nil }
        var next = self
        next.dueOn = system.catchUp(after: until, context.settings)
        next = try next.due(in: context)
        return .obligationChanged(next, previous: status, .postponed, by: originator)
    }

    /// The event that what it is about has another name.
    func renamed(to reference: String, by originator: Originator) -> Event {
        var next = self
        next.reference = reference
        return .obligationChanged(next, previous: status, .renamed, by: originator)
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
        return try met(on: day, by: originator, in: context)
    }

    /// The event that it was done on `day`. Whether that was in time is a matter of the days alone,
    /// whatever the clock has made of it meanwhile.
    ///
    /// - Parameter day: Nil for the day on which it was due.
    func met(
        on day: CivilDate?,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> Event {
        var met = self
        met.status = .met
        if let day, let last = lastDay(context.settings), day > last {
            met.status = try lastDayInTime(in: context).map { day <= $0 } ?? true ? .met : .metLate
        }
        met.metOn = day ?? dueOn
        met.reminders = []
        met.overdueAt = nil
        return .obligationChanged(met, previous: status, .met, by: originator)
    }
}
