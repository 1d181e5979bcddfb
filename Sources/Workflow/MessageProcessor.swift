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
    let journal = JournalFormat()
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
    let erasedAtOnce: Int

    /// - Parameter prefix: See the property.
    init(
        _ settings: MessageLoopSettings,
        _ identifiers: any IdentifierSource,
        prefix: String,
        _ limits: MessageLoopLimits = MessageLoopLimits()
    ) {
        decoder = MessageDecoder(
            definitions: ProcedureCatalogue.messages,
            publishers: settings.publishers
        )
        correspondent = settings.correspondent
        self.settings = settings.procedures
        deferral = settings.deferral
        self.identifiers = identifiers
        self.prefix = prefix
        deadLetters = limits.deadLetters
        erasedAtOnce = limits.erasedAtOnce
    }

    /// Deals with one message: all of its effects, or none.
    func process(_ message: InboundMessage, in writing: Writing) throws -> [ProcessedMessage] {
        try confined(message, in: writing) { try processUnconfined(message, in: writing) }
    }

    private func processUnconfined(
        _ message: InboundMessage,
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        let transaction = writing.transaction
        if try message.redelivered && isQuarantinedPoison(message, in: transaction) {
            return [processed(message, nil, .duplicate)]
        }
        if message.queue == .deadLetters { return try takeIn(message, in: writing) }
        switch decoder.decode(message) {
        case .dead(let problem, let envelope):
            return try quarantine(message, problem, envelope, in: writing)
        case .command(let command, let envelope):
            let new = Self.entry(Self.inboxKey(of: message, envelope), message, at: writing.now)
            var arrival = Arrival.new(new)
            if let known = try transaction.inboxEntry(new.key) {
                guard known.digest == new.digest else {
                    return try refuseReused(message, envelope, in: writing)
                }
                guard try isTriedAgain(message, new.key, in: transaction) else {
                    return [processed(message, envelope, .duplicate)]
                }
                arrival = .triedAgain(Self.givenUpKey(new.key))
            }
            return try process(command, envelope, message, arrival, in: writing)
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
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        let transaction = writing.transaction
        if let preview = command as? Preview {
            try settle(arrival, in: transaction)
            try answer(preview, envelope, message, in: writing)
            return [processed(message, envelope, .applied)]
        }
        let outcome = try outcome(of: command, message, arrival, in: writing)
        let speaker = try command.speaker.flatMap { try transaction.person(subject: $0) }
        let request = command.request
        let follow = followUp(
            message,
            envelope,
            about: request,
            speaker: speaker?.identifier,
            in: writing
        )
        switch outcome {
        case .wait(let request):
            if case .waited(let entry) = arrival {
                return try keepWaiting(entry, message, envelope, in: writing)
            }
            try settle(arrival, in: transaction)
            try wait(message, for: request, in: writing)
            let sequence = try follow.append(journal.deferred(until: request))
            // The reason for a replay is not kept with the message.
            if message.replay != nil { try follow.keepReason(of: [(sequence, request)]) }
            return [processed(message, envelope, .deferred, request: request)]
        case .refuse(let problem):
            // As if it had never come: it may come again.
            if problem.code != .tooManyWaiting { try settle(arrival, in: transaction) }
            try refuse(problem, envelope, follow, account: command.managedAccount)
            return [processed(message, envelope, .refused, problem.code, request: request)]
        case .apply(let events):
            try settle(arrival, in: transaction)
            try apply(events, follow)
            var processed = processed(
                message,
                envelope,
                events.rejection == nil ? .applied : .rejected,
                events.rejection,
                request: request,
                provisioning: events.provisioningNote,
                upkeep: events.erasedPerson.map { .erasure(of: $0, cause: follow.cause) }
            )
            if let submitted = events.submitted?.identifier {
                processed.bringsWork =
                    try transaction.hastenDeferredMessages(for: submitted, at: writing.now) > 0
            }
            if events.contains(where: \.beginsCascade) { processed.bringsWork = true }
            return [processed]
        }
    }

    /// Applies events to the register, writes the journal and queues what follows.
    func apply(_ events: [Event], _ follow: FollowUp) throws {
        let (writing, transaction) = (follow.writing, follow.transaction)
        let context = context(of: writing)
        let events = Lifecycle.retaining(try Lifecycle.closing(events, in: context), by: settings)
            .map { $0.begun(by: follow.origin) }
        // What tells of an erasure is worded before it, which takes the names away, and queued
        // after it, which holds back what waits to be sent.
        let erased = events.erasedPerson
        try conceal(events, in: transaction)
        // As the journal names them: what happens may take a number away.
        let concealed = try events.map { try $0.concealed(in: transaction) }
        let erasure =
            erased.flatMap { events.firstIndex(of: .personErased($0)) } ?? events.endIndex
        for event in events[..<erasure] {
            try transaction.apply(event, at: writing.now)
            if case .operated(let action) = event { try follow.order(action) }
        }
        let person = try erased.flatMap { try transaction.person($0) }
        let messages = try events.map {
            try correspondent.follow(
                $0,
                among: events,
                register: transaction,
                cause: follow.origin
            )
        }
        for event in events[erasure...] { try transaction.apply(event, at: writing.now) }
        var entries: [(sequence: Int64, request: RequestIdentifier?)] = []
        for (index, event) in events.enumerated() {
            let request = try follow.story(of: event)
            let sequence = try follow.append(journal.event(concealed[index]), about: request)
            entries.append((sequence, request))
            for message in messages[index] {
                let persons = try follow.persons(namedBy: message, following: event)
                let row = try writing.enqueue(message, about: persons, journal: sequence)
                guard let account = message.account else { continue }
                if let method = event.method {
                    try follow.expect(method, about: account, message: row)
                } else if case .provisioning(let order, .retried) = event {
                    try follow.note(row, of: order)
                }
            }
        }
        if let person {
            // Of why somebody was erased, nothing may be left either: it may well name the person.
            try transaction.record(follow.erasure(of: person, among: events))
        } else {
            try follow.keepReason(of: entries, isOfOperatorAction: events.areOperatorActions)
        }
    }

    /// Runs `work` in a savepoint. A fault of ours with this one message must not hold up the
    /// others for ever: it is undone, and the message goes to the dead letters.
    func confined(
        _ message: InboundMessage,
        in writing: Writing,
        work: () throws -> [ProcessedMessage],
        giveUp: () throws -> Void = {}
    ) throws -> [ProcessedMessage] {
        guard confines else { return try work() }
        do {
            return try writing.savepoint(work)
        } catch let unavailable as RegisterUnavailable {
            throw unavailable
        } catch {
            let problem = Problem(.poison, "the message could not be processed: \(error)")
            let envelope = decoder.decode(message).envelope
            return try writing.savepoint {
                try giveUp()
                return try quarantine(message, problem, envelope, in: writing)
            }
        }
    }

    func context(of writing: Writing) -> DecisionContext {
        DecisionContext(
            register: writing.transaction,
            now: writing.now,
            identifiers: identifiers,
            settings: settings
        )
    }
}

extension [Event] {
    /// The request that came into being.
    var submitted: Request? {
        for case .requestSubmitted(let request) in self { return request }
        return nil
    }

    /// Whether an operator did something with messages, and not with the register.
    fileprivate var areOperatorActions: Bool {
        contains { if case .operated = $0 { true } else { false } }
    }

    /// The rule that rejected the request on arrival.
    fileprivate var rejection: ProblemCode? {
        if case .rule(let code) = submitted?.reason { code } else { nil }
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
