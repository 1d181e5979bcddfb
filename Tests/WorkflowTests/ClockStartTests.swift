import Contract
import Domain
import Procedures
import TestKit
import Testing

@testable import Workflow

/// Starts by a clock that is wrong.
@Suite struct ClockStartTests {
    private static let day: Int64 = 86_400

    private var limits: MessageLoopLimits {
        var limits = MessageLoopLimits()
        limits.quietBeforeDeadlinesSeconds = 0
        return limits
    }

    /// With a pending request, and the process ended.
    private func workplace() async throws -> Workplace {
        let place = try Workplace(limits: limits)
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.crash()
        return place
    }

    private func status(_ number: Int, _ place: Workplace) -> RequestStatus? {
        place.contents.requests[Messages.request(number)]?.status
    }

    private func confirmation(by user: String = Messages.anOperator) -> Draft {
        Messages.act("clock-confirmed", "{}", by: user, identifier: "word")
    }

    private func isImplausible(_ condition: ClockCondition?) -> Bool {
        if case .implausible = condition { true } else { false }
    }

    // MARK: - Ahead

    @Test("Sixty days ahead: messages are dealt with, and nothing ends before an operator says so")
    func ahead() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: 60 * Self.day)
        try await place.begin()
        #expect(isImplausible(place.observer.record.clock.last))
        place.broker.serve(place.loop)
        await place.pass(seconds: 200)
        #expect(status(1, place) == .pending)
        place.send(Messages.registration(2, eori: "LU2"))
        await place.pass(seconds: 2)
        #expect(status(2, place) == .pending)
        #expect(place.contents.certainTime != nil)
        #expect(place.contents.story.contains("clock.questioned"))

        place.send(confirmation())
        await place.pass(seconds: 2)
        #expect(status(1, place) == .expired)
        #expect(status(2, place) == .pending)
        #expect(place.contents.certainTime == nil)
        #expect(place.contents.story.count { $0 == "clock.confirmed" } == 1)
        #expect(place.observer.record.clock.last == .reliable)
    }

    @Test("What was written by a clock in question proves nothing at the next start")
    func aheadAgain() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: 60 * Self.day)
        try await place.begin()
        place.broker.serve(place.loop)
        place.send(Messages.registration(2, eori: "LU2"))
        await place.pass(seconds: 2)
        place.crash()

        place.clock.advance(bySeconds: 10)
        try await place.begin()
        #expect(isImplausible(place.observer.record.clock.last))
        await place.pass(seconds: 100)
        #expect(status(1, place) == .pending)
        place.crash()

        // Right again while the daemon is down: entries of the future are no reason to wait.
        place.clock.jump(bySeconds: -60 * Self.day)
        try await place.begin()
        await place.pass(seconds: 2)
        #expect(place.observer.record.clock.last == .reliable)
        #expect(place.contents.certainTime == nil)
        #expect(place.contents.journal.last?.event == #"{"event":"clock.accepted"}"#)
        place.crash()
        try await place.begin()
        await place.pass(seconds: 2)
        #expect(place.observer.record.clock.last == .reliable)
        #expect(status(1, place) == .pending)
    }

    @Test("Set right while the daemon runs, it is relied on after a minute")
    func setRight() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: 60 * Self.day)
        try await place.begin()
        place.broker.serve(place.loop)
        await place.pass(seconds: 2)
        place.clock.jump(bySeconds: -60 * Self.day)
        await place.pass(seconds: 2)
        #expect(place.observer.record.clock.last == .settling)
        await place.pass(seconds: 60)
        #expect(place.observer.record.clock.last == .reliable)
        #expect(status(1, place) == .pending)
        #expect(place.contents.certainTime == nil)
    }

    @Test("A jump of forty days while the daemon runs ends nothing either")
    func jump() async throws {
        let place = try await workplace()
        try await place.begin()
        place.broker.serve(place.loop)
        await place.pass(seconds: 2)
        place.clock.jump(bySeconds: 40 * Self.day)
        await place.pass(seconds: 200)
        #expect(status(1, place) == .pending)
        #expect(isImplausible(place.observer.record.clock.last))
        place.send(confirmation())
        await place.pass(seconds: 2)
        #expect(status(1, place) == .expired)
    }

    @Test("Nobody but an operator has a say about the clock")
    func strangers() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: 60 * Self.day)
        try await place.begin()
        place.broker.serve(place.loop)
        place.send(confirmation(by: Messages.portal))
        await place.pass(seconds: 2)
        #expect(isImplausible(place.observer.record.clock.last))
        #expect(status(1, place) == .pending)
    }

    // MARK: - Behind

    /// Runs the loop itself beside the test, on a clock that the test moves.
    private func running(
        _ place: Workplace,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let loop = place.loop
            group.addTask { try await loop.run() }
            do {
                try await body()
            } catch {
                loop.abandon()
                throw error
            }
            loop.stop()
            loop.abandon()
            try await group.waitForAll()
        }
    }

    @Test("Twenty years behind: nothing is taken, and it goes on when the clock is right")
    func behind() async throws {
        let place = try await workplace()
        let entries = place.contents.journal.count
        place.clock.jump(bySeconds: -7300 * Self.day)
        place.renew()
        try await running(place) {
            place.broker.serve(place.loop)
            place.send(Messages.registration(2, eori: "LU2"))
            await place.observer.wait { record in
                if case .behind = record.clock.last { true } else { false }
            }
            let iterations = place.observer.record.iterations
            place.clock.advance(bySeconds: 2)
            await place.observer.wait { $0.iterations > iterations + 1 }
            #expect(place.contents.journal.count == entries)
            #expect(place.broker.unacknowledgedCount == 1)

            place.clock.jump(bySeconds: 7300 * Self.day)
            place.clock.advance(bySeconds: 2)
            await place.observer.wait { $0.clock.last == .reliable }
            await place.observer.wait { $0.dispositions.last == .applied }
            #expect(status(2, place) == .pending)
        }
    }

    @Test("A right clock that is behind entries of a wrong one is confirmed by an operator")
    func behindAndRight() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: -3 * Self.day)
        place.renew()
        try await running(place) {
            place.broker.serve(place.loop)
            place.send(Messages.registration(2, eori: "LU2"))
            await place.observer.wait { record in
                if case .behind = record.clock.last { true } else { false }
            }
            place.send(confirmation())
            place.clock.advance(bySeconds: 2)
            await place.observer.wait { $0.clock.last == .reliable }
            await place.observer.wait { $0.dispositions.suffix(2) == [.applied, .duplicate] }
            #expect(status(2, place) == .pending)
            #expect(place.contents.story.count { $0 == "clock.confirmed" } == 1)
        }
    }

    @Test("The loop is watched from the start: it says so before the store answers")
    func watched() async throws {
        let place = try await workplace()
        place.clock.jump(bySeconds: -7300 * Self.day)
        let before = place.observer.record.iterations
        place.renew()
        try await running(place) { await place.observer.wait { $0.iterations > before } }
    }
}
