import Contract
import Domain
import Workflow

// What erasing means in the store. That the bytes are gone as well sees `StoreScrub` to, for which
// `traces` is counted up here.

extension SQLiteTransaction {
    /// Takes away the person's record, what was written about the person's requests, and the messages
    /// that wait and are to or about the person. What an authorisation in force was granted on stays,
    /// until its request goes.
    func erase(_ identifier: PersonIdentifier, at now: Instant) throws {
        let requests = try requests(of: identifier).map(\.identifier)
        for request in requests {
            try eraseWritings(about: request)
            guard try authorisation(grantedBy: request)?.status != .active else { continue }
            try delete(.deleteParticulars, of: request)
        }
        let ids = requests.map(\.uuid) + (try accounts(of: identifier).map(\.identifier.uuid))
        var mentions = ids.map { Mention($0.text, ignoresCase: true) }
        if let person = try person(identifier) {
            let subject = Mention(person.subject)
            try eraseDeferred(naming: subject)
            mentions.append(subject)
        }
        try dropMessages(to: identifier, at: now)
        for mention in mentions { try dropMessages(naming: mention, at: now) }
        try dropDeadLetters(naming: mentions, at: now)
        let deletion = try statement(.deletePerson)
        deletion.bind(identifier.uuid)
        try deletion.run()
        connection.recentPersons.forget()
        connection.state.traces += 1
    }

    /// Takes the request away, and what was written about it. The journal's entries about it are found
    /// by its id from here on.
    func erase(_ request: Request) throws {
        try eraseWritings(about: request.identifier)
        try delete(.deleteParticulars, of: request.identifier)
        let story = try statement(.keepStory)
        story.bind(request.identifier.uuid)
        try story.run()
        let statement = try statement(.deleteRequest)
        statement.bind(request.identifier.uuid)
        guard try statement.run() == 1 else {
            throw contradiction("no request \(request.identifier)")
        }
        connection.forget(request.identifier)
        connection.state.count(.requests(procedure: request.procedure, request.status), -1)
        connection.state.traces += 1
    }

    func droppedMessages() throws -> [Int64] { connection.state.droppedMessages }

    private func eraseWritings(about request: RequestIdentifier) throws {
        for name in [Statement.deleteTexts, .deleteDocuments, .deleteReasons] {
            try delete(name, of: request)
        }
    }

    private func delete(_ name: Statement, of request: RequestIdentifier) throws {
        let statement = try statement(name)
        statement.bind(request.uuid)
        try statement.run()
    }

    private func eraseDeferred(naming mention: Mention) throws {
        guard try deferredCount() > 0 else { return }
        let candidates = try statement(.deferredNaming)
        candidates.bind(mention.literal)
        let sequences = try candidates.all { row in
            mention.isFound(in: row.bytes(1)) ? row.integer(0) : nil
        }
        for sequence in sequences.compactMap(\.self) { try removeDeferredMessage(sequence) }
    }

    // MARK: What waits to be sent

    private func dropMessages(to person: PersonIdentifier, at now: Instant) throws {
        let lookup = try statement(.payloadsTo)
        lookup.bind(person.uuid)
        try drop(try lookup.all { $0.integer(0) }, at: now)
    }

    private func dropMessages(naming mention: Mention, at now: Instant) throws {
        let lookup = try statement(.payloadsNaming)
        lookup.bind(mention.literal)
        try drop(try lookup.all { $0.integer(0) }, at: now)
    }

    /// Dead letters are as their senders wrote them.
    private func dropDeadLetters(naming mentions: [Mention], at now: Instant) throws {
        let letters = try statement(.unsentDeadLetters).all { row -> Int64? in
            guard let body = try BodyCodec.decode(row.bytes(1), phrase: phrase) else {
                throw row.damaged("the body of outbox message \(row.integer(0))")
            }
            return mentions.contains { $0.isFound(in: body) } ? row.integer(0) : nil
        }
        try drop(letters.compactMap(\.self), at: now)
    }

    private func drop(_ sequences: [Int64], at now: Instant) throws {
        for sequence in sequences {
            _ = try removePayloads(sequence...sequence)
            let update = try statement(.settleErased)
            update.bind(now)
            update.bind(sequence)
            try update.run()
        }
        connection.state.droppedMessages += sequences
    }
}
