import Glibc

/// A file that is written beside its place, under its name with `.partial` behind it, and takes
/// its place when it is complete and on the disk. It never takes the place of another.
struct BackupFile: ~Copyable {
    let path: String
    let partialPath: String
    private let descriptor: Int32
    private var isPublished = false

    private init(_ path: String, _ partialPath: String, _ descriptor: Int32) {
        self.path = path
        self.partialPath = partialPath
        self.descriptor = descriptor
    }

    /// Makes the file under its partial name, readable by its owner alone.
    static func create(_ path: String) throws(StorageError) -> BackupFile {
        try expectNothing(at: path)
        let partialPath = path + ".partial"
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(partialPath, flags, 0o600)
        if descriptor >= 0 { return BackupFile(path, partialPath, descriptor) }
        guard errno == EEXIST else { throw StoreFile.failure("create \(partialPath)") }
        throw StorageError(
            .alreadyExists,
            "\(partialPath) exists: another backup or restore is writing it, or one was ended "
                + "while it did; if none runs, remove that file"
        )
    }

    /// - Throws: A `StorageError` that says what stands at `path`; nothing is ever written over.
    static func expectNothing(at path: String) throws(StorageError) {
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw StorageError(
                .alreadyExists,
                "\(path) exists, and is not written over; name another file, or move that one "
                    + "away first"
            )
        }
        guard errno == ENOENT else { throw StoreFile.failure("look at \(path)") }
    }

    /// Gives the file to the owner of its folder, if this process may: what root puts there is for
    /// the daemon's user, as the folder is.
    func giveToOwnerOfFolder() throws(StorageError) {
        try Self.giveToOwnerOfFolder(path: partialPath)
    }

    static func giveToOwnerOfFolder(path: String) throws(StorageError) {
        guard geteuid() == 0 else { return }
        var folder = stat()
        guard stat(StoreFile.folder(of: path), &folder) == 0,
            lchown(path, folder.st_uid, folder.st_gid) == 0
        else { throw StoreFile.failure("give \(path) to the owner of its folder") }
    }

    /// Copies all of `source`.
    ///
    /// - Parameter progress: Told the share that is done, 0 to 1.
    func copy(_ source: String, progress: (Double) -> Void) throws(StorageError) {
        let reading = open(source, O_RDONLY | O_CLOEXEC)
        guard reading >= 0 else { throw StoreFile.failure("open \(source)") }
        defer { close(reading) }
        let size = max(StoreFile.size(of: source), 1)
        var done: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StoreFile.failure("read \(source)") }
            if count == 0 { break }
            try write(buffer[..<count])
            done += Int64(count)
            progress(min(Double(done) / Double(size), 1))
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StoreFile.failure("write \(partialPath)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Has the disk keep the file, then gives it its name, unless something stands there by now.
    mutating func publish() throws(StorageError) {
        guard fsync(descriptor) == 0 else {
            throw StoreFile.failure("have the disk keep \(partialPath)")
        }
        // link(2), unlike rename(2), takes no other file's place.
        guard link(partialPath, path) == 0 else {
            let failure = StoreFile.failure("give \(partialPath) the name \(path)")
            if errno == EEXIST { try Self.expectNothing(at: path) }
            throw failure
        }
        isPublished = true
        guard unlink(partialPath) == 0 else {
            throw StoreFile.failure("remove the name \(partialPath) from \(path)")
        }
        try StoreFile.synchroniseFolder(of: path)
    }

    deinit {
        close(descriptor)
        guard !isPublished else { return }
        // With what SQLite makes beside it.
        for name in ["", "-journal", "-wal", "-shm"] { unlink(partialPath + name) }
    }
}
