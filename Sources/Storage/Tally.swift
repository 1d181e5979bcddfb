import Contract
public import Domain
public import Workflow

/// Something that is counted as it changes.
enum TallyKey: Hashable, Sendable {
    case requests(procedure: String, RequestStatus)
    case accounts(AccountStatus)
    case orders(ProvisioningOrder.State)
    case authorisations(kind: String, AuthorisationStatus)
    case obligations(kind: String, ObligationStatus)
    case guarantees(GuaranteeStatus)
    /// Outages that last.
    case outages(system: String)
    case outboxPending
    case outboxParked
    case deferred
    case deadLetters(DeadLetterReason)
    /// By the user who sent them first; empty for nobody.
    case deadLettersOf(user: String)
    case deadLetterBytes(user: String)

    /// The key's columns in the table `tally`.
    var columns: (kind: String, name: String, status: String) {
        switch self {
        case .requests(let procedure, let status): ("request", procedure, status.rawValue)
        case .accounts(let status): ("account", "", status.rawValue)
        case .orders(let state): ("order", "", state.rawValue)
        case .authorisations(let kind, let status):
            ("authorisation", kind, status.rawValue)
        case .obligations(let kind, let status): ("obligation", kind, status.rawValue)
        case .guarantees(let status): ("guarantee", "", status.rawValue)
        case .outages(let system): ("outage", system, "")
        case .outboxPending: ("outbox", "", "pending")
        case .outboxParked: ("outbox", "", "parked")
        case .deferred: ("deferred", "", "")
        case .deadLetters(let reason): ("dead-letter", reason.rawValue, "")
        case .deadLettersOf(let user): ("dead-letter-user", user, "count")
        case .deadLetterBytes(let user): ("dead-letter-user", user, "bytes")
        }
    }

    /// Nil for what this release does not count.
    init?(kind: String, name: String, status: String) {
        switch (kind, status) {
        case ("request", _):
            guard let status = RequestStatus(rawValue: status) else { return nil }
            self = .requests(procedure: name, status)
        case ("account", _):
            guard let status = AccountStatus(rawValue: status) else { return nil }
            self = .accounts(status)
        case ("order", _):
            guard let state = ProvisioningOrder.State(rawValue: status) else { return nil }
            self = .orders(state)
        case ("authorisation", _):
            guard let status = AuthorisationStatus(rawValue: status) else { return nil }
            self = .authorisations(kind: name, status)
        case ("obligation", _):
            guard let status = ObligationStatus(rawValue: status) else { return nil }
            self = .obligations(kind: name, status)
        case ("guarantee", _):
            guard let status = GuaranteeStatus(rawValue: status) else { return nil }
            self = .guarantees(status)
        case ("outage", _): self = .outages(system: name)
        case ("outbox", "pending"): self = .outboxPending
        case ("outbox", "parked"): self = .outboxParked
        case ("deferred", _): self = .deferred
        case ("dead-letter", _):
            guard let reason = DeadLetterReason(rawValue: name) else { return nil }
            self = .deadLetters(reason)
        case ("dead-letter-user", "count"): self = .deadLettersOf(user: name)
        case ("dead-letter-user", "bytes"): self = .deadLetterBytes(user: name)
        default: return nil
        }
    }
}

/// What the store holds, in numbers, as of the last commit.
public struct RegisterFigures: Hashable, Sendable {
    public struct RequestCount: Hashable, Sendable {
        public let procedure: String
        public let status: RequestStatus
        public let count: Int

        public init(procedure: String, status: RequestStatus, count: Int) {
            self.procedure = procedure
            self.status = status
            self.count = count
        }
    }

    /// By procedure and status; combinations that never occurred are left out.
    public var requests: [RequestCount] = []
    public var accounts: [AccountStatus: Int] = [:]
    /// Orders to the provisioner that are outstanding.
    public var orders: [ProvisioningOrder.State: Int] = [:]
    public var authorisations: [String: [AuthorisationStatus: Int]] = [:]
    public var obligations: [String: [ObligationStatus: Int]] = [:]
    public var guarantees: [GuaranteeStatus: Int] = [:]
    /// The systems that are away.
    public var systemsAway: Set<String> = []
    /// Messages neither confirmed nor parked.
    public var outboxPending = 0
    /// Messages that the broker could not route or refused for good.
    public var outboxParked = 0
    /// Messages that wait for their request.
    public var deferred = 0
    /// Those that wait for an operator, or for what one has ordered.
    public var deadLetters: [DeadLetterReason: Int] = [:]
    public var deadLetterBytes = 0
    /// Erasures whose traces are still to be wiped from the files.
    public var traces = 0
    public var journal: JournalHead = .empty

    init(_ state: RegisterState) {
        journal = state.journal
        traces = state.traces
        for (key, count) in state.counts {
            switch key {
            case .requests(let procedure, let status):
                requests.append(RequestCount(procedure: procedure, status: status, count: count))
            case .accounts(let status): accounts[status] = count
            case .orders(let state): orders[state] = count
            case .authorisations(let kind, let status):
                authorisations[kind, default: [:]][status] = count
            case .obligations(let kind, let status):
                obligations[kind, default: [:]][status] = count
            case .guarantees(let status): guarantees[status] = count
            case .outages(let system): if count > 0 { systemsAway.insert(system) }
            case .outboxPending: outboxPending = count
            case .outboxParked: outboxParked = count
            case .deferred: deferred = count
            case .deadLetters(let reason): deadLetters[reason] = count
            case .deadLetterBytes: deadLetterBytes += count
            case .deadLettersOf: break
            }
        }
        requests.sort {
            ($0.procedure, $0.status.rawValue) < ($1.procedure, $1.status.rawValue)
        }
    }
}

/// What the one writer knows without asking the store. A value, so that a rollback is putting back
/// what was there before.
struct RegisterState: Hashable, Sendable {
    var journal = JournalHead.empty
    var lastOutboxSequence: Int64 = 0
    var counts: [TallyKey: Int] = [:]
    /// Fingerprints of the phrases that are known to stand in the store as they are here.
    var phrases: Set<Int64> = []
    /// How many erasures there were since the files were last wiped of what they leave.
    var traces = 0
    /// False while it is known that no change is under way for many accounts: every decision asks,
    /// and there mostly is none.
    var mayHaveCascades = false
    /// Messages of the outbox that erasures of this transaction have dropped.
    var droppedMessages: [Int64] = []
    /// Persons whose erasure is under way, and up to which message of the outbox it reaches.
    var withheld: [PersonIdentifier: Int64] = [:]
    /// Parked streams that an operator wants to be tried now, as this transaction was told.
    var retriedStreams = RetriedStreams()

    mutating func count(_ key: TallyKey, _ change: Int) {
        counts[key, default: 0] += change
    }
}

extension RegisterState {
    /// What is committed in the store.
    init(_ handle: SQLiteHandle) throws {
        let head = try SQLiteStatement(Statement.journalHead, on: handle)
        journal =
            try head.first { JournalHead(sequence: $0.integer(0), hash: $0.bytes(1)) } ?? .empty
        let outbox = try SQLiteStatement(Statement.lastOutboxSequence, on: handle)
        lastOutboxSequence = try outbox.first { $0.integer(0) } ?? 0
        let run = try SQLiteStatement(Statement.traces, on: handle)
        traces = try run.first { Int($0.integer(0)) } ?? 0
        let cascade = try SQLiteStatement(Statement.nextCascade, on: handle)
        mayHaveCascades = try cascade.hasRow()
        let erasures = try SQLiteStatement(Statement.erasures, on: handle)
        try erasures.forEach { row in
            withheld[PersonIdentifier(try row.identifier(0))] = row.integer(1)
        }
        let tally = try SQLiteStatement(Statement.tallies, on: handle)
        try tally.forEach { row in
            guard let key = TallyKey(kind: row.text(0), name: row.text(1), status: row.text(2))
            else { return }
            counts[key] = Int(row.integer(3))
        }
    }
}
