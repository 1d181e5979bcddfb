import Glibc

/// The store's file as the file system shows it: what can be told before SQLite touches anything.
enum StoreFile {
    /// Makes sure that `path` can be a store that this process may write; creates it if it is
    /// missing, readable by its owner alone. SQLite gives its companions the same mode.
    static func prepareForWriting(_ path: String) throws(StorageError) {
        try checkFolder(of: path)
        if try mode(of: path) == nil {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw failure("create the store \(path)") }
            close(descriptor)
        }
        guard let mode = try mode(of: path) else { throw failure("find the store \(path)") }
        try checkIsRegularFile(path, mode: mode)
        guard mode & 0o200 != 0, access(path, W_OK) == 0 else {
            throw StorageError(
                .readOnly,
                "the store \(path) is read-only; give this user the right to write the file, or "
                    + "mount its file system for writing",
                isRetryable: isOnReadOnlyFileSystem(path)
            )
        }
        guard mode & 0o077 == 0 || chmod(path, 0o600) == 0 else {
            throw failure("withdraw the rights of others to read the store \(path)")
        }
        try checkHeader(path)
    }

    /// Makes sure that `path` can be a store to read.
    static func prepareForReading(_ path: String) throws(StorageError) {
        guard let mode = try mode(of: path) else {
            throw StorageError(
                .inaccessible,
                "there is no store at \(path); check store.path, or start registrard, which "
                    + "makes it"
            )
        }
        try checkIsRegularFile(path, mode: mode)
        guard access(path, R_OK) == 0 else {
            throw StorageError(
                .inaccessible,
                "this user may not read the store \(path); run as the user of registrard or as root"
            )
        }
        try checkHeader(path)
    }

    /// Waits until the disk keeps the names in the folder.
    static func synchroniseFolder(of path: String) throws(StorageError) {
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open the folder of \(path)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("have the disk keep the name \(path)") }
    }

    /// In bytes; 0 if there is no such file.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    static func checkFolder(of path: String) throws(StorageError) {
        let folder = folder(of: path)
        guard let mode = try mode(of: folder) else {
            throw StorageError(
                .inaccessible,
                "the folder \(folder) of the store does not exist; create it, owned by the "
                    + "daemon's user, or correct store.path"
            )
        }
        guard mode & S_IFMT == S_IFDIR else {
            throw StorageError(
                .inaccessible,
                "\(folder) is not a folder; correct store.path (\(path))"
            )
        }
        // The superuser passes access() even where the owner has withdrawn the right.
        guard mode & 0o200 != 0, access(folder, W_OK | X_OK) == 0 else {
            throw StorageError(
                .readOnly,
                "the folder \(folder) of the store is read-only; SQLite makes files beside the "
                    + "store: give this user the right to write there, or mount it for writing",
                isRetryable: isOnReadOnlyFileSystem(folder)
            )
        }
    }

    private static func checkIsRegularFile(_ path: String, mode: mode_t) throws(StorageError) {
        guard mode & S_IFMT == S_IFREG else {
            throw StorageError(
                .notAStore,
                mode & S_IFMT == S_IFDIR
                    ? "\(path) is a folder; store.path names a file, such as "
                        + "\(path)/registrar.sqlite"
                    : "\(path) is not a regular file; correct store.path"
            )
        }
    }

    /// Every SQLite file that is not empty begins with the same 16 bytes
    /// (https://www.sqlite.org/fileformat.html, "Magic Header String").
    private static func checkHeader(_ path: String) throws(StorageError) {
        guard size(of: path) > 0 else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open the store \(path)") }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 16)
        let count = read(descriptor, &header, header.count)
        guard count == header.count, header == Array("SQLite format 3\0".utf8) else {
            throw StorageError(
                .notAStore,
                "\(path) is not a store: it does not begin as an SQLite file does; it was not "
                    + "touched: correct store.path, or, if it is a damaged store, keep it for "
                    + "inspection and restore the last backup with 'registrarctl restore'"
            )
        }
    }

    /// Whether an SQLite file is one to be read together with a write-ahead log
    /// (https://www.sqlite.org/fileformat.html, "File format version numbers": 2 for that).
    static func expectsLog(_ path: String) throws(StorageError) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open \(path)") }
        defer { close(descriptor) }
        var version: UInt8 = 0
        guard pread(descriptor, &version, 1, 19) == 1 else { throw failure("read \(path)") }
        return version == 2
    }

    /// Nil if there is nothing at `path`.
    private static func mode(of path: String) throws(StorageError) -> mode_t? {
        var status = stat()
        guard stat(path, &status) != 0 else { return status.st_mode }
        guard errno == ENOENT else { throw failure("look at \(path)") }
        return nil
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The error for a system call that has just failed.
    static func failure(_ attempt: String) -> StorageError {
        let code = errno
        let kind: StorageError.Kind =
            switch code {
            case EROFS, EACCES, EPERM: .readOnly
            case ENOSPC, EDQUOT: .full
            case EIO: .inputOutput
            default: .inaccessible
            }
        let cause = String(cString: strerror(code))
        return StorageError(
            kind,
            "could not \(attempt): \(cause); check the path, its owner and its file system",
            isRetryable: code == EROFS ? true : nil
        )
    }

    private static func isOnReadOnlyFileSystem(_ path: String) -> Bool {
        access(path, W_OK) != 0 && errno == EROFS
    }
}

/// Keeps a second daemon from opening the same store: SQLite would let it, and both would answer.
///
/// The lock is the kernel's, on the file `<path>.lock`, and goes with the process however it ends.
/// The file stays, and names the process that held it last.
final class StoreLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Whether the lock's name still leads to it: else another daemon could have one of the same
    /// name.
    var isInPlace: Bool {
        var (own, found) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &found) == 0 && own.st_dev == found.st_dev
            && own.st_ino == found.st_ino
    }

    init(storePath: String) throws(StorageError) {
        let path = storePath + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFile.failure("create the lock \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let failure = StoreFile.failure("lock \(path)")
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard isHeld else { throw failure }
            throw StorageError(
                .locked,
                "the store \(storePath) is in use by another registrard, process \(holder); stop "
                    + "that one first, or give this one a store.path of its own"
            )
        }
        let identifier = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, identifier, identifier.count, 0) == identifier.count
        else {
            let failure = StoreFile.failure("write the lock \(path)")
            close(descriptor)
            throw failure
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &text, text.count, 0)
        let digits = text.prefix(max(count, 0)).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }
}
