import Contract
import Domain
import Workflow

extension SQLiteTransaction {
    @discardableResult
    func append(_ entry: JournalEntry) throws -> Int64 {
        guard JournalChain.accepts(entry.event.utf8.span),
            JournalChain.accepts(entry.cause.utf8.span)
        else {
            throw StorageError(
                .rejected,
                "a journal entry for the store \(connection.handle.path) contains a line feed, "
                    + "which its hash chain does not allow; this is an error in the program, "
                    + "please report it"
            )
        }
        let statement = try statement(.insertJournalEntry)
        let number = try entry.request.flatMap { try connection.number(of: $0) }
        let previous = connection.state.journal
        let sequence = previous.sequence + 1
        let hash = JournalChain.hash(
            previous: previous.hash,
            sequence: sequence,
            time: entry.time,
            event: entry.event.utf8.span,
            cause: entry.cause.utf8.span
        )
        statement.bind(sequence)
        statement.bind(number)
        statement.bind(entry.time)
        statement.bind(entry.event)
        statement.bind(entry.cause)
        statement.bind(previous.hash)
        statement.bind(hash)
        try statement.run()
        connection.state.journal = JournalHead(sequence: sequence, hash: hash)
        if number == nil, let request = entry.request {
            try self.statement(.insertUnknownRequest, request.uuid, sequence).run()
        }
        return sequence
    }

    func keep(
        reason: String,
        journal: Int64,
        about request: RequestIdentifier?,
        at now: Instant
    ) throws {
        let statement = try statement(.insertReason)
        statement.bind(journal)
        statement.bind(request?.uuid)
        statement.bind(now)
        statement.bind(reason)
        try statement.run()
    }

    func journalHead() throws -> JournalHead {
        try checkUsable()
        return connection.state.journal
    }

    func verifyJournal(after head: JournalHead, limit: Int) throws -> JournalHead {
        let newest = try journalHead().sequence
        if head.sequence > 0 {
            let lookup = try statement(.journalHash, head.sequence)
            guard let hash = try lookup.first({ $0.bytes(0) }) else {
                throw JournalBroken(sequence: head.sequence, fault: "is missing: it was there")
            }
            guard hash == head.hash else {
                throw JournalBroken(
                    sequence: head.sequence,
                    fault: "is another than the one that was verified before"
                )
            }
        }
        let entries = try statement(.journalEntries, head.sequence, limit)
        var reached = head
        try entries.forEach { row in
            reached = try row.chainedEntry().verified(after: reached)
        }
        guard reached.sequence == min(newest, head.sequence + Int64(limit)) else {
            throw JournalBroken(
                sequence: reached.sequence + 1,
                fault: "is missing: the journal had \(newest) entries"
            )
        }
        return reached
    }

    func lastCheckpoint() throws -> JournalCheckpoint? {
        try statement(.lastCheckpoint).first { $0.checkpoint() }
    }

    func record(_ checkpoint: JournalCheckpoint) throws {
        let statement = try statement(.insertCheckpoint)
        statement.bind(checkpoint.number)
        statement.bind(checkpoint.sequence)
        statement.bind(checkpoint.hash)
        statement.bind(checkpoint.at)
        statement.bind(checkpoint.previous)
        statement.bind(checkpoint.key)
        statement.bind(checkpoint.signature)
        try statement.run()
    }
}

extension SQLiteStatement {
    /// The columns from `sequence` to `hash`.
    func chainedEntry() -> ChainedEntry {
        ChainedEntry(
            sequence: integer(0),
            time: instant(1),
            event: bytes(2),
            cause: bytes(3),
            previous: bytes(4),
            hash: bytes(5)
        )
    }

    func checkpoint() -> JournalCheckpoint {
        JournalCheckpoint(
            number: integer(0),
            sequence: integer(1),
            hash: bytes(2),
            at: instant(3),
            previous: bytes(4),
            key: bytes(5),
            signature: bytes(6)
        )
    }
}
