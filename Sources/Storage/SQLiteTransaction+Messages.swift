import Contract
import Domain
import Workflow

// Inbox, outbox, attempts.

extension SQLiteTransaction {
    // MARK: Inbox

    func record(_ entry: InboxEntry) throws {
        try statement(.insertInboxEntry, entry.key.bytes, entry.digest, entry.receivedAt).run()
    }

    func forget(_ key: InboxKey) throws {
        try statement(.deleteInboxEntry, key.bytes).run()
    }

    // MARK: Outbox

    func enqueue(
        _ message: OutboundMessage,
        about persons: [PersonIdentifier],
        journal: Int64,
        at now: Instant
    ) throws -> Int64 {
        let sequence = connection.state.lastOutboxSequence + 1
        let record = try statement(.insertOutboxRecord)
        record.bind(sequence)
        record.bind(journal)
        record.bind(message.exchange.rawValue)
        record.bind(message.routingKey)
        record.bind(message.properties.messageIdentifier)
        record.bind(message.mail?.template)
        record.bind(message.mail?.recipient?.uuid)
        record.bind(now)
        try record.run()
        for person in persons {
            try statement(.insertOutboxAbout, person.uuid, sequence).run()
        }
        // What may fail comes before what is bound: a statement that is half bound stays so.
        let properties = PropertiesCodec.encode(message.properties)
        let body = try BodyCodec.encode(message.body, message.fixedParts, isKept: keep)
        let payload = try statement(.insertPayload)
        payload.bind(sequence)
        payload.bind(message.account?.uuid)
        payload.bind(persons.map(\.uuid))
        payload.bind(message.mandatory)
        // What tells of an erasure names the person as well, and is wiped once it was sent.
        payload.bind(connection.state.traces != connection.committed.traces)
        payload.bind(message.subject)
        payload.bind(properties)
        payload.bind(body)
        try payload.run()
        connection.state.lastOutboxSequence = sequence
        connection.state.count(.outboxPending, 1)
        return sequence
    }

    /// Sees to it that the phrase stands in the store. False if its fingerprint is another's.
    private func keep(_ phrase: FixedText) throws -> Bool {
        guard !connection.state.phrases.contains(phrase.fingerprint) else { return true }
        if let known = try self.phrase(phrase.fingerprint) {
            guard known == phrase.bytes else { return false }
        } else {
            try statement(.insertPhrase, phrase.fingerprint, phrase.bytes).run()
        }
        connection.state.phrases.insert(phrase.fingerprint)
        return true
    }

    func phrase(_ fingerprint: Int64) throws -> [UInt8]? {
        try statement(.phrase, fingerprint).first { $0.bytes(0) }
    }

    func settle(_ sequences: [Int64], at now: Instant) throws -> [SettledOrder] {
        var orders: [SettledOrder] = []
        for range in Self.ranges(of: sequences) {
            let removed = try removePayloads(range)
            guard removed.count > 0 else { continue }
            try statement(.settleRecords, now, range.lowerBound, range.upperBound).run()
            orders += removed.notable.compactMap { message in
                message.account.map { SettledOrder(account: $0, message: message.sequence) }
            }
            if removed.notable.contains(where: \.leavesTraces) { connection.state.traces += 1 }
        }
        return orders
    }

    /// Takes away what is needed for sending alone, parked or not; returns how many there were, and
    /// what is to be known of some.
    func removePayloads(
        _ range: ClosedRange<Int64>
    ) throws -> (count: Int, notable: [Removed]) {
        let lookup = try statement(.settledPayloads, range.lowerBound, range.upperBound)
        var notable = try lookup.all { row in
            Removed(
                sequence: row.integer(2),
                account: row.isNull(0) ? nil : AccountIdentifier(try row.identifier(0)),
                leavesTraces: row.integer(1) != 0
            )
        }
        var count = try statement(.deletePayloads, range.lowerBound, range.upperBound).run()
        connection.state.count(.outboxPending, -count)
        if count < range.count {
            let parked = try removeParked(range)
            count += parked.count
            notable += parked.removed
        }
        return (count, notable)
    }

    /// Confirms come for whole stretches of the outbox: three statements settle each.
    private static func ranges(of sequences: [Int64]) -> [ClosedRange<Int64>] {
        var ranges: [ClosedRange<Int64>] = []
        for sequence in sequences.sorted() {
            guard let last = ranges.last, sequence <= last.upperBound + 1 else {
                ranges.append(sequence...sequence)
                continue
            }
            ranges[ranges.count - 1] = last.lowerBound...sequence
        }
        return ranges
    }

    func pendingMessages(after sequence: Int64, limit: Int, bytes: Int) throws -> [OutboxRow] {
        try outboxRows(statement(.pendingPayloads, sequence, limit), bytes: bytes)
    }

    /// The statement's rows, up to the one with which they take so many bytes of memory.
    func outboxRows(_ statement: SQLiteStatement, bytes: Int) throws -> [OutboxRow] {
        var rows: [OutboxRow] = []
        var heldBytes = 0
        try statement.read { row in
            rows.append(try row.outboxRow(phrase: phrase))
            heldBytes += rows.last?.message.heldBytes ?? 0
            return heldBytes < bytes
        }
        return rows
    }

    func outboxStatistics() throws -> OutboxStatistics {
        let counts = connection.state.counts
        return OutboxStatistics(
            pending: counts[.outboxPending, default: 0],
            parked: counts[.outboxParked, default: 0],
            oldestAt: try oldestUnsent()
        )
    }

    // MARK: Messages that made the daemon crash

    func countAttempts(_ keys: [InboxKey]) throws -> [Int] {
        try keys.map { key in
            let before = try statement(.attempts, key.bytes).first { Int($0.integer(0)) } ?? 0
            try statement(.countAttempt, key.bytes).run()
            return before
        }
    }

    func clearAttempts(_ keys: [InboxKey]) throws {
        for key in keys {
            try statement(.clearAttempts, key.bytes).run()
        }
    }

    func beginRun() throws -> Bool {
        let wasRunning = try statement(.run).first { $0.integer(0) != 0 } ?? false
        try setRunning(true)
        return wasRunning
    }

    func endRun() throws { try setRunning(false) }

    private func setRunning(_ isRunning: Bool) throws {
        try statement(.setRun, isRunning).run()
    }
}
