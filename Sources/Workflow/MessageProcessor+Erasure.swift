import Contract
import Correspondence
import Domain
import Procedures

// An erasure that is more than one transaction may do, done in parts: see `PersonErasure`.
extension MessageProcessor {
    /// How many records, which have consequences of their own, are taken at once.
    static let erasedRecordsAtOnce = 25
    /// How many waiting messages: their bodies may be large.
    static let erasedBodiesAtOnce = 20
    /// How much of the dead letters is looked through at once.
    static let letterBytesAtOnce = 1 << 20
    /// What one of those costs beside a message that is taken away.
    static let recordEffort = 10

    /// Begins an erasure that was just applied, and does as much of it as there is room for.
    func beginErasure(
        of person: PersonIdentifier,
        amid events: [Event],
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        guard var erasure = try follow.transaction.erasure(of: person) else { return }
        erasure.request = events.answeredRequest(of: person)
        erasure.causation = follow.origin.identifier
        erasure.traceParent = follow.origin.traceParent
        erasure.isAnswered = !events.contains(.erasureBegun(person))
        // What others in the same batch have done counts as well.
        let budget = erasedAtOnce - (try follow.transaction.droppedMessages().count)
        try go(on: erasure, budget: budget, isFirst: true, follow, queued: &rows)
    }

    /// Goes on with an erasure that an earlier transaction left.
    func `continue`(
        _ erasure: PersonErasure,
        at now: Instant,
        in transaction: any RegisterTransaction,
        queued rows: inout [OutboxRow]
    ) throws {
        let follow = FollowUp(
            cause: journal.cause(named: "erasure:\(erasure.person.identifier)"),
            origin: Cause(
                identifier: erasure.causation,
                traceParent: erasure.traceParent,
                at: now,
                request: erasure.request
            ),
            request: erasure.request,
            transaction: transaction
        )
        try go(on: erasure, budget: erasedAtOnce, isFirst: false, follow, queued: &rows)
    }

    private func go(
        on erasure: PersonErasure,
        budget: Int,
        isFirst: Bool,
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        var erasure = erasure
        var left = budget
        while left > 0 {
            let (effort, isThrough) = try step(&erasure, limit: left, follow, queued: &rows)
            left -= effort
            guard isThrough else { continue }
            guard let next = erasure.stage.next else {
                return try complete(erasure, isFirst: isFirst, follow, queued: &rows)
            }
            (erasure.stage, erasure.place) = (next, 0)
        }
        try follow.transaction.record(erasure)
    }

    /// Does a part of the stage. Returns what it cost, and whether nothing of the stage is left.
    private func step(
        _ erasure: inout PersonErasure,
        limit: Int,
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws -> (effort: Int, isThrough: Bool) {
        let transaction = follow.transaction
        let records = Self.erasedRecordsAtOnce
        switch erasure.stage {
        case .requests:
            let page = try transaction.requests(in: erasure, limit: records)
            let requests = page.map(\.record)
            try transaction.eraseWritings(about: requests.map(\.identifier))
            if !erasure.isAnswered {
                let events = try Erasure(erasure, in: context(of: follow))
                    .events(for: requests, &erasure)
                try bringAbout(events, of: erasure, follow, queued: &rows)
            }
            erasure.place = page.last?.place ?? erasure.place
            return (page.count * Self.recordEffort, page.count < records)
        case .accounts:
            guard !erasure.isAnswered else { return (0, true) }
            let page = try transaction.accounts(in: erasure, limit: records)
            let events = try Erasure(erasure, in: context(of: follow))
                .events(for: page.map(\.record), &erasure)
            try bringAbout(events, of: erasure, follow, queued: &rows)
            erasure.place = page.last?.place ?? erasure.place
            return (page.count * Self.recordEffort, page.count < records)
        case .messages:
            let page = try transaction.eraseMessages(
                in: erasure,
                limit: limit,
                at: follow.origin.at
            )
            erasure.place = page.last ?? erasure.place
            return (page.count, page.count < limit)
        case .disclosure:
            let parts = Self.erasedBodiesAtOnce
            let person = erasure.person.identifier
            let count = try transaction.eraseDisclosure(of: person, limit: parts)
            return (count * Self.recordEffort, count < parts)
        case .waiting, .letters:
            let bodies = Self.erasedBodiesAtOnce
            let page =
                erasure.stage == .waiting
                ? try transaction.eraseDeferredMessages(in: erasure, limit: bodies)
                : try transaction.eraseUnsentReplays(
                    in: erasure,
                    limit: bodies,
                    at: follow.origin.at
                )
            erasure.place = page.last ?? erasure.place
            return (page.count * Self.recordEffort, page.count < bodies)
        case .deadLetters:
            let page = try transaction.deadLetters(
                after: erasure.place,
                limit: Self.erasedBodiesAtOnce,
                bytes: Self.letterBytesAtOnce
            )
            let person = erasure.person
            try transaction.remove(
                page.filter { $0.letter.names(person) }.map(\.letter.identifier)
            )
            erasure.place = page.last?.number ?? erasure.place
            return (page.count * Self.recordEffort, page.isEmpty)
        case .answer:
            guard !erasure.isAnswered else { return (0, true) }
            let answer = try Erasure(erasure, in: context(of: follow)).answer(erasure)
            try bringAbout(answer, of: erasure, follow, queued: &rows)
            return (Self.recordEffort, true)
        case .telling:
            let recipients = try transaction.takeRecipients(
                ofDataAbout: erasure.person.identifier,
                limit: records
            )
            guard !recipients.isEmpty else { return (0, true) }
            let event = Event.erasureTold(erasure.person, to: recipients)
            try bringAbout([event], of: erasure, follow, queued: &rows)
            return (recipients.count * Self.recordEffort, false)
        case .numbers:
            let person = erasure.person.identifier
            let count = try transaction.eraseNumbers(of: person, limit: records)
            return (count * Self.recordEffort, count < records)
        }
    }

    private func complete(
        _ erasure: PersonErasure,
        isFirst: Bool,
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        try follow.transaction.complete(erasure)
        guard !isFirst else { return }
        let event = Event.erasureCompleted(erasure.person.identifier)
        try bringAbout([event], of: erasure, follow, queued: &rows)
    }

    /// What tells of an erasure is worded with the name that is found nowhere else any more.
    private func bringAbout(
        _ events: [Event],
        of erasure: PersonErasure,
        _ follow: FollowUp,
        queued rows: inout [OutboxRow]
    ) throws {
        guard !events.isEmpty else { return }
        var follow = follow
        follow.reason = nil
        try follow.transaction.reveal(erasure.person)
        try apply(events, &follow, queued: &rows)
        try follow.transaction.reveal(nil)
    }

    private func context(of follow: FollowUp) -> DecisionContext {
        DecisionContext(
            register: follow.transaction,
            now: follow.origin.at,
            identifiers: identifiers,
            settings: settings
        )
    }
}

extension [Event] {
    /// Whose erasure begins with these.
    var erasedPerson: PersonIdentifier? {
        for case .personErased(let person) in self { return person }
        return nil
    }

    /// The request by which the person asked for it.
    fileprivate func answeredRequest(of person: PersonIdentifier) -> RequestIdentifier? {
        for case .requestSubmitted(let request) in self where request.person == person {
            return request.identifier
        }
        return nil
    }
}
