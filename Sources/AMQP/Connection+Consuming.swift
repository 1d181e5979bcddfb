/// Consumers that were asked for together.
struct Consumption {
    let attempt: String
    /// The tags that the broker has not confirmed yet.
    var awaited: Set<String>
    /// In ``MonotonicTime``.
    var deadline: UInt64
    let continuation: CheckedContinuation<Result<Void, AMQPError>, Never>
}

extension Connection {
    /// Begins to consume from a queue and waits until the broker has confirmed it. Several queues
    /// may be consumed, each once.
    ///
    /// - Parameter prefetch: how many unacknowledged messages the broker sends ahead, 1 to 65,535;
    ///   quorum queues take 2,000 at most.
    /// - Returns: the consumer's tag, which is the queue's name.
    @discardableResult
    public func consume(queue: String, prefetch: UInt16) throws(AMQPError) -> String {
        try checkConsumption(queue, prefetch)
        // Before the answer, for the broker may deliver, or close the channel, in the same moment.
        let isNew = consumedQueues.insert(queue).inserted
        let others = consumedQueues.count > 1 || isConfirming
        do {
            return try perform(canRenewChannel: isNew && !others) { wire throws(WireFailure) in
                try wire.consume(queue: queue, prefetch: prefetch)
            }
        } catch {
            if isNew { consumedQueues.remove(queue) }
            throw error
        }
    }

    /// Begins to consume from several queues at once, and waits until the broker has confirmed all.
    ///
    /// All is asked for before anything is awaited, and what the queues deliver meanwhile is handed
    /// on like everything later. Asked for one by one, the answer about the second queue would
    /// stand behind all that the first one has to deliver, and be waited for with no bound on the
    /// memory. So somebody has to take deliveries and acknowledge them while this waits; its time
    /// limit does not count while ``ConnectionOptions/maximumUnacknowledgedBytes`` keeps the answer
    /// from being read. Unlike with one queue alone, a queue that is not there ends the connection.
    ///
    /// - Parameter prefetch: how many unacknowledged messages of each queue the broker sends ahead,
    ///   1 to 65,535; quorum queues take 2,000 at most.
    public func consume(queues: [String], prefetch: UInt16) async throws(AMQPError) {
        let attempt = "consuming from the queues \(queues.joined(separator: ", "))"
        for queue in queues { try checkConsumption(queue, prefetch) }
        guard consumption == nil, !queues.isEmpty else {
            throw AMQPError(
                .invalidArgument,
                attempt: attempt,
                detail: queues.isEmpty ? "none is named" : "others are waited for"
            )
        }
        // Before the answer, for the broker may deliver, or close the channel, in the same moment.
        consumedQueues.formUnion(queues)
        try operate { wire throws(WireFailure) in
            try wire.askToConsume(queues, prefetch: prefetch, attempt: attempt)
        }
        let outcome = await withCheckedContinuation { continuation in
            consumption = Consumption(
                attempt: attempt,
                awaited: Set(queues),
                deadline: MonotonicTime.now + MonotonicTime.nanoseconds(options.timeoutSeconds),
                continuation: continuation
            )
        }
        try outcome.get()
    }

    /// The broker has confirmed the consumer with this tag.
    func consumes(tag: String) throws(WireFailure) {
        guard consumption?.awaited.remove(tag) != nil else {
            throw Wire.unexpected("consuming", "a consume-ok for \"\(tag)\"")
        }
        guard consumption?.awaited.isEmpty == true else { return }
        consumption?.continuation.resume(returning: .success(()))
        consumption = nil
    }

    /// Ends the wait for consumers whose time is over.
    func checkConsumption(_ now: UInt64) throws(WireFailure) {
        guard let consumption else { return }
        if isFull {
            self.consumption?.deadline = now + MonotonicTime.nanoseconds(options.timeoutSeconds)
        } else if now > consumption.deadline {
            throw WireFailure(
                .timedOut,
                attempt: consumption.attempt,
                detail: "the broker did not answer within \(options.timeoutSeconds) s"
            )
        }
    }

    private func checkConsumption(_ queue: String, _ prefetch: UInt16) throws(AMQPError) {
        try checkName(queue, "consuming from a queue")
        // With 0, the broker would send everything it has.
        guard queue.isEmpty || prefetch == 0 else { return }
        throw AMQPError(
            .invalidArgument,
            attempt: "consuming from the queue \"\(queue)\"",
            detail: queue.isEmpty ? "the queue has no name" : "the prefetch is 0"
        )
    }

    /// Acknowledges a message, or with `multiple` all unacknowledged ones up to it.
    public func acknowledge(upTo tag: UInt64, multiple: Bool = true) throws(AMQPError) {
        try operate { wire throws(WireFailure) in
            try wire.acknowledge(tag: tag, multiple: multiple)
        }
        unacknowledged.settled(tag, multiple: multiple)
    }

    /// Gives a message back to its queue, or without `requeue` to the dead-letter exchange.
    public func reject(_ tag: UInt64, requeue: Bool) throws(AMQPError) {
        try operate { wire throws(WireFailure) in try wire.reject(tag: tag, requeue: requeue) }
        unacknowledged.settled(tag, multiple: false)
    }

    /// Takes one message, which has to be acknowledged; nil when the queue is empty. For tools: it
    /// costs a round trip a message.
    public func get(queue: String) throws(AMQPError) -> Delivery? {
        try checkName(queue, "getting a message")
        return try perform { wire throws(WireFailure) in try wire.get(queue: queue) }
    }
}
