import Storage
import Synchronization
import Workflow

/// The store, opened as soon as it can be: a disk that is full at the start is waited for like one
/// that fills up later.
final class OpeningRegister: Register {
    private let open: @Sendable () throws(StorageError) -> SQLiteRegister
    /// Told once, when the store is open.
    private let onOpen: @Sendable (SQLiteRegister) -> Void
    private let opened = Mutex<SQLiteRegister?>(nil)

    init(
        open: @escaping @Sendable () throws(StorageError) -> SQLiteRegister,
        onOpen: @escaping @Sendable (SQLiteRegister) -> Void
    ) {
        self.open = open
        self.onOpen = onOpen
    }

    /// Opens the store, unless it is open.
    ///
    /// - Throws: `RegisterUnavailable` for what passes by itself, such as a full disk; else a
    ///   `StorageError`, for what somebody has to mend first.
    @discardableResult
    func openIfNeeded() throws -> SQLiteRegister {
        try opened.withLock { opened in
            if let opened { return opened }
            do throws(StorageError) {
                let register = try open()
                opened = register
                onOpen(register)
                return register
            } catch {
                guard error.isRetryable else { throw error }
                throw RegisterUnavailable(reason: error.reason)
            }
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MaintenanceTransaction) throws -> Result
    ) async throws -> Result {
        try await openIfNeeded().write(body)
    }

    func checkPlace() async throws { try await openIfNeeded().checkPlace() }

    /// Closes the store if it was opened.
    func close() async throws {
        try await opened.withLock(\.self)?.close()
    }
}
