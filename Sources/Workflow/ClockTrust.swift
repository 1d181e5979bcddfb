public import Domain

/// How far the wall clock can be relied on.
public enum ClockCondition: Hashable, Sendable {
    /// What falls due by it is done.
    case reliable
    /// It was set a moment ago: what falls due waits until it has been steady for a while.
    case settling
    /// The daemon starts, and the clock shows a time before this one, which was certain: nothing is
    /// taken until it is right, or an operator confirms it.
    case behind(certain: Instant)
    /// It shows a time that is implausibly far from the one that would be expected: what falls due
    /// waits until it is right, or an operator confirms it.
    case implausible(expected: Instant, now: Instant)
}

/// Whether the wall clock is right, as far as can be told: it is compared with the last time that
/// was certain and with a clock that does not jump.
///
/// At the start the last certain time is that of the journal's last entry, so that a daemon that
/// was off for longer than is plausible needs an operator's word as well: nobody can tell that from
/// a clock that is wrong. Times that senders state prove nothing.
struct ClockTrust: Sendable {
    /// A wall clock that strays further than this from the steady one, between two looks, was set.
    static let longestStraySeconds = 60.0

    private let limits: MessageLoopLimits
    private(set) var condition = ClockCondition.reliable
    private var certain: (at: Instant, monotonicSeconds: Double)?
    private var lastLook: (now: Instant, monotonicSeconds: Double)?
    private var steadyAtSeconds = -Double.infinity
    /// It was set, or was implausible, and that is over when it is reliable again.
    private var isInQuestion = false

    init(_ limits: MessageLoopLimits) { self.limits = limits }

    /// Whether a daemon may start by a clock that shows `now`.
    static func isBehind(_ now: Instant, _ certain: Instant, _ limits: MessageLoopLimits) -> Bool {
        now.seconds(since: certain) < -limits.clockToleranceSeconds
    }

    /// The run begins.
    ///
    /// - Parameters:
    ///   - certain: The last time that was certain; nil for none.
    ///   - isInQuestion: Whether the last run ended in doubt of the clock.
    mutating func begin(
        certain: Instant?,
        isInQuestion: Bool,
        now: Instant,
        monotonicSeconds: Double
    ) {
        self.certain = certain.map { ($0, monotonicSeconds) }
        self.isInQuestion = isInQuestion
        lastLook = (now, monotonicSeconds)
        judge(now, monotonicSeconds)
    }

    /// Looks at both clocks.
    ///
    /// - Returns: By how many seconds the wall clock was set since the last look; nil if it was
    ///   not.
    mutating func look(now: Instant, monotonicSeconds: Double) -> Int? {
        let jump = lastLook.map { last in
            now.seconds(since: last.now) - (monotonicSeconds - last.monotonicSeconds)
        }
        lastLook = (now, monotonicSeconds)
        let isSet = jump.map { abs($0) > Self.longestStraySeconds } ?? false
        if isSet {
            steadyAtSeconds = monotonicSeconds + limits.steadyClockSeconds
            isInQuestion = true
        }
        judge(now, monotonicSeconds)
        return isSet ? jump.map { Int($0.rounded()) } : nil
    }

    /// An operator has said that the clock is right.
    mutating func confirm(now: Instant, monotonicSeconds: Double) {
        steadyAtSeconds = -.infinity
        isInQuestion = false
        certain = nil
        judge(now, monotonicSeconds)
    }

    /// Whether it has become reliable after it was not; asked for once.
    mutating func takeAcceptance() -> Bool {
        guard isInQuestion, condition == .reliable else { return false }
        isInQuestion = false
        return true
    }

    private mutating func judge(_ now: Instant, _ monotonicSeconds: Double) {
        let expected = certain.map {
            $0.at.advanced(bySeconds: Int64((monotonicSeconds - $0.monotonicSeconds).rounded()))
        }
        if let expected, abs(now.seconds(since: expected)) > limits.plausibleClockSeconds {
            isInQuestion = true
            condition = .implausible(expected: expected, now: now)
        } else if monotonicSeconds < steadyAtSeconds {
            condition = .settling
        } else {
            condition = .reliable
            certain = (now, monotonicSeconds)
        }
    }
}

extension Instant {
    /// Negative for one that comes after this.
    fileprivate func seconds(since other: Instant) -> Double {
        Double(milliseconds) / 1000 - Double(other.milliseconds) / 1000
    }
}

extension ClockCondition: CustomStringConvertible {
    /// What is wrong with the clock, what waits for it, and what to do; for people.
    public var description: String {
        switch self {
        case .reliable: "the clock is reliable"
        case .settling:
            "the clock was set; what falls due waits until it has been steady for a while"
        case .behind(let certain):
            """
            the clock is behind the register, whose last certain time is \(certain): nothing is taken \
            before the clock is right. Set it (timedatectl), it then goes on by itself; if it is right, \
            and was wrong before: registrarctl clock confirm --reason TEXT
            """
        case .implausible(let expected, let now):
            """
            the clock shows \(now), and about \(expected) is expected after the last certain time: \
            messages are taken, but reminders, notices, ends and erasures wait until it is set right, \
            or until 'registrarctl clock confirm --reason TEXT' says that it is
            """
        }
    }

    /// The same condition, whatever the times in it.
    func isLike(_ other: ClockCondition) -> Bool {
        switch (self, other) {
        case (.reliable, .reliable), (.settling, .settling), (.behind, .behind),
            (.implausible, .implausible):
            true
        default: false
        }
    }
}
