public import Contract
public import Correspondence
public import Domain

/// What may be exchanged while the loop runs.
public struct MessageLoopSettings: Sendable {
    public var publishers: Publishers
    public var correspondent: Correspondent
    public var procedures: ProcedureSettings
    public var deferral: DeferralSettings

    public init(
        publishers: Publishers,
        correspondent: Correspondent,
        procedures: ProcedureSettings,
        deferral: DeferralSettings = DeferralSettings()
    ) {
        self.publishers = publishers
        self.correspondent = correspondent
        self.procedures = procedures
        self.deferral = deferral
    }
}

/// How much the loop takes at once. All of it bounds memory.
public struct MessageLoopLimits: Sendable {
    /// Messages in one transaction at most.
    public var batch = 300
    /// From so many messages in one batch on, more may wait in the broker: no more than it hands
    /// over of one queue before some are acknowledged.
    public var backlog = 300
    /// How much of the work that the clock brings is done in one transaction at most.
    public var dueAtOnce = 200
    /// Bytes of messages that waited and are dealt with in one transaction, besides the last of
    /// them.
    public var dueBytesAtOnce = 4 << 20
    /// After so many seconds in one transaction no further message is dealt with in it, and half as
    /// long after that, no further work of the clock's. Whatever else waits has its turn in
    /// between.
    public var batchSeconds = 0.1
    /// How much of an erasure is done in one transaction at most, in messages that are taken away;
    /// a record that changes counts as ten.
    public var erasedAtOnce = 500
    /// Outbox messages held in memory at most; the intake waits while there are more.
    public var outboxInMemory = 1000
    /// New outbox messages held in memory at most: what one batch brings beyond that, as when a big
    /// operator is revoked, is read back from the store.
    public var cascadeInMemory = 4000
    /// Bytes of outbox messages held in memory at most, besides what one batch adds; the intake
    /// waits while there are more. A dead letter keeps its body, however large.
    public var outboxInMemoryBytes = 4 << 20
    /// Publications on the way to the broker at most.
    public var window = 800
    /// Crashes with a message in hand after which it is taken alone.
    public var crashesBeforeIsolation = 5
    /// Crashes while it was alone in hand after which a message is dead-lettered as `poison`.
    public var crashesAloneBeforeQuarantine = 1
    /// How long dead letters are kept, and how many.
    public var deadLetters = DeadLetterLimits()
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
    /// How long the broker may refuse one message again and again before the publishing connection
    /// is renewed: a channel can go on refusing for a queue that has room again. Doubles each time
    /// that it did not help.
    public var renewAfterRefusedSeconds = 30.0
    /// The longest pause before it is renewed again for that.
    public var renewAtMostSeconds = 3600.0
    /// How long nothing may have waited in the broker before deadlines count: what arrived in time
    /// comes first.
    public var quietBeforeDeadlinesSeconds = 2.0
    /// How long a clock that was set has to be steady before what is due by it is done.
    public var steadyClockSeconds = 60.0
    /// How far a clock may be from what is expected before what is due by it waits for an operator.
    public var plausibleClockSeconds = 7.0 * 86_400
    /// How far behind the last certain time a clock may be at the start: a step of NTP is no fault.
    public var clockToleranceSeconds = 60.0
    /// The pause before due work that could not be done is tried again.
    public var retryFailedDueWorkAfterSeconds = 600.0

    public init() {}
}

/// What bounds the dead letters that the store holds. Where there is no more room, the oldest
/// letters of the sender who takes most of it go, journalled, so that nobody pushes out anybody
/// else's.
public struct DeadLetterLimits: Hashable, Sendable {
    /// How long a letter is kept; nil for ever.
    public var retainSeconds: Int64? = 90 * 86_400
    public var count = 100_000
    /// The sum of `DeadLetter.storedBytes`.
    public var bytes = 1 << 30

    public init() {}

    func exceeded(by totals: DeadLetterTotals) -> Bool {
        totals.count > count || totals.bytes > bytes
    }
}
