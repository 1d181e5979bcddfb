import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// The store is open, and not where a restart would look for it.
@Suite struct MessageLoopPlaceTests {
    /// Where the store is, for a register that asks.
    private final class Place: Sendable {
        private struct State {
            var isElsewhere = false
            /// After so many looks it is elsewhere.
            var looksLeft: Int?
        }

        private let state = Mutex(State())

        func move() { state.withLock { $0.isElsewhere = true } }
        func move(afterLooks looks: Int) { state.withLock { $0.looksLeft = looks } }
        func putBack() { state.withLock { $0 = State() } }

        func look() throws {
            try state.withLock { state in
                if let left = state.looksLeft {
                    state.looksLeft = left == 0 ? nil : left - 1
                    if left == 0 { state.isElsewhere = true }
                }
                guard state.isElsewhere else { return }
                throw RegisterUnavailable(reason: "the store was moved", isElsewhere: true)
            }
        }
    }

    private let place = Place()

    private func workplace() throws -> Workplace {
        let place = place
        return try Workplace(register: MemoryRegister(place: { try place.look() }))
    }

    @Test("Found elsewhere without anything to write: said at once, and over at once")
    func idle() async throws {
        let workplace = try workplace()
        try await workplace.serve()
        place.move()
        await workplace.pass(seconds: 1)
        #expect(workplace.observer.record.conditions == ["the store was moved"])
        place.putBack()
        await workplace.pass(seconds: 2)
        #expect(workplace.observer.record.conditions == ["the store was moved", nil])
    }

    @Test("Elsewhere before a write: nothing is acknowledged or sent; back, all of it is done once")
    func beforeWrite() async throws {
        let workplace = try workplace()
        try await workplace.serve()
        place.move()
        workplace.send(Messages.registration(1))
        await workplace.pass(seconds: 30)
        #expect(workplace.broker.unacknowledgedCount == 1)
        #expect(workplace.broker.published.isEmpty)
        place.putBack()
        await workplace.pass(seconds: 3)
        #expect(workplace.broker.unacknowledgedCount == 0)
        #expect(workplace.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(workplace.observer.record.dispositions == [.applied])
    }

    @Test("Elsewhere between commit and answer: not acknowledged; back, all follows, and once")
    func afterCommit() async throws {
        let workplace = try workplace()
        try await workplace.serve()
        // The look before the write is the last that finds it.
        place.move(afterLooks: 1)
        workplace.send(Messages.registration(1))
        await workplace.pass(seconds: 30)
        #expect(workplace.contents.requests.count == 1)
        #expect(workplace.broker.unacknowledgedCount == 1)
        #expect(workplace.broker.published.isEmpty)
        place.putBack()
        await workplace.pass(seconds: 3)
        #expect(workplace.broker.unacknowledgedCount == 0)
        #expect(workplace.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(workplace.observer.record.dispositions == [.duplicate])
        #expect(workplace.contents.unsettledCount == 0)
    }

    @Test("What is in memory is not sent while the store is elsewhere")
    func inMemory() async throws {
        let workplace = try workplace()
        try await workplace.serve()
        workplace.broker.closePublisher()
        workplace.send(Messages.registration(1))
        await workplace.work()
        #expect(workplace.broker.unacknowledgedCount == 0)
        place.move()
        await workplace.pass(seconds: 1)
        workplace.broker.serve(workplace.loop)
        await workplace.pass(seconds: 30)
        #expect(workplace.broker.published.isEmpty)
        place.putBack()
        await workplace.pass(seconds: 3)
        #expect(workplace.broker.mails == ["access.pending", "access.awaiting-you"])
        #expect(workplace.contents.unsettledCount == 0)
    }

    @Test("An erasure that was committed and not answered takes along what was in memory")
    func erasure() async throws {
        let workplace = try workplace()
        try await workplace.serve()
        workplace.broker.closePublisher()
        workplace.send(Messages.registration(1))
        await workplace.work()
        place.move(afterLooks: 1)
        workplace.send(Messages.right("erasure", 9, by: "anne"))
        await workplace.pass(seconds: 2)
        let entries = workplace.contents.outbox.filter(\.wasErased)
        #expect(!entries.isEmpty)
        place.putBack()
        workplace.broker.serve(workplace.loop)
        await workplace.pass(seconds: 5)
        let sent = Set(workplace.broker.published.map(\.sequence))
        #expect(entries.allSatisfy { !sent.contains($0.sequence) })
        #expect(workplace.contents.unsettledCount == 0)
    }
}
