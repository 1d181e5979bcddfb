import Contract
import Domain
import Workflow

/// How far an erasure that is under way reaches: what came later is somebody's who came back.
struct ErasureMarks: Sendable {
    let lastRequest: Int64
    let lastAccount: Int64
    let lastMessage: Int64
    let lastDeferred: Int64

    init(in contents: MemoryContents, _ records: OverlaidRecords) {
        lastRequest = records.requests.lastPlace
        lastAccount = records.accounts.lastPlace
        lastMessage = Int64(contents.outbox.count)
        lastDeferred = contents.lastDeferredSequence
    }
}

extension MemoryContents {
    /// Takes the message away, if it waits to be sent.
    mutating func eraseMessage(_ index: Int, at now: Instant) -> Bool {
        guard outbox[index].message != nil else { return false }
        takeMessage(at: index)
        outbox[index].settledAt = now
        outbox[index].wasErased = true
        return true
    }
}

extension MemoryContents.OutboxEntry {
    /// Who was mailed by it, unless that was the person.
    func recipient(otherThan person: PersonIdentifier) -> Recipient? {
        guard routingKey == "notification.email", mail?.recipient != person else { return nil }
        return Recipient(template: mail?.template ?? "", person: mail?.recipient)
    }
}

extension MemoryTransaction {
    func withheldPersons() throws -> [PersonIdentifier: Int64] {
        try usable().erasureMarks.mapValues(\.lastMessage)
    }

    func erasure(of person: PersonIdentifier) throws -> PersonErasure? {
        try checkUsable()
        return records.erasures[person]
    }

    func oldestErasure(except persons: Set<PersonIdentifier>) throws -> PersonErasure? {
        try checkUsable()
        return records.erasures.all.first { !persons.contains($0.person.identifier) }
    }

    func eraseNumbers(of person: PersonIdentifier, limit: Int) throws -> Int {
        try checkUsable()
        return records.forgetNumbers(of: person, limit: limit)
    }

    private func marks(of erasure: PersonErasure) throws -> ErasureMarks {
        try checkUsable()
        guard let marks = contents.erasureMarks[erasure.person.identifier] else {
            throw MemoryRegisterError(description: "no erasure of \(erasure.person.identifier)")
        }
        return marks
    }

    // MARK: Records

    func requests(in erasure: PersonErasure, limit: Int) throws -> [Placed<Request>] {
        let last = try marks(of: erasure).lastRequest
        return Self.part(of: records.requests, in: erasure, last, limit) { $0.person }
    }

    func accounts(in erasure: PersonErasure, limit: Int) throws -> [Placed<Account>] {
        let last = try marks(of: erasure).lastAccount
        return Self.part(of: records.accounts, in: erasure, last, limit) { $0.person }
    }

    private static func part<Record>(
        of layer: RecordLayer<Record>,
        in erasure: PersonErasure,
        _ last: Int64,
        _ limit: Int,
        person: (Record) -> PersonIdentifier
    ) -> [Placed<Record>] {
        let due = layer.placed.filter {
            person($0.record) == erasure.person.identifier && $0.place > erasure.place
                && $0.place <= last
        }
        return Array(due.prefix(limit))
    }

    // MARK: Messages

    func eraseMessages(in erasure: PersonErasure, limit: Int, at now: Instant) throws -> [Int64] {
        let marks = try marks(of: erasure)
        let person = erasure.person.identifier
        let sequences = contents.outbox.map(\.sequence).filter { sequence in
            sequence > erasure.place && sequence <= marks.lastMessage
                && contents.outbox[Int(sequence) - 1].about.contains(person)
        }.prefix(limit)
        for sequence in sequences {
            let place = Int(sequence) - 1
            let entry = contents.outbox[place]
            if contents.eraseMessage(place, at: now) {
                dropped.append(sequence)
            } else if !entry.wasErased, let recipient = entry.recipient(otherThan: person),
                !contents.notedRecipients[person, default: []].contains(recipient)
            {
                contents.notedRecipients[person, default: []].append(recipient)
            }
            contents.outbox[place].about.removeAll { $0 == person }
        }
        return Array(sequences)
    }

    func eraseUnsentReplays(
        in erasure: PersonErasure,
        limit: Int,
        at now: Instant
    ) throws -> [Int64] {
        let last = try marks(of: erasure).lastMessage
        let letters = contents.outbox.filter {
            $0.message?.family == OutboundMessage.replayFamily[...] && $0.sequence > erasure.place
                && $0.sequence <= last
        }.prefix(limit)
        for letter in letters {
            let body = letter.message?.body ?? []
            guard erasure.person.mentions.contains(where: { $0.isFound(in: body) }),
                contents.eraseMessage(Int(letter.sequence) - 1, at: now)
            else { continue }
            dropped.append(letter.sequence)
        }
        return letters.map(\.sequence)
    }

    func messages(naming words: [String], limit: Int) throws -> NamingMessages {
        try checkUsable()
        let waiting = contents.deferred.filter { deferred in
            deferred.message.personWords.contains { word in
                words.contains { $0.utf8.elementsEqual(word.utf8) }
            }
        }.map { deferred in
            NamingMessage(
                kind: .waiting,
                request: deferred.entry.request,
                routingKey: deferred.message.routingKey,
                at: deferred.entry.receivedAt,
                body: deferred.message.body
            )
        }
        let mentions = words.map { Mention($0) }
        var letters: [NamingMessage] = []
        var searchedBytes = 0
        var isComplete = true
        for stored in contents.letters.reversed() where stored.sent == nil {
            guard searchedBytes < NamingMessages.searchedBytes, letters.count < limit else {
                isComplete = false
                break
            }
            searchedBytes += stored.letter.storedBytes
            if stored.letter.hasAny(of: mentions) { letters.append(NamingMessage(stored.letter)) }
        }
        let messages = waiting + letters.reversed()
        return NamingMessages(
            Array(messages.prefix(limit)),
            isComplete: isComplete && messages.count <= limit
        )
    }

    func eraseDeferredMessages(in erasure: PersonErasure, limit: Int) throws -> [Int64] {
        let last = try marks(of: erasure).lastDeferred
        for mention in erasure.person.mentions {
            let sequences = contents.deferred.filter { deferred in
                deferred.entry.sequence <= last
                    && deferred.message.personWords.contains {
                        $0.utf8.elementsEqual(mention.word.utf8)
                    }
            }.map(\.entry.sequence).prefix(limit)
            for sequence in sequences { try removeDeferredMessage(sequence) }
            if !sequences.isEmpty { return Array(sequences) }
        }
        return []
    }

    func noteRecipients(
        ofDataAbout person: PersonIdentifier,
        after place: Int64,
        until time: Instant,
        limit: Int
    ) throws -> [Int64] {
        try checkUsable()
        let messages = contents.outbox.filter {
            $0.about.contains(person) && $0.sequence > place
        }.prefix(limit)
        for message in messages where !message.wasErased && message.createdAt <= time {
            guard let recipient = message.recipient(otherThan: person),
                !contents.notedRecipients[person, default: []].contains(recipient)
            else { continue }
            contents.notedRecipients[person, default: []].append(recipient)
        }
        return messages.map(\.sequence)
    }

    func takeRecipients(
        ofDataAbout person: PersonIdentifier,
        limit: Int
    ) throws -> [Recipient] {
        try checkUsable()
        let noted = contents.notedRecipients[person, default: []]
        let persons = Set(noted.map { $0.person?.description ?? "" }).sorted().prefix(limit)
        let taken = noted.filter { persons.contains($0.person?.description ?? "") }
        let left = noted.filter { !taken.contains($0) }
        contents.notedRecipients[person] = left.isEmpty ? nil : left
        return taken
    }
}
