import Domain

/// What one iteration of the loop has to write; kept in hand, unacknowledged, until it is written.
struct Batch: Sendable {
    var deliveries: [Delivery] = []
    /// What acknowledges all of them, and those that were processed alone.
    var receipt: Receipt?
    /// The crash counts of these messages are to be forgotten.
    var clearedAttempts: [InboxKey] = []
    var suspectsAreCounted = false
    /// Messages that are still to be taken alone.
    var isolated: [Suspect] = []
    /// What became of those that were.
    var processedAlone: [ProcessedMessage] = []
    /// How many messages were taken from the broker.
    var size = 0
    /// Outbox rows that the broker has confirmed.
    var confirmed: [Int64] = []
    /// To be parked; without a reason, behind others of their stream.
    var parked: [(sequence: Int64, reason: String?)] = []
    /// Parked messages that are to be tried again.
    var parkedLook: ParkedLook?
    /// Do what is due by the clock.
    var clock = false
    /// What is to be remembered of the clock itself.
    var clockNote: ClockNote?
    /// Go on with an erasure that is under way.
    var erases = false
    /// Dead letters are dealt with one by one, elsewhere: the last run may have ended over one.
    var leavesLetters = false
    /// Nothing ends for want of a message: it may be waiting in the broker.
    var holdsDeadlines = false
    /// Due work that could not be done lately, by its identifier: left alone for a while.
    var failedDueWork: Set<String> = []
    /// Persons whose erasure could not be gone on with lately: left alone for a while.
    var failedErasures: Set<PersonIdentifier> = []
    /// The journal is to be checked.
    var journalCheck: JournalCheck?
    /// Read pending messages after this sequence from the store, `room` at most, and no more once
    /// they take `roomBytes`.
    var catchUpFrom: Int64?
    var room = 0
    var roomBytes = 0

    var isEmpty: Bool {
        receipt == nil && confirmed.isEmpty && parked.isEmpty && !clock && clockNote == nil
            && !erases && journalCheck == nil && parkedLook == nil
            && (catchUpFrom == nil || room == 0)
    }

    /// What is left of the batch once `count` messages of it were written.
    func left(after count: Int) -> Batch {
        var rest = Batch()
        guard count < deliveries.count else { return rest }
        rest.deliveries = Array(deliveries.dropFirst(count))
        rest.size = rest.deliveries.count
        rest.receipt = receipt
        rest.suspectsAreCounted = suspectsAreCounted
        rest.clearedAttempts = clearedAttempts
        return rest
    }

    /// Leaves the messages in hand to the broker, which delivers them again.
    mutating func leaveDeliveries() {
        deliveries = []
        receipt = nil
        clearedAttempts = []
        suspectsAreCounted = false
        isolated = []
        size = 0
    }
}

/// A message that was in hand in several crashes.
struct Suspect: Sendable {
    let delivery: Delivery
    let key: InboxKey
    /// How many.
    let crashes: Int
    /// Whether one of them happened while it was taken alone; nil while that was not looked up.
    var crashedAlone: Bool?
}

/// What a batch's transaction brought.
struct BatchResult: Sendable {
    /// How many messages were dealt with; the rest of the batch is still to be written.
    var dealtWith = 0
    var processed: [ProcessedMessage] = []
    /// New messages of the outbox.
    var queued: [OutboxRow] = []
    /// Older messages of the outbox, read back.
    var recovered: [OutboxRow] = []
    /// The last that was read of them; nil if that was all.
    var recoveredTo: Int64?
    /// Parked messages, read to be tried again.
    var parked: ParkedFinding?
    /// Messages of the outbox that were dropped by erasing a person.
    var dropped: [Int64] = []
    /// Persons whose erasure is under way; see `MaintenanceTransaction.withheldPersons`.
    var withheld: [PersonIdentifier: Int64] = [:]
    /// Persons whose erasure could not be gone on with.
    var failedErasures: Set<PersonIdentifier> = []
    /// An operator wants these tried now.
    var retried = RetriedStreams()
    var statistics: OutboxStatistics?
    var deferred: Int?
    var nextDue: Instant?
    /// When the oldest open request of each procedure was submitted.
    var oldestOpenRequests: [String: Instant] = [:]
    /// How much was done by the clock.
    var dueWork: [DueWorkKind: Int] = [:]
    /// Requests that were erased because their time was over.
    var erased: [RetainedKind: Int] = [:]
    /// Due work that could not be done, by its identifier.
    var failedDueWork: Set<String> = []
    /// More was due than is done at once.
    var isMoreDue = false
    /// What a change brings for many accounts went on, and may not be at its end.
    var isCascading = false
    /// Accounts of which an order was given up by the clock.
    var givenUp: [ProvisioningOrder] = []
    var journal: JournalFinding?
    var journalLength: Int64?
    /// What could not be done, and why.
    var faults: [String] = []
}
