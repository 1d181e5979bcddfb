import Domain
import Workflow

// Messages that wait for their request.
extension MemoryTransaction {
    func deferMessage(_ message: DeferredMessage) throws {
        try checkUsable()
        contents.lastDeferredSequence += 1
        var message = message
        message.entry.sequence = contents.lastDeferredSequence
        contents.deferred.append(message)
    }

    func deferredEntries(for request: RequestIdentifier) throws -> [DeferredEntry] {
        try usable().deferred.map(\.entry).filter { $0.request == request }
    }

    func deferredMessage(_ sequence: Int64) throws -> DeferredMessage? {
        try usable().deferred.first { $0.entry.sequence == sequence }
    }

    func deferredCount(of user: String) throws -> Int {
        try usable().deferred.count { $0.entry.user.utf8.elementsEqual(user.utf8) }
    }

    func removeDeferredMessage(_ sequence: Int64) throws {
        try checkUsable()
        contents.deferred.removeAll { $0.entry.sequence == sequence }
    }

    func postponeDeferredMessage(_ sequence: Int64, attempts: Int, until: Instant) throws {
        try change(where: { $0.sequence == sequence }) { entry in
            entry.attempts = attempts
            entry.nextAttemptAt = until
        }
    }

    func hastenDeferredMessages(for request: RequestIdentifier, at now: Instant) throws -> Int {
        try change(where: { $0.request == request }) { $0.nextAttemptAt = now }
    }

    @discardableResult
    private func change(
        where isMeant: (DeferredEntry) -> Bool,
        _ change: (inout DeferredEntry) -> Void
    ) throws -> Int {
        try checkUsable()
        let indices = contents.deferred.indices.filter { isMeant(contents.deferred[$0].entry) }
        for index in indices { change(&contents.deferred[index].entry) }
        return indices.count
    }

    func deferredCount() throws -> Int {
        try usable().deferred.count
    }
}
