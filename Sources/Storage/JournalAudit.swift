public import Contract
public import Workflow

/// What an audit of the journal is to use besides the store.
public struct JournalAudit: Sendable {
    /// Those that may have signed checkpoints. Without any, signatures are not checked.
    public var keys: [JournalPublicKey]
    /// Checkpoints that were kept elsewhere: the events that were published.
    public var witnesses: [JournalCheckpoint]

    public init(keys: [JournalPublicKey] = [], witnesses: [JournalCheckpoint] = []) {
        self.keys = keys
        self.witnesses = witnesses
    }
}

/// What was audited, and the first thing that is wrong.
public struct JournalReport: Hashable, Sendable {
    /// How far the chain was followed.
    public var head = JournalHead.empty
    /// Stored checkpoints.
    public var checkpoints = 0
    /// The last entry that one of them covers.
    public var coveredTo: Int64 = 0
    /// Checkpoints from elsewhere that were compared.
    public var witnesses = 0
    /// Records of the register that were compared with the journal, by kind.
    public var records: [ReplayedKind: Int] = [:]
    public var fault: JournalFault?
}

/// What is wrong, in the order in which it is looked for.
public enum JournalFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or its indexes; SQLite's words.
    case store(String)
    /// The first entry that is not as it was written.
    case entry(JournalBroken)
    /// A stored checkpoint.
    case checkpoint(number: Int64, String)
    /// A checkpoint from elsewhere.
    case witness(number: Int64, String)
    /// The first record that is not what the journal says, and the entry that last said it.
    case record(ReplayedKind, identifier: String, entry: Int64?, RecordDifference)
    /// A record that the register has, and the journal does not account for.
    case unaccounted(ReplayedKind, identifier: String)
    /// A record that an entry wrote, and the register does not have.
    case missing(ReplayedKind, identifier: String, entry: Int64)
    /// A row that cannot be read as a record.
    case unreadable(ReplayedKind, identifier: String, String)
    /// The counts that metrics show.
    case counts(String)

    /// Which check failed; a word for programs.
    public var check: String {
        switch self {
        case .store: "store"
        case .entry: "chain"
        case .checkpoint: "checkpoint"
        case .witness: "witness"
        case .record, .unaccounted, .missing, .unreadable: "register"
        case .counts: "counts"
        }
    }

    public var description: String {
        switch self {
        case .store(let words): "the store is damaged: \(words)"
        case .entry(let broken): "\(broken)"
        case .checkpoint(let number, let fault): "the stored checkpoint \(number) \(fault)"
        case .witness(let number, let fault): "checkpoint \(number), kept elsewhere, \(fault)"
        case .record(let kind, let identifier, let entry, let difference):
            "\(kind.rawValue) \(identifier): \(difference.member) is "
                + "\(difference.stored ?? "missing") in the register and "
                + "\(difference.replayed ?? "missing") by the journal"
                + (entry.map { " (entry \($0))" } ?? "")
        case .unaccounted(let kind, let identifier):
            "\(kind.rawValue) \(identifier) stands in the register, and the journal does not "
                + "account for it"
        case .missing(let kind, let identifier, let entry):
            "\(kind.rawValue) \(identifier) of journal entry \(entry) is missing in the register"
        case .unreadable(let kind, let identifier, let reason):
            "\(kind.rawValue) \(identifier) cannot be read in the register: \(reason)"
        case .counts(let names): "the stored counts of \(names) are wrong"
        }
    }
}
