public import Contract
public import Correspondence
public import Domain

/// What the service may be told anew while it runs.
public struct ServiceSettings: Sendable {
    public var publishers: Publishers
    public var correspondent: Correspondent
    public var procedures: ProcedureSettings

    public init(
        publishers: Publishers,
        correspondent: Correspondent,
        procedures: ProcedureSettings
    ) {
        self.publishers = publishers
        self.correspondent = correspondent
        self.procedures = procedures
    }
}

/// How much the service takes at once. All of it bounds memory.
public struct ServiceLimits: Sendable {
    /// Messages in one transaction at most.
    public var batch = 300
    /// From so many messages in one turn on, more may wait in the broker: no more than it hands over
    /// of one queue before some are acknowledged.
    public var backlog = 300
    /// How much of the work that the clock brings is done in one transaction at most.
    public var dueAtOnce = 200
    /// Outbox messages held in memory at most; the intake waits while there are more.
    public var outboxInMemory = 1000
    /// New outbox messages held in memory at most: what one turn brings beyond that, as when a big
    /// operator is revoked, is read back from the store.
    public var cascadeInMemory = 4000
    /// Bytes of outbox messages held in memory at most, besides what one batch adds; the intake waits
    /// while there are more. A dead letter keeps its body, however large.
    public var outboxInMemoryBytes = 16 << 20
    /// Publications on the way to the broker at most.
    public var window = 800
    /// Crashes with a message in hand after which it is taken alone.
    public var crashesBeforeIsolation = 5
    /// Crashes while it was alone in hand after which a message is dead-lettered as `poison`.
    public var crashesAloneBeforeBurial = 1
    /// The longest pause before a store that failed is tried again.
    public var longestStorePauseSeconds = 10.0
    /// The pause before messages that could not be routed are sent again; doubles each time.
    public var retryParkedAfterSeconds = 30.0
    /// The longest pause before they are sent again.
    public var retryParkedAtMostSeconds = 600.0
    /// Parked messages that are tried again at once, at most.
    public var parkedAtOnce = 200
    /// Bytes of them read at once, at most, besides one message.
    public var parkedAtOnceBytes = 4 << 20
    /// How long the broker may refuse one message again and again before the publishing connection is
    /// renewed: a channel can go on refusing for a queue that has room again. Doubles each time that
    /// it did not help.
    public var renewAfterRefusedSeconds = 30.0
    /// The longest pause before it is renewed again for that.
    public var renewAtMostSeconds = 3600.0
    /// How long nothing may have waited in the broker before deadlines count: what arrived in time
    /// comes first.
    public var quietBeforeDeadlinesSeconds = 2.0
    /// How long a clock that was set has to be steady before what is due by it is done.
    public var steadyClockSeconds = 60.0
    /// The pause before timers that could not be acted upon are tried again.
    public var retryFailedTimersAfterSeconds = 600.0

    public init() {}
}
