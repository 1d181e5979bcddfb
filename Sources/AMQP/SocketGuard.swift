import Dispatch
import Glibc
import Synchronization

/// Ends calls of librabbitmq that would not end by themselves, by shutting the socket down from
/// another thread: sends have no time limit, and neither has a receive inside a send.
///
/// The guard works on a descriptor of its own (`dup`), so that the library may close the socket at
/// any time without the guard ever touching a stranger's descriptor of the same number. `shutdown`
/// is the only thing that another thread does to the connection.
final class SocketGuard: Sendable {
    /// Why the socket was shut down.
    enum Reason {
        /// A call did not come back within its time limit.
        case overdue
        /// The caller wants to stop.
        case aborted
    }

    private struct State {
        var descriptor: Int32 = -1
        var reason: Reason?
        /// When the present call is overdue, in ``MonotonicTime``.
        var deadline: UInt64?
        var timer: (any DispatchSourceTimer)?
    }

    private static let queue = DispatchQueue(label: "amqp.watchdog")

    private let state = Mutex(State())

    deinit {
        release()
    }

    /// Why the socket was shut down; nil when it was not.
    var reason: Reason? {
        state.withLock { $0.reason }
    }

    /// Takes charge of a connected socket.
    ///
    /// - Throws: `cannotConnect` when no descriptor is left: without one of its own, the guard
    ///   could end nothing.
    func adopt(
        _ descriptor: Int32,
        checkingEverySeconds period: Double,
        attempt: String
    ) throws(AMQPError) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else {
            throw AMQPError(
                .cannotConnect,
                attempt: attempt,
                detail: "no descriptor is left for the watchdog (error \(errno))"
            )
        }
        let interval = DispatchTimeInterval.milliseconds(Int(period * 1000))
        state.withLock { state in
            let timer = DispatchSource.makeTimerSource(queue: Self.queue)
            timer.schedule(deadline: .now() + interval, repeating: interval, leeway: interval)
            timer.setEventHandler { [weak self] in self?.check() }
            timer.activate()
            state.descriptor = copy
            state.timer = timer
            // An abort may have come before there was a socket.
            if state.reason != nil { shutdown(copy, Int32(SHUT_RDWR)) }
        }
    }

    /// Lets the socket go.
    func release() {
        state.withLock { state in
            state.timer?.cancel()
            state.timer = nil
            if state.descriptor >= 0 { close(state.descriptor) }
            state.descriptor = -1
        }
    }

    /// Runs a call that may hang, for so many seconds at most. Inside another one, its own limit
    /// counts until it is over.
    func limit<Value, Failure: Error>(
        seconds: Double,
        _ call: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let deadline = MonotonicTime.now + MonotonicTime.nanoseconds(seconds)
        let outer = state.withLock { state in
            defer { state.deadline = deadline }
            return state.deadline
        }
        defer { state.withLock { $0.deadline = outer } }
        return try call()
    }

    /// Shuts the socket down now.
    func cut(_ reason: Reason) {
        state.withLock { Self.cut(&$0, reason) }
    }

    /// Shuts the socket down later, unless it was let go until then.
    func cut(_ reason: Reason, afterSeconds seconds: Double) {
        Self.after(seconds: seconds) { [weak self] in self?.cut(reason) }
    }

    /// Runs something on the watchdog's thread; it must not block.
    static func after(seconds: Double, _ action: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + seconds, execute: action)
    }

    private func check() {
        let now = MonotonicTime.now
        state.withLock { state in
            if let deadline = state.deadline, now > deadline { Self.cut(&state, .overdue) }
        }
    }

    private static func cut(_ state: inout State, _ reason: Reason) {
        if state.reason == nil { state.reason = reason }
        if state.descriptor >= 0 { shutdown(state.descriptor, Int32(SHUT_RDWR)) }
    }
}
