import Contract
import Domain
import Workflow

extension MemoryTransaction {
    @discardableResult
    func append(_ entry: JournalEntry) throws -> Int64 {
        try checkUsable()
        guard JournalChain.accepts(entry.event.utf8.span),
            JournalChain.accepts(entry.cause.utf8.span)
        else {
            throw MemoryRegisterError(description: "a journal entry contains a line feed")
        }
        let head = try journalHead()
        contents.journalHashes.append(
            JournalChain.hash(
                previous: head.hash,
                sequence: head.sequence + 1,
                time: entry.time,
                event: entry.event.utf8.span,
                cause: entry.cause.utf8.span
            )
        )
        contents.journal.append(entry)
        return head.sequence + 1
    }

    func keep(
        reason: String,
        journal: Int64,
        about request: RequestIdentifier?,
        at now: Instant
    ) throws {
        try checkUsable()
        contents.reasons[journal] = reason
        guard let request else { return }
        let text = FreeText(kind: .reason, recordedAt: now, content: reason)
        try layOver(.write(.init(request: request, text: text)))
    }

    func journalHead() throws -> JournalHead {
        try checkUsable()
        return head(Int64(contents.journal.count))
    }

    private func head(_ sequence: Int64) -> JournalHead {
        sequence == 0
            ? .empty
            : JournalHead(
                sequence: sequence,
                hash: contents.journalHashes[Int(sequence) - 1]
            )
    }

    func verifyJournal(after head: JournalHead, limit: Int) throws -> JournalHead {
        try checkUsable()
        guard head.sequence <= contents.journal.count, self.head(head.sequence) == head else {
            throw JournalBroken(sequence: head.sequence, fault: "is not there as it was")
        }
        var head = head
        for (index, entry) in contents.journal.enumerated().dropFirst(Int(head.sequence))
            .prefix(limit)
        {
            head = try ChainedEntry(
                sequence: Int64(index + 1),
                time: entry.time,
                event: Array(entry.event.utf8),
                cause: Array(entry.cause.utf8),
                previous: self.head(Int64(index)).hash,
                hash: contents.journalHashes[index]
            ).verified(after: head)
        }
        return head
    }

    func lastCheckpoint() throws -> JournalCheckpoint? {
        try usable().checkpoints.last
    }

    func record(_ checkpoint: JournalCheckpoint) throws {
        try checkUsable()
        guard checkpoint.number == contents.checkpoints.count + 1 else {
            throw MemoryRegisterError(description: "this is not the next checkpoint")
        }
        contents.checkpoints.append(checkpoint)
    }

    // MARK: The clock

    func lastEntryAt() throws -> Instant? {
        try usable().journal.last?.time
    }

    func certainTime() throws -> Instant? {
        try usable().certainTime
    }

    func record(certainTime time: Instant?) throws {
        try checkUsable()
        contents.certainTime = time
    }
}
