public import Domain

/// What the loop tells those who watch it. Called between batches, never within a message; must
/// not block.
public protocol MessageLoopObserver: Sendable {
    func batchCommitted(_ batch: BatchReport)
    /// A batch was written, whatever was in it: how long its transaction took, the commit included.
    func wrote(seconds: Double)
    func published(_ report: PublicationReport)
    /// A part that the loop relies on works again (`reason` nil) or does not.
    func condition(_ component: MessageLoopComponent, reason: String?)
    /// Such a part works, and somebody should see to this; it holds until `condition`, or
    /// another notice, is told of that part.
    func notice(_ component: MessageLoopComponent, reason: String)
    /// How far the clock can be relied on from here on.
    func clock(_ condition: ClockCondition)
    /// The journal was checked.
    func journal(_ finding: JournalFinding, at now: Instant)
    /// The loop turned: shown to the watchdog.
    func progressed(at now: Instant)
    func outbox(_ statistics: OutboxStatistics, inMemory: Int, deferred: Int)
    /// When the oldest open request of each procedure was submitted; of those that have any.
    func oldestOpenRequests(_ oldest: [String: Instant])
}

/// The parts whose state health reports.
public enum MessageLoopComponent: String, CaseIterable, Sendable {
    case store
    /// The consuming connection: ready once the broker has confirmed every consumer.
    case consumer
    /// The publishing connection.
    case publisher
    /// What the broker does with what is published.
    case publications
    /// The journal, once it was found not to be what was written.
    case journal
}

public struct BatchReport: Sendable {
    public let processed: [ProcessedMessage]
    /// How much was done by the clock.
    public let dueWork: [DueWorkKind: Int]
    /// Requests that were erased because their time was over.
    public let erased: [RetainedKind: Int]
    /// How many messages were taken from the broker.
    public let size: Int
    /// How long the transaction took, the commit included.
    public let commitSeconds: Double
    public let finishedAt: Instant
}

/// Closed requests that are kept for one length of time.
public struct RetainedKind: Hashable, Sendable {
    public let procedure: String
    /// The status in which they ended.
    public let status: RequestStatus
}

public struct PublicationReport: Sendable {
    public let confirmed: Int
    /// From handing over to the confirmation, one value a confirmed message.
    public let confirmSeconds: [Double]
    public let refused: Int
    public let unroutable: Int

    init(_ resolution: OutboxRelay.Resolution) {
        confirmed = resolution.confirmed.count
        confirmSeconds = resolution.confirmSeconds
        refused = resolution.refused
        unroutable = resolution.unroutable
    }
}
