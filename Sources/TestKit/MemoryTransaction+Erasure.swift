import Contract
public import Domain
import Workflow

/// An erasure that is under way in a `MemoryRegister`.
public struct MemoryErasure: Sendable {
    public internal(set) var erasure: PersonErasure
    /// What came later is somebody's who came anew.
    let lastRequest: Int64
    let lastAccount: Int64
    let lastMessage: Int64
    let lastDeferred: Int64
    /// To whom mails went that name the person.
    var recipients: [Recipient] = []
}

extension MemoryContents {
    /// Takes the person's record away, and keeps it with the erasure that begins by it.
    mutating func erase(_ identifier: PersonIdentifier, at now: Instant) {
        guard let person = persons.removeValue(forKey: identifier) else { return }
        erasures.removeAll { $0.erasure.person.identifier == identifier }
        erasures.append(
            MemoryErasure(
                erasure: PersonErasure(person: person, beganAt: now),
                lastRequest: lastRequestNumber,
                lastAccount: Int64(accounts.count),
                lastMessage: Int64(outbox.count),
                lastDeferred: lastDeferredSequence
            )
        )
    }

    func index(of erasure: PersonErasure) -> Int? {
        erasures.firstIndex { $0.erasure.person.identifier == erasure.person.identifier }
    }

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
        try checkUsable()
        return Dictionary(
            uniqueKeysWithValues: contents.erasures.map {
                ($0.erasure.person.identifier, $0.lastMessage)
            }
        )
    }

    func erasure(of person: PersonIdentifier) throws -> PersonErasure? {
        try checkUsable()
        return contents.erasures.first { $0.erasure.person.identifier == person }?.erasure
    }

    func oldestErasure(except persons: Set<PersonIdentifier>) throws -> PersonErasure? {
        try checkUsable()
        return contents.erasures.first { !persons.contains($0.erasure.person.identifier) }?.erasure
    }

    func record(_ erasure: PersonErasure) throws {
        contents.erasures[try index(of: erasure)].erasure = erasure
    }

    func complete(_ erasure: PersonErasure) throws {
        contents.erasures.remove(at: try index(of: erasure))
    }

    private func index(of erasure: PersonErasure) throws -> Int {
        try checkUsable()
        guard let index = contents.index(of: erasure) else {
            throw MemoryRegisterError(description: "no erasure of \(erasure.person.identifier)")
        }
        return index
    }

    // MARK: Records

    func requests(in erasure: PersonErasure, limit: Int) throws -> [Placed<Request>] {
        let last = contents.erasures[try index(of: erasure)].lastRequest
        let requests = contents.requests(of: erasure.person.identifier).map { request in
            Placed(place: contents.requestNumbers[request.identifier] ?? 0, record: request)
        }
        let due = requests.filter { $0.place > erasure.place && $0.place <= last }
        return Array(due.prefix(limit))
    }

    func accounts(in erasure: PersonErasure, limit: Int) throws -> [Placed<Account>] {
        let last = contents.erasures[try index(of: erasure)].lastAccount
        let accounts = contents.accounts.enumerated().map { index, account in
            Placed(place: Int64(index + 1), record: account)
        }
        let due = accounts.filter {
            $0.record.person == erasure.person.identifier && $0.place > erasure.place
                && $0.place <= last
        }
        return Array(due.prefix(limit))
    }

    func eraseWritings(about requests: [RequestIdentifier]) throws {
        try checkUsable()
        for request in requests {
            contents.eraseWritings(about: request)
            let isInForce = contents.authorisations.contains {
                $0.request == request && $0.status == .active
            }
            if !isInForce { contents.particulars[request] = nil }
        }
    }

    // MARK: Messages

    func eraseMessages(in erasure: PersonErasure, limit: Int, at now: Instant) throws -> [Int64] {
        let index = try index(of: erasure)
        let person = erasure.person.identifier
        let sequences = contents.outbox.map(\.sequence).filter { sequence in
            sequence > erasure.place && sequence <= contents.erasures[index].lastMessage
                && contents.outbox[Int(sequence) - 1].about.contains(person)
        }.prefix(limit)
        for sequence in sequences {
            let place = Int(sequence) - 1
            let entry = contents.outbox[place]
            if contents.eraseMessage(place, at: now) {
                dropped.append(sequence)
            } else if !entry.wasErased, let recipient = entry.recipient(otherThan: person),
                !contents.erasures[index].recipients.contains(recipient)
            {
                contents.erasures[index].recipients.append(recipient)
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
        let last = contents.erasures[try index(of: erasure)].lastMessage
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

    func eraseDeferredMessages(in erasure: PersonErasure, limit: Int) throws -> [Int64] {
        let last = contents.erasures[try index(of: erasure)].lastDeferred
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

    func takeRecipients(of erasure: PersonErasure, limit: Int) throws -> [Recipient] {
        let index = try index(of: erasure)
        let noted = contents.erasures[index].recipients
        let persons = Set(noted.map { $0.person?.description ?? "" }).sorted().prefix(limit)
        let taken = noted.filter { persons.contains($0.person?.description ?? "") }
        contents.erasures[index].recipients.removeAll(where: taken.contains)
        return taken
    }
}
