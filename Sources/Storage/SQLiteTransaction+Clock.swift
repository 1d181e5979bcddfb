import Domain
import Workflow

// What falls due. Each kind has an index of its own that holds open work alone, so that looking for
// it costs the same with a thousand requests and with a million.

extension SQLiteTransaction {
    func due(_ kinds: [DueWorkKind], at now: Instant, limit: Int) throws -> [DueWork] {
        try DueWork.earliest(limit, of: kinds.map { try due($0, at: now, limit: limit) })
    }

    private func due(_ kind: DueWorkKind, at now: Instant, limit: Int) throws -> [DueWork] {
        // What it is about stands beside the statement that finds it: a kind that is new has both.
        let (name, subject): (Statement, (SQLiteStatement) throws -> DueWork.Subject)
        switch kind {
        case .retry:
            return try deferredEntries(dueAt: now, limit: limit).map {
                DueWork(kind, dueAt: $0.nextAttemptAt, .message($0))
            }
        case .follow:
            return try cascades(dueAt: now, limit: limit).map {
                DueWork(kind, dueAt: $0.since, .cascade($0))
            }
        case .provisioning:
            return try provisioningOrders(dueAt: now, limit: limit).compactMap { order in
                order.dueAt.map { DueWork(kind, dueAt: $0, .order(order)) }
            }
        case .remind: (name, subject) = (.dueReminders, Self.aboutRequest)
        case .escalate: (name, subject) = (.dueEscalations, Self.aboutRequest)
        case .expire: (name, subject) = (.dueExpiries, Self.aboutRequest)
        case .warn: (name, subject) = (.dueWarnings, Self.aboutAuthorisation)
        case .lapse: (name, subject) = (.dueLapses, Self.aboutAuthorisation)
        case .remindOfObligation: (name, subject) = (.dueObligations, Self.aboutObligation)
        case .overdue: (name, subject) = (.dueOverdue, Self.aboutObligation)
        case .erase: (name, subject) = (.dueErasures, Self.aboutRequest)
        case .deadLetter: (name, subject) = (.dueLetters, Self.aboutLetter)
        case .eraseDeadLetter: (name, subject) = (.dueLetterErasures, Self.aboutLetter)
        }
        return try statement(name, now, limit).all { row in
            DueWork(kind, dueAt: row.instant(1), try subject(row))
        }
    }

    func nextDue() throws -> Instant? {
        try DueWorkKind.allCases.compactMap { kind in
            switch kind {
            // Asked for with every batch, and mostly nothing waits.
            case .retry where try deferredCount() == 0: nil
            case .retry: try statement(.nextAttempt).first { $0.instant(0) }
            case .follow: try nextCascade()
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
        try statement(.journalTime, try journalHead().sequence).first { $0.instant(0) }
    }

    func certainTime() throws -> Instant? {
        try statement(.certainTime).first { $0.instant(0) }
    }

    func record(certainTime time: Instant?) throws {
        guard let time else {
            try statement(.deleteCertainTime).run()
            return
        }
        try statement(.setCertainTime, time).run()
    }

    func oldestOpenRequests() throws -> [String: Instant] {
        var oldest: [String: Instant] = [:]
        for case .requests(let procedure, let status) in connection.state.counts.keys
        where status.isOpen && oldest[procedure] == nil {
            oldest[procedure] = try statement(.oldestOpenRequest, procedure).first { $0.instant(0) }
        }
        return oldest
    }

    // What due work is about: the record's key is in the first column.

    private static func aboutRequest(_ row: SQLiteStatement) throws -> DueWork.Subject {
        .request(RequestIdentifier(try row.identifier(0)))
    }

    private static func aboutAuthorisation(_ row: SQLiteStatement) -> DueWork.Subject {
        .authorisation(AuthorisationNumber(row.text(0)))
    }

    private static func aboutObligation(_ row: SQLiteStatement) throws -> DueWork.Subject {
        .obligation(ObligationIdentifier(try row.identifier(0)))
    }

    private static func aboutLetter(_ row: SQLiteStatement) throws -> DueWork.Subject {
        .letter(DeadLetterIdentifier(try row.identifier(0)), bytes: Int(row.integer(2)))
    }
}
