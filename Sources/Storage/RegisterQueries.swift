import Contract
import Domain
import Workflow

/// What is read from one state of the store, alike in the writing transaction and in a snapshot.
protocol RegisterQueries: RegisterSnapshot {
    /// The statement, ready to be bound.
    func statement(_ name: Statement) throws -> SQLiteStatement
}

extension RegisterQueries {
    /// The statement, with its first parameter bound.
    func statement(_ name: Statement, _ first: some Bindable) throws -> SQLiteStatement {
        let statement = try statement(name)
        statement.bind(first)
        return statement
    }

    func statement(
        _ name: Statement,
        _ first: some Bindable,
        _ second: some Bindable
    ) throws -> SQLiteStatement {
        let statement = try statement(name, first)
        statement.bind(second)
        return statement
    }

    func statement(
        _ name: Statement,
        _ first: some Bindable,
        _ second: some Bindable,
        _ third: some Bindable
    ) throws -> SQLiteStatement {
        let statement = try statement(name, first, second)
        statement.bind(third)
        return statement
    }
}

extension RegisterQueries {
    func request(_ identifier: RequestIdentifier) throws -> Request? {
        try statement(.requestByIdentifier, identifier.uuid).first { try $0.request() }
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        try statement(.personByIdentifier, identifier.uuid).first { try $0.person() }
    }

    func person(subject: String) throws -> Person? {
        try statement(.personBySubject, subject).first { try $0.person() }
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        try statement(.operatorByEORI, eori.text).first { try $0.economicOperator(eori) }
    }

    func account(_ identifier: AccountIdentifier) throws -> Account? {
        try statement(.accountByIdentifier, identifier.uuid).first { try $0.account() }
    }

    func account(at place: UserPlace) throws -> Account? {
        try statement(.accountByPlace, place.path).first { try $0.account() }
    }

    func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try statement(.accountsByEORI, eori.text, account?.uuid, limit)
            .all { try $0.account() }
    }

    func managingAccounts(of eori: EORI, limit: Int) throws -> [Account] {
        try statement(.managingAccounts, eori.text, limit).all { try $0.account() }
    }

    func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account] {
        try statement(.accountsByPersonAndEORI, person.uuid, eori.text)
            .all { try $0.account() }
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
            try statement(.openRequestUnrestricted, eori.text, profile).hasRow()
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
            return try statement.hasRow()
        }
    }

    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) throws -> Bool
    {
        try statement(.otherRequest, person.uuid, request.uuid).hasRow()
    }

    func hasCascade(of eori: EORI) throws -> Bool { try isInCascade(eori) }

    func isInCascade(_ eori: EORI) throws -> Bool {
        try statement(.cascadeOfEORI, eori.text).hasRow()
    }

    func surrogate(of eori: EORI) throws -> UniversalIdentifier? {
        try statement(.surrogateByEORI, eori.text)
            .first { UniversalIdentifier(canonical: $0.text(0)) }
    }

    func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String? {
        try statement(.remarksAt, request.uuid, instant).first { $0.text(0) }
    }

    func cascade(of person: PersonIdentifier, _ work: Cascade.PersonWork?) throws -> Instant? {
        try statement(.cascadeOfPerson, person.uuid, work?.rawValue).first { $0.instant(0) }
    }

    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        try statement(.requestsByPerson, person.uuid, request?.uuid, limit)
            .all { try $0.request() }
    }

    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try statement(.accountsByPerson, person.uuid, account?.uuid, limit)
            .all { try $0.account() }
    }

    func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool {
        try statement(.standingAccount, person.uuid).hasRow()
    }

    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        try statement(.ordersByAccount, account.uuid).all { try $0.provisioningOrder() }
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
            let sequences = try statement(.deferredByWord, word, limit + 1).all { $0.integer(0) }
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

    func messages(
        about person: PersonIdentifier,
        after place: Int64,
        limit: Int
    ) throws -> [Placed<PersonalFile.SentMessage>] {
        try statement(.messagesAboutPerson, person.uuid, place, limit)
            .all { try $0.sentMessage() }
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        try statement(.recipientsByPerson, person.uuid).all { row in
            Recipient(
                template: row.text(0),
                person: row.isNull(1) ? nil : PersonIdentifier(try row.identifier(1))
            )
        }
    }

    // MARK: Duties

    func fields(of request: RequestIdentifier) throws -> RequestFields {
        let members = try statement(.fieldsByRequest, request.uuid)
            .all { RequestFields.Member(name: $0.text(0), value: $0.text(1)) }
        return RequestFields(members)
    }

    func documents(of request: RequestIdentifier) throws -> [Document] {
        try statement(.documentsByRequest, request.uuid).all { try $0.namedDocument().document }
    }

    func requests(statingPlate plateNumber: String, limit: Int) throws -> [Request] {
        let statement = try statement(.requestsByPlate, plateNumber)
        statement.bind(limit)
        return try statement.all { try $0.request() }
    }

    func authorisation(_ number: AuthorisationNumber) throws -> Authorisation? {
        try statement(.authorisationByNumber, number.text).first { try $0.authorisation() }
    }

    func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation? {
        try statement(.authorisationByRequest, request.uuid).first { try $0.authorisation() }
    }

    func activeAuthorisations(
        of eori: EORI,
        kind: String?,
        limit: Int
    ) throws -> [Authorisation] {
        let statement = try statement(.activeAuthorisations, eori.text, kind)
        statement.bind(limit)
        return try statement.all { try $0.authorisation() }
    }

    func activeAuthorisations(toActFor eori: EORI, limit: Int) throws -> [Authorisation] {
        try statement(.authorisationsOfOthers, eori.text, limit).all { try $0.authorisation() }
    }

    func accounts(entitledUnder number: AuthorisationNumber, limit: Int) throws -> [Account] {
        try statement(.accountsByEntitlement, number.text, limit).all { try $0.account() }
    }

    func accounts(
        entitledTo kind: String,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try statement(.accountsByEntitlementKind, kind, account?.uuid, limit)
            .all { try $0.account() }
    }

    func obligationsWithoutDay(of kinds: [String], limit: Int) throws -> [Obligation] {
        var found: [Obligation] = []
        for kind in kinds where found.count < limit {
            found += try statement(.obligationsWithoutDay, kind, limit - found.count)
                .all { try $0.obligation() }
        }
        return found
    }

    func lastOutage(of system: String, beganBy instant: Instant?) throws -> Outage? {
        try statement(.lastOutage, system, instant).first { try $0.outage() }
    }

    func obligation(_ identifier: ObligationIdentifier) throws -> Obligation? {
        try statement(.obligationByIdentifier, identifier.uuid).first { try $0.obligation() }
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
        try statement(.obligationsByRequest, request.uuid).all { try $0.obligation() }
    }

    func obligations(of kind: String, reference: String) throws -> [Obligation] {
        try statement(.obligationsOfKind, reference, kind).all { try $0.obligation() }
    }

    func runningObligations(
        under authorisation: AuthorisationNumber,
        limit: Int
    ) throws -> [Obligation] {
        try statement(.runningObligationsByNumber, authorisation.text, limit)
            .all { try $0.obligation() }
    }

    func heldGuarantees(
        of eori: EORI,
        under authorisation: AuthorisationNumber?,
        limit: Int
    ) throws -> [Guarantee] {
        try statement(.heldGuarantees, eori.text, authorisation?.text, limit)
            .all { try $0.guarantee() }
    }

    func guarantees(of eori: EORI, limit: Int) throws -> [Guarantee] {
        try statement(.guaranteesByEORI, eori.text, limit).all { try $0.guarantee() }
    }

    func guarantees(statedBy request: RequestIdentifier) throws -> [Guarantee] {
        try statement(.guaranteesByRequest, request.uuid).all { try $0.guarantee() }
    }

    func guarantee(_ identifier: GuaranteeIdentifier) throws -> Guarantee? {
        try statement(.guaranteeByIdentifier, identifier.uuid).first { try $0.guarantee() }
    }

    // MARK: Messages

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        try statement(.inboxEntry, key.bytes).first { row in
            InboxEntry(key: key, digest: row.bytes(0), receivedAt: row.instant(1))
        }
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        try statement(.deferredByRequest, request.uuid).all { try $0.deferredEntry() }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        try statement(.deferredBySequence, sequence).first { try $0.deferredMessage() }
    }

    func deferredCount(of user: String) throws -> Int {
        try statement(.deferredByUser, user).first { Int($0.integer(0)) } ?? 0
    }
}
