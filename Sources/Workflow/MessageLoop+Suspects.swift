import Contract
import LogKeys
import Logging

// Messages that crash the daemon.
extension MessageLoop {
    /// After a crash, each redelivered message is counted before it is touched. One that was in
    /// hand in several crashes is taken alone; when that crashes too, it is dead-lettered.
    func processSuspects() async throws {
        if !batch.suspectsAreCounted {
            let suspects = batch.deliveries.filter(\.message.redelivered)
            guard !suspects.isEmpty else { return }
            let keys = suspects.map { writer.processor.contentKey($0.message) }
            let counts = try await register.write { try $0.countAttempts(keys) }
            batch.suspectsAreCounted = true
            batch.clearedAttempts += keys
            for (suspect, (key, count)) in zip(suspects, zip(keys, counts)) {
                // The first crash is not among those counted: the message was new then.
                let crashes = count + 1
                guard crashes >= limits.crashesBeforeIsolation else { continue }
                batch.isolated.append(Suspect(delivery: suspect, key: key, crashes: crashes))
            }
        }
        while let suspect = batch.isolated.first {
            try await takeAlone(suspect)
            batch.isolated.removeFirst()
        }
    }

    private func takeAlone(_ suspect: Suspect) async throws {
        let (key, message) = (suspect.key, suspect.delivery.message)
        let aloneKey = MessageProcessor.poisonKey(key)
        // Counted once, however often the store fails before the message is dealt with.
        var crashedAlone = suspect.crashedAlone
        if crashedAlone == nil {
            let count = try await register.write { try $0.countAttempts([aloneKey])[0] }
            crashedAlone = count >= limits.crashesAloneBeforeQuarantine
            batch.isolated[0].crashedAlone = crashedAlone
        }
        let isPoison = crashedAlone == true
        let (writer, parked, now) = (writer, batch.parked, time.now)
        let result = try await writer.writeAlone(
            at: now,
            into: register,
            counted: [key, aloneKey]
        ) { writing in
            // Before it, as in every batch: what follows from the message must not overtake.
            for (sequence, reason) in parked {
                try writing.maintenance.park(sequence, reason: reason)
            }
            return isPoison
                ? try writer.processor.quarantinePoison(
                    message,
                    crashes: suspect.crashes,
                    in: writing
                )
                : try writer.processor.process(message, in: writing)
        }
        takeOver(result)
        // Acknowledged with the rest of the batch.
        batch.deliveries.removeAll { $0 == suspect.delivery }
    }

    /// What was processed alone is durable.
    func takeOver(_ result: BatchResult) {
        relay.drop(result.dropped)
        relay.withhold(result.withheld)
        retry(result.retried)
        if catchUpFrom == nil { relay.add(result.queued) }
        batch.processedAlone += result.processed
        report(result.faults)
    }

    func report(_ faults: [String]) {
        for fault in faults {
            log.error(
                "something could not be done; the rest goes on",
                metadata: [LogKey.fault: "\(fault)"]
            )
        }
    }
}
