import Contract
import Correspondence
import Domain

/// What a message's effects have in common: what brought them about, and where they are written.
struct FollowUp {
    /// The journal's words for the cause: a JSON object.
    let cause: String
    let origin: Cause
    let request: RequestIdentifier?
    let transaction: any RegisterTransaction

    /// - Parameter subject: The request that an event is about where its message named none.
    func entry(_ event: String, about subject: RequestIdentifier? = nil) -> JournalEntry {
        JournalEntry(time: origin.at, event: event, cause: cause, request: request ?? subject)
    }

    func enqueue(_ message: OutboundMessage, journal: Int64) throws -> OutboxRow {
        OutboxRow(
            sequence: try transaction.enqueue(message, journal: journal, at: origin.at),
            message: message
        )
    }
}
