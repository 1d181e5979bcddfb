import Contract
import Crypto
import Domain

// Messages that come before their request, and wait for it in the store.
extension MessageProcessor {
    /// What becomes of a command: what it decides itself, unless others wait before it for the same
    /// request, or too many wait.
    func outcome(
        of command: any Command,
        _ message: InboundMessage,
        _ arrival: Arrival,
        in context: DecisionContext,
        _ transaction: any MessageTransaction
    ) throws -> Outcome {
        if case .waited = arrival { return try command.decide(in: context) }
        guard let awaited = command.awaitedRequest else { return try command.decide(in: context) }
        let ahead = try transaction.deferredEntries(for: awaited)
        // When the request is there already, those before it have their turn in a moment.
        if ahead.isEmpty {
            let outcome = try command.decide(in: context)
            guard case .wait = outcome else { return outcome }
        }
        if let problem = try tooManyWaiting(message, ahead.count, in: transaction) {
            return .refuse(problem)
        }
        return .wait(for: awaited)
    }

    private func tooManyWaiting(
        _ message: InboundMessage,
        _ ahead: Int,
        in transaction: any MessageTransaction
    ) throws -> Problem? {
        guard ahead < deferral.perRequest else {
            return Problem(
                .tooManyWaiting,
                at: "/data/requestId",
                "\(ahead) messages wait for this request already; send this one again once the "
                    + "request has arrived"
            )
        }
        let own = try transaction.deferredCount(of: Self.sender(of: message))
        guard own < deferral.perUser else {
            return Problem(
                .tooManyWaiting,
                "\(own) messages of this sender wait for their requests already; send this one "
                    + "again once its request has arrived"
            )
        }
        return nil
    }

    /// Whose message it counts as.
    private static func sender(of message: InboundMessage) -> String {
        message.properties.userIdentifier ?? ""
    }

    func wait(
        _ message: InboundMessage,
        for request: RequestIdentifier,
        at now: Instant,
        in transaction: any MessageTransaction
    ) throws {
        let isThere = try transaction.request(request) != nil
        let others = isThere ? try transaction.deferredEntries(for: request) : []
        // Behind those that wait before it, however the clock was set since.
        let last = others.map(\.nextAttemptAt).max().map { max($0, now) }
        try transaction.deferMessage(
            DeferredMessage(
                entry: DeferredEntry(
                    request: request,
                    user: Self.sender(of: message),
                    routingKey: message.routingKey,
                    receivedAt: now,
                    attempts: 0,
                    nextAttemptAt: last
                        ?? now.advanced(bySeconds: Self.firstPostponementSeconds)
                ),
                message: message.asDeliveredOnce
            )
        )
    }

    /// The message is dealt with: what says so is written, and nothing of it waits any more.
    func settle(_ arrival: Arrival, in transaction: any MessageTransaction) throws {
        switch arrival {
        case .new(let entry): try transaction.record(entry)
        case .triedAgain(let key): try transaction.forget(key)
        case .waited(let entry): try transaction.removeDeferredMessage(entry.sequence)
        }
    }

    /// Tries a message again that waits for its request: all of its effects, or none. It is read
    /// from the store only when there is something to be done with it.
    ///
    /// - Parameters:
    ///   - mayGiveUp: Whether its time may be over; if not, it waits on beyond that.
    ///   - bytes: How much was read is added to it.
    func retry(
        _ entry: DeferredEntry,
        mayGiveUp: Bool,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow],
        bytes: inout Int
    ) throws -> [ProcessedMessage] {
        let isThere = try transaction.request(entry.request) != nil
        guard isThere || now >= entry.deadline && mayGiveUp else {
            try postpone(entry, at: now, in: transaction)
            return []
        }
        // An erasure that fell due before it may have taken it along.
        guard let deferred = try transaction.deferredMessage(entry.sequence) else { return [] }
        bytes += deferred.message.body.count
        let message = deferred.message
        return try confined(message, at: now, in: transaction, queued: &rows) { rows in
            try retry(deferred.entry, message, at: now, in: transaction, queued: &rows)
        } giveUp: {
            try giveUp(
                entry,
                message,
                decoder.decode(message).envelope,
                at: now,
                in: transaction
            )
        }
    }

    private func retry(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        switch decoder.decode(message) {
        case .dead(let problem, let envelope):
            // Its sender's rights changed since it came.
            try giveUp(entry, message, envelope, at: now, in: transaction)
            return try quarantine(
                message,
                problem,
                envelope,
                at: now,
                in: transaction,
                queued: &rows
            )
        case .command(let command, let envelope):
            return try process(
                command,
                envelope,
                message,
                .waited(entry),
                at: now,
                in: transaction,
                queued: &rows
            )
        }
    }

    /// Its request is not there still.
    func keepWaiting(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        _ envelope: Envelope,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        guard now >= entry.deadline else {
            try postpone(entry, at: now, in: transaction)
            return []
        }
        try giveUp(entry, message, envelope, at: now, in: transaction)
        let problem = Problem(
            .requestUnknown,
            at: "/data/requestId",
            "the request did not arrive within \(Self.waitingLimitSeconds / 3600) hours"
        )
        return try quarantine(
            message,
            problem,
            envelope,
            at: now,
            in: transaction,
            queued: &rows
        )
    }

    private func postpone(
        _ entry: DeferredEntry,
        at now: Instant,
        in transaction: any MessageTransaction
    ) throws {
        let attempts = entry.attempts + 1
        let pause = min(
            Self.firstPostponementSeconds << Int64(min(attempts, 20)),
            Self.longestPostponementSeconds
        )
        let next = now.advanced(bySeconds: pause)
        try transaction.postponeDeferredMessage(
            entry.sequence,
            attempts: attempts,
            // Past its time it waits for what may be in the broker still, and not for long.
            until: now < entry.deadline
                ? min(next, entry.deadline)
                : now.advanced(bySeconds: Self.firstPostponementSeconds)
        )
    }
}

extension DecodedMessage {
    var envelope: Envelope? {
        switch self {
        case .command(_, let envelope): envelope
        case .dead(_, let envelope): envelope
        }
    }
}

extension InboundMessage {
    /// The message as the store keeps it: from here on it comes from there, once, and whatever is
    /// like it is another one.
    fileprivate var asDeliveredOnce: InboundMessage {
        InboundMessage(
            queue: queue,
            routingKey: routingKey,
            redelivered: false,
            properties: properties,
            body: body,
            replay: replay
        )
    }
}
