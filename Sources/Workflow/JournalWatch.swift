public import Contract
import Correspondence
import Domain

/// How the journal is watched while the loop runs.
public struct JournalSettings: Sendable {
    /// Signs checkpoints; without it there are none, and the chain alone is verified.
    public var key: JournalKey?
    /// The longest time between two checks, as long as there are new entries.
    public var everySeconds: Double
    /// After so many new entries there is a check at once.
    public var everyEntries: Int64

    public init(
        key: JournalKey? = nil,
        everySeconds: Double = 3600,
        everyEntries: Int64 = 10_000
    ) {
        self.key = key
        self.everySeconds = everySeconds
        self.everyEntries = everyEntries
    }
}

/// Decides when the journal is checked, and from where on: pure bookkeeping, no I/O.
struct JournalWatch {
    private let settings: JournalSettings
    /// The last entry that this run has verified; nil before the first check.
    private var verified: JournalHead?
    /// The last entry that is verified, and signed if there is a key.
    private var covered: Int64 = 0
    /// How many entries there are.
    private var length: Int64 = 0
    /// On a clock that does not jump.
    private var dueAt = 0.0
    /// Whether the last check found it altered: nothing more is built on such a journal.
    private(set) var isBroken = false

    init(settings: JournalSettings) {
        self.settings = settings
    }

    /// The run begins with what is stored.
    ///
    /// Opening the store has verified the journal's end, so without a key only what is new is
    /// checked. With one, an end that no checkpoint covers is a crash's, and is covered at once.
    mutating func begin(_ head: JournalHead, signed: Int64, atSeconds now: Double) {
        length = head.sequence
        verified = settings.key == nil ? head : nil
        covered = settings.key == nil ? head.sequence : signed
        dueAt = hasNews ? now : now + settings.everySeconds
    }

    private var hasNews: Bool { covered != length }

    /// A check of the journal, if it is time for one.
    func checkIfDue(atSeconds now: Double) -> JournalCheck? {
        let isFull = !isBroken && length - covered >= settings.everyEntries
        return isFull || now >= dueAt ? check : nil
    }

    /// A last check, if it would bring a checkpoint.
    var lastCheck: JournalCheck? { settings.key != nil && hasNews && !isBroken ? check : nil }

    private var check: JournalCheck { JournalCheck(from: verified, key: settings.key) }

    mutating func lengthIs(_ entries: Int64) { length = entries }

    /// Takes in what a check found.
    mutating func checked(_ finding: JournalFinding, atSeconds now: Double) {
        dueAt = now + settings.everySeconds
        isBroken = false
        switch finding {
        case .intact(let head, let isComplete, _):
            verified = head
            // The rest follows at once, with messages in between.
            if isComplete { covered = head.sequence } else { dueAt = now }
        case .broken: isBroken = true
        }
    }
}

/// What a check of the journal found.
public enum JournalFinding: Hashable, Sendable {
    /// Verified up to an entry; `isComplete` if that is the last.
    case intact(JournalHead, isComplete: Bool, checkpoint: JournalCheckpoint?)
    /// Altered, cut short or damaged: what is wrong.
    case broken(String)
}

/// One check of the journal: verifies what is new, and signs it when all of it is verified.
struct JournalCheck: Sendable {
    /// Messages wait meanwhile.
    static let entriesAtOnce = 10_000

    /// The last entry that is known to be good; nil for the last checkpoint's.
    let from: JournalHead?
    let key: JournalKey?

    func carryOut(
        _ correspondent: Correspondent,
        in writing: BatchWriting
    ) throws -> JournalFinding {
        let transaction = writing.maintenance
        let last = try transaction.lastCheckpoint()
        let head: JournalHead
        do {
            head = try transaction.verifyJournal(
                after: try from ?? start(last),
                limit: Self.entriesAtOnce
            )
        } catch let broken as JournalBroken {
            return .broken(broken.description)
        }
        let isComplete = try transaction.journalHead() == head
        guard isComplete, let key, head.sequence > last?.sequence ?? 0 else {
            return .intact(head, isComplete: isComplete, checkpoint: nil)
        }
        let checkpoint = try key.sign(
            JournalCheckpoint(
                number: (last?.number ?? 0) + 1,
                sequence: head.sequence,
                hash: head.hash,
                at: writing.now,
                previous: last?.digest ?? JournalCheckpoint.noPrevious,
                key: key.publicKey.fingerprint
            )
        )
        try transaction.record(checkpoint)
        // It follows from no entry.
        try writing.enqueue(correspondent.announce(checkpoint), journal: 0)
        return .intact(head, isComplete: true, checkpoint: checkpoint)
    }

    /// The last checkpoint's entry. One that an earlier key signed is taken as read: the signature
    /// is for whoever has that key.
    private func start(_ last: JournalCheckpoint?) throws(JournalBroken) -> JournalHead {
        guard let last else { return .empty }
        if let key = key?.publicKey, key.fingerprint == last.key, !key.verifies(last) {
            throw JournalBroken(
                sequence: last.sequence,
                fault: "is not what the stored checkpoint \(last.number) was signed for"
            )
        }
        return JournalHead(sequence: last.sequence, hash: last.hash)
    }
}
