import Contract
import Correspondence
import Crypto
import Domain

// What becomes of dead letters.
extension MessageProcessor {
    /// Does what an operator has ordered about a letter, or ends its time.
    func deal(
        with letter: DeadLetterIdentifier,
        _ timer: Timer,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        // An order is journalled when it is given; what is let go without one says so here.
        if timer.kind == .eraseDeadLetter,
            let reason = try transaction.deadLetterReason(letter)
        {
            try transaction.append(
                JournalEntry(
                    time: now,
                    event: journal.deadLetter(letter, reason, .expired),
                    cause: journal.cause(named: "timer:\(timer.identifier)"),
                    request: nil
                )
            )
        }
        try transaction.remove([letter])
    }
}
