import Glibc

/// A file beside the store, which stays when the store is gone: it shows that there was one.
///
/// Without it a daemon whose store was moved away would begin an empty register at its next start.
struct StoreMarker: Equatable {
    /// Which store it was, 32 hexadecimal digits; nil if the marker does not say.
    let store: String?
    /// The number that the file system gave the store's file; nil if the marker does not say.
    let inode: UInt64?

    static func path(of store: String) -> String { store + ".store" }

    /// - Returns: Nil if there is no marker beside the store.
    /// - Throws: A `StorageError` when it cannot be read.
    init?(beside path: String) throws(StorageError) {
        let markerPath = Self.path(of: path)
        let descriptor = open(markerPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw StoreFile.failure("open \(markerPath)") }
            return nil
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw StoreFile.failure("read \(markerPath)") }
        var words: [Substring: Substring] = [:]
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { words[parts[0]] = parts[1] }
        }
        store = words["store"].map(String.init)
        inode = words["file"].flatMap { UInt64($0) }
    }

    init(store: String, inode: UInt64) {
        self.store = store
        self.inode = inode
    }

    /// Writes it so that it is there whole, or as it was before.
    func write(beside path: String) throws(StorageError) {
        let markerPath = Self.path(of: path)
        let partialPath = markerPath + ".partial"
        let text = """
            # Here is, or was, a store of registrard's. While this file is here, registrard does not begin
            # another one where the store is missing: see "Store moved or deleted" in the manual.
            store \(store ?? "unknown")
            file \(inode ?? 0)

            """
        let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFile.failure("create \(partialPath)") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(partialPath, markerPath) == 0
        else { throw StoreFile.failure("write \(markerPath)") }
        try StoreFile.synchroniseFolder(of: path)
    }
}

/// Whether a start may begin a new store, and what is left of a former one.
enum StoreBeginning {
    private static let companions = ["-wal", "-shm", "-journal"]

    /// Refuses to begin a new store where there was one.
    ///
    /// - Parameter marker: What stands beside the store.
    static func refuse(_ path: String, _ marker: StoreMarker?) throws(StorageError) {
        let sign: String
        if let marker {
            let name = marker.store.map { " \($0)" } ?? ""
            sign = "\(StoreMarker.path(of: path)) says that store\(name) was here"
        } else if StoreFile.size(of: path + "-wal") > 0 {
            sign = "\(path)-wal is what a store leaves that was not closed"
        } else {
            return
        }
        throw StorageError(
            .lost,
            "there is no store at \(path), but there was one (\(sign)): it was moved away or deleted, "
                + "or its file system is not mounted. Put it back, with the files beside it, or "
                + "restore a backup with 'registrarctl restore'. Only if the register is to begin "
                + "empty: start once with --new-store"
        )
    }

    /// Gives what stands beside a store that is gone other names: SQLite would delete a log that it
    /// finds beside an empty file.
    ///
    /// - Returns: The new names.
    static func setAside(companionsOf path: String) throws(StorageError) -> [String] {
        var names: [String] = []
        for suffix in companions where StorePlace.inode(of: path + suffix) != nil {
            names.append(try setAside(path + suffix))
        }
        return names
    }

    /// Renames a file to a name that is free.
    static func setAside(_ file: String) throws(StorageError) -> String {
        var number = 1
        while StorePlace.inode(of: "\(file).lost-\(number)") != nil { number += 1 }
        let name = "\(file).lost-\(number)"
        guard rename(file, name) == 0 else { throw StoreFile.failure("rename \(file) to \(name)") }
        return name
    }
}
