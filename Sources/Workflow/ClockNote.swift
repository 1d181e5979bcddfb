import Domain

/// What the register is to remember of the clock, so that the next start does not take the times
/// that were written meanwhile for certain.
enum ClockNote: Hashable, Sendable {
    /// The clock is in question; about this is the time, by what is certain.
    case questioned(expected: Instant)
    /// The clock is right again, or taken for right.
    case accepted

    func write(
        at now: Instant,
        toleranceSeconds: Double,
        journal: JournalFormat,
        in transaction: any MaintenanceTransaction
    ) throws {
        let certain = try transaction.certainTime()
        let event: String
        switch self {
        case .questioned(let expected):
            // What was certain first stays so.
            guard certain == nil else { return }
            try transaction.record(certainTime: expected)
            event = journal.clockQuestioned(expected: expected)
        case .accepted:
            let last = try transaction.lastEntryAt()
            let latest = now.advanced(bySeconds: Int64(toleranceSeconds.clamped))
            // An entry by this clock is the last then, and what the next start compares with.
            guard certain != nil || last.map({ $0 > latest }) == true else { return }
            try transaction.record(certainTime: nil)
            event = journal.clockAccepted
        }
        try transaction.append(
            JournalEntry(
                time: now,
                event: event,
                cause: journal.cause(named: "clock"),
                request: nil
            )
        )
    }
}

extension Double {
    /// A number of seconds that can be added to any time.
    fileprivate var clamped: Double { Swift.min(self, 1e11) }
}
