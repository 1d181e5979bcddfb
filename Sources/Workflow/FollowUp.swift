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

    func entry(_ event: String, about other: RequestIdentifier? = nil) -> JournalEntry {
        JournalEntry(time: origin.at, event: event, cause: cause, request: request ?? other)
    }

    /// The request that led to what happened, where the message was about none.
    func request(of event: Event) throws -> RequestIdentifier? {
        switch event {
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _):
            account.request
        default: nil
        }
    }

    func enqueue(_ message: OutboundMessage, journal: Int64) throws -> OutboxRow {
        OutboxRow(
            sequence: try transaction.enqueue(message, journal: journal, at: origin.at),
            message: message
        )
    }
}
