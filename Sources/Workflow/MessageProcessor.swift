import Contract
import Correspondence
import Crypto
import Domain
import Procedures

/// The daemon's work on messages, without waiting and without I/O of its own: everything it
/// reads and writes goes through one transaction.
struct MessageProcessor: Sendable {
    /// How long a message waits for its request before it is dead-lettered.
    static let waitingLimitSeconds: Int64 = 24 * 3600
    /// The first pause of a deferred message; each further one is twice as long.
    static let firstPostponementSeconds: Int64 = 1
    /// The longest pause of a deferred message.
    static let longestPostponementSeconds: Int64 = 600

    /// The routing keys of the messages that are understood: what metrics count by.
    static let kinds = Set(ProcedureCatalogue.messages.map(\.routingKey))

    let decoder: MessageDecoder
    let correspondent: Correspondent
    let journal: JournalFormat
    let settings: ProcedureSettings
    let identifiers: any IdentifierSource
    /// Names the queues in dead letters.
    let prefix: String
    /// How long dead letters are kept, and how many.
    let deadLetters: DeadLetterLimits
    /// Whether each message has a savepoint of its own, so that a fault with one leaves the others.
    /// Without, the fault is thrown and undoes all of them.
    var confines = true
    /// See `ServiceLimits.erasedAtOnce`.
    var erasedAtOnce = ServiceLimits().erasedAtOnce

    /// Deals with one message: all of its effects, or none.
    func process(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        try confined(message, at: now, in: transaction, queued: &rows) { rows in
            try treat(message, at: now, in: transaction, queued: &rows)
        }
    }

    private func treat(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        if try message.redelivered && isQuarantinedPoison(message, in: transaction) {
            return [treatment(of: message, nil, .duplicate)]
        }
        if message.queue == .deadLetters {
            return try takeIn(message, at: now, in: transaction, queued: &rows)
        }
        switch decoder.decode(message) {
        case .dead(let problem, let envelope):
            return try quarantine(
                message,
                problem,
                envelope,
                at: now,
                in: transaction,
                queued: &rows
            )
        case .command(let command, let envelope):
            let key = Self.inboxKey(of: message, envelope)
            let digest = Array(SHA256.hash(data: message.body))
            if let known = try transaction.inboxEntry(key) {
                guard known.digest == digest else {
                    return try refuseReused(
                        message,
                        envelope,
                        at: now,
                        in: transaction,
                        queued: &rows
                    )
                }
                guard try isTriedAgain(message, key, in: transaction) else {
                    return [treatment(of: message, envelope, .duplicate)]
                }
            } else {
                try transaction.record(InboxEntry(key: key, digest: digest, receivedAt: now))
            }
            return try obey(
                command,
                envelope,
                message,
                deferred: nil,
                at: now,
                in: transaction,
                queued: &rows
            )
        }
    }

    /// Decides a command and writes what follows; then whatever waited for its request.
    private func obey(
        _ command: any Command,
        _ envelope: Envelope,
        _ message: InboundMessage,
        deferred: DeferredMessage?,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        let outcome = try command.decide(in: context(at: now, transaction))
        var follow = FollowUp(
            cause: journal.cause(message, envelope, speaker: try speaker(command, transaction)),
            origin: Cause(
                identifier: envelope.identifier,
                traceParent: envelope.traceParent,
                at: now,
                request: command.request
            ),
            request: command.request,
            reason: envelope.reason,
            user: message.properties.userIdentifier ?? "",
            transaction: transaction
        )
        switch outcome {
        case .wait(let request):
            if let deferred {
                return try keepWaiting(
                    deferred,
                    message,
                    envelope,
                    at: now,
                    in: transaction,
                    queued: &rows
                )
            }
            try transaction.deferMessage(
                DeferredMessage(
                    request: request,
                    message: message.asDeliveredOnce,
                    receivedAt: now,
                    attempts: 0,
                    nextAttemptAt: now.advanced(bySeconds: Self.firstPostponementSeconds)
                )
            )
            let sequence = try transaction.append(follow.entry(journal.deferred(until: request)))
            // The reason for a replay is not kept with the message.
            if message.replay != nil { try follow.keepReason(of: [(sequence, request)]) }
            return [treatment(of: message, envelope, .deferred, request: request)]
        case .refuse(let problem):
            if let deferred { try transaction.removeDeferredMessage(deferred.sequence) }
            let sequence = try transaction.append(follow.entry(journal.refused(problem)))
            try follow.keepReason(of: [(sequence, follow.request)])
            let notice = correspondent.problem(
                problem,
                envelope: envelope,
                request: command.request,
                account: command.managedAccount,
                cause: follow.origin
            )
            rows.append(try follow.enqueue(notice, journal: sequence))
            return [
                treatment(
                    of: message,
                    envelope,
                    .refused,
                    problem.code,
                    request: command.request
                )
            ]
        case .apply(let events):
            if let deferred { try transaction.removeDeferredMessage(deferred.sequence) }
            try apply(events, &follow, queued: &rows)
            var treatments = [
                treatment(
                    of: message,
                    envelope,
                    events.rejection == nil ? .applied : .rejected,
                    events.rejection,
                    request: command.request,
                    provisioning: events.provisioningNote
                )
            ]
            if let submitted = events.submission {
                for waiting in try transaction.deferredMessages(for: submitted) {
                    treatments += try retry(waiting, at: now, in: transaction, queued: &rows)
                }
            }
            return treatments
        }
    }

    /// Applies events to the register, writes the journal and queues what follows.
    func apply(
        _ events: [Event],
        _ follow: inout FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        let context = context(at: follow.origin.at, follow.transaction)
        let events = Lifecycle.retaining(try Lifecycle.closing(events, in: context), by: settings)
        // What tells of an erasure is worded before it, which takes the names away, and queued after
        // it, which holds back what waits to be sent.
        let erased = events.erasedPerson
        try conceal(events, in: follow.transaction)
        // As the journal names them: what happens may take a number away.
        let concealed = try events.map { try $0.concealed(in: follow.transaction) }
        let erasure =
            erased.flatMap { events.firstIndex(of: .personErased($0)) } ?? events.endIndex
        for event in events[..<erasure] {
            try follow.transaction.apply(event, at: follow.origin.at)
            if case .operated(let deed) = event { try follow.order(deed) }
        }
        let messages = try events.map {
            try correspondent.follow(
                $0,
                amid: events,
                register: follow.transaction,
                cause: follow.origin
            )
        }
        for event in events[erasure...] {
            try follow.transaction.apply(event, at: follow.origin.at)
        }
        var entries: [(sequence: Int64, request: RequestIdentifier?)] = []
        for ((event, concealed), messages) in zip(zip(events, concealed), messages) {
            let entry = try follow.entry(event, concealed: concealed, journal)
            let sequence = try follow.transaction.append(entry)
            entries.append((sequence, entry.request))
            for message in messages {
                let persons = try follow.persons(namedBy: message, following: event)
                rows.append(try follow.enqueue(message, about: persons, journal: sequence))
                if let account = message.account, let method = event.method {
                    try follow.expect(method, about: account)
                }
            }
        }
        if let erased {
            // Of why somebody was erased, nothing may be left either: it may well name the person.
            try beginErasure(of: erased, amid: events, follow, queued: &rows)
        } else {
            try follow.keepReason(of: entries, isOfDeed: events.areDeeds)
        }
    }

    /// Tries a message again that waits for its request: all of its effects, or none.
    func retry(
        _ deferred: DeferredMessage,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        let message = deferred.message
        return try confined(message, at: now, in: transaction, queued: &rows) { rows in
            try retryDeferred(deferred, message, at: now, in: transaction, queued: &rows)
        } giveUp: {
            try giveUp(
                deferred,
                message,
                decoder.decode(message).envelope,
                at: now,
                in: transaction
            )
        }
    }

    /// Runs `work` in a savepoint. A fault of ours with this one message must not hold up the
    /// others for ever: it is undone, and the message goes to the dead letters.
    private func confined(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow],
        work: (inout [OutboxRow]) throws -> [Treatment],
        giveUp: () throws -> Void = {}
    ) throws -> [Treatment] {
        guard confines else { return try work(&rows) }
        let start = rows.count
        do {
            return try transaction.savepoint { try work(&rows) }
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            rows.removeSubrange(start...)
            let problem = Problem(.poison, "the message could not be processed: \(error)")
            let envelope = decoder.decode(message).envelope
            return try transaction.savepoint {
                try giveUp()
                return try quarantine(
                    message,
                    problem,
                    envelope,
                    at: now,
                    in: transaction,
                    queued: &rows
                )
            }
        }
    }

    private func retryDeferred(
        _ deferred: DeferredMessage,
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        switch decoder.decode(message) {
        case .dead(let problem, let envelope):
            // Its sender's rights changed since it came.
            try giveUp(deferred, message, envelope, at: now, in: transaction)
            return try quarantine(
                message,
                problem,
                envelope,
                at: now,
                in: transaction,
                queued: &rows
            )
        case .command(let command, let envelope):
            return try obey(
                command,
                envelope,
                message,
                deferred: deferred,
                at: now,
                in: transaction,
                queued: &rows
            )
        }
    }

    private func keepWaiting(
        _ deferred: DeferredMessage,
        _ message: InboundMessage,
        _ envelope: Envelope,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [Treatment] {
        let deadline = deferred.deadline
        guard now < deadline else {
            try giveUp(deferred, message, envelope, at: now, in: transaction)
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
        let attempts = deferred.attempts + 1
        let pause = min(
            Self.firstPostponementSeconds << Int64(min(attempts, 20)),
            Self.longestPostponementSeconds
        )
        try transaction.postponeDeferredMessage(
            deferred.sequence,
            attempts: attempts,
            until: min(now.advanced(bySeconds: pause), deadline)
        )
        return []
    }

    private func speaker(
        _ command: any Command,
        _ transaction: any RegisterTransaction
    ) throws -> PersonIdentifier? {
        guard let subject = command.speaker else { return nil }
        return try transaction.person(subject: subject)?.identifier
    }
}

extension [Event] {
    /// The request that came into being.
    fileprivate var submission: RequestIdentifier? {
        for case .requestSubmitted(let request) in self { return request.identifier }
        return nil
    }

    /// Whether an operator did something with messages, and not with the register.
    fileprivate var areDeeds: Bool {
        contains { if case .operated = $0 { true } else { false } }
    }

    /// The rule that rejected the request on arrival.
    fileprivate var rejection: ProblemCode? {
        for case .requestSubmitted(let request) in self {
            if case .rule(let code)? = request.reason { return code }
        }
        return nil
    }
}

extension DecodedMessage {
    fileprivate var envelope: Envelope? {
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
