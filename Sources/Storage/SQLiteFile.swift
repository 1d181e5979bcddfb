import GRDBSQLite

/// One of the files of an open store, through SQLite's own handle on it.
///
/// A descriptor of our own would not do: closing it would let go of SQLite's locks on the file,
/// which POSIX ties to the process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
struct SQLiteFile {
    enum Kind {
        case main
        case log
    }

    private let file: UnsafeMutablePointer<sqlite3_file>
    private let methods: sqlite3_io_methods
    private let path: String

    /// - Returns: Nil if the file is not open, as the log is not before it is first needed.
    init?(_ kind: Kind, of handle: SQLiteHandle) throws {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let operation =
            switch kind {
            case .main: SQLITE_FCNTL_FILE_POINTER
            case .log: SQLITE_FCNTL_JOURNAL_POINTER
            }
        let code = sqlite3_file_control(handle.pointer, "main", operation, &file)
        guard code == SQLITE_OK else { throw handle.failure(code) }
        guard let file, let methods = file.pointee.pMethods else { return nil }
        self.file = file
        self.methods = methods.pointee
        self.path = handle.path
    }

    func sizeBytes() throws -> Int64 {
        var size: Int64 = 0
        try check(methods.xFileSize?(file, &size))
        return size
    }

    /// Fills `buffer` from `offset` on.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        try check(methods.xRead?(file, buffer.baseAddress, Int32(buffer.count), offset))
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        try check(methods.xWrite?(file, bytes.baseAddress, Int32(bytes.count), offset))
    }

    /// Waits until what was written is on the disk.
    func synchronise() throws {
        try check(methods.xSync?(file, SQLITE_SYNC_FULL))
    }

    private func check(_ code: Int32?) throws {
        let code = code ?? SQLITE_MISUSE
        guard code != SQLITE_OK else { return }
        throw StorageError(
            code: code,
            message: "in wiping what was erased: \(String(cString: sqlite3_errstr(code)))",
            path: path
        )
    }
}
