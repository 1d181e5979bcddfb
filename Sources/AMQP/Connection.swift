/// A connection to the broker with one channel, run by a thread of its own.
///
/// Batches cross threads, messages don't: what arrives is read from ``deliveries``,
/// ``publicationResults`` and ``notices``, and ``publish(_:)`` takes an array. Memory is bounded by
/// the caller: deliveries by the prefetch, publications by how many it hands over before it has
/// their results. Where the messages can be large, ``ConnectionOptions/maximumUnacknowledgedBytes``
/// bounds the deliveries too.
///
/// A connection that has failed stays so: every later call throws the error that ended it, and a
/// new connection is to be opened (``ConnectionKeeper``). What was unacknowledged will be delivered
/// again, and of publications without a result it is not known whether the broker has them.
///
/// When the broker closes the channel because of a declaration, a deletion or the like (406, 404,
/// 403) a new channel is opened, and the connection goes on; unless it consumes or publishes, for
/// then that state is gone with the channel and the connection ends.
public actor Connection {
    /// Where it is connected to.
    public nonisolated let endpoint: Endpoint
    /// What the consumed queues deliver.
    public nonisolated let deliveries: Batches<Delivery>
    /// What became of the publications. The order is the broker's.
    public nonisolated let publicationResults: Batches<PublicationResult>
    /// What else the broker lets know; the last one is `closed`. It never throws.
    public nonisolated let notices: Batches<Notice>

    private nonisolated let thread: ConnectionThread
    nonisolated let socketGuard = SocketGuard()
    nonisolated let options: ConnectionOptions

    var wire: Wire?
    /// Why the connection has ended.
    var ending: AMQPError?
    var consumedQueues: Set<String> = []
    var isConfirming = false
    var isBlocked = false

    // What waits to be written.
    var pending: [Publication] = []
    var pendingHead = 0
    /// What the bodies take that are written and still stand before the head.
    var writtenBytes = 0
    /// Since when the socket has had no room for what waits.
    var stuckSince: UInt64?

    var ledger = ConfirmLedger()
    /// Confirms are not awaited while the broker is blocked; the clock starts again after it.
    var unblockedAt: UInt64 = 0
    var lastReadAt: UInt64 = 0
    var unacknowledged = UnacknowledgedBytes()
    /// What is told when the broker has confirmed the consumers that were asked for together.
    var consumption: Consumption?
    /// Whether nothing is read until something is acknowledged.
    var isFull: Bool { unacknowledged.total >= options.maximumUnacknowledgedBytes }

    // What goes to the mailboxes at the end of the turn.
    var arrivedDeliveries: [Delivery] = []
    var arrivedResults: [PublicationResult] = []
    var arrivedNotices: [Notice] = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    private init(_ endpoint: Endpoint, _ options: ConnectionOptions) throws(AMQPError) {
        try options.check()
        self.endpoint = endpoint
        self.options = options
        deliveries = Batches(mailbox: Mailbox())
        publicationResults = Batches(mailbox: Mailbox())
        notices = Batches(mailbox: Mailbox())
        // librabbitmq decodes nested tables by recursion: at 5 bytes a level a frame can hold
        // frameMaximumBytes / 5 levels, each of which takes less than 500 bytes of stack. The
        // memory is reserved, not used.
        thread = try ConnectionThread(stackBytes: (1 << 20) + 100 * options.frameMaximumBytes)
    }

    isolated deinit {
        end(with: Self.closedError("releasing the connection"))
    }

    /// Connects, logs in and opens a channel. Cancelling the task ends the attempt at once.
    public static func open(
        _ endpoint: Endpoint,
        options: ConnectionOptions = ConnectionOptions()
    ) async throws(AMQPError) -> Connection {
        let connection = try Connection(endpoint, options)
        let promise = OpeningPromise()
        let attempt = "connecting to \(endpoint)"
        // The library cannot be interrupted while it resolves a name.
        SocketGuard.after(seconds: options.connectTimeoutSeconds + 1) {
            promise.resolve(
                .failure(
                    AMQPError(
                        .cannotConnect,
                        attempt: attempt,
                        detail: "no connection within \(options.connectTimeoutSeconds) s"
                    )
                )
            )
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                promise.await(continuation)
                Task { promise.resolve(await connection.start()) }
            }
        } onCancel: {
            promise.resolve(
                .failure(
                    AMQPError(.cancelled, attempt: attempt, detail: "the task was cancelled")
                )
            )
        }
        do {
            try outcome.get()
        } catch {
            connection.abort()
            throw error
        }
        return connection
    }

    private func start() -> Result<Void, AMQPError> {
        do throws(AMQPError) {
            wire = try Wire(connectingTo: endpoint, options: options, socketGuard: socketGuard)
        } catch {
            end(with: error)
            return .failure(error)
        }
        lastReadAt = MonotonicTime.now
        thread.attach(self)
        return .success(())
    }

    /// What the broker said of itself when the connection was made, such as `product` and
    /// `version`; empty once it is closed.
    public var serverProperties: Table { wire?.serverProperties ?? Table() }

    // MARK: Topology

    /// Declares a durable or transient exchange, or with `isPassive` asks whether it exists.
    public func declareExchange(
        _ name: String,
        kind: ExchangeKind,
        isDurable: Bool = true,
        isPassive: Bool = false
    ) throws(AMQPError) {
        try checkName(name, "declaring an exchange")
        try perform { wire throws(WireFailure) in
            try wire.declareExchange(name, kind, isDurable: isDurable, isPassive: isPassive)
        }
    }

    /// Declares a queue, or with `isPassive` asks whether it exists.
    ///
    /// - Throws: `preconditionFailed` when it exists with other arguments, `notFound` when it does
    ///   not exist; the error names the queue and quotes the broker.
    @discardableResult
    public func declareQueue(_ declaration: QueueDeclaration) throws(AMQPError) -> QueueStatus {
        try checkName(declaration.name, "declaring a queue")
        try PublicationCheck(frameMaximumBytes: openWire().frameMaximumBytes)
            .check(
                declaration.arguments,
                attempt: "declaring the queue \"\(declaration.name)\""
            )
        return try perform { wire throws(WireFailure) in try wire.declareQueue(declaration) }
    }

    /// Binds a queue to an exchange.
    public func bind(
        queue: String,
        exchange: String,
        routingKey: String
    ) throws(AMQPError) {
        for name in [queue, exchange, routingKey] { try checkName(name, "binding a queue") }
        try perform { wire throws(WireFailure) in
            try wire.bind(queue: queue, exchange: exchange, routingKey: routingKey)
        }
    }

    /// Deletes a queue and returns how many messages went with it. RabbitMQ does not mind when
    /// there is no such queue.
    @discardableResult
    public func deleteQueue(_ name: String) throws(AMQPError) -> Int {
        try checkName(name, "deleting a queue")
        return try perform { wire throws(WireFailure) in try wire.deleteQueue(name) }
    }

    /// Deletes an exchange. RabbitMQ does not mind when there is no such exchange.
    public func deleteExchange(_ name: String) throws(AMQPError) {
        try checkName(name, "deleting an exchange")
        try perform { wire throws(WireFailure) in try wire.deleteExchange(name) }
    }

    /// Removes the messages that are ready in a queue and returns how many they were.
    @discardableResult
    public func purge(queue: String) throws(AMQPError) -> Int {
        try checkName(queue, "purging a queue")
        return try perform { wire throws(WireFailure) in try wire.purge(queue) }
    }

    /// How many messages are ready in a queue, and how many consumers it has. Unlike the figures of
    /// `rabbitmqctl`, which come by ticks, these are exact.
    public func status(ofQueue queue: String) throws(AMQPError) -> QueueStatus {
        try declareQueue(QueueDeclaration(name: queue, isPassive: true))
    }

    /// How many messages are ready in a queue.
    public func messageCount(queue: String) throws(AMQPError) -> Int {
        try status(ofQueue: queue).messageCount
    }

    // MARK: Publishing

    /// Turns on publisher confirms, which ``publish(_:)`` needs.
    public func confirmSelect() throws(AMQPError) {
        guard !isConfirming else { return }
        try perform { wire throws(WireFailure) in try wire.confirmSelect() }
        isConfirming = true
    }

    /// Hands messages over. They are written as the socket takes them, in their order, without
    /// waiting for confirms; while the broker is blocked they wait here. Each gets one result in
    /// ``publicationResults``, unless the connection ends before. One that is not confirmed within
    /// `timeoutSeconds` ends the connection.
    ///
    /// - Throws: `invalidArgument`, before anything of the batch is sent, when a message cannot be
    ///   sent: a text over 255 bytes, properties that fill more than a frame, `isMandatory` without
    ///   `messageIdentifier`, or ``confirmSelect()`` was not called.
    public func publish(_ batch: [Publication]) throws(AMQPError) {
        let wire = try openWire()
        guard isConfirming else {
            throw AMQPError(
                .invalidArgument,
                attempt: "publishing",
                detail: "confirmSelect was not called"
            )
        }
        let check = PublicationCheck(frameMaximumBytes: wire.frameMaximumBytes)
        for publication in batch { try check.check(publication) }
        if pending.isEmpty { pending = batch } else { pending += batch }
        // They are written in the turn that follows every job.
    }

    // MARK: Ending

    /// Closes the connection; within a second, whatever the broker does. Publications without a
    /// result and deliveries that are not acknowledged are given up.
    public nonisolated func close() async {
        socketGuard.cut(.aborted, afterSeconds: 0.8)
        await closeGracefully()
    }

    /// Cuts the connection at once, from any thread; whoever waits for it learns of it.
    public nonisolated func abort() {
        socketGuard.cut(.aborted)
    }

    /// The same after so many seconds, unless the connection has ended until then.
    nonisolated func abort(afterSeconds seconds: Double) {
        socketGuard.cut(.aborted, afterSeconds: seconds)
    }

    private func closeGracefully() {
        let closed = Self.closedError("closing the connection")
        if let wire {
            do {
                try wire.closeGracefully(limitSeconds: 0.7)
            } catch {
                // The broker did not say goodbye; it is closed all the same.
                end(with: closed)
            }
        }
        end(with: closed)
    }

    static func closedError(_ attempt: String) -> AMQPError {
        AMQPError(.closed, attempt: attempt, detail: "this side closed the connection")
    }

    /// Ends the connection, once, and tells everybody who waits.
    func end(with error: AMQPError) {
        guard ending == nil else { return }
        ending = error
        wire = nil
        socketGuard.release()
        pending = []
        flush()
        consumption?.continuation.resume(returning: .failure(error))
        consumption = nil
        let failure = error.code == .closed ? nil : error
        deliveries.mailbox.finish(throwing: failure)
        publicationResults.mailbox.finish(throwing: failure)
        var last = [Notice.closed(error)]
        notices.mailbox.send(&last)
        notices.mailbox.finish(throwing: nil)
    }

    // MARK: Operations

    func checkName(_ name: String, _ attempt: String) throws(AMQPError) {
        try PublicationCheck.check(name: name, attempt: attempt)
    }

    private func openWire() throws(AMQPError) -> Wire {
        if let ending { throw ending }
        guard let wire else { throw Self.closedError("using the connection") }
        return wire
    }

    /// Runs something that sends and does not wait; a failure ends the connection.
    func operate(_ operation: (Wire) throws(WireFailure) -> Void) throws(AMQPError) {
        let wire = try openWire()
        do {
            try operation(wire)
        } catch {
            end(with: error.error)
            throw error.error
        }
    }

    /// Runs something that waits for the broker's answer.
    func perform<Value>(
        canRenewChannel: Bool? = nil,
        _ operation: (Wire) throws(WireFailure) -> Value
    ) throws(AMQPError) -> Value {
        let wire = try openWire()
        do {
            // A close that has arrived already would leave the request without an answer.
            while wire.hasBufferedInput, let event = try wire.nextEvent() { try handle(event) }
            return try operation(wire)
        } catch {
            guard error.closedChannelOnly,
                canRenewChannel ?? (consumedQueues.isEmpty && !isConfirming)
            else {
                end(with: error.error)
                throw error.error
            }
            do {
                try wire.openChannel()
            } catch let reopening {
                end(with: reopening.error)
            }
            throw error.error
        }
    }
}
