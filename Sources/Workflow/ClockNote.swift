import Domain

/// What the register is to remember of the clock, so that the next start does not take the times
/// that were written meanwhile for certain.
enum ClockNote: Hashable, Sendable {
    /// The clock is in question; about this is the time, by what is certain.
    case questioned(expected: Instant)
    /// The clock is right again, or taken for right.
    case accepted

    func write(
        toleranceSeconds: Double,
        _ journal: JournalFormat,
        in writing: BatchWriting
    ) throws {
        let transaction = writing.maintenance
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
            let latest = writing.now.advanced(bySeconds: Int64(toleranceSeconds.clamped))
            // An entry by this clock is the last then, and what the next start compares with.
            guard certain != nil || last.map({ $0 > latest }) == true else { return }
            try transaction.record(certainTime: nil)
            event = journal.clockAccepted
        }
        try writing.append(event, because: journal.cause(named: "clock"))
    }
}

extension Double {
    /// A number of seconds that can be added to any time.
    fileprivate var clamped: Double { Swift.min(self, 1e11) }
}
