import Contract
import Domain
import Workflow

// What falls due.

extension MemoryTransaction {
    func due(_ wanted: [DueWorkKind], at now: Instant, limit: Int) throws -> [DueWork] {
        let due = try dueWork().map { dueWork in dueWork.filter { $0.dueAt <= now } }
        // Of what is over, nothing is said that should have been said before.
        let ending = Set(due.joined().filter { Self.ends.contains($0.kind) }.map(\.subject))
        let kinds = due.map { dueWork in
            dueWork.filter { Self.ends.contains($0.kind) || !ending.contains($0.subject) }
                .sorted { $0.dueAt < $1.dueAt }
        }
        return DueWork.earliest(limit, of: kinds.map { $0.filter { wanted.contains($0.kind) } })
    }

    private static let ends: Set<DueWorkKind> = [.expire, .lapse, .overdue]

    func nextDue() throws -> Instant? { try dueWork().joined().map(\.dueAt).min() }

    /// All that will fall due, by kind; of requests, those that expire first come first.
    private func dueWork() throws -> [[DueWork]] {
        let open = try openRequests().sorted { $0.expireAt.isBefore($1.expireAt) }
        let authorisations = records.authorisations.all
            .sorted { $0.lapseAt.isBefore($1.lapseAt) }
        let obligations = records.obligations.all
            .sorted { $0.overdueAt.isBefore($1.overdueAt) }
        func work<Record>(
            _ kind: DueWorkKind,
            _ records: [Record],
            _ instant: KeyPath<Record, Instant?>,
            _ subject: (Record) -> DueWork.Subject
        ) -> [DueWork] {
            records.compactMap { record in
                record[keyPath: instant].map { DueWork(kind, dueAt: $0, subject(record)) }
            }
        }
        func letter(_ entry: MemoryContents.LetterEntry) -> DueWork.Subject {
            let bytes = entry.sent == nil ? entry.letter.storedBytes : 0
            return .letter(entry.letter.identifier, bytes: bytes)
        }
        return DueWorkKind.allCases.map { kind in
            switch kind {
            case .retry:
                contents.deferred.map(\.entry).map {
                    DueWork(kind, dueAt: $0.nextAttemptAt, .message($0))
                }
            case .follow:
                // A later one of the same operator waits for the one before.
                cascades(dueAt: Instant(milliseconds: .max)).map {
                    DueWork(kind, dueAt: $0.since, .cascade($0))
                }
            case .provisioning:
                work(
                    kind,
                    records.orders.sorted { $0.key.description < $1.key.description }
                        .flatMap(\.value),
                    \.dueAt
                ) { .order($0) }
            case .remind: work(kind, open, \.remindAt) { .request($0.identifier) }
            case .escalate: work(kind, open, \.escalateAt) { .request($0.identifier) }
            case .expire: work(kind, open, \.expireAt) { .request($0.identifier) }
            case .warn: work(kind, authorisations, \.warnAt) { .authorisation($0.number) }
            case .lapse: work(kind, authorisations, \.lapseAt) { .authorisation($0.number) }
            case .remindOfObligation:
                work(kind, obligations, \.remindAt) { .obligation($0.identifier) }
            case .overdue: work(kind, obligations, \.overdueAt) { .obligation($0.identifier) }
            case .erase: work(kind, records.requests.all, \.eraseAt) { .request($0.identifier) }
            case .deadLetter: work(kind, contents.letters, \.order?.at, letter)
            case .eraseDeadLetter: work(kind, contents.letters, \.eraseAt, letter)
            }
        }
    }

    private func openRequests() throws -> [Request] {
        try checkUsable()
        return records.requests.all.filter(\.status.isOpen)
    }

    /// The first of each operator, and of each person.
    private func cascades(dueAt now: Instant) -> [Cascade] {
        var operators: Set<EORI> = []
        var persons: Set<PersonIdentifier> = []
        return records.cascades.all.filter { cascade in
            let isFirst =
                cascade.eori.map { operators.insert($0).inserted } ?? true
                && cascade.person.map { persons.insert($0).inserted } ?? true
            return isFirst && cascade.since <= now
        }
    }

    func oldestOpenRequests() throws -> [String: Instant] {
        Dictionary(grouping: try openRequests(), by: \.procedure)
            .compactMapValues { $0.map(\.submittedAt).min() }
    }
}

extension Instant? {
    /// Nil comes first, as it does in SQL.
    fileprivate func isBefore(_ other: Instant?) -> Bool {
        guard let other else { return false }
        return map { $0 < other } ?? true
    }
}
