import Contract
import Domain
import Workflow

// Messages that wait for their request.
extension SQLiteTransaction {
    func deferMessage(_ message: DeferredMessage) throws {
        let entry = try statement(.insertDeferred)
        entry.bind(message.entry.request.uuid)
        entry.bind(message.entry.user)
        entry.bind(message.entry.routingKey)
        entry.bind(message.entry.receivedAt)
        entry.bind(message.entry.attempts)
        entry.bind(message.entry.nextAttemptAt)
        try entry.run()
        let sequence = connection.lastInsertedNumber
        let body = try statement(.insertDeferredMessage)
        body.bind(sequence)
        body.bind(message.message.queue.rawValue)
        body.bind(message.message.redelivered)
        body.bind(PropertiesCodec.encode(message.message.properties))
        body.bind(message.message.body)
        body.bind(message.message.replay?.letter.uuid)
        if let replay = message.message.replay {
            body.bind(replay.number)
            body.bind(replay.user)
        } else {
            body.bindNull()
            body.bindNull()
        }
        try body.run()
        try note(personsNamedBy: message.message, waitingAs: sequence)
        connection.state.count(.deferred, 1)
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        // Asked for with most messages, and mostly nothing waits at all.
        guard try deferredCount() > 0 else { return [] }
        let statement = try statement(.deferredByRequest)
        statement.bind(request.uuid)
        return try statement.all { try $0.deferredEntry() }
    }

    /// Whose next attempt is due, earliest first.
    func deferredEntries(dueAt now: Instant, limit: Int) throws -> [DeferredEntry] {
        let statement = try statement(.deferredDue)
        statement.bind(now)
        statement.bind(limit)
        return try statement.all { try $0.deferredEntry() }
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        for name in [Statement.deleteDeferredAbout, .deleteDeferredMessage, .deleteDeferred] {
            let statement = try statement(name)
            statement.bind(sequence)
            let removed = try statement.run()
            if name == .deleteDeferred { connection.state.count(.deferred, -removed) }
        }
    }

    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws {
        let statement = try statement(.postponeDeferred)
        statement.bind(attempts)
        statement.bind(until)
        statement.bind(sequence)
        try statement.run()
    }

    func hastenDeferredMessages(for request: RequestIdentifier, at now: Instant) throws -> Int {
        guard try deferredCount() > 0 else { return 0 }
        let statement = try statement(.hastenDeferred)
        statement.bind(now)
        statement.bind(request.uuid)
        return try statement.run()
    }

    func deferredCount() throws -> Int { connection.state.counts[.deferred, default: 0] }
}
