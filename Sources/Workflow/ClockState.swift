import Domain

/// What the service knows of the clock's work between two turns.
struct ClockState: Sendable {
    /// A wall clock that strays further than this from the steady one, between two looks, was set.
    static let longestStraySeconds = 60.0

    /// More was due than one turn does.
    private(set) var isBehind = false
    /// Timers that could not be acted upon lately, by their identifier.
    private(set) var failedTimers: Set<String> = []
    private var nextDue: Instant?
    /// Nothing is known of what is due before the first look.
    private var hasLooked = false
    private var failuresForgottenAt: Double?
    private var lastLook: (now: Instant, monotonicSeconds: Double)?

    func isDue(at now: Instant) -> Bool {
        guard let nextDue else { return !hasLooked }
        return nextDue <= now
    }

    /// Takes over what a turn has come to, once it is durable.
    mutating func finish(
        _ result: TurnResult,
        didLook: Bool,
        monotonicSeconds: Double,
        forgetAfterSeconds: Double
    ) {
        nextDue = result.nextDue
        guard didLook else { return }
        hasLooked = true
        isBehind = result.isMoreDue
        failedTimers.formUnion(result.failedTimers)
        if let failuresForgottenAt, failuresForgottenAt <= monotonicSeconds {
            failedTimers = []
        }
        if failedTimers.isEmpty {
            failuresForgottenAt = nil
        } else if failuresForgottenAt == nil {
            failuresForgottenAt = monotonicSeconds + forgetAfterSeconds
        }
    }

    /// By how many seconds the wall clock was set since the last look; nil if it was not.
    mutating func jumpSeconds(now: Instant, monotonicSeconds: Double) -> Int? {
        defer { lastLook = (now, monotonicSeconds) }
        guard let lastLook else { return nil }
        let wallSeconds = Double(now.milliseconds - lastLook.now.milliseconds) / 1000
        let jump = wallSeconds - (monotonicSeconds - lastLook.monotonicSeconds)
        return abs(jump) > Self.longestStraySeconds ? Int(jump.rounded()) : nil
    }
}
