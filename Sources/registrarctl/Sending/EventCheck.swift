import Contract
import Domain
import Procedures

/// Looks at an event as the daemon will, so that what it would put aside is not sent at all.
struct EventCheck {
    let user: String
    /// Who may say what, as the daemon that reads the same file has it.
    let publishers: Publishers
    /// The configuration file, for messages.
    let path: String

    /// The event as the daemon would have it from the broker.
    ///
    /// - Throws: an `ExitFailure` that says what is wrong.
    @discardableResult
    func check(_ event: InboundEvent, properties: MessageProperties) throws -> InboundMessage {
        guard let queue = event.queue else {
            throw ExitFailure(
                .data,
                "no queue takes \"\(event.routingKey)\": it begins with registration, approval or "
                    + "report"
            )
        }
        let decoder = MessageDecoder(
            definitions: ProcedureCatalogue.messages,
            publishers: publishers
        )
        let message = InboundMessage(
            queue: queue,
            routingKey: event.routingKey,
            redelivered: false,
            properties: properties,
            body: event.body
        )
        guard case .dead(let problem, _) = decoder.decode(message) else { return message }
        guard problem.code != .forbidden else {
            throw ExitFailure(
                .denied,
                "the daemon would not take this from the broker user \(user): \(problem.detail); "
                    + "see publishers in \(path)"
            )
        }
        throw ExitFailure(.data, Self.text(problem))
    }

    private static func text(_ problem: Problem) -> String {
        let places = problem.findings.map { finding in
            "\n  \(finding.pointer.isEmpty ? "the event" : finding.pointer) \(finding.detail)"
        }
        return "nothing was sent, for the daemon would refuse it as \(problem.code.rawValue): "
            + problem.detail + places.joined()
    }
}
