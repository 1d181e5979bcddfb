import Domain
import Synchronization
import TestKit
import Workflow

/// When the process dies and when the store fails: the twins ask it at every moment.
final class Hazard: Sendable {
    private struct State {
        var isDead = false
        var deaths = 0
        /// How many moments the process has left to live.
        var deathIn: Int?
        var moments = 0
        var storeFailures = 0
        var storeFailsAt = MemoryRegister.WriteStage.begin
        /// Requests that kill the process which records them.
        var deadly: Set<RequestIdentifier> = []

        mutating func die() {
            isDead = true
            deaths += 1
            deathIn = nil
        }

        /// A moment passes; returns whether the process is dead.
        mutating func pass() -> Bool {
            guard !isDead else { return true }
            moments += 1
            if let left = deathIn {
                deathIn = left - 1
                if left <= 0 { die() }
            }
            return isDead
        }
    }

    private let state = Mutex(State())

    var isDead: Bool { state.withLock(\.isDead) }
    var deaths: Int { state.withLock(\.deaths) }
    /// Moments that have passed so far.
    var moments: Int { state.withLock(\.moments) }

    /// The process dies after so many moments.
    func arm(in moments: Int?) { state.withLock { $0.deathIn = moments } }
    func revive() { state.withLock { $0.isDead = false } }
    func kill() { state.withLock { $0.die() } }
    func makeDeadly(_ request: RequestIdentifier) {
        state.withLock { _ = $0.deadly.insert(request) }
    }

    /// The next writes fail.
    func failStore(_ count: Int, at stage: MemoryRegister.WriteStage) {
        state.withLock { state in
            state.storeFailures = count
            state.storeFailsAt = stage
        }
    }

    func register() -> MemoryRegister {
        MemoryRegister(
            fault: { [self] stage, _ in try check(stage) },
            onChange: { [self] change in
                guard case .record(.add(.request(let request))) = change else { return }
                try state.withLock { state in
                    guard state.deadly.contains(request.identifier) else { return }
                    state.die()
                    throw RegisterUnavailable(reason: "the process ended")
                }
            }
        )
    }

    func broker() -> MemoryBroker {
        MemoryBroker(diesAt: { [self] _ in state.withLock { $0.pass() } })
    }

    private func check(_ stage: MemoryRegister.WriteStage) throws {
        try state.withLock { state in
            if state.pass() { throw RegisterUnavailable(reason: "the process ended") }
            guard state.storeFailures > 0, stage == state.storeFailsAt else { return }
            state.storeFailures -= 1
            throw RegisterUnavailable(reason: "the disk is full")
        }
    }
}
