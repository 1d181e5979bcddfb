import Contract
import Domain
import Workflow

// What erasing means in the store. That the bytes are gone as well sees `StoreScrub` to, for which
// `traces` is counted up here.

extension SQLiteTransaction {
    func remove(_ person: Person) throws {
        try statement(.deletePerson, person.identifier.uuid).run()
        connection.forgetRecords()
        connection.state.traces += 1
    }

    /// The journal's entries about the request are found by its id from here on.
    func remove(_ request: Request) throws {
        try statement(.keepStory, request.identifier.uuid).run()
        guard try statement(.deleteRequest, request.identifier.uuid).run() == 1 else {
            throw contradiction("no request \(request.identifier)")
        }
        connection.forget(request.identifier)
        connection.state.count(.requests(procedure: request.procedure, request.status), -1)
        connection.state.traces += 1
    }

    // MARK: Erasures that are under way

    func withheldPersons() throws -> [PersonIdentifier: Int64] { connection.state.withheld }

    func erasure(of person: PersonIdentifier) throws -> PersonErasure? {
        guard connection.state.withheld[person] != nil else { return nil }
        return try statement(.erasureByPerson, person.uuid).first { try $0.personErasure() }
    }

    func oldestErasure(except persons: Set<PersonIdentifier>) throws -> PersonErasure? {
        guard !connection.state.withheld.isEmpty else { return nil }
        return try statement(.oldestErasures, persons.count + 1).all { try $0.personErasure() }
            .first { !persons.contains($0.person.identifier) }
    }

    func begin(_ erasure: PersonErasure) throws {
        let last = connection.state.lastOutboxSequence
        try statement(.beginErasure, erasure.person, erasure.beganAt, last).run()
        connection.state.withheld[erasure.person.identifier] = last
    }

    func update(_ erasure: PersonErasure) throws {
        let statement = try statement(.updateErasure)
        statement.bind(erasure.request?.uuid)
        statement.bind(erasure.causation)
        statement.bind(erasure.traceParent)
        statement.bind(erasure.isAnswered)
        statement.bind(erasure.stage.rawValue)
        statement.bind(erasure.place)
        statement.bind(Self.words(erasure.kept.map(\.rawValue)))
        statement.bind(erasure.person.identifier.uuid)
        guard try statement.run() == 1 else {
            throw contradiction("no erasure of person \(erasure.person.identifier)")
        }
        connection.state.traces += 1
    }

    func remove(_ erasure: PersonErasure) throws {
        try statement(.deleteErasure, erasure.person.identifier.uuid).run()
        connection.state.withheld[erasure.person.identifier] = nil
        connection.state.traces += 1
    }

    func eraseNumbers(of person: PersonIdentifier, limit: Int) throws -> Int {
        let numbers = try statement(.surrogatesToErase, person.uuid, limit).all { row in
            (eori: row.text(0), other: row.isNull(1) ? nil : try row.identifier(1))
        }
        for number in numbers {
            let change = try statement(number.other == nil ? .dropSurrogate : .passOnSurrogate)
            change.bind(number.eori)
            if let other = number.other { change.bind(other) }
            try change.run()
        }
        if !numbers.isEmpty {
            connection.forgetRecords()
            connection.state.traces += 1
        }
        return numbers.count
    }

    func reveal(_ person: Person?) throws {
        try checkUsable()
        revealed = person
        connection.forgetRecords()
    }

    // MARK: Natural persons' numbers

    func conceal(_ surrogate: Surrogate) throws {
        let statement = try statement(.insertSurrogate)
        statement.bind(surrogate.eori.text)
        statement.bind(surrogate.identifier.text)
        statement.bind(surrogate.person.uuid)
        try statement.run()
    }

    /// In a request that has a number from now on, or is older than the surrogate of its number:
    /// from the journal's next entry about it on, that names it by the surrogate.
    func name(_ eori: EORI?, inRequest number: Int64, stored: String?) throws {
        guard let eori, stored == nil || stored == eori.text else { return }
        let name = try surrogate(of: eori)?.text ?? eori.text
        guard name != stored else { return }
        try statement(.concealRequest, number, name).run()
    }

    func forget(_ eori: EORI) throws {
        guard try statement(.deleteSurrogate, eori.text).run() > 0 else { return }
        connection.forgetRecords()
        connection.state.traces += 1
    }

    // MARK: Records

    func requests(in erasure: PersonErasure, limit: Int) throws -> [Placed<Request>] {
        try rows(.requestsToErase, of: erasure, limit: limit) { row in
            Placed(place: row.integer(0), record: try row.request())
        }
    }

    func accounts(in erasure: PersonErasure, limit: Int) throws -> [Placed<Account>] {
        try rows(.accountsToErase, of: erasure, limit: limit) { row in
            Placed(place: row.integer(Statement.accountColumnCount), record: try row.account())
        }
    }

    private func rows<Row>(
        _ name: Statement,
        of erasure: PersonErasure,
        limit: Int,
        _ read: (SQLiteStatement) throws -> Row
    ) throws -> [Row] {
        try statement(name, erasure.person.identifier.uuid, erasure.place, limit).all(read)
    }

    // MARK: What waits to be sent

    func droppedMessages() throws -> [Int64] { connection.state.droppedMessages }

    func eraseMessages(in erasure: PersonErasure, limit: Int, at now: Instant) throws -> [Int64] {
        struct Message {
            let sequence: Int64
            let waits: Bool
            /// The recipient's id and the template, where others are to be told.
            let told: (recipient: [UInt8], template: String)?
        }
        let messages = try rows(.messagesToErase, of: erasure, limit: limit) { row in
            Message(
                sequence: row.integer(0),
                waits: row.integer(1) != 0,
                told: row.integer(2) != 0 ? (row.bytes(3), row.text(4)) : nil
            )
        }
        guard let last = messages.last?.sequence else { return [] }
        try drop(messages.filter(\.waits).map(\.sequence), at: now)
        for message in messages where !message.waits {
            guard let told = message.told else { continue }
            try note(
                told.recipient,
                of: told.template,
                message.sequence,
                erasure.person.identifier
            )
        }
        try statement(.forgetMessages, erasure.person.identifier.uuid, erasure.place, last).run()
        return messages.map(\.sequence)
    }

    /// Dead letters that go back to a queue are as whoever wrote them.
    func eraseUnsentReplays(
        in erasure: PersonErasure,
        limit: Int,
        at now: Instant
    ) throws -> [Int64] {
        let mentions = erasure.person.mentions
        var sequences: [Int64] = []
        let letters = try rows(.unsentReplays, of: erasure, limit: limit) { row -> Int64? in
            sequences.append(row.integer(0))
            guard let body = try BodyCodec.decode(row.bytes(1), phrase: phrase) else {
                throw row.damaged("the body of outbox message \(row.integer(0))")
            }
            return mentions.contains { $0.isFound(in: body) } ? row.integer(0) : nil
        }
        try drop(letters.compactMap(\.self), at: now)
        return sequences
    }

    private func drop(_ sequences: [Int64], at now: Instant) throws {
        for sequence in sequences {
            _ = try removePayloads(sequence...sequence)
            try statement(.settleErased, now, sequence).run()
        }
        connection.state.droppedMessages += sequences
    }

    // MARK: What waits for its request

    /// Notes whom a message names that waits.
    func note(personsNamedBy message: InboundMessage, waitingAs sequence: Int64) throws {
        for word in message.personWords {
            try statement(.insertDeferredAbout, word, sequence).run()
        }
    }

    func eraseDeferredMessages(in erasure: PersonErasure, limit: Int) throws -> [Int64] {
        for mention in erasure.person.mentions {
            let lookup = try statement(.deferredNaming)
            lookup.bind(erasure.person.identifier.uuid)
            lookup.bind(mention.word)
            lookup.bind(limit)
            let sequences = try lookup.all { $0.integer(0) }
            for sequence in sequences { try removeDeferredMessage(sequence) }
            if !sequences.isEmpty { return sequences }
        }
        return []
    }

    // MARK: Who is told

    private func note(
        _ recipient: [UInt8],
        of template: String,
        _ message: Int64,
        _ person: PersonIdentifier
    ) throws {
        let note = try statement(.noteRecipient)
        note.bind(person.uuid)
        note.bind(recipient)
        note.bind(template)
        note.bind(message)
        try note.run()
    }

    func noteRecipients(
        ofDataAbout person: PersonIdentifier,
        after place: Int64,
        until time: Instant,
        limit: Int
    ) throws -> [Int64] {
        let lookup = try statement(.messagesToNote)
        lookup.bind(person.uuid)
        lookup.bind(place)
        lookup.bind(limit)
        lookup.bind(time)
        let messages = try lookup.all { row in
            (
                sequence: row.integer(0), isToNote: row.integer(1) != 0,
                recipient: row.bytes(2), template: row.optionalText(3) ?? ""
            )
        }
        for message in messages where message.isToNote {
            try note(message.recipient, of: message.template, message.sequence, person)
        }
        return messages.map(\.sequence)
    }

    func takeRecipients(
        ofDataAbout person: PersonIdentifier,
        limit: Int
    ) throws -> [Recipient] {
        var noted: [(recipient: [UInt8], template: String, sequence: Int64)] = []
        var others = Set<[UInt8]>()
        try statement(.notedRecipients, person.uuid).read { row in
            let recipient = row.bytes(0)
            guard others.count < limit || others.contains(recipient) else { return false }
            others.insert(recipient)
            noted.append((recipient, row.text(1), row.integer(2)))
            return true
        }
        for recipient in others {
            try statement(.deleteRecipients, person.uuid, recipient).run()
        }
        return noted.sorted { $0.sequence < $1.sequence }.map { entry in
            Recipient(
                template: entry.template,
                person: UniversalIdentifier(bytes: entry.recipient).map(PersonIdentifier.init)
            )
        }
    }
}

extension SQLiteStatement {
    func personErasure() throws -> PersonErasure {
        PersonErasure(
            person: try person(),
            beganAt: instant(9),
            request: isNull(10) ? nil : RequestIdentifier(try identifier(10)),
            causation: text(11),
            traceParent: optionalText(12),
            isAnswered: integer(13) != 0,
            stage: try value(14),
            place: integer(15),
            kept: try words(16) ?? []
        )
    }
}
