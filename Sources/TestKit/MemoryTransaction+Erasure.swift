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
        cascades.removeAll { $0.person == identifier }
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

    func eraseNumbers(of person: PersonIdentifier, limit: Int) throws -> Int {
        try checkUsable()
        var count = 0
        for surrogate in contents.surrogates.values where surrogate.person == person {
            guard count < limit else { break }
            if let other = holder(of: surrogate.eori, besides: person) {
                contents.surrogates[surrogate.eori] = Surrogate(
                    eori: surrogate.eori,
                    identifier: surrogate.identifier,
                    person: other
                )
            } else if contents.operators[surrogate.eori]
                .map({ $0.status == .revoked && $0.kind == .naturalPerson }) ?? true
            {
                forget(surrogate)
            } else {
                continue
            }
            count += 1
        }
        return count
    }

    func conceal(_ surrogate: Surrogate) throws {
        try checkUsable()
        guard contents.surrogates.updateValue(surrogate, forKey: surrogate.eori) == nil else {
            return
        }
        for request in contents.requests.values where request.eori == surrogate.eori {
            contents.unconcealed.insert(request.identifier)
        }
    }

    private func holder(of eori: EORI, besides person: PersonIdentifier) -> PersonIdentifier? {
        let asking = contents.requests.values.first {
            $0.eori == eori && $0.status.isOpen && $0.person != person
        }
        if let asking { return asking.person }
        guard let own = contents.operators[eori], own.status == .registered,
            let request = contents.requests[own.request], request.person != person
        else { return nil }
        return request.person
    }

    func surrogate(of eori: EORI) throws -> UniversalIdentifier? {
        try checkUsable()
        return contents.surrogates[eori]?.identifier
    }

    /// Once nobody is known whose number it is, it stays as long as the operator is registered.
    func forgetNumber(of economicOperator: EconomicOperator) throws {
        guard economicOperator.kind == .naturalPerson, economicOperator.status == .revoked,
            let surrogate = contents.surrogates[economicOperator.eori],
            contents.persons[surrogate.person] == nil
        else { return }
        forget(surrogate)
    }

    /// What stood for the number is all that is left of it.
    private func forget(_ surrogate: Surrogate) {
        contents.surrogates[surrogate.eori] = nil
        replaceNumber(surrogate.eori, by: EORI(surrogate.identifier))
    }

    private func replaceNumber(_ eori: EORI, by other: EORI) {
        for (identifier, request) in contents.requests
        where request.eori == eori && !contents.unconcealed.contains(identifier) {
            contents.requests[identifier]?.eori = other
        }
        if var economicOperator = contents.operators.removeValue(forKey: eori) {
            economicOperator.eori = other
            contents.operators[other] = economicOperator
        }
        for index in contents.cascades.indices where contents.cascades[index].eori == eori {
            contents.cascades[index].eori = other
        }
        Self.replace(eori, by: other, at: \.eori, in: &contents.accounts)
        Self.replace(eori, by: other, at: \.eori, in: &contents.authorisations)
        Self.replace(eori, by: other, at: \.eori, in: &contents.obligations)
    }

    private static func replace<Record>(
        _ eori: EORI,
        by other: EORI,
        at member: WritableKeyPath<Record, EORI>,
        in records: inout [Record]
    ) {
        for index in records.indices where records[index][keyPath: member] == eori {
            records[index][keyPath: member] = other
        }
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
