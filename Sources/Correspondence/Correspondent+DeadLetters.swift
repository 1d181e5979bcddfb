public import Contract
import Domain

extension Correspondent {
    /// Tells that a message was put aside, and nothing of its content.
    public func tell(of letter: DeadLetter, cause: Cause) -> OutboundMessage {
        message(
            "status.dead-letter",
            subject: letter.identifier.description,
            cause: cause
        ) { data in
            data.member("deadLetter", letter.identifier.description)
            data.member("reason", letter.reason.rawValue)
            data.member("queue", letter.queue)
            data.member("user", letter.user)
            data.member("at", letter.at.description)
        }
    }
}
