import GRDBSQLite

/// Why a store cannot be opened, read or written: what happened, to which file, what to do.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// There is no file, folder or permission to open it.
        case inaccessible
        /// It is not a regular file, or not an SQLite file.
        case notAStore = "not-a-store"
        /// An SQLite file that belongs to another program.
        case otherApplication = "other-application"
        /// Written by a later release.
        case newerVersion = "newer-version"
        /// Another daemon holds it.
        case locked
        case readOnly = "read-only"
        case full
        case inputOutput = "input-output"
        case damaged
        /// It is not where its name leads any more; what is open is another file than a restart
        /// would find.
        case away
        /// It is not there, and something shows that it was.
        case lost
        /// Something stands already where a file was to be written.
        case alreadyExists = "already-exists"
        /// The statement cannot be carried out: it contradicts what is stored, or is wrong itself.
        case rejected
    }

    public let kind: Kind
    /// What happened, to what, and what to do.
    public let reason: String
    /// Whether it is worth waiting for at the start, because it passes without anybody changing the
    /// installation: a full or failing disk, a file system that is mounted for reading, a lock of
    /// another program's for a moment.
    public let isRetryable: Bool

    /// - Parameter isRetryable: What follows from the kind if nil.
    public init(_ kind: Kind, _ reason: String, isRetryable: Bool? = nil) {
        self.kind = kind
        self.reason = reason
        self.isRetryable = isRetryable ?? (kind == .full || kind == .inputOutput)
    }

    public var description: String { reason }

    /// Whether the store as a whole cannot work, as opposed to one statement being wrong.
    var concernsStore: Bool { kind != .rejected }
}

extension StorageError {
    /// Puts an SQLite result code into words.
    ///
    /// - Parameters:
    ///   - code: A primary or extended result code (https://www.sqlite.org/rescode.html).
    ///   - message: SQLite's own words; they name tables and columns, never values.
    init(code: Int32, message: String, path: String) {
        let cause = "(SQLite code \(code): \(message))"
        switch code & 0xff {
        case SQLITE_FULL:
            self.init(
                .full,
                "the disk is full: the store \(path) could not be written \(cause); nothing was "
                    + "changed; free space on its file system, it is then tried again by itself"
            )
        case SQLITE_READONLY, SQLITE_PERM:
            self.init(
                .readOnly,
                "the store \(path) cannot be written: its file or file system is read-only "
                    + "\(cause); make it writable, it is then tried again by itself"
            )
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            self.init(
                .locked,
                "the store \(path) is locked by another program \(cause); end the program that "
                    + "has it open for writing, it is then tried again by itself",
                isRetryable: true
            )
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            self.init(
                .damaged,
                "the store \(path) is damaged \(cause); trying again does not help: stop the "
                    + "daemon, keep the files for inspection, restore the last backup with "
                    + "'registrarctl restore'"
            )
        case SQLITE_CANTOPEN:
            self.init(
                .inaccessible,
                "the store \(path) could not be opened \(cause); check that its folder exists "
                    + "and that this user may read and write there"
            )
        case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_NOLFS, SQLITE_INTERRUPT:
            self.init(
                .inputOutput,
                "the store \(path) could not be read or written \(cause); check the disk, its "
                    + "file system and the kernel's log; it is tried again by itself"
            )
        default:
            self.init(
                .rejected,
                "the store \(path) refused a statement \(cause); this is an error in the "
                    + "program, please report it with this text"
            )
        }
    }
}
