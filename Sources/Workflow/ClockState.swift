import Domain

/// What the loop knows of the clock's work between two batches.
struct ClockState: Sendable {
    /// Whether the clock itself is right.
    var trust: ClockTrust
    /// More was due than one batch does.
    private(set) var isBehind = false
    /// Due work that could not be done lately, by its identifier.
    private(set) var failedDueWork: Set<String> = []
    private var nextDue: Instant?
    /// Nothing is known of what is due before the first look.
    private var hasLooked = false
    private var failuresForgottenAt: Double?
    /// When more waited in the broker than was taken at once, or all of it was still to come; nil
    /// while nothing can come.
    private var backlogAtSeconds: Double?

    init(_ limits: MessageLoopLimits) { trust = ClockTrust(limits) }

    /// What was planned by an earlier look may have been done, or not: all is looked for again.
    mutating func forgetPlans() {
        nextDue = nil
        hasLooked = false
    }

    func isDue(at now: Instant) -> Bool {
        guard let nextDue else { return !hasLooked }
        return nextDue <= now
    }

    /// Takes over what a batch has come to, once it is durable.
    ///
    /// - Parameter bringsWork: Whether something fell due by it.
    mutating func finish(
        _ result: BatchResult,
        didLook: Bool,
        bringsWork: Bool,
        monotonicSeconds: Double,
        forgetAfterSeconds: Double
    ) {
        nextDue = result.nextDue
        if bringsWork { isBehind = true }
        guard didLook else { return }
        hasLooked = true
        isBehind = result.isMoreDue || bringsWork
        failedDueWork.formUnion(result.failedDueWork)
        if let failuresForgottenAt, failuresForgottenAt <= monotonicSeconds {
            failedDueWork = []
        }
        if failedDueWork.isEmpty {
            failuresForgottenAt = nil
        } else if failuresForgottenAt == nil {
            failuresForgottenAt = monotonicSeconds + forgetAfterSeconds
        }
    }

    // MARK: What may be done

    mutating func sourceOpened(atSeconds now: Double) { backlogAtSeconds = now }
    mutating func sourceClosed() { backlogAtSeconds = nil }
    mutating func sawBacklog(atSeconds now: Double) { backlogAtSeconds = now }

    /// Whether what would keep something from ending may wait in the broker, where nobody has seen
    /// it.
    func holdsDeadlines(atSeconds now: Double, quietSeconds: Double) -> Bool {
        guard let backlogAtSeconds else { return true }
        return now - backlogAtSeconds < quietSeconds
    }
}
