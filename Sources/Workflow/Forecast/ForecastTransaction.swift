import Contract
import Domain

/// A transaction that keeps to itself what is written, on top of a store that is only read.
final class ForecastTransaction: RegisterTransaction {
    private let snapshot: any RegisterSnapshot
    private var written = ForecastState()

    init(_ snapshot: any RegisterSnapshot) {
        self.snapshot = snapshot
    }

    /// What was appended since it was last cleared.
    var journal: [JournalEntry] { written.journal }

    func clearJournal() { written.journal = [] }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let before = written
        do {
            return try body()
        } catch {
            written = before
            throw error
        }
    }

    // MARK: Looking up

    func request(_ identifier: RequestIdentifier) throws -> Request? {
        if written.erasedRequests.contains(identifier) { return nil }
        return try written.requests[identifier] ?? snapshot.request(identifier)
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        if written.erasedPersons.contains(identifier) { return nil }
        return try written.persons[identifier] ?? snapshot.person(identifier)
    }

    func person(subject: String) throws -> Person? {
        if let person = written.persons.values.first(where: { $0.subject.isExactly(subject) }) {
            return written.erasedPersons.contains(person.identifier) ? nil : person
        }
        guard let person = try snapshot.person(subject: subject) else { return nil }
        return try self.person(person.identifier)
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        try written.operators[eori] ?? snapshot.economicOperator(eori)
    }

    func account(_ identifier: AccountIdentifier) throws -> Account? {
        try written.account(identifier) ?? snapshot.account(identifier)
    }

    func account(at place: UserPlace) throws -> Account? {
        if let account = written.account(at: place) { return account }
        // In the store the user may be an account's that has changed since.
        guard let stored = try snapshot.account(at: place) else { return nil }
        return written.account(stored.identifier) == nil ? stored : nil
    }

    func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        let stored = try snapshot.accounts(of: eori, after: account, limit: limit)
        return Array(written.merged(stored) { $0.eori == eori }.prefix(limit))
    }

    func managingAccounts(of eori: EORI, limit: Int) throws -> [Account] {
        // Those that manage no longer may stand in the place of others.
        let stored = try snapshot.managingAccounts(
            of: eori,
            limit: limit + written.accounts.count
        )
        return Array(
            written.merged(stored) { $0.eori == eori && $0.isManaging }.prefix(limit)
        )
    }

    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        let stored = try snapshot.accounts(of: person, after: account, limit: limit)
        return Array(written.merged(stored) { $0.person == person }.prefix(limit))
    }

    func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool {
        try written.accounts.contains { $0.person == person && $0.status.stands }
            || snapshot.hasStandingAccount(person)
    }

    func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account] {
        written.merged(try snapshot.accounts(of: person, at: eori)) {
            $0.person == person && $0.eori == eori
        }
    }

    func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        // As many more as may have been closed here.
        let stored = try snapshot.openRequests(
            for: eori,
            of: person,
            after: request,
            limit: limit + written.requests.count
        )
        return Array(
            written.merged(stored) {
                $0.eori == eori && $0.status.isOpen && (person == nil || $0.person == person)
            }
            .prefix(limit)
        )
    }

    func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) throws -> Bool {
        func isRival(_ request: Request) throws -> Bool {
            try request.eori == eori && request.status.isOpen && profiles.contains(request.profile)
                && person(request.person)?.isRestricted != true
        }
        if try written.requests.values.contains(where: isRival) { return true }
        guard try snapshot.hasUnrestrictedRequest(for: eori, profiles: profiles) else {
            return false
        }
        // It may be the one that was closed here, or whose applicant restricted their data here.
        return try !written.requests.values.contains { request in
            guard let stored = try snapshot.request(request.identifier) else { return false }
            return try stored.eori == eori && stored.status.isOpen
                && profiles.contains(stored.profile) && !isRival(request)
        }
    }

    func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) throws -> Bool {
        func isWanted(_ request: Request) -> Bool {
            request.eori == eori && request.status.isOpen && profiles.contains(request.profile)
                && (person == nil || request.person == person)
        }
        if written.requests.values.contains(where: isWanted) { return true }
        guard try snapshot.hasOpenRequest(for: eori, profiles: profiles, of: person) else {
            return false
        }
        // It may be one that was closed here: there is one for a person, and one that would register
        // the operator.
        return try !written.requests.values.contains { request in
            guard let stored = try snapshot.request(request.identifier) else { return false }
            return isWanted(stored) && !request.status.isOpen
        }
    }

    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) throws -> Bool
    {
        try written.requests.values.contains { $0.person == person && $0.identifier != request }
            || snapshot.hasRequest(of: person, besides: request)
    }

    func hasCascade(of eori: EORI) throws -> Bool {
        try written.cascades.contains(eori) || snapshot.hasCascade(of: eori)
    }

    func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String? {
        try snapshot.remarks(on: request, at: instant)
    }

    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        let stored = try snapshot.requests(of: person, after: request, limit: limit)
        return Array(written.merged(stored) { $0.person == person }.prefix(limit))
    }

    func cascade(of person: PersonIdentifier, _ work: Cascade.PersonWork?) throws -> Instant? {
        let begun = written.personCascades.last {
            $0.person == person && (work == nil || $0.change == work.map { .person(person, $0) })
        }
        return try begun?.since ?? snapshot.cascade(of: person, work)
    }

    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        try written.orders[account] ?? snapshot.provisioningOrders(of: account)
    }

    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        try snapshot.personalFile(of: person)
    }

    func messages(naming words: [String], limit: Int) throws -> NamingMessages {
        try snapshot.messages(naming: words, limit: limit)
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        try snapshot.recipients(ofDataAbout: person)
    }

    // MARK: Duties

    func particulars(of request: RequestIdentifier) throws -> Particulars {
        let stored = try snapshot.particulars(of: request)
        return written.particulars[request].map { stored.updated(with: $0) } ?? stored
    }

    func authorisation(_ number: ExciseNumber) throws -> Authorisation? {
        try written.authorisations.first { $0.number == number } ?? snapshot.authorisation(number)
    }

    func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation? {
        try written.authorisations.first { $0.request == request }
            ?? snapshot.authorisation(grantedBy: request)
    }

    func activeAuthorisations(of eori: EORI, limit: Int) throws -> [Authorisation] {
        let stored = try snapshot.activeAuthorisations(
            of: eori,
            limit: limit + written.authorisations.count
        )
        let merged = Self.merged(
            stored,
            written.authorisations.filter { $0.eori == eori },
            by: \.number
        )
        return Array(merged.filter { $0.status == .active }.prefix(limit))
    }

    func accounts(entitledTo number: ExciseNumber, limit: Int) throws -> [Account] {
        let stored = try snapshot.accounts(
            entitledTo: number,
            limit: limit == .max ? limit : limit + written.accounts.count
        )
        return Array(written.merged(stored) { $0.emcs.contains(number) }.prefix(limit))
    }

    func obligation(_ identifier: ObligationIdentifier) throws -> Obligation? {
        try written.obligations.first { $0.identifier == identifier }
            ?? snapshot.obligation(identifier)
    }

    func obligations(
        under authorisation: ExciseNumber,
        reference: String?
    ) throws -> [Obligation] {
        Self.merged(
            try snapshot.obligations(under: authorisation, reference: reference),
            written.obligations.filter {
                $0.authorisation == authorisation
                    && (reference == nil || $0.reference == reference)
            },
            by: \.identifier
        )
    }

    func obligations(broughtAboutBy request: RequestIdentifier) throws -> [Obligation] {
        Self.merged(
            try snapshot.obligations(broughtAboutBy: request),
            written.obligations.filter { $0.request == request },
            by: \.identifier
        )
    }

    /// The store's records as they are by now, then new ones.
    private static func merged<Record, Identifier: Hashable>(
        _ stored: [Record],
        _ written: [Record],
        by identifier: KeyPath<Record, Identifier>
    ) -> [Record] {
        let known = Set(stored.map { $0[keyPath: identifier] })
        return stored.map { record in
            written.first { $0[keyPath: identifier] == record[keyPath: identifier] } ?? record
        } + written.filter { !known.contains($0[keyPath: identifier]) }
    }

    // MARK: Applying events

    func apply(_ event: Event, at _: Instant) throws {
        switch event {
        case .personRecorded(let person), .personChanged(let person, _, _):
            written.persons[person.identifier] = person
            written.erasedPersons.remove(person.identifier)
        case .personErased(let person): written.erasedPersons.insert(person)
        case .requestErased(let request): written.erasedRequests.insert(request.identifier)
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _),
            .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request):
            written.record(request)
        case .operatorRegistered(let economicOperator),
            .operatorChanged(let economicOperator, _, _, _):
            written.operators[economicOperator.eori] = economicOperator
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _):
            written.record(account)
        case .provisioning(let order, let step) where !step.leavesOrder: try remove(order)
        case .provisioning(let order, _): try record(order)
        case .particularsStated(let request, let particulars):
            written.particulars[request] =
                written.particulars[request].map { $0.updated(with: particulars) } ?? particulars
        case .authorisationGranted(let authorisation),
            .authorisationChanged(let authorisation, _, _, _, _):
            written.authorisations.removeAll { $0.number == authorisation.number }
            written.authorisations.append(authorisation)
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            written.obligations.removeAll { $0.identifier == obligation.identifier }
            written.obligations.append(obligation)
        case .cascade(let cascade, .begun):
            if let eori = cascade.eori { written.cascades.insert(eori) }
            if cascade.person != nil { written.personCascades.append(cascade) }
        case .erasureBegun, .erasureTold, .erasureCompleted, .supplementReceived, .personDisclosed,
            .authorisationDisclosed, .lastManagerLost, .reportIgnored, .nothingToChange,
            .operated, .cascade:
            break
        }
    }

    func record(_ order: ProvisioningOrder) throws {
        let others = try provisioningOrders(of: order.account).filter {
            $0.number != order.number
        }
        written.orders[order.account] = (others + [order]).sorted { $0.number < $1.number }
    }

    func remove(_ order: ProvisioningOrder) throws {
        written.orders[order.account] = try provisioningOrders(of: order.account).filter {
            $0.number != order.number
        }
    }

    // MARK: Messages

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        if written.forgotten.contains(key) { return nil }
        return try written.inbox[key] ?? snapshot.inboxEntry(key)
    }

    func record(_ entry: InboxEntry) throws {
        written.inbox[entry.key] = entry
        written.forgotten.remove(entry.key)
    }

    func forget(_ key: InboxKey) throws { written.forgotten.insert(key) }

    func append(_ entry: JournalEntry) throws -> Int64 {
        written.journal.append(entry)
        return Int64(written.journal.count)
    }

    func deferMessage(_ message: DeferredMessage) throws {
        var message = message
        // Below those of the store.
        message.entry.sequence = -1 - Int64(written.deferred.count)
        written.deferred.append(message)
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        let all =
            try snapshot.deferredEntries(for: request)
            + written.deferred.map(\.entry).filter { $0.request == request }
        return all.filter { !written.removedDeferred.keys.contains($0.sequence) }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        guard !written.removedDeferred.keys.contains(sequence) else { return nil }
        return try written.deferred.first { $0.entry.sequence == sequence }
            ?? snapshot.deferredMessage(sequence)
    }

    func deferredCount(of user: String) throws -> Int {
        try snapshot.deferredCount(of: user) + written.deferred.count { $0.entry.user == user }
            - written.removedDeferred.values.count { $0 == user }
    }

    /// They are for `hastened` to tell.
    func hastenDeferredMessages(for request: RequestIdentifier, at _: Instant) throws -> Int {
        let entries = try deferredEntries(for: request)
        written.hastened += entries
        return entries.count
    }

    /// What has fallen due and was not told before.
    func takeHastened() -> [DeferredEntry] {
        defer { written.hastened = [] }
        return written.hastened
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        written.removedDeferred[sequence] = try deferredMessage(sequence)?.entry.user
    }

    // MARK: Dead letters

    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter? {
        if written.removedLetters.contains(identifier) { return nil }
        return try written.letters[identifier] ?? snapshot.deadLetter(identifier)
    }

    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        if written.removedLetters.contains(identifier) { return nil }
        return try written.letters[identifier]?.reason
            ?? snapshot.deadLetterReason(identifier)
    }

    func keep(_ letter: DeadLetter, eraseAt _: Instant?) throws {
        written.letters[letter.identifier] = letter
        written.removedLetters.remove(letter.identifier)
    }

    @discardableResult
    func remove(_ letters: [DeadLetterIdentifier]) throws -> [DeadLetterIdentifier] {
        let known = try letters.filter { try deadLetter($0) != nil }
        written.removedLetters.formUnion(known)
        return known
    }

    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws {
        for letter in letters { written.letterOrders[letter] = order }
    }

    func order(about letter: DeadLetterIdentifier) throws -> LetterOrder? {
        written.letterOrders[letter]
    }

    // MARK: What no message looks at

    func keep(reason _: String, journal _: Int64, about _: RequestIdentifier?, at _: Instant) {}
    func journalHead() throws -> JournalHead { .empty }
    func verifyJournal(after head: JournalHead, limit _: Int) throws -> JournalHead { head }
    func lastCheckpoint() throws -> JournalCheckpoint? { nil }
    func record(_: JournalCheckpoint) throws {}
    func enqueue(
        _: OutboundMessage,
        about _: [PersonIdentifier],
        journal _: Int64,
        at _: Instant
    ) throws -> Int64 { 0 }
    func settle(_: [Int64], at _: Instant) throws -> [SettledOrder] { [] }
    func park(_: Int64, reason _: String?) throws {}
    func droppedMessages() throws -> [Int64] { [] }
    func withheldPersons() throws -> [PersonIdentifier: Int64] { [:] }
    func isParked(_: OutboxStream) throws -> Bool { false }
    func lastParkedStream() throws -> Int64 { 0 }
    func parkedStreams(after _: Int64, through _: Int64, limit _: Int) -> [Int64] { [] }
    func parkedMessages(of _: Int64, through _: Int64, limit _: Int, bytes _: Int) -> [OutboxRow] {
        []
    }
    func retriedStreams() throws -> RetriedStreams { RetriedStreams() }
    func pendingMessages(after _: Int64, limit _: Int, bytes _: Int) throws -> [OutboxRow] { [] }
    func outboxStatistics() throws -> OutboxStatistics {
        OutboxStatistics(pending: 0, parked: 0, oldestAt: nil)
    }
    func postponeDeferredMessage(_: Int64, attempts _: Int, until _: Instant) throws {}
    func deferredCount() throws -> Int { 0 }
    func due(_: [TimerKind], at _: Instant, limit _: Int) throws -> [Timer] { [] }
    func nextDue() throws -> Instant? { nil }
    func oldestOpenRequests() throws -> [String: Instant] { [:] }
    func lastEntryAt() throws -> Instant? { nil }
    func certainTime() throws -> Instant? { nil }
    func record(certainTime _: Instant?) throws {}
    func countAttempts(_ keys: [InboxKey]) throws -> [Int] { keys.map { _ in 0 } }
    func clearAttempts(_: [InboxKey]) throws {}
    func deadLetterTotals() throws -> DeadLetterTotals { DeadLetterTotals(count: 0, bytes: 0) }
    func deadLettersOfGreatestSender(byBytes _: Bool, limit _: Int) -> [DeadLetterIdentifier] {
        []
    }
    func deadLetters(after _: Int64, limit _: Int, bytes _: Int) -> [NumberedLetter] { [] }
    func sentLetter(_: DeadLetterIdentifier) throws -> SentLetter? { nil }
    func letGo(_: DeadLetterIdentifier, as _: SentLetter) throws {}
    func beginRun() throws -> Bool { false }
    func endRun() throws {}
}

/// What was written; a value, so that undoing is putting back what was there before.
private struct ForecastState {
    var persons: [PersonIdentifier: Person] = [:]
    var erasedPersons: Set<PersonIdentifier> = []
    var requests: [RequestIdentifier: Request] = [:]
    var requestOrder: [RequestIdentifier] = []
    var erasedRequests: Set<RequestIdentifier> = []
    var operators: [EORI: EconomicOperator] = [:]
    var accounts: [Account] = []
    var orders: [AccountIdentifier: [ProvisioningOrder]] = [:]
    var particulars: [RequestIdentifier: Particulars] = [:]
    var authorisations: [Authorisation] = []
    var obligations: [Obligation] = []
    /// Whose have begun; none goes on here.
    var cascades: Set<EORI> = []
    var personCascades: [Cascade] = []
    var inbox: [InboxKey: InboxEntry] = [:]
    var forgotten: Set<InboxKey> = []
    var deferred: [DeferredMessage] = []
    /// By whose they were.
    var removedDeferred: [Int64: String] = [:]
    var hastened: [DeferredEntry] = []
    var letters: [DeadLetterIdentifier: DeadLetter] = [:]
    var removedLetters: Set<DeadLetterIdentifier> = []
    var letterOrders: [DeadLetterIdentifier: LetterOrder] = [:]
    var journal: [JournalEntry] = []

    mutating func record(_ request: Request) {
        guard requests.updateValue(request, forKey: request.identifier) == nil else { return }
        requestOrder.append(request.identifier)
    }

    mutating func record(_ account: Account) {
        if let index = accounts.firstIndex(where: { $0.identifier == account.identifier }) {
            accounts[index] = account
        } else {
            accounts.append(account)
        }
    }

    func account(_ identifier: AccountIdentifier) -> Account? {
        accounts.first { $0.identifier == identifier }
    }

    func account(at place: UserPlace) -> Account? {
        accounts.first { $0.place == place }
    }

    /// The store's accounts as they are by now, then new ones.
    func merged(_ stored: [Account], where isWanted: (Account) -> Bool) -> [Account] {
        let known = Set(stored.map(\.identifier))
        return
            (stored.map { account($0.identifier) ?? $0 }
            + accounts.filter { !known.contains($0.identifier) }).filter(isWanted)
    }

    /// The store's requests as they are by now, then new ones.
    func merged(_ stored: [Request], where isWanted: (Request) -> Bool) -> [Request] {
        let known = Set(stored.map(\.identifier))
        return
            (stored.map { requests[$0.identifier] ?? $0 }
            + requestOrder.filter { !known.contains($0) }.compactMap { requests[$0] })
            .filter { isWanted($0) && !erasedRequests.contains($0.identifier) }
    }
}
