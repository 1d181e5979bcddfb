import Composition
import Domain
import Glibc
import Settings
import Storage
import Workflow

/// What can be told from the store's files, opened to be read.
struct StoreDoctor {
    // What is little, and what is much, in bytes.
    private static let scarceBytes: Int64 = 200 << 20
    private static let lowBytes: Int64 = 2 << 30
    private static let longLogBytes: Int64 = 256 << 20

    private(set) var diagnoses: [Diagnosis] = []
    private let path: String
    private let commandEnvironment: CommandEnvironment

    init(_ commandEnvironment: CommandEnvironment, isDeep: Bool) {
        self.commandEnvironment = commandEnvironment
        path = commandEnvironment.configuration.store.path
        library()
        rights()
        space()
        content(isDeep)
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// SQLite's "WAL-reset" fault needs two connections that write or checkpoint at once; the
    /// daemon has one, and tools none.
    private mutating func library() {
        let version = StoreExamination.libraryVersion
        guard StoreExamination.libraryHasFaultInLog else {
            return diagnoses.ok("store.sqlite", "SQLite \(version)")
        }
        diagnoses.warning(
            "store.sqlite",
            "SQLite \(version) is one of the releases (3.7.0 to 3.51.2) that can damage a store when "
                + "two connections write or checkpoint at once; the daemon has one alone",
            advice: "never open the store with another program that writes; update SQLite when the "
                + "distribution has a later one"
        )
    }

    // MARK: Files

    private mutating func rights() {
        guard let store = FileRights(path) else { return }
        let before = diagnoses.count
        for file in ["", "-wal", "-shm", ".lock"].map({ path + $0 }) {
            guard let rights = FileRights(file) else { continue }
            if file.hasSuffix(".lock") ? rights.mayBeWrittenByOthers : rights.mode & 0o077 != 0 {
                diagnoses.problem(
                    "store.rights",
                    "others than its owner may use \(file) (mode \(rights.text)); it holds personal "
                        + "data",
                    advice: "chmod 0600 \(file)"
                )
            }
            if rights.owner != store.owner {
                diagnoses.problem(
                    "store.owner",
                    "\(file) belongs to \(rights.ownerName), the store to \(store.ownerName): the "
                        + "daemon may not be able to write it",
                    advice: "chown \(store.ownerName) \(file)"
                )
            }
        }
        if let rights = FileRights(folder) {
            let advice = "chmod 0700 \(folder)"
            if rights.mayBeWrittenByOthers || rights.mayBeWrittenByGroup {
                diagnoses.problem(
                    "store.folder",
                    "others than its owner may replace files in \(folder) (mode \(rights.text))",
                    advice: advice
                )
            } else if rights.mode & 0o077 != 0 {
                diagnoses.hint(
                    "store.folder",
                    "others may look into \(folder) (mode \(rights.text)); the files in it are "
                        + "closed to them",
                    advice: advice
                )
            }
        }
        guard diagnoses.count == before else { return }
        diagnoses.ok(
            "store.rights",
            "\(path) belongs to \(store.ownerName), who alone may use it"
        )
    }

    private mutating func space() {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return }
        let free = Int64(clamping: status.f_bavail) * Int64(clamping: status.f_frsize)
        let total = max(1, Int64(clamping: status.f_blocks) * Int64(clamping: status.f_frsize))
        let text = "\(Self.size(free)) of \(Self.size(total)) are free at \(folder)"
        let advice = "make room, or move the store: the daemon takes nothing while it is full"
        if free < Self.scarceBytes {
            diagnoses.problem("store.disk-space", text, advice: advice)
        } else if free < Self.lowBytes && free * 20 < total {
            diagnoses.warning("store.disk-space", text, advice: advice)
        } else {
            diagnoses.ok("store.disk-space", text)
        }
        let log = StoreExamination.size(of: path + "-wal")
        guard log > Self.longLogBytes else {
            return diagnoses.ok("store.log", "the write-ahead log has \(Self.size(log))")
        }
        diagnoses.warning(
            "store.log",
            "the write-ahead log has \(Self.size(log)): something keeps it from being moved into the "
                + "store",
            advice: "look for a program that has the store open for long, such as a backup or a "
                + "query: lsof \(path)"
        )
    }

    // MARK: Content

    private mutating func content(_ isDeep: Bool) {
        do {
            let store = try commandEnvironment.store()
            let examination = try store.examination()
            let figures = try store.figures()
            if examination.journalMode == "wal" {
                diagnoses.ok(
                    "store.settings",
                    "a Registrar store of schema \(examination.schemaVersion), with a write-ahead "
                        + "log; the daemon sets synchronous to FULL, and reads it back whenever it "
                        + "starts"
                )
            } else {
                diagnoses.problem(
                    "store.settings",
                    "the store's journal mode is \(examination.journalMode), not wal",
                    advice: "start registrard, which sets it; look who changed it"
                )
            }
            if isDeep { try audit(store) }
            diagnoses.hint(
                "store.backup",
                "when the last backup was made is not known here",
                advice: "see that something runs 'registrarctl backup' regularly, and keeps the "
                    + "number and hash that it prints"
            )
            work(figures)
        } catch {
            diagnoses.problem(
                "store.open",
                "\(error)",
                advice: "run this as the daemon's user or as root; of a damaged store, see "
                    + "'registrarctl restore'"
            )
        }
    }

    /// The file, the journal's chain, its checkpoints, and what it says of the register.
    private mutating func audit(_ store: SQLiteRegisterReader) throws {
        var keys: [JournalPublicKey] = []
        do {
            keys = try commandEnvironment.journalKeys()
        } catch {
            diagnoses.hint(
                "store.journal-key",
                "the checkpoints' signatures were not checked: \(error)",
                advice: "run this as the daemon's user or as root"
            )
        }
        let progress = AuditProgress()
        let report = try store.audit(JournalAudit(keys: keys)) { progress.show($0, of: $1) }
        progress.end()
        guard let fault = report.fault else {
            return diagnoses.ok(
                "store.journal",
                "the store is sound, its journal as it was written (\(report.head.sequence) "
                    + "entries), and the register what the journal says"
            )
        }
        diagnoses.problem(
            "store.journal",
            "\(fault)",
            advice: "keep the files as they are, and see RegistrarJournalNotIntact in the manual "
                + "(Docs/alerts.md)"
        )
    }

    /// What waits for somebody.
    private mutating func work(_ figures: RegisterFigures) {
        waiting(
            "parked",
            figures.outboxParked,
            "every message of the outbox finds a queue",
            "messages of the outbox that no queue takes",
            "registrarctl outbox list --parked; then outbox retry"
        )
        waiting(
            "deferred",
            figures.deferred,
            "no message waits for its request",
            "messages that wait for their request",
            "registrarctl deferred list; after a day they are dead letters",
            .hint
        )
        waiting(
            "dead-letters",
            figures.deadLetters.values.reduce(0, +),
            "no dead letters",
            "dead letters",
            "registrarctl dead-letter groups"
        )
        waiting(
            "failed-accounts",
            figures.accounts[.failed, default: 0],
            "no account failed to be provisioned",
            "accounts that could not be provisioned",
            "registrarctl account list --status failed"
        )
        waiting(
            "failed-orders",
            figures.orders[.failed, default: 0],
            "no order to the provisioner was given up",
            "orders to the provisioner that were given up",
            "registrarctl account orders --state failed"
        )
    }

    private mutating func waiting(
        _ name: String,
        _ count: Int,
        _ none: String,
        _ what: String,
        _ advice: String,
        _ verdict: Diagnosis.Verdict = .warning
    ) {
        guard count > 0 else { return diagnoses.ok("work.\(name)", none) }
        diagnoses.add(verdict, "work.\(name)", "\(count) \(what)", advice)
    }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1 << 30
            ? "\((Double(bytes) / 107_374_182.4).rounded() / 10) GiB"
            : "\((Double(bytes) / 104_857.6).rounded() / 10) MiB"
    }
}
