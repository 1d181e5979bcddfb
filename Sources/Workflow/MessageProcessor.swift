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
    let deferral: DeferralSettings
    let identifiers: any IdentifierSource
    /// Names the queues in dead letters.
    let prefix: String
    /// How long dead letters are kept, and how many.
    let deadLetters: DeadLetterLimits
    /// Whether each message has a savepoint of its own, so that a fault with one leaves the others.
    /// Without, the fault is thrown and undoes all of them.
    var confines = true
    /// See `MessageLoopLimits.erasedAtOnce`.
    var erasedAtOnce = MessageLoopLimits().erasedAtOnce

    /// Deals with one message: all of its effects, or none.
    func process(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        try confined(message, at: now, in: transaction, queued: &rows) { rows in
            try processUnconfined(message, at: now, in: transaction, queued: &rows)
        }
    }

    private func processUnconfined(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        if try message.redelivered && isQuarantinedPoison(message, in: transaction) {
            return [processed(message, nil, .duplicate)]
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
            let arrival: Arrival
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
                    return [processed(message, envelope, .duplicate)]
                }
                arrival = .triedAgain(Self.givenUpKey(key))
            } else {
                arrival = .new(InboxEntry(key: key, digest: digest, receivedAt: now))
            }
            return try process(
                command,
                envelope,
                message,
                arrival,
                at: now,
                in: transaction,
                queued: &rows
            )
        }
    }

    /// How a message came to be dealt with now.
    enum Arrival {
        case new(InboxEntry)
        /// It was given up, which the inbox remembers under this key.
        case triedAgain(InboxKey)
        /// It waited for its request.
        case waited(DeferredEntry)
    }

    /// Decides a command and writes what follows.
    func process(
        _ command: any Command,
        _ envelope: Envelope,
        _ message: InboundMessage,
        _ arrival: Arrival,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        let context = context(at: now, transaction)
        let outcome = try outcome(of: command, message, arrival, in: context, transaction)
        let follow = FollowUp(
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
            if case .waited(let entry) = arrival {
                return try keepWaiting(
                    entry,
                    message,
                    envelope,
                    at: now,
                    in: transaction,
                    queued: &rows
                )
            }
            try settle(arrival, in: transaction)
            try wait(message, for: request, at: now, in: transaction)
            let sequence = try transaction.append(follow.entry(journal.deferred(until: request)))
            // The reason for a replay is not kept with the message.
            if message.replay != nil { try follow.keepReason(of: [(sequence, request)]) }
            return [processed(message, envelope, .deferred, request: request)]
        case .refuse(let problem):
            // As if it had never come: it may come again.
            if problem.code != .tooManyWaiting { try settle(arrival, in: transaction) }
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
                processed(
                    message,
                    envelope,
                    .refused,
                    problem.code,
                    request: command.request
                )
            ]
        case .apply(let events):
            try settle(arrival, in: transaction)
            try apply(events, follow, queued: &rows)
            var processed = processed(
                message,
                envelope,
                events.rejection == nil ? .applied : .rejected,
                events.rejection,
                request: command.request,
                provisioning: events.provisioningNote,
                upkeep: events.erasedPerson.map { .erasure(of: $0, cause: follow.cause) }
            )
            if let submitted = events.submission {
                processed.bringsWork =
                    try transaction.hastenDeferredMessages(for: submitted, at: now) > 0
            }
            if events.contains(where: \.beginsCascade) { processed.bringsWork = true }
            return [processed]
        }
    }

    /// Applies events to the register, writes the journal and queues what follows.
    func apply(
        _ events: [Event],
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        let context = context(at: follow.origin.at, follow.transaction)
        let events = Lifecycle.retaining(try Lifecycle.closing(events, in: context), by: settings)
            .map { $0.begun(by: follow.origin) }
        // What tells of an erasure is worded before it, which takes the names away, and queued
        // after it, which holds back what waits to be sent.
        let erased = events.erasedPerson
        try conceal(events, in: follow.transaction)
        // As the journal names them: what happens may take a number away.
        let concealed = try events.map { try $0.concealed(in: follow.transaction) }
        let erasure =
            erased.flatMap { events.firstIndex(of: .personErased($0)) } ?? events.endIndex
        for event in events[..<erasure] {
            try follow.transaction.apply(event, at: follow.origin.at)
            if case .operated(let action) = event { try follow.order(action) }
        }
        let person = try erased.flatMap { try follow.transaction.person($0) }
        let messages = try events.map {
            try correspondent.follow(
                $0,
                among: events,
                register: follow.transaction,
                cause: follow.origin
            )
        }
        for event in events[erasure...] {
            try follow.transaction.apply(event, at: follow.origin.at)
        }
        var entries: [(sequence: Int64, request: RequestIdentifier?)] = []
        for (index, event) in events.enumerated() {
            let entry = try follow.entry(event, concealed: concealed[index], journal)
            let sequence = try follow.transaction.append(entry)
            entries.append((sequence, entry.request))
            for message in messages[index] {
                let persons = try follow.persons(namedBy: message, following: event)
                let row = try follow.enqueue(message, about: persons, journal: sequence)
                rows.append(row)
                guard let account = message.account else { continue }
                if let method = event.method {
                    try follow.expect(method, about: account, message: row.sequence)
                } else if case .provisioning(let order, .retried) = event {
                    try follow.note(row.sequence, of: order)
                }
            }
        }
        if let person {
            // Of why somebody was erased, nothing may be left either: it may well name the person.
            try follow.transaction.record(follow.erasure(of: person, among: events))
        } else {
            try follow.keepReason(of: entries, isOfOperatorAction: events.areOperatorActions)
        }
    }

    /// Runs `work` in a savepoint. A fault of ours with this one message must not hold up the
    /// others for ever: it is undone, and the message goes to the dead letters.
    func confined(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow],
        work: (inout [OutboxRow]) throws -> [ProcessedMessage],
        giveUp: () throws -> Void = {}
    ) throws -> [ProcessedMessage] {
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

    private func speaker(
        _ command: any Command,
        _ transaction: any MessageTransaction
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
    fileprivate var areOperatorActions: Bool {
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

extension Event {
    var beginsCascade: Bool {
        if case .cascade(_, .begun) = self { true } else { false }
    }

    /// The same; of what goes on later, in whose name it will.
    fileprivate func begun(by cause: Cause) -> Event {
        guard case .cascade(var cascade, .begun) = self else { return self }
        cascade.origin = Cascade.Origin(
            identifier: cause.identifier,
            traceParent: cause.traceParent,
            request: cause.request
        )
        return .cascade(cascade, .begun)
    }
}
