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
        body.bind(message.message.replay?.number)
        body.bind(message.message.replay?.user)
        try body.run()
        try note(personsNamedBy: message.message, waitingAs: sequence)
        connection.state.count(.deferred, 1)
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        // Asked for with most messages, and mostly nothing waits at all.
        guard try deferredCount() > 0 else { return [] }
        return try statement(.deferredByRequest, request.uuid).all { try $0.deferredEntry() }
    }

    /// Whose next attempt is due, earliest first.
    func deferredEntries(dueAt now: Instant, limit: Int) throws -> [DeferredEntry] {
        try statement(.deferredDue, now, limit).all { try $0.deferredEntry() }
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        for name in [Statement.deleteDeferredAbout, .deleteDeferredMessage, .deleteDeferred] {
            let removed = try statement(name, sequence).run()
            if name == .deleteDeferred { connection.state.count(.deferred, -removed) }
        }
    }

    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws {
        try statement(.postponeDeferred, attempts, until, sequence).run()
    }

    func hastenDeferredMessages(for request: RequestIdentifier, at now: Instant) throws -> Int {
        guard try deferredCount() > 0 else { return 0 }
        return try statement(.hastenDeferred, now, request.uuid).run()
    }

    func deferredCount() throws -> Int { connection.state.counts[.deferred, default: 0] }
}
