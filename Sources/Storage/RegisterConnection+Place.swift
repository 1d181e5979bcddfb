import GRDBSQLite

// What is committed has to stand in the files that the store's name leads to.
extension RegisterConnection {
    /// Makes sure of it. A log or an index that is gone, while the store itself is in place, is
    /// begun again, with all that was committed moved into the store before.
    ///
    /// - Throws: A `RegisterUnavailable` while the store is elsewhere, or its log cannot be
    ///   renewed.
    func checkPlace() throws {
        switch try place.finding(handle) {
        case .inPlace: break
        case .away(let error): throw handle.remember(error)
        case .withoutLog:
            do {
                try renewLog()
            } catch {
                // What was committed stands in a log that has no name.
                throw handle.remember(
                    StorageError(
                        .away,
                        "the write-ahead log of the store \(handle.path) was removed or replaced, and "
                            + "could not be begun again (\(error)); do not stop the daemon: "
                            + "end the programs that have the store open, it is then tried again "
                            + "by itself"
                    )
                )
            }
        }
    }

    /// Whether something may be moved to the main file, or wiped in it.
    var isInPlace: Bool {
        get throws {
            guard case .inPlace = try place.finding(handle) else { return false }
            return true
        }
    }

    /// https://www.sqlite.org/wal.html, "Activating And Configuring WAL Mode": leaving the mode
    /// moves the log into the main file and deletes it, which takes that nobody else has the store
    /// open.
    private func renewLog() throws {
        scrub = nil
        // What a copy of the log, put in its place, holds is old; SQLite would read it as the
        // store's.
        if place.isLogReplaced { _ = try StoreBeginning.setAside(place.logPath) }
        sqlite3_busy_timeout(handle.pointer, 0)
        defer { sqlite3_busy_timeout(handle.pointer, StoreSetup.busyTimeoutMilliseconds) }
        for mode in ["delete", "wal"] {
            let reached = try SQLiteStatement("PRAGMA journal_mode = \(mode)", on: handle)
                .first { $0.text(0) }
            guard reached == mode else {
                throw StorageError(.locked, "its journal mode stays \(reached ?? "none")")
            }
        }
        // Reading opens the new log.
        _ = try SQLiteStatement("SELECT count(*) FROM run", on: handle).first { $0.integer(0) }
        place = try StorePlace(handle)
    }
}
