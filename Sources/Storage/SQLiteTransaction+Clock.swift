import Domain
import Workflow

// What falls due. Each kind has an index of its own that holds open work alone, so that looking for
// it costs the same with a thousand requests and with a million.

extension SQLiteTransaction {
    func due(_ kinds: [TimerKind], at now: Instant, limit: Int) throws -> [Timer] {
        try Timer.earliest(limit, of: kinds.map { try due($0, at: now, limit: limit) })
    }

    private func due(_ kind: TimerKind, at now: Instant, limit: Int) throws -> [Timer] {
        let statement: SQLiteStatement
        switch kind {
        case .retry:
            return try deferredEntries(dueAt: now, limit: limit).map {
                Timer(kind, dueAt: $0.nextAttemptAt, .message($0))
            }
        case .follow:
            return try cascades(dueAt: now, limit: limit).map {
                Timer(kind, dueAt: $0.since, .cascade($0))
            }
        case .provisioning:
            return try provisioningOrders(dueAt: now, limit: limit).compactMap { order in
                order.dueAt.map { Timer(kind, dueAt: $0, .order(order)) }
            }
        case .remind: statement = try self.statement(.dueReminders)
        case .escalate: statement = try self.statement(.dueEscalations)
        case .expire: statement = try self.statement(.dueExpiries)
        case .warn: statement = try self.statement(.dueWarnings)
        case .lapse: statement = try self.statement(.dueLapses)
        case .remindOfObligation: statement = try self.statement(.dueObligations)
        case .overdue: statement = try self.statement(.dueOverdue)
        case .erase: statement = try self.statement(.dueErasures)
        case .deadLetter: statement = try self.statement(.dueLetters)
        case .eraseDeadLetter: statement = try self.statement(.dueLetterErasures)
        }
        statement.bind(now)
        statement.bind(limit)
        return try statement.all { row in
            Timer(kind, dueAt: row.instant(1), try row.subject(of: kind))
        }
    }

    func nextDue() throws -> Instant? {
        try TimerKind.allCases.compactMap { kind in
            switch kind {
            // Asked for in every turn, and mostly nothing waits.
            case .retry where try deferredCount() == 0: nil
            case .retry: try statement(.nextAttempt).first { $0.instant(0) }
            case .follow: try statement(.nextCascade).first { $0.instant(0) }
            case .provisioning: try statement(.nextOrder).first { $0.instant(0) }
            case .remind: try statement(.nextReminder).first { $0.instant(0) }
            case .escalate: try statement(.nextEscalation).first { $0.instant(0) }
            case .expire: try statement(.nextExpiry).first { $0.instant(0) }
            case .warn: try statement(.nextWarning).first { $0.instant(0) }
            case .lapse: try statement(.nextLapse).first { $0.instant(0) }
            case .remindOfObligation: try statement(.nextObligation).first { $0.instant(0) }
            case .overdue: try statement(.nextOverdue).first { $0.instant(0) }
            case .erase: try statement(.nextErasure).first { $0.instant(0) }
            case .deadLetter: try statement(.nextLetter).first { $0.instant(0) }
            case .eraseDeadLetter: try statement(.nextLetterErasure).first { $0.instant(0) }
            }
        }
        .min()
    }

    func lastEntryAt() throws -> Instant? {
        let statement = try statement(.journalTime)
        statement.bind(try journalHead().sequence)
        return try statement.first { $0.instant(0) }
    }

    func certainTime() throws -> Instant? {
        try statement(.certainTime).first { $0.instant(0) }
    }

    func record(certainTime time: Instant?) throws {
        guard let time else {
            try statement(.deleteCertainTime).run()
            return
        }
        let statement = try statement(.setCertainTime)
        statement.bind(time)
        try statement.run()
    }

    func oldestOpenRequests() throws -> [String: Instant] {
        var oldest: [String: Instant] = [:]
        for case .requests(let procedure, let status) in connection.state.counts.keys
        where status.isOpen && oldest[procedure] == nil {
            let statement = try statement(.oldestOpenRequest)
            statement.bind(procedure)
            oldest[procedure] = try statement.first { $0.instant(0) }
        }
        return oldest
    }
}

extension SQLiteStatement {
    /// What a timer is about: its record's key is in the first column.
    fileprivate func subject(of kind: TimerKind) throws -> Timer.Subject {
        switch kind {
        case .warn, .lapse: .authorisation(ExciseNumber(canonical: text(0)))
        case .remindOfObligation, .overdue:
            .obligation(ObligationIdentifier(try identifier(0)))
        case .deadLetter, .eraseDeadLetter:
            .letter(DeadLetterIdentifier(try identifier(0)), bytes: Int(integer(2)))
        default: .request(RequestIdentifier(try identifier(0)))
        }
    }
}
