import Contract
import Domain

/// What operators have done with the service's own messages. Nobody else may send these; see
/// `PublisherRole`.
public enum OperatorReports {
    static let messages: [MessageDefinition] = [
        MessageDefinition(outboxRetry, read: OperatorReport.readOutboxRetry),
        MessageDefinition(deadLetterReplay) { data, _ in LettersReport.read(.replay, &data) },
        MessageDefinition(deadLetterDiscard) { data, _ in LettersReport.read(.discard, &data) },
        MessageDefinition(accountRetry, read: OrdersRetry.read),
        MessageDefinition(clockConfirmed, read: OperatorReport.readClockConfirmed),
    ]

    public static let outboxRetry = "report.operator.outbox-retry"
    public static let deadLetterReplay = "report.operator.dead-letter-replay"
    public static let deadLetterDiscard = "report.operator.dead-letter-discard"
    /// How many dead letters one event names at most.
    public static let maximumLetters = 500
    public static let accountRetry = "report.operator.account-retry"
    public static let clockConfirmed = "report.operator.clock-confirmed"
}

/// Something that is done because an operator says so: no rule speaks against it.
private struct OperatorReport: Command {
    let action: OperatorAction

    var request: RequestIdentifier? { nil }
    var speaker: String? { nil }

    func decide(in _: DecisionContext) throws -> Outcome { .apply([.operated(action)]) }

    static func readOutboxRetry(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        data.checkOperatorEnvelope()
        switch data.exactlyOne(of: ["messages", "all"]) {
        case "messages":
            let sequences = data.integers(
                "messages",
                in: 1...JSONNumber.greatestExactInteger,
                count: 1...Int.max
            )
            guard let sequences else { return nil }
            return OperatorReport(action: .outboxRetried(sequences.map(Int64.init)))
        case "all":
            guard let isAll = data.boolean("all") else { return nil }
            guard isAll else {
                data.report("must be true", at: "all")
                return nil
            }
            return OperatorReport(action: .outboxRetried(nil))
        default: return nil
        }
    }

    static func readClockConfirmed(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        data.checkOperatorEnvelope()
        return OperatorReport(action: .clockConfirmed)
    }
}
