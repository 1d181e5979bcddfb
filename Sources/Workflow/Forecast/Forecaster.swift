public import Contract
public import Domain

/// What would become of a message.
public struct Forecast: Hashable, Sendable {
    public let disposition: Disposition
    /// Why it would be refused, rejected or dead.
    public let code: ProblemCode?
    /// What is wrong, in the words that its sender would be told.
    public let detail: String?
    /// The events that would be journalled, by name and in their order.
    public let events: [String]
    /// What the journal would say of them: JSON objects.
    public let entries: [String]
    /// What would be sent, in its order.
    public let messages: [OutboundMessage]
    public let request: RequestIdentifier?
}

/// Predicts what the loop would do with messages: by doing it, with the loop's own decoder, rules
/// and correspondence, on a transaction of which nothing is ever written.
public struct Forecaster: Sendable {
    private let processor: MessageProcessor

    /// - Parameter settings: those of the loop whose work is predicted.
    public init(
        _ settings: MessageLoopSettings,
        identifiers: any IdentifierSource,
        prefix: String
    ) {
        processor = MessageProcessor(settings, identifiers, prefix: prefix)
    }

    /// What would become of these messages if they came one after another, each with the effects of
    /// those before it.
    ///
    /// - Parameter messages: As the broker would deliver them.
    /// - Throws: What the snapshot throws.
    public func forecast(
        _ messages: [InboundMessage],
        at now: Instant,
        on snapshot: any RegisterSnapshot
    ) throws -> [Forecast] {
        let run = run(on: snapshot)
        return try messages.map { try run.forecast($0, at: now) }
    }

    /// The same, for messages that are at hand one after another.
    public func run(on snapshot: any RegisterSnapshot) -> ForecastRun {
        ForecastRun(processor: processor, transaction: ForecastTransaction(snapshot))
    }
}

/// Predicts what becomes of one message after another. Not to be kept beyond its snapshot.
public struct ForecastRun {
    let processor: MessageProcessor
    let transaction: ForecastTransaction

    public func forecast(_ message: InboundMessage, at now: Instant) throws -> Forecast {
        transaction.clearWritten()
        let writing = Writing(in: transaction, at: now)
        let processed = try processor.process(message, in: writing)
        let predicted = forecast(processed.first, transaction.journal)
        // One after another, so that one is in memory at a time.
        for entry in transaction.takeHastened() {
            var bytes = 0
            _ = try processor.retry(entry, mayGiveUp: false, in: writing, bytes: &bytes)
        }
        return predicted
    }

    private func forecast(_ message: ProcessedMessage?, _ journal: [JournalEntry]) -> Forecast {
        let own = journal.compactMap { entry -> JSONObject? in
            guard case .object(let event)? = try? JSONValue(parsing: Array(entry.event.utf8))
            else { return nil }
            return event
        }
        return Forecast(
            disposition: message?.disposition ?? .duplicate,
            code: message?.code,
            detail: own.lazy.compactMap { Self.text($0["detail"]) }.first,
            events: own.compactMap { Self.text($0["event"]) },
            entries: journal.map(\.event),
            messages: transaction.messages,
            request: message?.request
        )
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text) = value { text } else { nil }
    }
}
