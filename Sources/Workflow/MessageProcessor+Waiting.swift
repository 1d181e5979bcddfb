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
        in writing: Writing
    ) throws -> Outcome {
        let context = context(of: writing)
        if case .waited = arrival { return try command.decide(in: context) }
        guard let awaited = command.awaitedRequest else { return try command.decide(in: context) }
        let ahead = try writing.transaction.deferredEntries(for: awaited)
        // When the request is there already, those before it have their turn in a moment.
        if ahead.isEmpty {
            let outcome = try command.decide(in: context)
            guard case .wait = outcome else { return outcome }
        }
        if let problem = try tooManyWaiting(message, ahead.count, in: writing.transaction) {
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
        in writing: Writing
    ) throws {
        let (now, transaction) = (writing.now, writing.transaction)
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
        in writing: Writing,
        bytes: inout Int
    ) throws -> [ProcessedMessage] {
        let transaction = writing.transaction
        let isThere = try transaction.request(entry.request) != nil
        guard isThere || writing.now >= entry.deadline && mayGiveUp else {
            try postpone(entry, in: writing)
            return []
        }
        // An erasure that fell due before it may have taken it along.
        guard let deferred = try transaction.deferredMessage(entry.sequence) else { return [] }
        let message = deferred.message
        bytes += message.body.count
        return try confined(message, in: writing) {
            try retry(deferred.entry, message, in: writing)
        } giveUp: {
            try giveUp(entry, message, decoder.decode(message).envelope, in: writing)
        }
    }

    private func retry(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        switch decoder.decode(message) {
        case .dead(let problem, let envelope):
            // Its sender's rights changed since it came.
            try giveUp(entry, message, envelope, in: writing)
            return try quarantine(message, problem, envelope, in: writing)
        case .command(let command, let envelope):
            return try process(command, envelope, message, .waited(entry), in: writing)
        }
    }

    /// Its request is not there still.
    func keepWaiting(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        _ envelope: Envelope,
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        guard writing.now >= entry.deadline else {
            try postpone(entry, in: writing)
            return []
        }
        try giveUp(entry, message, envelope, in: writing)
        let problem = Problem(
            .requestUnknown,
            at: "/data/requestId",
            "the request did not arrive within \(Self.waitingLimitSeconds / 3600) hours"
        )
        return try quarantine(message, problem, envelope, in: writing)
    }

    private func postpone(_ entry: DeferredEntry, in writing: Writing) throws {
        let attempts = entry.attempts + 1
        let pause = min(
            Self.firstPostponementSeconds << Int64(min(attempts, 20)),
            Self.longestPostponementSeconds
        )
        let next = writing.now.advanced(bySeconds: pause)
        try writing.transaction.postponeDeferredMessage(
            entry.sequence,
            attempts: attempts,
            // Past its time it waits for what may be in the broker still, and not for long.
            until: writing.now < entry.deadline
                ? min(next, entry.deadline)
                : writing.now.advanced(bySeconds: Self.firstPostponementSeconds)
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
