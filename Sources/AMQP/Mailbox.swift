import Synchronization

/// Hands batches from the connection's thread to one consumer: one lock and one wake-up a batch,
/// whatever its size.
final class Mailbox<Item: Sendable>: Sendable {
    private enum Ending {
        case finished
        case failed(AMQPError)
    }

    private typealias Waiter = CheckedContinuation<Result<[Item]?, AMQPError>, Never>

    private struct State {
        var items: [Item] = []
        var ending: Ending?
        var waiter: Waiter?
    }

    private let state = Mutex(State())

    /// Adds the items and leaves the array empty.
    func send(_ items: inout [Item]) {
        guard !items.isEmpty else { return }
        let batch = items
        items = []
        let waiter: Waiter? = state.withLock { state in
            guard state.ending == nil else { return nil }
            guard let waiter = state.waiter else {
                if state.items.isEmpty { state.items = batch } else { state.items += batch }
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: .success(batch))
    }

    /// Ends the sequence after what was sent; a second call changes nothing.
    func finish(throwing error: AMQPError?) {
        let waiter: Waiter? = state.withLock { state in
            guard state.ending == nil else { return nil }
            state.ending = error.map(Ending.failed) ?? .finished
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: error.map(Result.failure) ?? .success(nil))
    }

    /// Everything that waits, as soon as there is anything; nil after the end or when the task is
    /// cancelled.
    func next() async throws(AMQPError) -> [Item]? {
        if let ready = state.withLock({ Self.take(&$0) }) { return try ready.get() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Waiter) in
                let ready: Result<[Item]?, AMQPError>? = state.withLock { state in
                    if let ready = Self.take(&state) { return ready }
                    if Task.isCancelled { return .success(nil) }
                    if state.waiter != nil {
                        return .failure(
                            AMQPError(
                                .invalidArgument,
                                attempt: "waiting for the next batch",
                                detail: "another task waits for it already"
                            )
                        )
                    }
                    state.waiter = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: .success(nil))
        }
        return try result.get()
    }

    private static func take(_ state: inout State) -> Result<[Item]?, AMQPError>? {
        if !state.items.isEmpty {
            let items = state.items
            state.items = []
            return .success(items)
        }
        switch state.ending {
        case .finished: return .success(nil)
        case .failed(let error): return .failure(error)
        case nil: return nil
        }
    }
}

/// What arrives from a connection, in batches: each is everything that waited, never empty, and
/// nothing ever waits to fill one.
///
/// The sequence ends (nil) after ``Connection/close()`` and ``Connection/abort()``, and throws when
/// the connection failed. One task at a time may wait for the next batch.
public struct Batches<Item: Sendable>: AsyncSequence, Sendable {
    public typealias Element = [Item]
    public typealias Failure = AMQPError

    let mailbox: Mailbox<Item>

    /// Everything that waits, as soon as there is anything; nil after the end or when the task is
    /// cancelled.
    public func next() async throws(AMQPError) -> [Item]? {
        try await mailbox.next()
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(mailbox: mailbox)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let mailbox: Mailbox<Item>

        public mutating func next() async throws(AMQPError) -> [Item]? {
            try await mailbox.next()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(AMQPError) -> [Item]? {
            try await mailbox.next()
        }
    }
}
