import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Messages that come before their request: how many wait, and in which order they are dealt with.
@Suite struct WaitingTests {
    private func workplace(
        _ deferral: DeferralSettings,
        _ change: (inout MessageLoopLimits) -> Void = { _ in }
    ) async throws -> Workplace {
        var limits = MessageLoopLimits.prompt
        change(&limits)
        let place = try Workplace(limits: limits)
        place.settings.deferral = deferral
        await place.loop.reload(place.settings)
        try await place.serve()
        return place
    }

    @Test("beyond the number for one request a message is refused, and nothing of it is kept")
    func perRequest() async throws {
        let place = try await workplace(DeferralSettings(perRequest: 2))
        for name in ["d1", "d2", "d3"] { place.send(Messages.decision(1, identifier: name)) }
        place.send(Messages.decision(2, identifier: "d4"))
        await place.work()
        #expect(
            place.observer.record.dispositions == [.deferred, .deferred, .refused, .deferred]
        )
        #expect(place.observer.record.codes == [.tooManyWaiting])
        #expect(place.broker.problems == ["too-many-waiting"])
        #expect(place.broker.acknowledgedCount == 4)
        #expect(place.broker.deadLetters.isEmpty)
        #expect(place.contents.deferred.count == 3)
        #expect(place.contents.inbox.count == 3, "its id was not used")
        #expect(place.contents.story.count { $0.hasPrefix("message.refused") } == 1)
        // The request comes; then the same event.
        place.send(Messages.registration(1))
        await place.work()
        place.send(Messages.decision(1, identifier: "d3"))
        await place.work()
        #expect(
            place.observer.record.dispositions.dropFirst(4) == [
                .applied, .applied, .refused, .refused,
            ]
        )
        #expect(
            place.observer.record.codes == [.tooManyWaiting, .requestClosed, .requestClosed]
        )
        #expect(place.contents.deferred.count == 1)
    }

    @Test("beyond the number of one sender the others' messages are still kept")
    func perUser() async throws {
        let place = try await workplace(DeferralSettings(perRequest: 2, perUser: 3))
        for number in 1...4 {
            place.send(Messages.decision(number, identifier: "d\(number)"))
        }
        place.send(Messages.withdrawal(9, by: "anne", identifier: "w1"))
        await place.work()
        #expect(
            place.observer.record.dispositions == [
                .deferred, .deferred, .deferred, .refused, .deferred,
            ]
        )
        #expect(place.observer.record.codes == [.tooManyWaiting])
    }

    @Test("what waits comes in the order of arrival, a part at a time, before what came later")
    func order() async throws {
        let place = try await workplace(DeferralSettings()) { limits in
            limits.dueAtOnce = 2
            limits.batch = 1
        }
        for number in 1...5 {
            place.send(Messages.decision(1, identifier: "d\(number)"))
            await place.work()
            await place.pass(seconds: 1)
        }
        // With the request comes one more decision, while the others are still to have their turn.
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d6"))
        await place.work()
        let decided = place.contents.journal.filter { entry in
            let event = Reading(entry.event.utf8)["event"]
            return event == "request.changed" || event == "message.refused"
        }.compactMap { Reading($0.cause.utf8)["id"] }
        #expect(decided == ["d1", "d2", "d3", "d4", "d5", "d6"])
        #expect(place.contents.deferred.isEmpty)
    }

    @Test("one batch takes no more bytes of what waited than its limit, and one message at least")
    func bytes() async throws {
        let place = try await workplace(DeferralSettings()) { $0.dueBytesAtOnce = 1 }
        for number in 1...3 { place.send(Messages.decision(1, identifier: "d\(number)")) }
        await place.work()
        place.send(Messages.registration(1))
        let before = place.observer.record.batches.count
        await place.work()
        #expect(place.contents.deferred.isEmpty)
        let batches = place.observer.record.batches.dropFirst(before)
        #expect(batches.map(\.processed.count) == [1, 1, 1, 1], "one for each, without waiting")
    }

    @Test(
        "when a batch takes long, the rest of its messages waits for the next, in hand until then"
    )
    func longBatch() async throws {
        let clock = Mutex<ManualClock?>(nil)
        // Each message takes 0.06 s.
        let register = MemoryRegister(onChange: { change in
            if case .inbox = change { clock.withLock(\.self)?.advance(bySeconds: 0.06) }
        })
        let place = try Workplace(register: register)
        try await place.serve()
        clock.withLock { $0 = place.clock }
        for number in 1...5 {
            place.send(Messages.registration(number, eori: "LU\(number)"))
        }
        _ = await place.loop.step()
        #expect(place.broker.acknowledgedCount == 2)
        await place.settle()
        #expect(place.broker.acknowledgedCount == 5)
        let sizes = place.observer.record.batches.map(\.size).filter { $0 > 0 }
        #expect(sizes == [2, 2, 1])
        #expect(place.contents.requests.count == 5)
    }
}
