public import Contract
import Domain

extension Correspondent {
    /// The event that takes a checkpoint of the journal off the machine; about no request.
    public func announce(_ checkpoint: JournalCheckpoint) -> OutboundMessage {
        writer.message(
            identifier: identifiers.next().text,
            routingKey: JournalCheckpoint.routingKey,
            time: checkpoint.at,
            subject: String(checkpoint.sequence)
        ) { checkpoint.write(to: &$0) }
    }
}
