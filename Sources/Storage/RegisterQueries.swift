import Contract
import Domain
import Workflow

/// What is read from one state of the store, alike in the writing transaction and in a snapshot.
protocol RegisterQueries: RegisterSnapshot {
    /// The statement, ready to be bound.
    func statement(_ name: Statement) throws -> SQLiteStatement
}

extension RegisterQueries {
    func request(_ identifier: RequestIdentifier) throws -> Request? {
        let statement = try statement(.requestByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.request() }
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        let statement = try statement(.personByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.person() }
    }

    func person(subject: String) throws -> Person? {
        let statement = try statement(.personBySubject)
        statement.bind(subject)
        return try statement.first { try $0.person() }
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        let statement = try statement(.operatorByEORI)
        statement.bind(eori.text)
        return try statement.first { try $0.economicOperator(eori) }
    }

    func account(_ identifier: AccountIdentifier) throws -> Account? {
        let statement = try statement(.accountByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.account() }
    }

    func account(at place: UserPlace) throws -> Account? {
        let statement = try statement(.accountByPlace)
        statement.bind(place.path)
        return try statement.first { try $0.account() }
    }

    func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        let statement = try statement(.accountsByEORI)
        statement.bind(eori.text)
        statement.bind(account?.uuid)
        statement.bind(limit)
        return try statement.all { try $0.account() }
    }

    func managingAccounts(of eori: EORI, limit: Int) throws -> [Account] {
        let statement = try statement(.managingAccounts)
        statement.bind(eori.text)
        statement.bind(limit)
        return try statement.all { try $0.account() }
    }

    func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account] {
        let statement = try statement(.accountsByPersonAndEORI)
        statement.bind(person.uuid)
        statement.bind(eori.text)
        return try statement.all { try $0.account() }
    }

    func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        let statement = try statement(person == nil ? .openRequests : .openRequestsOfPerson)
        statement.bind(eori.text)
        if let person { statement.bind(person.uuid) }
        statement.bind(request?.uuid)
        statement.bind(limit)
        return try statement.all { try $0.request() }
    }

    func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) throws -> Bool {
        try profiles.contains { profile in
            let statement = try statement(.openRequestUnrestricted)
            statement.bind(eori.text)
            statement.bind(profile)
            return try statement.first { _ in true } ?? false
        }
    }

    func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) throws -> Bool {
        try profiles.contains { profile in
            let statement = try statement(
                person == nil ? .openRequestOfEORI : .openRequestOfPerson
            )
            statement.bind(eori.text)
            statement.bind(profile)
            if let person { statement.bind(person.uuid) }
            return try statement.first { _ in true } ?? false
        }
    }

    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) throws -> Bool
    {
        let statement = try statement(.otherRequest)
        statement.bind(person.uuid)
        statement.bind(request.uuid)
        return try statement.first { _ in true } ?? false
    }

    func hasCascade(of eori: EORI) throws -> Bool { try isInCascade(eori) }

    func isInCascade(_ eori: EORI) throws -> Bool {
        let statement = try statement(.cascadeOfEORI)
        statement.bind(eori.text)
        return try statement.first { _ in true } ?? false
    }

    func surrogate(of eori: EORI) throws -> UniversalIdentifier? {
        let statement = try statement(.surrogateByEORI)
        statement.bind(eori.text)
        return try statement.first { UniversalIdentifier(canonical: $0.text(0)) }
    }

    func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String? {
        let statement = try statement(.remarksAt)
        statement.bind(request.uuid)
        statement.bind(instant)
        return try statement.first { $0.text(0) }
    }

    func cascade(of person: PersonIdentifier, _ work: Cascade.PersonWork?) throws -> Instant? {
        let statement = try statement(.cascadeOfPerson)
        statement.bind(person.uuid)
        statement.bind(work?.rawValue)
        return try statement.first { $0.instant(0) }
    }

    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        let statement = try statement(.requestsByPerson)
        statement.bind(person.uuid)
        statement.bind(request?.uuid)
        statement.bind(limit)
        return try statement.all { try $0.request() }
    }

    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        let statement = try statement(.accountsByPerson)
        statement.bind(person.uuid)
        statement.bind(account?.uuid)
        statement.bind(limit)
        return try statement.all { try $0.account() }
    }

    func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool {
        let statement = try statement(.standingAccount)
        statement.bind(person.uuid)
        return try statement.first { _ in true } ?? false
    }

    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        let statement = try statement(.ordersByAccount)
        statement.bind(account.uuid)
        return try statement.all { try $0.provisioningOrder() }
    }

    // MARK: Persons

    func messages(naming words: [String], limit: Int) throws -> NamingMessages {
        let waiting = try waitingMessages(naming: words, limit: limit)
        // What senders wrote may name anybody anywhere.
        let mentions = words.map { Mention($0) }
        var letters: [NamingMessage] = []
        var searchedBytes = 0
        var isComplete = true
        try statement(.newestLetters).read { row in
            guard searchedBytes < NamingMessages.searchedBytes, letters.count < limit else {
                isComplete = false
                return false
            }
            let letter = try row.deadLetter()
            searchedBytes += letter.storedBytes
            if letter.hasAny(of: mentions) { letters.append(NamingMessage(letter)) }
            return true
        }
        let messages = waiting + letters.reversed()
        return NamingMessages(
            Array(messages.prefix(limit)),
            isComplete: isComplete && messages.count <= limit
        )
    }

    /// One more than `limit`, if there are more.
    private func waitingMessages(naming words: [String], limit: Int) throws -> [NamingMessage] {
        var found: [Int64: NamingMessage] = [:]
        for word in words {
            let statement = try statement(.deferredByWord)
            statement.bind(word)
            statement.bind(limit + 1)
            let sequences = try statement.all { $0.integer(0) }
            for sequence in sequences where found[sequence] == nil {
                guard let deferred = try deferredMessage(sequence) else { continue }
                found[sequence] = NamingMessage(
                    kind: .waiting,
                    request: deferred.entry.request,
                    routingKey: deferred.message.routingKey,
                    at: deferred.entry.receivedAt,
                    body: deferred.message.body
                )
            }
        }
        return found.sorted { $0.key < $1.key }.prefix(limit + 1).map(\.value)
    }

    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        try PersonalFile(of: person) { try self.statement($0) }
    }

    func messages(
        about person: PersonIdentifier,
        after place: Int64,
        limit: Int
    ) throws -> [Placed<PersonalFile.SentMessage>] {
        let statement = try statement(.messagesAboutPerson)
        statement.bind(person.uuid)
        statement.bind(place)
        statement.bind(limit)
        return try statement.all { try $0.sentMessage() }
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        let statement = try statement(.recipientsByPerson)
        statement.bind(person.uuid)
        return try statement.all { row in
            Recipient(
                template: row.text(0),
                person: row.isNull(1) ? nil : PersonIdentifier(try row.identifier(1))
            )
        }
    }

    // MARK: Duties

    func fields(of request: RequestIdentifier) throws -> RequestFields {
        let statement = try statement(.fieldsByRequest)
        statement.bind(request.uuid)
        return RequestFields(try statement.all { .init(name: $0.text(0), value: $0.text(1)) })
    }

    func authorisation(_ number: AuthorisationNumber) throws -> Authorisation? {
        let statement = try statement(.authorisationByNumber)
        statement.bind(number.text)
        return try statement.first { try $0.authorisation() }
    }

    func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation? {
        let statement = try statement(.authorisationByRequest)
        statement.bind(request.uuid)
        return try statement.first { try $0.authorisation() }
    }

    func activeAuthorisations(of eori: EORI, limit: Int) throws -> [Authorisation] {
        let statement = try statement(.activeAuthorisations)
        statement.bind(eori.text)
        statement.bind(limit)
        return try statement.all { try $0.authorisation() }
    }

    func accounts(entitledUnder number: AuthorisationNumber, limit: Int) throws -> [Account] {
        let statement = try statement(.accountsByEntitlement)
        statement.bind(number.text)
        statement.bind(limit)
        return try statement.all { try $0.account() }
    }

    func obligation(_ identifier: ObligationIdentifier) throws -> Obligation? {
        let statement = try statement(.obligationByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.obligation() }
    }

    func obligations(
        under authorisation: AuthorisationNumber,
        reference: String?
    ) throws -> [Obligation] {
        let statement = try statement(
            reference == nil ? .obligationsByNumber : .obligationsByReference
        )
        statement.bind(authorisation.text)
        if let reference { statement.bind(reference) }
        return try statement.all { try $0.obligation() }
    }

    func obligations(broughtAboutBy request: RequestIdentifier) throws -> [Obligation] {
        let statement = try statement(.obligationsByRequest)
        statement.bind(request.uuid)
        return try statement.all { try $0.obligation() }
    }

    func runningObligations(of kind: String, reference: String) throws -> [Obligation] {
        let statement = try statement(.runningObligations)
        statement.bind(reference)
        statement.bind(kind)
        return try statement.all { try $0.obligation() }
    }

    func runningObligations(
        under authorisation: AuthorisationNumber,
        limit: Int
    ) throws -> [Obligation] {
        let statement = try statement(.runningObligationsByNumber)
        statement.bind(authorisation.text)
        statement.bind(limit)
        return try statement.all { try $0.obligation() }
    }

    func guarantees(
        under authorisation: AuthorisationNumber,
        limit: Int
    ) throws -> [Guarantee] {
        let statement = try statement(.guaranteesByNumber)
        statement.bind(authorisation.text)
        statement.bind(limit)
        return try statement.all { try $0.guarantee() }
    }

    func guarantee(_ identifier: GuaranteeIdentifier) throws -> Guarantee? {
        let statement = try statement(.guaranteeByIdentifier)
        statement.bind(identifier.uuid)
        return try statement.first { try $0.guarantee() }
    }

    // MARK: Messages

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        let statement = try statement(.inboxEntry)
        statement.bind(key.bytes)
        return try statement.first { row in
            InboxEntry(key: key, digest: row.bytes(0), receivedAt: row.instant(1))
        }
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        let statement = try statement(.deferredByRequest)
        statement.bind(request.uuid)
        return try statement.all { try $0.deferredEntry() }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        let statement = try statement(.deferredBySequence)
        statement.bind(sequence)
        return try statement.first { try $0.deferredMessage() }
    }

    func deferredCount(of user: String) throws -> Int {
        let statement = try statement(.deferredByUser)
        statement.bind(user)
        return try statement.first { Int($0.integer(0)) } ?? 0
    }
}
