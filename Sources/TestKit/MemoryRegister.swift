import Contract
public import Domain
import Synchronization
public import Workflow

/// The register's in-memory twin: the same port with the same semantics, and nothing durable.
public final class MemoryRegister: Register {
    /// Where in a write a fault can strike.
    public enum WriteStage: Sendable {
        /// Before anything was done.
        case begin
        /// Everything was done; throwing rolls it back.
        case beforeCommit
        /// Everything is committed; throwing is what a crash before the answer looks like.
        case afterCommit
    }

    /// Throws to let the `number`th write (counted from 1) fail at that stage.
    public typealias FaultHook = @Sendable (_ stage: WriteStage, _ number: Int) throws -> Void

    /// What a transaction is about to write.
    public enum Change: Sendable {
        case inbox(InboxEntry)
        case event(Event)
    }

    /// Throws to let this one change fail.
    public typealias ChangeHook = @Sendable (Change) throws -> Void

    /// Throws while the store is not where a restart would look for it.
    public typealias PlaceHook = @Sendable () throws -> Void

    private struct Guarded {
        var contents = MemoryContents()
        var writes = 0
    }

    private let guarded = Mutex(Guarded())
    private let fault: FaultHook?
    private let onChange: ChangeHook?
    private let place: PlaceHook?

    public init(
        fault: FaultHook? = nil,
        onChange: ChangeHook? = nil,
        place: PlaceHook? = nil
    ) {
        self.place = place
        self.fault = fault
        self.onChange = onChange
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any RegisterTransaction) throws -> Result
    ) async throws -> Result {
        try guarded.withLock { guarded in
            guarded.writes += 1
            try place?()
            try fault?(.begin, guarded.writes)
            let transaction = MemoryTransaction(guarded.contents, onChange: onChange)
            defer { transaction.close() }
            let result = try body(transaction)
            if let unavailable = transaction.unavailable { throw unavailable }
            try fault?(.beforeCommit, guarded.writes)
            guarded.contents = transaction.contents
            try fault?(.afterCommit, guarded.writes)
            try place?()
            return result
        }
    }

    public func checkPlace() async throws { try place?() }

    /// Changes what is committed behind the register's back.
    public func tamper(_ change: (inout MemoryContents) -> Void) {
        guarded.withLock { change(&$0.contents) }
    }

    /// Everything that is committed, for tests to look at.
    public var contents: MemoryContents { guarded.withLock(\.contents) }
}

/// What a `MemoryRegister` refuses; a program's error, as it is with the real store.
public struct MemoryRegisterError: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// One transaction: works on a copy, which is put in the original's place at the end.
final class MemoryTransaction: RegisterTransaction {
    var contents: MemoryContents
    /// Kept once it was thrown: the transaction cannot be committed then, whoever caught it.
    private(set) var unavailable: RegisterUnavailable?
    private var isOpen = true
    var dropped: [Int64] = []
    /// Somebody who is being erased, while what tells of it is worded.
    private var revealed: Person?
    var retried = RetriedStreams()

    private let onChange: MemoryRegister.ChangeHook?

    init(_ contents: MemoryContents, onChange: MemoryRegister.ChangeHook?) {
        self.contents = contents
        self.onChange = onChange
    }

    func close() { isOpen = false }

    func checkUsable() throws {
        guard isOpen else {
            throw MemoryRegisterError(description: "a transaction was used after its end")
        }
        if let unavailable { throw unavailable }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try checkUsable()
        let before = (contents, dropped, retried)
        do {
            return try body()
        } catch {
            (contents, dropped, retried) = before
            unavailable = unavailable ?? error as? RegisterUnavailable
            throw error
        }
    }

    // MARK: Looking up

    func request(_ identifier: RequestIdentifier) throws -> Request? {
        try checkUsable()
        return contents.requests[identifier]
    }

    func person(_ identifier: PersonIdentifier) throws -> Person? {
        try checkUsable()
        if let revealed, revealed.identifier == identifier { return revealed }
        return contents.persons[identifier]
    }

    func reveal(_ person: Person?) throws {
        try checkUsable()
        revealed = person
    }

    func person(subject: String) throws -> Person? {
        try checkUsable()
        return contents.persons.values.first { $0.subject.isExactly(subject) }
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator? {
        try checkUsable()
        return contents.operators[eori]
    }

    func account(_ identifier: AccountIdentifier) throws -> Account? {
        try checkUsable()
        return contents.accounts.first { $0.identifier == identifier }
    }

    func account(at place: UserPlace) throws -> Account? {
        try checkUsable()
        return contents.accounts.first { $0.place == place }
    }

    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        try checkUsable()
        let place = request.flatMap { contents.requestNumbers[$0] ?? contents.erasedNumbers[$0] }
        return Array(
            contents.requests(of: person)
                .filter { contents.requestNumbers[$0.identifier, default: 0] > place ?? 0 }
                .prefix(limit)
        )
    }

    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try checkUsable()
        let start = contents.accounts.firstIndex { $0.identifier == account }.map { $0 + 1 } ?? 0
        return Array(contents.accounts[start...].filter { $0.person == person }.prefix(limit))
    }

    func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool {
        try checkUsable()
        return contents.accounts.contains { $0.person == person && $0.status.stands }
    }

    func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        try checkUsable()
        return contents.personalFile(of: person)
    }

    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        try checkUsable()
        return contents.recipients(ofDataAbout: person)
    }

    func openRequests() throws -> [Request] {
        try checkUsable()
        return contents.requestOrder.compactMap { contents.requests[$0] }
            .filter(\.status.isOpen)
    }

    // MARK: Inbox

    func inboxEntry(_ key: InboxKey) throws -> InboxEntry? {
        try checkUsable()
        return contents.inbox[key]
    }

    func record(_ entry: InboxEntry) throws {
        try checkUsable()
        try onChange?(.inbox(entry))
        guard contents.inbox.updateValue(entry, forKey: entry.key) == nil else {
            throw MemoryRegisterError(description: "the inbox has this key already")
        }
    }

    func forget(_ key: InboxKey) throws {
        try checkUsable()
        contents.inbox[key] = nil
    }

    // MARK: Applying events

    func apply(_ event: Event, at now: Instant) throws {
        try checkUsable()
        try onChange?(.event(event))
        switch event {
        case .personRecorded(let person): try record(person)
        case .personChanged(let person, _, _): try record(person)
        case .personErased(let person): contents.erase(person, at: now)
        case .requestErased(let request):
            guard contents.erase(request.identifier) else {
                throw MemoryRegisterError(description: "no request \(request.identifier)")
            }
        case .requestSubmitted(let request):
            guard contents.requests.updateValue(request, forKey: request.identifier) == nil
            else {
                throw MemoryRegisterError(description: "request \(request.identifier) exists")
            }
            contents.requestOrder.append(request.identifier)
            contents.lastRequestNumber += 1
            contents.requestNumbers[request.identifier] = contents.lastRequestNumber
        case .requestChanged(let request, _, _, let remarks):
            guard contents.requests.updateValue(request, forKey: request.identifier) != nil
            else {
                throw MemoryRegisterError(description: "no request \(request.identifier)")
            }
            contents.unconcealed.remove(request.identifier)
            keep(remarks, .remarks, of: request.identifier, at: now)
        case .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request):
            guard contents.requests.updateValue(request, forKey: request.identifier) != nil
            else {
                throw MemoryRegisterError(description: "no request \(request.identifier)")
            }
            contents.unconcealed.remove(request.identifier)
        case .supplementReceived(let request, let supplement):
            keep(supplement.answer, .answer, of: request, at: now)
            contents.documents[request, default: []] += supplement.documents.map {
                .init(request: request, recordedAt: now, document: $0)
            }
        case .operatorRegistered(let economicOperator):
            contents.operators[economicOperator.eori] = economicOperator
        case .operatorChanged(let economicOperator, _, _, let remarks):
            contents.operators[economicOperator.eori] = economicOperator
            keep(remarks, .remarks, of: economicOperator.request, at: now)
            try forgetNumber(of: economicOperator)
        case .accountOpened(let account):
            guard try self.account(account.identifier) == nil else {
                throw MemoryRegisterError(description: "account \(account.identifier) exists")
            }
            try checkPlace(of: account)
            contents.accounts.append(account)
        case .accountChanged(let account, _, _, _, let remarks):
            guard
                let index = contents.accounts.firstIndex(where: {
                    $0.identifier == account.identifier
                })
            else { throw MemoryRegisterError(description: "no account \(account.identifier)") }
            try checkPlace(of: account)
            contents.accounts[index] = account
            keep(remarks, .remarks, of: account.request, at: now)
        case .particularsStated(let request, let particulars): state(particulars, of: request)
        case .authorisationGranted(let authorisation): try add(authorisation)
        case .authorisationChanged(let authorisation, _, _, _, let remarks):
            try replace(authorisation)
            keep(remarks, .remarks, of: authorisation.request, at: now)
        case .obligationOpened(let obligation): try add(obligation)
        case .obligationChanged(let obligation, _, _, _): try replace(obligation)
        case .provisioning(let order, let step) where !step.leavesOrder: try remove(order)
        case .provisioning(let order, _): try record(order)
        case .operated(.outboxRetried(let sequences)): retry(sequences)
        case .cascade(let cascade, let step): try take(cascade, step)
        case .operated(.clockConfirmed): try record(certainTime: nil)
        case .erasureBegun, .erasureTold, .erasureCompleted, .personDisclosed,
            .authorisationDisclosed, .lastManagerLost, .reportIgnored, .nothingToChange,
            .operated(.deadLettersReplayed), .operated(.deadLettersDiscarded):
            break
        }
    }

    // MARK: Provisioning

    /// Two accounts never have the user at one place.
    private func checkPlace(of account: Account) throws {
        guard let place = account.place, let holder = try self.account(at: place),
            holder.identifier != account.identifier
        else { return }
        throw MemoryRegisterError(description: "another account has the user at \(place.path)")
    }

    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder] {
        try checkUsable()
        return contents.orders[account] ?? []
    }

    func record(_ order: ProvisioningOrder) throws {
        var orders = try provisioningOrders(of: order.account)
        orders.removeAll { $0.number == order.number }
        orders.append(order)
        contents.orders[order.account] = orders.sorted { $0.number < $1.number }
    }

    func remove(_ order: ProvisioningOrder) throws {
        let orders = try provisioningOrders(of: order.account)
        let left = orders.filter { $0.number != order.number }
        contents.orders[order.account] = left.isEmpty ? nil : left
    }

    private func record(_ person: Person) throws {
        if let other = try self.person(subject: person.subject),
            other.identifier != person.identifier
        {
            throw MemoryRegisterError(description: "another person has this subject")
        }
        contents.persons[person.identifier] = person
    }

    private func keep(
        _ text: String?,
        _ kind: FreeText.Kind,
        of request: RequestIdentifier,
        at now: Instant
    ) {
        guard let text, !text.isEmpty else { return }
        contents.texts[request, default: []].append(
            FreeText(kind: kind, recordedAt: now, content: text)
        )
    }

    // MARK: Outbox

    func enqueue(
        _ message: OutboundMessage,
        about persons: [PersonIdentifier],
        journal: Int64,
        at now: Instant
    ) throws -> Int64 {
        try checkUsable()
        let sequence = Int64(contents.outbox.count + 1)
        contents.outbox.append(
            MemoryContents.OutboxEntry(
                sequence: sequence,
                journal: journal,
                routingKey: message.routingKey,
                messageIdentifier: message.properties.messageIdentifier,
                mail: message.mail,
                about: persons,
                createdAt: now,
                message: message
            )
        )
        return sequence
    }

    func settle(_ sequences: [Int64], at now: Instant) throws -> [SettledOrder] {
        try checkUsable()
        var orders: [SettledOrder] = []
        for sequence in Set(sequences).sorted() {
            guard let index = unsettledIndex(sequence) else { continue }
            if let account = contents.outbox[index].message?.account {
                orders.append(SettledOrder(account: account, message: sequence))
            }
            contents.takeMessage(at: index)
            contents.outbox[index].settledAt = now
        }
        return orders
    }

    func droppedMessages() throws -> [Int64] {
        try checkUsable()
        return dropped
    }

    func pendingMessages(after sequence: Int64, limit: Int, bytes: Int) throws -> [OutboxRow] {
        try checkUsable()
        var rows: [OutboxRow] = []
        var heldBytes = 0
        for entry in contents.outbox.dropFirst(max(0, Int(sequence))) {
            guard rows.count < limit, heldBytes < bytes else { break }
            guard let message = entry.message, entry.parkedReason == nil else { continue }
            rows.append(
                OutboxRow(sequence: entry.sequence, message: message, about: entry.about)
            )
            heldBytes += message.heldBytes
        }
        return rows
    }

    func outboxStatistics() throws -> OutboxStatistics {
        try checkUsable()
        let unsettled = contents.outbox.filter { $0.message != nil }
        let parked = unsettled.count { $0.parkedReason != nil }
        return OutboxStatistics(
            pending: unsettled.count - parked,
            parked: parked,
            oldestAt: unsettled.first?.createdAt
        )
    }

    // MARK: Messages that made the daemon crash

    func countAttempts(_ keys: [InboxKey]) throws -> [Int] {
        try checkUsable()
        return keys.map { key in
            defer { contents.attempts[key, default: 0] += 1 }
            return contents.attempts[key, default: 0]
        }
    }

    func clearAttempts(_ keys: [InboxKey]) throws {
        try checkUsable()
        for key in keys { contents.attempts[key] = nil }
    }

    func beginRun() throws -> Bool {
        try checkUsable()
        defer { contents.isRunning = true }
        return contents.isRunning
    }

    func endRun() throws {
        try checkUsable()
        contents.isRunning = false
    }
}
