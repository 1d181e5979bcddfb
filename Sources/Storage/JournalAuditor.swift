import Contract
import Domain
import GRDB
import Workflow

/// Audits one state of the store: the file, the journal's chain, the checkpoints, and whether the
/// journal, replayed, gives the register.
///
/// Memory does not grow with the store: of the replay, a temporary table keeps for each record
/// which entry has its last state. On the disk that takes about 60 bytes for a record.
final class JournalAuditor {
    private let database: Database
    private let handle: SQLiteHandle
    private let audit: JournalAudit
    private let progress: (_ done: Int64, _ of: Int64) -> Void
    private(set) var report = JournalReport()

    init(
        _ database: Database,
        _ handle: SQLiteHandle,
        _ audit: JournalAudit,
        progress: @escaping (Int64, Int64) -> Void
    ) {
        self.database = database
        self.handle = handle
        self.audit = audit
        self.progress = progress
    }

    /// Runs until the first fault, which is left in the report.
    func run() throws {
        do {
            try checkFile()
            let stored = try checkpoints()
            try followChain(expecting: try attested(stored))
            try checkCoverage(stored)
            for kind in ReplayedKind.allCases { try compare(kind) }
            try checkCounts()
        } catch let fault as JournalFault {
            report.fault = fault
        }
    }

    // MARK: The file

    private func checkFile() throws {
        let findings = try StoreCheck.integrityFindings(database)
        guard findings.isEmpty else {
            throw JournalFault.store(findings.joined(separator: "; "))
        }
    }

    private func checkCounts() throws {
        let differing = try StoreCheck.wrongTallies(handle)
        guard differing.isEmpty else {
            throw JournalFault.counts(differing.joined(separator: ", "))
        }
    }

    // MARK: Checkpoints

    /// The stored checkpoints, which must hang together and be signed.
    private func checkpoints() throws -> [JournalCheckpoint] {
        let stored = try SQLiteStatement(Statement.checkpoints, on: handle)
            .all { $0.checkpoint() }
        var last: JournalCheckpoint?
        for (index, checkpoint) in stored.enumerated() {
            let number = Int64(index + 1)
            func fault(_ words: String) -> JournalFault {
                .checkpoint(number: number, words)
            }
            guard checkpoint.number == number else { throw fault("is missing") }
            guard checkpoint.previous == last?.digest ?? JournalCheckpoint.noPrevious,
                checkpoint.sequence > last?.sequence ?? 0
            else { throw fault("does not follow the one before it") }
            if let wrong = wrongSignature(checkpoint) { throw fault(wrong) }
            last = checkpoint
        }
        report.checkpoints = stored.count
        return stored
    }

    /// What is wrong with a signature, if keys are known.
    private func wrongSignature(_ checkpoint: JournalCheckpoint) -> String? {
        guard !audit.keys.isEmpty else { return nil }
        let keys = audit.keys.filter { $0.fingerprint == checkpoint.key }
        guard !keys.isEmpty else {
            return "is signed with the key \(checkpoint.key.hexadecimal), which was not given"
        }
        return keys.contains { $0.verifies(checkpoint) }
            ? nil : "does not bear its key's signature: it was altered"
    }

    /// What checkpoints say of entries, by their sequence.
    private func attested(_ stored: [JournalCheckpoint]) throws -> [Int64: [Attestation]] {
        var attested: [Int64: [Attestation]] = [:]
        for checkpoint in audit.witnesses {
            if let wrong = wrongSignature(checkpoint) {
                throw JournalFault.witness(number: checkpoint.number, wrong)
            }
            attested[checkpoint.sequence, default: []].append(
                Attestation(checkpoint: checkpoint, isWitness: true)
            )
        }
        for checkpoint in stored {
            attested[checkpoint.sequence, default: []].append(
                Attestation(checkpoint: checkpoint, isWitness: false)
            )
        }
        return attested
    }

    private struct Attestation {
        let checkpoint: JournalCheckpoint
        let isWitness: Bool

        func fault(_ words: String) -> JournalFault {
            isWitness
                ? .witness(number: checkpoint.number, words)
                : .checkpoint(number: checkpoint.number, words)
        }
    }

    /// Every checkpoint must speak of an entry that is there; one from elsewhere must be stored.
    private func checkCoverage(_ stored: [JournalCheckpoint]) throws {
        report.coveredTo = stored.last?.sequence ?? 0
        for witness in audit.witnesses {
            let index = Int(witness.number) - 1
            guard stored.indices.contains(index), stored[index] == witness else {
                throw JournalFault.witness(
                    number: witness.number,
                    "is not among those that are stored: they were cut short or made afresh"
                )
            }
            report.witnesses += 1
        }
    }

    // MARK: The chain, and the replay

    private func followChain(expecting attested: [Int64: [Attestation]]) throws {
        let length =
            try SQLiteStatement(AuditingStatement.entries.sql, on: handle)
            .first { $0.integer(0) } ?? 0
        try createReplay()
        let overwrite = try SQLiteStatement(AuditingStatement.overwrite.sql, on: handle)
        let remove = try SQLiteStatement(AuditingStatement.remove.sql, on: handle)
        let entries = try SQLiteStatement(Statement.journalEntries, on: handle)
        entries.bind(0)
        entries.bind(-1)
        try entries.forEach { row in
            let entry = row.chainedEntry()
            do throws(JournalBroken) {
                report.head = try entry.verified(after: report.head)
            } catch {
                throw JournalFault.entry(error)
            }
            for attestation in attested[entry.sequence] ?? []
            where attestation.checkpoint.hash != entry.hash {
                throw attestation.fault(
                    "attests another entry \(entry.sequence): the journal was rewritten there or "
                        + "before"
                )
            }
            guard let effects = JournalEffect.effects(of: entry.event) else {
                throw JournalFault.entry(
                    JournalBroken(sequence: entry.sequence, fault: "cannot be read as an event")
                )
            }
            for effect in effects {
                switch effect {
                case .overwrite(let kind, let identifier, _):
                    overwrite.bind(kind.rawValue)
                    overwrite.bind(identifier)
                    overwrite.bind(entry.sequence)
                    try overwrite.run()
                case .remove(let kind, let identifier):
                    remove.bind(kind.rawValue)
                    remove.bind(identifier)
                    try remove.run()
                }
            }
            if entry.sequence.isMultiple(of: 5000) { progress(entry.sequence, length) }
        }
        let end = report.head.sequence
        for sequence in attested.keys.sorted() where sequence > end {
            guard let attestation = attested[sequence]?.first else { continue }
            throw attestation.fault(
                "attests entry \(sequence), but the journal ends with entry \(end): it was cut "
                    + "short, or an older backup was restored"
            )
        }
    }

    private func createReplay() throws {
        for text in AuditingStatement.preparation {
            try SQLiteStatement(text, on: handle).run()
        }
    }

    // MARK: The register

    private func compare(_ kind: ReplayedKind) throws {
        let lookup = try SQLiteStatement(AuditingStatement.lastEntry.sql, on: handle)
        var compared = 0
        let rows = try SQLiteStatement(AuditingStatement.records(kind).sql, on: handle)
        try rows.forEach { row in
            let identifier = try row.identifier(of: kind)
            lookup.bind(kind.rawValue)
            lookup.bind(identifier)
            guard let last = try lookup.first({ ($0.integer(0), $0.bytes(1)) }) else {
                throw JournalFault.unaccounted(kind, identifier: identifier)
            }
            let effects = JournalEffect.effects(of: last.1) ?? []
            for case .overwrite(kind, identifier, let replayed) in effects {
                let stored = try row.record(of: kind, identifier: identifier)
                if let difference = RecordDifference(stored: stored, replayed: replayed) {
                    throw JournalFault.record(
                        kind,
                        identifier: identifier,
                        entry: last.0,
                        difference
                    )
                }
            }
            compared += 1
        }
        report.records[kind] = compared
        try findMissing(kind, compared: compared)
    }

    /// Every record of the register was in the replay; are there others?
    private func findMissing(_ kind: ReplayedKind, compared: Int) throws {
        let all = try SQLiteStatement(AuditingStatement.count.sql, on: handle)
        all.bind(kind.rawValue)
        guard try all.first({ $0.integer(0) }) != Int64(compared) else { return }
        let stored = try SQLiteStatement(AuditingStatement.record(kind).sql, on: handle)
        let replayed = try SQLiteStatement(AuditingStatement.replayed.sql, on: handle)
        replayed.bind(kind.rawValue)
        try replayed.forEach { row in
            let identifier = row.text(0)
            if kind.hasUUID, let uuid = UniversalIdentifier(identifier) {
                stored.bind(uuid)
            } else {
                stored.bind(identifier)
            }
            guard try stored.first({ _ in true }) == nil else { return }
            throw JournalFault.missing(kind, identifier: identifier, entry: row.integer(1))
        }
    }
}

extension ReplayedKind {
    var table: String {
        self == .economicOperator ? "economic_operator" : rawValue
    }

    /// The key column comes where `identifier(of:)` expects it.
    var columns: String {
        switch self {
        case .request: Statement.requestColumns
        case .economicOperator: "kind, operations, status, request, eori"
        case .account: Statement.accountColumns
        case .authorisation: Statement.authorisationColumns
        case .obligation: Statement.obligationColumns
        case .guarantee: Statement.guaranteeColumns
        case .outage: Statement.outageColumns
        case .person: "id"
        }
    }

    /// The column that holds the identifier.
    var key: String {
        switch self {
        case .economicOperator: "eori"
        case .authorisation: "name"
        case .request, .account, .obligation, .guarantee, .outage, .person: "id"
        }
    }

    /// Whether the identifier is a UUID; else it is a text.
    fileprivate var hasUUID: Bool { self != .economicOperator && self != .authorisation }
    var order: String { self == .economicOperator ? "eori" : "number" }
}

extension SQLiteStatement {
    fileprivate func identifier(of kind: ReplayedKind) throws -> String {
        switch kind {
        case .economicOperator: return text(4)
        case .authorisation: return text(0)
        case .request, .account, .obligation, .guarantee, .outage, .person:
            let column: Int32 = kind == .request ? 1 : 0
            do {
                return try identifier(column).text
            } catch {
                throw JournalFault.unreadable(
                    kind,
                    identifier: bytes(column).hexadecimal,
                    "its id is no UUID"
                )
            }
        }
    }

    /// Where the user lives is not in the journal; but what orders name, and no two accounts may
    /// have alike, is what the location says.
    private func accountInPlace() throws -> Account {
        let account = try account()
        guard optionalText(8) == account.place?.path else {
            throw damaged("its place is not that of its location")
        }
        return account
    }

    /// The row as the journal would write it.
    fileprivate func record(of kind: ReplayedKind, identifier: String) throws -> JSONObject {
        let format = JournalFormat()
        do {
            let text: String =
                switch kind {
                case .request: format.record(try request())
                case .economicOperator:
                    format.record(try economicOperator(EORI(canonical: identifier)))
                case .account: format.record(try accountInPlace())
                case .authorisation: format.record(try authorisation())
                case .obligation: format.record(try obligation())
                case .guarantee: format.record(try guarantee())
                case .outage: format.record(try outage())
                case .person: "{}"
                }
            guard case .object(let record) = try JSONValue(parsing: Array(text.utf8)) else {
                throw damaged("it is not written as an object")
            }
            return record
        } catch {
            throw JournalFault.unreadable(kind, identifier: identifier, "\(error)")
        }
    }
}
