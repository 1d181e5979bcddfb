import Domain
import Testing

@testable import Workflow

/// Whether the clock is right, by what is known.
@Suite struct ClockTrustTests {
    private static let day = 86_400.0
    private static let start = Instant(seconds: 1_790_000_000)

    private static func after(_ seconds: Double) -> Instant {
        start.advanced(bySeconds: Int64(seconds))
    }

    /// Holds what changes with every look.
    private final class Holder {
        private var trust = ClockTrust(MessageLoopLimits())

        var condition: ClockCondition { trust.condition }

        func begin(certain: Instant?, now: Instant, monotonicSeconds: Double) {
            trust.begin(
                certain: certain,
                isInQuestion: false,
                now: now,
                monotonicSeconds: monotonicSeconds
            )
        }

        func look(now: Instant, monotonicSeconds: Double) -> Int? {
            trust.look(now: now, monotonicSeconds: monotonicSeconds)
        }

        func confirm(now: Instant, monotonicSeconds: Double) {
            trust.confirm(now: now, monotonicSeconds: monotonicSeconds)
        }

        func takeAcceptance() -> Bool { trust.takeAcceptance() }
    }

    /// One that begins `offset` seconds after what was certain.
    private func begun(_ offset: Double) -> Holder {
        let trust = Holder()
        trust.begin(certain: Self.start, now: Self.after(offset), monotonicSeconds: 1000)
        return trust
    }

    private func isImplausible(_ trust: Holder) -> Bool {
        if case .implausible = trust.condition { true } else { false }
    }

    @Test(
        "At the start: up to a week after the last certain time",
        arguments: [
            (0, false), (3600, false), (7 * day, false), (7 * day + 1, true), (60 * day, true),
            (7300 * day, true), (-60, false),
        ]
    )
    func atStart(_ offset: Double, _ isImplausible: Bool) {
        let trust = begun(offset)
        #expect(self.isImplausible(trust) == isImplausible)
        #expect((trust.condition == .reliable) == !isImplausible)
    }

    @Test("Nothing to compare with: nothing speaks against it")
    func first() {
        let trust = Holder()
        trust.begin(certain: nil, now: Self.start, monotonicSeconds: 0)
        #expect(trust.condition == .reliable)
    }

    @Test(
        "A start before the last certain time is refused, but for a step of NTP",
        arguments: [(0, false), (-60, false), (-61, true), (-7300 * day, true), (60 * day, false)]
    )
    func behind(_ offset: Double, _ isBehind: Bool) {
        #expect(
            ClockTrust.isBehind(Self.after(offset), Self.start, MessageLoopLimits()) == isBehind
        )
    }

    @Test("What is implausible stays so however long it lasts, until it is set right and steady")
    func setRight() {
        let trust = begun(60 * Self.day)
        for seconds in [1.0, 3600, 30 * Self.day] {
            #expect(
                trust.look(
                    now: Self.after(60 * Self.day + seconds),
                    monotonicSeconds: 1000 + seconds
                ) == nil
            )
            #expect(isImplausible(trust))
        }
        #expect(!trust.takeAcceptance())
        let later = 30 * Self.day + 1
        let jump = trust.look(now: Self.after(later), monotonicSeconds: 1000 + later)
        #expect(jump == -Int(60 * Self.day))
        #expect(trust.condition == .settling)
        #expect(!trust.takeAcceptance())
        #expect(trust.look(now: Self.after(later + 60), monotonicSeconds: 1060 + later) == nil)
        #expect(trust.condition == .reliable)
        #expect(trust.takeAcceptance())
        #expect(!trust.takeAcceptance())
    }

    @Test(
        "What is implausible is reliable once an operator says so, and compared from there on"
    )
    func confirmed() {
        let trust = begun(60 * Self.day)
        trust.confirm(now: Self.after(60 * Self.day), monotonicSeconds: 1000)
        #expect(trust.condition == .reliable)
        #expect(!trust.takeAcceptance())
        #expect(trust.look(now: Self.after(60 * Self.day + 1), monotonicSeconds: 1001) == nil)
        #expect(trust.condition == .reliable)
        #expect(trust.look(now: Self.after(0), monotonicSeconds: 1002) != nil)
        #expect(isImplausible(trust))
    }

    @Test(
        "Set while it runs: by a week at most it is relied on after a minute, by more it is not",
        arguments: [
            (61, false), (-61, false), (3 * day, false), (-3 * day, false), (8 * day, true),
            (-8 * day, true),
        ]
    )
    func set(_ jump: Double, _ isImplausible: Bool) {
        let trust = begun(10)
        #expect(trust.look(now: Self.after(11), monotonicSeconds: 1001) == nil)
        #expect(trust.look(now: Self.after(12 + jump), monotonicSeconds: 1002) == Int(jump))
        #expect(trust.condition != .reliable)
        #expect(trust.look(now: Self.after(72 + jump), monotonicSeconds: 1062) == nil)
        #expect(self.isImplausible(trust) == isImplausible)
        #expect(trust.takeAcceptance() == !isImplausible)
    }

    @Test("A stray of less than a minute is none")
    func strays() {
        let trust = begun(10)
        #expect(trust.look(now: Self.after(70), monotonicSeconds: 1001) == nil)
        #expect(trust.condition == .reliable)
        #expect(!trust.takeAcceptance())
    }
}
