import Synchronization

/// The outcome of opening, which the first to know it decides.
final class OpeningPromise: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Result<Void, AMQPError>, Never>)
        case resolved(Result<Void, AMQPError>)
    }

    private let state = Mutex(State.open)

    func await(_ continuation: CheckedContinuation<Result<Void, AMQPError>, Never>) {
        let outcome: Result<Void, AMQPError>? = state.withLock { state in
            if case .resolved(let outcome) = state { return outcome }
            state = .awaited(continuation)
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }

    func resolve(_ outcome: Result<Void, AMQPError>) {
        let waiter: CheckedContinuation<Result<Void, AMQPError>, Never>? = state.withLock { state in
            if case .resolved = state { return nil }
            defer { state = .resolved(outcome) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume(returning: outcome)
    }
}
