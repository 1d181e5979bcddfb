import Dispatch
import Synchronization

/// How far wiping what was erased has come.
struct ScrubState: Sendable {
    /// Whether a next step is arranged.
    var isArranged = false
    var failure: String?
}

// Wiping what was erased from the files, beside the other work.
extension SQLiteRegister {
    /// How much longer than a step the pause after it is, so that others hardly notice.
    private static let restFactor: UInt64 = 4
    private static let hinderedPauseNanoseconds: UInt64 = 1_000_000_000
    private static let failurePauseNanoseconds: UInt64 = 60_000_000_000

    /// Why what was erased could not be wiped from the files lately; nil if it could. It is tried
    /// again every minute.
    public var scrubFailure: String? { scrubState.withLock(\.failure) }

    /// Wipes the traces of what was erased from the files, now and in one go. The store does it by
    /// itself, in small steps, after each erasure.
    ///
    /// - Returns: Whether none are left; a reader can keep the write-ahead log from being emptied.
    /// - Throws: A `StorageError` when a file could not be read or written.
    @discardableResult
    public func scrub() async throws -> Bool {
        try await onQueue { connection in
            while true {
                switch try connection.scrubStep() {
                case .more: continue
                case .done: return true
                case .hindered: return false
                }
            }
        }
    }

    /// Arranges the next step, unless one is arranged.
    func scrubSoon(afterNanoseconds pause: UInt64 = 0) {
        guard scrubs else { return }
        let isNew = scrubState.withLock { state in
            defer { state.isArranged = true }
            return !state.isArranged
        }
        guard isNew else { return }
        let deadline = DispatchTime.now() + .nanoseconds(Int(pause))
        DispatchQueue.global().asyncAfter(deadline: deadline) { [weak self] in
            self?.takeScrubStep()
        }
    }

    private func takeScrubStep() {
        soonOnQueue { connection in
            self.scrubState.withLock { $0.isArranged = false }
            let start = DispatchTime.now().uptimeNanoseconds
            do {
                let progress = try connection.scrubStep()
                self.scrubState.withLock { $0.failure = nil }
                switch progress {
                case .done: break
                case .more:
                    let duration = DispatchTime.now().uptimeNanoseconds - start
                    self.scrubSoon(afterNanoseconds: duration * Self.restFactor)
                case .hindered: self.scrubSoon(afterNanoseconds: Self.hinderedPauseNanoseconds)
                }
            } catch {
                self.scrubState.withLock { $0.failure = String(describing: error) }
                self.scrubSoon(afterNanoseconds: Self.failurePauseNanoseconds)
            }
        }
    }
}
