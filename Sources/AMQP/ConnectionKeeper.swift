/// Keeps a connection: connects, runs a session, and after a failure of either waits and begins
/// again.
public struct ConnectionKeeper: Sendable {
    /// What the keeper does.
    public enum State: Sendable {
        /// It connects; `failures` counts those in a row so far.
        case connecting(failures: Int)
        /// The session runs.
        case connected
        /// The connection or the session failed; the next attempt comes after so many seconds.
        case waiting(after: any Error, seconds: Double)
        /// The session has returned, or the task was cancelled. Nothing follows.
        case stopped
    }

    /// Opens a connection.
    public typealias Opener = @Sendable () async throws -> Connection

    private let open: Opener
    private let backOff: BackOff
    private let stableAfterSeconds: Double
    private let sleep: @Sendable (_ seconds: Double) async throws -> Void
    private let secondsNow: @Sendable () -> Double
    private let random: @Sendable () -> any RandomNumberGenerator
    private let report: @Sendable (State) -> Void

    /// Creates a keeper.
    ///
    /// - Parameters:
    ///   - stableAfterSeconds: a session that lasted as long resets the back-off.
    ///   - sleep: waits for so many seconds, and throws when the task is cancelled.
    ///   - secondsNow: a clock that no adjustment moves.
    ///   - random: the generator for the jitter of one run.
    ///   - report: is told each change of state, in order.
    ///   - open: opens a connection, as ``Connection/open(_:options:)`` does.
    public init(
        backOff: BackOff = BackOff(),
        stableAfterSeconds: Double = 30,
        sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void = { seconds in
            try await Task.sleep(for: .seconds(seconds))
        },
        secondsNow: @escaping @Sendable () -> Double = ConnectionKeeper.monotonicSeconds,
        random: @escaping @Sendable () -> any RandomNumberGenerator = {
            SystemRandomNumberGenerator()
        },
        report: @escaping @Sendable (State) -> Void,
        open: @escaping Opener
    ) {
        self.backOff = backOff
        self.stableAfterSeconds = stableAfterSeconds
        self.sleep = sleep
        self.secondsNow = secondsNow
        self.random = random
        self.report = report
        self.open = open
    }

    /// Seconds since the machine started.
    @Sendable public static func monotonicSeconds() -> Double {
        Double(MonotonicTime.now) / 1e9
    }

    /// Longer than ``Connection/close()`` takes, which follows a session that notices at once.
    private static let leaveSeconds = 0.9

    /// Runs sessions until one returns without an error or the task is cancelled. The connection is
    /// closed after each session. When the task is cancelled, a session has a second to notice: it
    /// may send what is to be sent before the end, and one that hangs is cut off.
    public func run(_ session: (Connection) async throws -> Void) async {
        var generator = AnyGenerator(base: random())
        var failures = 0
        while !Task.isCancelled {
            report(.connecting(failures: failures))
            do {
                let connection = try await open()
                report(.connected)
                let began = secondsNow()
                do {
                    try await withTaskCancellationHandler {
                        try await session(connection)
                    } onCancel: {
                        connection.abort(afterSeconds: Self.leaveSeconds)
                    }
                    await connection.close()
                    break
                } catch {
                    await connection.close()
                    if secondsNow() - began >= stableAfterSeconds { failures = 0 }
                    throw error
                }
            } catch {
                if Task.isCancelled { break }
                failures += 1
                let seconds = backOff.delaySeconds(afterFailures: failures, using: &generator)
                report(.waiting(after: error, seconds: seconds))
                do {
                    try await sleep(seconds)
                } catch {
                    // Only cancellation ends a sleep early.
                    break
                }
            }
        }
        report(.stopped)
    }
}

private struct AnyGenerator: RandomNumberGenerator {
    var base: any RandomNumberGenerator

    mutating func next() -> UInt64 { base.next() }
}
