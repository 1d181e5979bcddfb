extension Backup {
    /// Puts a backup where a store is missing.
    ///
    /// - Parameters:
    ///   - file: As `write` left it; is only read, and verified first.
    ///   - path: Where the store was. Nothing may stand there, not even what SQLite keeps beside a
    ///     store: a write-ahead log of the lost store would be taken for this one's.
    /// - Throws: A `StorageError`: `locked` while a daemon holds `path`, `alreadyExists` when
    ///   something stands there, `damaged` when the backup is not whole. Nothing was changed then.
    public static func restore(
        _ file: String,
        to path: String,
        progress: (Stage) -> Void = { _ in }
    ) throws(StorageError) -> BackupSummary {
        try StoreFile.checkFolder(of: path)
        // A daemon that runs may have lost its files and hold the lock all the same.
        let lock = try StoreLock(storePath: path)
        defer { withExtendedLifetime(lock) {} }
        try BackupFile.giveToOwnerOfFolder(path: path + ".lock")
        for name in ["", "-wal", "-shm", "-journal"] { try expectNoStore(path + name, of: path) }
        progress(.verifying)
        let summary = try verify(file)
        var target = try BackupFile.create(path)
        progress(.copying(0))
        try target.copy(file) { progress(.copying($0)) }
        progress(.verifying)
        let copied = try verify(target.partialPath)
        guard copied == summary else {
            throw StorageError(
                .inputOutput,
                "the backup \(file) changed while it was copied; nothing was restored: see who "
                    + "writes it, and try again"
            )
        }
        try target.giveToOwnerOfFolder()
        try target.publish()
        return summary
    }

    private static func expectNoStore(_ file: String, of path: String) throws(StorageError) {
        do throws(StorageError) {
            try BackupFile.expectNothing(at: file)
        } catch {
            guard error.kind == .alreadyExists else { throw error }
            throw StorageError(
                .alreadyExists,
                "\(file) exists, and a restore never writes over a store; move it away first, "
                    + "together with \(path)-wal and \(path)-shm, and keep them for inspection: "
                    + "they may hold what the backup does not"
            )
        }
    }
}
