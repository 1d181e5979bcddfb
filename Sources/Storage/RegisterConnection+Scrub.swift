import GRDBSQLite

/// How a step of wiping what was erased went.
enum ScrubProgress {
    /// There is nothing to wipe, or not any more.
    case done
    case more
    /// A reader keeps the write-ahead log from being emptied; to be tried again.
    case hindered
}

// After erasures, what was erased is wiped from the files, in steps between the transactions.
extension RegisterConnection {
    /// - Throws: When a file could not be read or written; the pass is to be begun afresh then.
    func scrubStep() throws -> ScrubProgress {
        do {
            try checkPlace()
            return try scrub.map(goOn) ?? begin()
        } catch {
            scrub = nil
            throw error
        }
    }

    private func begin() throws -> ScrubProgress {
        guard committed.traces > 0 else { return .done }
        guard try emptyLog() else { return .hindered }
        scrub = try StoreScrub(handle, traces: committed.traces)
        return .more
    }

    private func goOn(_ scrub: StoreScrub) throws -> ScrubProgress {
        if try scrub.step() { return .more }
        try scrub.noteLog()
        guard try emptyLog() else { return .hindered }
        // Pages in memory still have what was wiped, and would carry it back when they change.
        sqlite3_db_release_memory(handle.pointer)
        guard try scrub.beginRound() else { return .more }
        self.scrub = nil
        try transaction { _ in
            state.traces -= scrub.traces
        } commit: { commit in
            try commit()
        }
        return committed.traces > 0 ? .more : .done
    }

    /// Returns whether the log is empty; does not wait for readers, as everybody would wait with
    /// it.
    private func emptyLog() throws -> Bool {
        sqlite3_busy_timeout(handle.pointer, 0)
        defer { sqlite3_busy_timeout(handle.pointer, StoreSetup.busyTimeoutMilliseconds) }
        return try truncateLog()
    }
}
