import LogKeys
import Logging

// The store fails, is elsewhere, and works again.
extension MessageLoop {
    func storeWorks() {
        guard storeFailures > 0 else { return }
        log.notice("the store works again; the intake goes on")
        storeFailures = 0
        storeRetryAt = nil
        isStoreElsewhere = false
        observer.condition(.store, reason: nil)
    }

    /// Leaves everything in hand, unacknowledged, and tries again later.
    func storeFailed(_ error: any Error) {
        isStoreElsewhere = (error as? RegisterUnavailable)?.isElsewhere ?? false
        if isStoreElsewhere { forgetWhatFollowed() }
        // To look where the files are costs nothing.
        let longest = isStoreElsewhere ? 1 : limits.longestStorePauseSeconds
        let pause = min(0.2 * Double(1 << min(storeFailures, 10)), longest)
        storeFailures += 1
        storeRetryAt = time.monotonicSeconds + pause
        observer.condition(.store, reason: "\(error)")
        if storeFailures == 1 {
            log.error(
                "the store cannot be written; the intake waits",
                metadata: [LogKey.error: "\(error)"]
            )
        }
    }

    /// Whether the store is still there is seen without anything to write, too.
    func checkPlace() async {
        if let storeRetryAt {
            guard batch.isEmpty, time.monotonicSeconds >= storeRetryAt else { return }
        }
        do {
            try await register.checkPlace()
            if batch.isEmpty { storeWorks() }
        } catch {
            storeFailed(error)
        }
    }

    /// A transaction may have been committed of which nobody was told the result: all that is
    /// planned is read from the store again, as at a start. The messages in hand come again in the
    /// same batch, and the inbox knows them then.
    private func forgetWhatFollowed() {
        relay.forgetUnsent()
        if relay.isConnected, hasParked { beginRound() }
        catchUpFrom = 0
        clockWork.forgetPlans()
    }
}
