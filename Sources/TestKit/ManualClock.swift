public import Domain
import Synchronization
public import Workflow

/// A clock that stands still until a test moves it.
public final class ManualClock: TimeSource {
    private struct Sleeper {
        let wakesAt: Double
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Guarded {
        var now: Instant
        var monotonicSeconds = 0.0
        var sleepers: [Int: Sleeper] = [:]
        var lastSleeper = 0
        /// Sleeps that were cancelled, maybe before they began.
        var cancelled: Set<Int> = []
        /// Who waits for somebody to sleep.
        var watchers: [CheckedContinuation<Void, Never>] = []

        mutating func wake(where isDue: (Sleeper) -> Bool) -> [CheckedContinuation<Void, Never>] {
            let due = sleepers.filter { isDue($0.value) }
            for number in due.keys { sleepers[number] = nil }
            return due.sorted { $0.key < $1.key }.map(\.value.continuation)
        }
    }

    private let guarded: Mutex<Guarded>

    public init(now: Instant) {
        self.guarded = Mutex(Guarded(now: now))
    }

    public var now: Instant { guarded.withLock(\.now) }
    public var monotonicSeconds: Double { guarded.withLock(\.monotonicSeconds) }

    public func sleep(seconds: Double) async {
        let number = guarded.withLock { guarded in
            guarded.lastSleeper += 1
            return guarded.lastSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let watchers = guarded.withLock { guarded in
                    if guarded.cancelled.remove(number) != nil { return [continuation] }
                    guarded.sleepers[number] = Sleeper(
                        wakesAt: guarded.monotonicSeconds + seconds,
                        continuation: continuation
                    )
                    defer { guarded.watchers = [] }
                    return guarded.watchers
                }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = guarded.withLock { guarded in
                let sleeper = guarded.sleepers.removeValue(forKey: number)
                if sleeper == nil { guarded.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume()
        }
    }

    /// Returns once somebody sleeps.
    public func waitUntilSomebodySleeps() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isAsleep = guarded.withLock { guarded in
                if guarded.sleepers.isEmpty { guarded.watchers.append(continuation) }
                return !guarded.sleepers.isEmpty
            }
            if isAsleep { continuation.resume() }
        }
    }

    /// Time passes: whoever slept long enough wakes.
    public func advance(bySeconds seconds: Double) {
        let woken = guarded.withLock { guarded in
            guarded.monotonicSeconds += seconds
            let milliseconds = Int64((seconds * 1000).rounded())
            guarded.now = Instant(milliseconds: guarded.now.milliseconds + milliseconds)
            let monotonicSeconds = guarded.monotonicSeconds
            return guarded.wake { $0.wakesAt <= monotonicSeconds }
        }
        for continuation in woken { continuation.resume() }
    }

    /// Somebody sets the wall clock; no time passes.
    public func jump(bySeconds seconds: Int64) {
        guarded.withLock { $0.now = $0.now.advanced(bySeconds: seconds) }
    }
}
