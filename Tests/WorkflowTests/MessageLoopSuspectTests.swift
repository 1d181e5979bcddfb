import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Messages that make the daemon itself crash.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopSuspectTests {
    /// A process that ends while it has a message of request `poison` in hand.
    private final class Deadly: Sendable {
        let crashed = Mutex(false)
        let broker = MemoryBroker()

        func register(poison: RequestIdentifier...) -> MemoryRegister {
            MemoryRegister(onChange: { [self] change in
                if case .record(.add(.request(let request))) = change,
                    poison.contains(request.identifier)
                {
                    try die()
                }
            })
        }

        /// The one kind of error that nothing within a transaction catches.
        func die() throws {
            crashed.withLock { $0 = true }
            broker.cut()
            throw RegisterUnavailable(reason: "the process ended")
        }
    }

    /// Runs one process after another until one survives; returns how many did not.
    private func crashes(_ deadly: Deadly, _ place: Workplace) async throws -> Int {
        for count in 0..<20 {
            deadly.crashed.withLock { $0 = false }
            try await place.begin()
            place.broker.serve(place.loop)
            while await place.loop.step() == .worked {
                if deadly.crashed.withLock(\.self) { break }
            }
            guard deadly.crashed.withLock(\.self) else { return count }
            place.crash()
        }
        Issue.record("the processes never stop crashing")
        return 20
    }

    @Test("what was in hand in 5 crashes is taken alone, then dead; its neighbours are not")
    func poison() async throws {
        let deadly = Deadly()
        let register = deadly.register(poison: Messages.request(2))
        let place = try Workplace(register: register, broker: deadly.broker)
        place.send(
            Messages.registration(1),
            Messages.registration(2, eori: "LU2"),
            Messages.registration(3, eori: "LU3")
        )
        place.broker.send([Messages.registration(4).message(body: "no JSON")])
        // Five in company, one alone.
        #expect(try await crashes(deadly, place) == 6)
        #expect(place.contents.requestOrder == [Messages.request(1), Messages.request(3)])
        #expect(place.broker.deadLetters.sorted() == ["malformed", "poison"])
        #expect(place.broker.problems.isEmpty, "it is not even read again")
        #expect(place.broker.unacknowledgedCount == 0)
        #expect(place.contents.attempts.isEmpty, "all is forgotten")
        let letter = try #require(
            place.contents.letters.map(\.letter).first { $0.reason == .problem(.poison) }
        )
        #expect(letter.body == Messages.registration(2, eori: "LU2").message.body)
        #expect(letter.detail == "the service ended 6 times while this message was in hand")
        // The next process has no reason for suspicion left.
        place.send(Messages.registration(5, eori: "LU5"))
        await place.work()
        #expect(place.observer.record.dispositions.last == .applied)
    }

    @Test("several of them in one batch do not keep each other alive")
    func severalPoisons() async throws {
        let deadly = Deadly()
        let register = deadly.register(poison: Messages.request(1), Messages.request(3))
        let place = try Workplace(register: register, broker: deadly.broker)
        place.send(
            Messages.registration(1),
            Messages.registration(2, eori: "LU2"),
            Messages.registration(3, eori: "LU3"),
            Messages.registration(4, eori: "LU4")
        )
        #expect(try await crashes(deadly, place) == 7)
        #expect(place.contents.requestOrder == [Messages.request(2), Messages.request(4)])
        #expect(place.broker.deadLetters == ["poison", "poison"])
        #expect(place.contents.attempts.isEmpty)
        #expect(place.broker.unacknowledgedCount == 0)
    }

    @Test("poison whose acknowledgement is lost is not touched again")
    func acknowledgementLost() async throws {
        let deadly = Deadly()
        let register = deadly.register(poison: Messages.request(1))
        let place = try Workplace(register: register, broker: deadly.broker)
        place.send(Messages.registration(1))
        for _ in 0..<6 {
            try await place.serve()
            #expect(deadly.crashed.withLock { $0 })
            place.crash()
        }
        deadly.crashed.withLock { $0 = false }
        try await place.begin()
        place.broker.openSource()
        place.loop.receive(place.broker.deliver())
        place.broker.closeSource()
        await place.work()
        #expect(place.observer.record.codes == [.poison])
        place.broker.serve(place.loop)
        await place.work()
        #expect(!deadly.crashed.withLock { $0 })
        #expect(place.observer.record.dispositions == [.dead, .duplicate])
        #expect(place.broker.unacknowledgedCount == 0)
        #expect(place.broker.deadLetters == ["poison"])
    }

    @Test("what was taken alone is told to those who watch")
    func observed() async throws {
        let deadly = Deadly()
        let register = deadly.register(poison: Messages.request(2))
        let place = try Workplace(register: register, broker: deadly.broker)
        place.send(Messages.registration(1), Messages.registration(2, eori: "LU2"))
        _ = try await crashes(deadly, place)
        await place.settle()
        #expect(
            place.observer.record.dispositions.sorted { $0.rawValue < $1.rawValue }
                == [.dead, .duplicate]
        )
        #expect(place.observer.record.batches.map(\.size) == [2])
    }

    @Test("a store that fails while a suspect is taken alone does not make it guilty")
    func storeFailsMeanwhile() async throws {
        let deadly = Deadly()
        let failures = Mutex(0)
        let isHealthy = Mutex(false)
        let poison = Messages.request(1)
        let register = MemoryRegister(
            onChange: { change in
                guard case .record(.add(.request(let request))) = change,
                    request.identifier == poison
                else { return }
                if isHealthy.withLock(\.self) {
                    // The store, not the message, is at fault from now on.
                    if failures.withLock({
                        $0 += 1; return $0 <= 3
                    }) {
                        throw RegisterUnavailable(reason: "the disk is full")
                    }
                } else {
                    try deadly.die()
                }
            })
        let place = try Workplace(register: register, broker: deadly.broker)
        place.send(Messages.registration(1), Messages.registration(2, eori: "LU2"))
        for _ in 0..<5 {
            try await place.serve()
            #expect(deadly.crashed.withLock { $0 })
            place.crash()
        }
        isHealthy.withLock { $0 = true }
        try await place.serve()
        await place.pass(seconds: 5)
        #expect(failures.withLock { $0 } == 4)
        #expect(place.contents.requestOrder == [Messages.request(1), Messages.request(2)])
        #expect(place.broker.deadLetters.isEmpty)
        #expect(place.contents.attempts.isEmpty)
        #expect(place.broker.unacknowledgedCount == 0)
    }

    @Test("after a run that ended well nothing is under suspicion")
    func noSuspicion() async throws {
        let place = try Workplace()
        let (loop, observer) = (place.loop, place.observer)
        let running = Task { try await loop.run() }
        await observer.wait { $0.iterations > 0 }
        loop.stop()
        try await running.value
        place.send(Messages.registration(1))
        place.broker.openSource()
        _ = place.broker.deliver()
        place.broker.closeSource()
        try await place.serve()
        #expect(place.contents.attempts.isEmpty)
        #expect(place.observer.record.processed.map(\.redelivered) == [true])
    }
}
