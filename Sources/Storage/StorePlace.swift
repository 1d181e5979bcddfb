import GRDBSQLite
import Glibc

/// Where the files of an open store are: whether the store's name still leads to them.
///
/// A file that is moved, deleted or replaced stays open, and SQLite goes on writing it; what it
/// commits then is not in what a restart would find. That is so for the main file, for the
/// write-ahead log, which alone holds the latest commits, and for the log's index, by which readers
/// and the writer keep out of each other's way.
struct StorePlace {
    enum Finding {
        case inPlace
        /// Why the main file is not where it was.
        case away(StorageError)
        /// The main file is in place; the log or its index is not.
        case withoutLog
    }

    /// A file, whatever it is called.
    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        /// Nil for none; `errno` says why.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            inode = status.st_ino
        }
    }

    /// The name by which the store was opened.
    private let path: String
    /// The name to which that one led, with all links followed.
    private let target: String
    /// SQLite puts these beside the file to which that name led, symbolic links followed.
    let logPath: String
    private let indexPath: String
    private let main: Identity
    private var log: Identity
    private var index: Identity

    /// The number that the file system gives the main file.
    var inode: UInt64 { UInt64(main.inode) }

    /// - Precondition: The store was read by this connection, so that its log is open.
    init(_ handle: SQLiteHandle) throws {
        path = handle.path
        guard let name = sqlite3_db_filename(handle.pointer, "main"),
            let logName = sqlite3_filename_wal(name)
        else { throw handle.damaged("the store has no file") }
        logPath = String(cString: logName)
        indexPath = String(cString: name) + "-shm"
        guard let main = Identity(path), let log = Identity(logPath),
            let index = Identity(indexPath), let target = Self.target(of: path),
            try !Self.hasMoved(handle)
        else { throw handle.remember(Self.missing(path)) }
        self.target = target
        (self.main, self.log, self.index) = (main, log, index)
    }

    /// Takes a handful of system calls.
    func finding(_ handle: SQLiteHandle) throws -> Finding {
        guard let found = Identity(path) else { return .away(Self.missing(path)) }
        guard found == main else { return .away(Self.replaced(path)) }
        // The name may lead to it by another way, beside which there is no log.
        guard try !Self.hasMoved(handle), let target = Self.target(of: path),
            target == self.target || Identity(target + "-wal") == log
        else { return .away(Self.missing(path)) }
        let hasLog = Identity(logPath) == log && Identity(indexPath) == index
        return hasLog ? .inPlace : .withoutLog
    }

    /// Whether another file stands where the log should be.
    var isLogReplaced: Bool { Identity(logPath).map { $0 != log } ?? false }

    /// Whether a file is the one that had this name, by the number that the file system gave it.
    static func inode(of path: String) -> UInt64? { Identity(path).map { UInt64($0.inode) } }

    /// The file's own name: SQLite follows links when it opens a store, and looks for the log
    /// beside what they lead to. Nil if there is none.
    private static func target(of path: String) -> String? {
        guard let name = realpath(path, nil) else { return nil }
        defer { free(name) }
        return String(cString: name)
    }

    /// https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved: whether
    /// the name by which SQLite opened the main file leads to another inode, or to none. A link
    /// that was put there, and leads to the same one, it takes for the file.
    private static func hasMoved(_ handle: SQLiteHandle) throws -> Bool {
        var hasMoved: Int32 = 0
        let code = sqlite3_file_control(
            handle.pointer,
            "main",
            SQLITE_FCNTL_HAS_MOVED,
            &hasMoved
        )
        guard code == SQLITE_OK else { throw handle.failure(code) }
        return hasMoved != 0
    }

    private static func missing(_ path: String) -> StorageError {
        StorageError(
            .away,
            "the store is not at \(path) any more: its file was moved away or deleted, and the daemon "
                + "has it open; nothing is acknowledged or sent. Move it back, with \(path)-wal, and "
                + "the daemon goes on by itself; if it was deleted, do not stop the daemon before the "
                + "file is saved (see \"Store moved or deleted\" in the manual)"
        )
    }

    private static func replaced(_ path: String) -> StorageError {
        StorageError(
            .away,
            "another file stands at \(path) than the store that the daemon has open; nothing is "
                + "acknowledged or sent. Put the store back there and the daemon goes on by itself; or "
                + "restart the daemon, if it is to go on with that file: what was acknowledged after "
                + "it was copied may be missing in it (see \"Store moved or deleted\" in the manual)"
        )
    }
}
