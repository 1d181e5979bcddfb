import Contract
import Domain
import LogKeys
import Logging
import Procedures

// The start: the store has to be there, and the clock to be right.
extension MessageLoop {
    /// The pause between two looks at a clock that is behind.
    private static let clockPauseSeconds = 1.0

    /// Begins as soon as the store can be written and the clock allows it. Returns whether it did
    /// before it was told to end.
    func beginWhenPossible() async throws -> Bool {
        var tried: Set<Receipt> = []
        while true {
            var pauseEnd: Double
            do {
                if try await clockAllowsBeginning() {
                    try await begin()
                    storeWorks()
                    return true
                }
                storeWorks()
                if try await takeConfirmations(&tried) { continue }
                pauseEnd = time.monotonicSeconds + Self.clockPauseSeconds
            } catch let error as RegisterUnavailable where error.isRetryable {
                storeFailed(error)
                pauseEnd = storeRetryAt ?? time.monotonicSeconds
            }
            guard await waits(untilSeconds: pauseEnd) else { return false }
        }
    }

    /// Waits with nothing taken in. Returns false when it was told to end.
    private func waits(untilSeconds end: Double) async -> Bool {
        while time.monotonicSeconds < end {
            guard let work = await queue.next(deliveries: 0) else { return false }
            observer.progressed(at: time.now)
            for signal in work.signals {
                switch signal {
                case .publisherOpened, .publisherClosed, .sourceOpened, .sourceClosed:
                    take(signal)
                case .stop, .abandon: return false
                case .clock, .again: break
                }
            }
        }
        return true
    }

    /// Whether the clock shows no time that is already past. Nothing is written before that: what
    /// is recorded with a time of the past would be taken for old.
    private func clockAllowsBeginning() async throws -> Bool {
        let certain = try await register.write { transaction in
            try transaction.certainTime() ?? transaction.lastEntryAt()
        }
        guard let certain, ClockTrust.isBehind(time.now, certain, limits) else { return true }
        let condition = ClockCondition.behind(certain: certain)
        if toldClock != condition {
            toldClock = condition
            log.error(
                "the clock is behind the register; nothing is taken before it is right",
                metadata: [LogKey.now: "\(time.now)", LogKey.certain: "\(certain)"]
            )
            observer.clock(condition)
        }
        return false
    }

    /// An operator's word about the clock is taken even now. It is acknowledged in its turn, and
    /// known by then. Returns whether there was one.
    private func takeConfirmations(_ tried: inout Set<Receipt>) async throws -> Bool {
        var isConfirmed = false
        let waiting = queue.waitingDeliveries {
            $0.message.routingKey == OperatorReports.clockConfirmed && !tried.contains($0.receipt)
        }
        for delivery in waiting {
            var batch = Batch()
            batch.deliveries = [delivery]
            let result = try await writer.write(batch, at: time.now, into: register)
            tried.insert(delivery.receipt)
            if result.processed.contains(where: \.confirmsClock) {
                isConfirmed = true
                log.notice(
                    "an operator has confirmed the clock",
                    metadata: [LogKey.now: "\(time.now)"]
                )
            }
        }
        return isConfirmed
    }

    /// Marks the run as begun, and learns how the last one ended.
    func begin() async throws {
        let stored = try await register.write { transaction in
            (
                hasParked: try transaction.outboxStatistics().parked > 0,
                withheld: try transaction.withheldPersons(),
                endedBadly: try transaction.beginRun(),
                head: try transaction.journalHead(),
                signed: try transaction.lastCheckpoint()?.sequence ?? 0,
                questioned: try transaction.certainTime(),
                lastEntryAt: try transaction.lastEntryAt()
            )
        }
        hasParked = stored.hasParked
        isCautious = stored.endedBadly
        relay.withhold(stored.withheld)
        erasures.are(Set(stored.withheld.keys))
        journalWatch.begin(
            stored.head,
            signed: stored.signed,
            atSeconds: time.monotonicSeconds
        )
        clockWork.trust.begin(
            certain: stored.questioned ?? stored.lastEntryAt,
            isInQuestion: stored.questioned != nil,
            now: time.now,
            monotonicSeconds: time.monotonicSeconds
        )
        tellOfClock(before: nil)
        if isCautious {
            log.notice("the last run ended without closing the store; nothing is lost by that")
        }
    }
}

// The clock, while the daemon runs.
extension MessageLoop {
    /// Says when the wall clock was set. Nothing that was done is undone or done again by that;
    /// what falls due next is compared with the new time once it can be relied on: a clock that is
    /// wrong for a moment, or by a month, must not end or erase anything.
    func lookAtClock() {
        let before = clockWork.trust.condition
        let jump = clockWork.trust.look(now: time.now, monotonicSeconds: time.monotonicSeconds)
        if let jump {
            log.warning(
                "the clock was set; what is due by it waits until it has been steady for a while",
                metadata: [
                    LogKey.seconds: "\(jump)", LogKey.waitsSeconds: "\(limits.steadyClockSeconds)",
                ]
            )
        }
        tellOfClock(before: before)
    }

    func tellOfClock(before: ClockCondition?) {
        let condition = clockWork.trust.condition
        if clockWork.trust.takeAcceptance() { batch.clockNote = .accepted }
        guard before.map({ !$0.isLike(condition) }) ?? true else { return }
        toldClock = condition
        observer.clock(condition)
        switch (condition, before) {
        case (.implausible(let expected, let now), _):
            batch.clockNote = .questioned(expected: expected)
            log.error(
                "the clock is implausible; what falls due waits for 'registrarctl clock confirm'",
                metadata: [LogKey.now: "\(now)", LogKey.expected: "\(expected)"]
            )
        case (.reliable, .implausible):
            log.notice("the clock can be relied on again", metadata: [LogKey.now: "\(time.now)"])
        default: break
        }
    }

    /// An operator's word is in the journal.
    func clockIsConfirmed() {
        log.notice("an operator has confirmed the clock", metadata: [LogKey.now: "\(time.now)"])
        let before = clockWork.trust.condition
        clockWork.trust.confirm(now: time.now, monotonicSeconds: time.monotonicSeconds)
        batch.clockNote = nil
        tellOfClock(before: before)
        queue.add(.clock)
    }
}

extension ProcessedMessage {
    /// Whether an operator's word about the clock was taken.
    var confirmsClock: Bool {
        kind == OperatorReports.clockConfirmed && disposition == .applied
    }
}
