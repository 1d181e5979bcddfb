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

    /// Does the next part of an erasure: as much as there is room for.
    ///
    /// - Parameter begun: What began it in this transaction, in the journal's words, and the
    ///   request that this was about; nil if an earlier transaction left it.
    func `continue`(
        _ erasure: PersonErasure,
        begun: (cause: String, request: RequestIdentifier?)? = nil,
        in writing: BatchWriting
    ) throws {
        let transaction = writing.maintenance
        let cause = journal.cause(named: "erasure:\(erasure.person.identifier)")
        let begin = begun ?? (cause, erasure.request)
        let follow = FollowUp(
            cause: begin.cause,
            origin: Cause(
                identifier: erasure.causation,
                traceParent: erasure.traceParent,
                at: writing.now,
                request: erasure.request
            ),
            request: begin.request,
            writing: writing
        )
        var erasure = erasure
        // What others in the same batch have done counts as well.
        var left = try erasedAtOnce - (begun == nil ? 0 : transaction.droppedMessages().count)
        while left > 0 {
            let (effort, isThrough) = try step(&erasure, left, follow, in: writing)
            left -= effort
            guard isThrough else { continue }
            guard let next = erasure.stage.next else {
                try transaction.complete(erasure)
                guard begun == nil else { return }
                let event = Event.erasureCompleted(erasure.person.identifier)
                return try bringAbout([event], of: erasure, follow, in: transaction)
            }
            (erasure.stage, erasure.place) = (next, 0)
        }
        try transaction.record(erasure)
    }

    /// Does a part of the stage. Returns what it cost, and whether nothing of the stage is left.
    private func step(
        _ erasure: inout PersonErasure,
        _ limit: Int,
        _ follow: FollowUp,
        in writing: BatchWriting
    ) throws -> (effort: Int, isThrough: Bool) {
        let transaction = writing.maintenance
        let context = context(of: writing)
        let records = Self.erasedRecordsAtOnce
        switch erasure.stage {
        case .requests:
            let page = try transaction.requests(in: erasure, limit: records)
            let requests = page.map(\.record)
            try transaction.eraseWritings(about: requests.map(\.identifier))
            if !erasure.isAnswered {
                let events = try Erasure(erasure, in: context)
                    .events(for: requests, &erasure)
                try bringAbout(events, of: erasure, follow, in: transaction)
            }
            erasure.place = page.last?.place ?? erasure.place
            return (page.count * Self.recordEffort, page.count < records)
        case .accounts:
            guard !erasure.isAnswered else { return (0, true) }
            let page = try transaction.accounts(in: erasure, limit: records)
            let events = try Erasure(erasure, in: context)
                .events(for: page.map(\.record), &erasure)
            try bringAbout(events, of: erasure, follow, in: transaction)
            erasure.place = page.last?.place ?? erasure.place
            return (page.count * Self.recordEffort, page.count < records)
        case .messages:
            let page = try transaction.eraseMessages(in: erasure, limit: limit, at: writing.now)
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
                : try transaction.eraseUnsentReplays(in: erasure, limit: bodies, at: writing.now)
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
            let answer = try Erasure(erasure, in: context).answer(erasure)
            try bringAbout(answer, of: erasure, follow, in: transaction)
            return (Self.recordEffort, true)
        case .telling:
            let recipients = try transaction.takeRecipients(
                ofDataAbout: erasure.person.identifier,
                limit: records
            )
            guard !recipients.isEmpty else { return (0, true) }
            let event = Event.erasureTold(erasure.person, to: recipients)
            try bringAbout([event], of: erasure, follow, in: transaction)
            return (recipients.count * Self.recordEffort, false)
        case .numbers:
            let person = erasure.person.identifier
            let count = try transaction.eraseNumbers(of: person, limit: records)
            return (count * Self.recordEffort, count < records)
        }
    }

    /// What tells of an erasure is worded with the name that is found nowhere else any more.
    private func bringAbout(
        _ events: [Event],
        of erasure: PersonErasure,
        _ follow: FollowUp,
        in transaction: any MaintenanceTransaction
    ) throws {
        guard !events.isEmpty else { return }
        try transaction.reveal(erasure.person)
        try apply(events, follow)
        try transaction.reveal(nil)
    }
}

extension FollowUp {
    /// What is to be known of an erasure that begins with these events, to go on with it.
    func erasure(of person: Person, among events: [Event]) -> PersonErasure {
        // The one by which the person asked for it.
        let request = events.submitted.flatMap { $0.person == person.identifier ? $0 : nil }
        return PersonErasure(
            person: person,
            beganAt: origin.at,
            request: request?.identifier,
            causation: origin.identifier,
            traceParent: origin.traceParent,
            isAnswered: !events.contains(.erasureBegun(person.identifier))
        )
    }
}

extension [Event] {
    /// Whose erasure begins with these.
    var erasedPerson: PersonIdentifier? {
        for case .personErased(let person) in self { return person }
        return nil
    }
}
