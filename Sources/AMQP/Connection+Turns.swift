/// What the connection's thread does between the actor's jobs, on the actor's behalf.
extension Connection: TurnTaking {
    nonisolated func takeTurn(isReadable: Bool) -> PollPlan {
        assumeIsolated { $0.turn(isReadable: isReadable) }
    }

    private func turn(isReadable: Bool) -> PollPlan {
        guard let wire else { return PollPlan(timeoutMilliseconds: 60_000) }
        do {
            let now = MonotonicTime.now
            if isBlocked {
                try read(wire, isReadable: isReadable, now)
            } else {
                // The library sends its heartbeats while it reads, with no limit of time; a broker
                // that is blocked may let them wait.
                try socketGuard.limit(seconds: wire.sendLimitSeconds) { () throws(WireFailure) in
                    try read(wire, isReadable: isReadable, now)
                }
            }
            try write(wire, now)
            try keepTime(wire, now)
        } catch {
            end(with: error.error)
        }
        flush()
        guard ending == nil else { return PollPlan(timeoutMilliseconds: 60_000) }
        return plan(wire)
    }

    private func read(_ wire: Wire, isReadable: Bool, _ now: UInt64) throws(WireFailure) {
        guard !isFull else {
            // Not asked for data, the socket speaks up only when the connection is gone.
            if isReadable { throw wire.connectionLost("receiving") }
            return
        }
        // A missed heartbeat is noticed by trying to read.
        var mayRead = isReadable || now - lastReadAt >= heartbeatPart(wire, 4)
        if mayRead { lastReadAt = now }
        // Bounded, so that those who wait get what has arrived.
        var budget = 500
        while budget > 0, !isFull, mayRead || wire.hasBufferedInput {
            mayRead = false
            guard let event = try wire.nextEvent() else { break }
            try handle(event)
            budget -= 1
        }
    }

    func handle(_ event: WireEvent) throws(WireFailure) {
        switch event {
        case .delivery(let delivery):
            arrivedDeliveries.append(delivery)
            unacknowledged.delivered(delivery.tag, bytes: delivery.heldBytes)
        case .confirmed(let number, let multiple):
            try settle(number, multiple, .confirmed)
        case .nacked(let number, let multiple):
            try settle(number, multiple, .nacked)
        case .returned(let mark, let code, let text):
            // Taken for confirmed, it would be lost.
            guard ledger.returned(mark, code: code, text: text) else {
                throw Wire.unexpected("publishing", "a message back that was not published")
            }
        case .blocked(let reason):
            isBlocked = true
            wire?.limitUnacknowledged(false)
            arrivedNotices.append(.blocked(reason: reason))
        case .unblocked:
            isBlocked = false
            wire?.limitUnacknowledged(true)
            unblockedAt = MonotonicTime.now
            stuckSince = nil
            arrivedNotices.append(.unblocked)
        case .consuming(let tag): try consumes(tag: tag)
        case .consumerCancelled(let tag):
            consumedQueues.remove(tag)
            arrivedNotices.append(.consumerCancelled(queue: tag))
        case .channelClosed(var error), .connectionClosed(var error):
            if let consumption {
                error.attempt = consumption.attempt
            } else if isConfirming, consumedQueues.isEmpty {
                error.attempt = "publishing"
            }
            throw WireFailure(error: error)
        }
    }

    private func settle(
        _ number: UInt64,
        _ multiple: Bool,
        _ outcome: PublicationResult.Outcome
    ) throws(WireFailure) {
        guard
            ledger.settle(
                number: number,
                multiple: multiple,
                as: outcome,
                into: &arrivedResults
            )
        else {
            throw Wire.unexpected("publishing", "a confirm for number \(number), not sent")
        }
    }

    /// Writes what waits, as long as the socket has room: a write that blocked would keep the
    /// thread from reading that the broker is blocked.
    private func write(_ wire: Wire, _ now: UInt64) throws(WireFailure) {
        guard pendingHead < pending.count, !isBlocked else { return }
        guard wire.isWritable else {
            if stuckSince == nil { stuckSince = now }
            return
        }
        stuckSince = nil
        wire.cork(true)
        defer { wire.cork(false) }
        for _ in 0..<8 {
            try writeSome(wire, now)
            if pendingHead == pending.count {
                pending.removeAll(keepingCapacity: pending.count < 4096)
                pendingHead = 0
                writtenBytes = 0
                return
            }
            guard wire.isWritable else { break }
        }
        if pendingHead >= 1024 || writtenBytes >= 1 << 20 {
            pending.removeFirst(pendingHead)
            pendingHead = 0
            writtenBytes = 0
        }
    }

    /// Writes some ten kilobytes, or one message.
    private func writeSome(_ wire: Wire, _ now: UInt64) throws(WireFailure) {
        try socketGuard.limit(seconds: wire.sendLimitSeconds) { () throws(WireFailure) in
            var bytes = 0
            repeat {
                let publication = pending[pendingHead]
                pendingHead += 1
                bytes += publication.body.count + 300
                writtenBytes += publication.body.count
                var mark: ConfirmLedger.Mark?
                if publication.isMandatory {
                    mark = ConfirmLedger.Mark(
                        messageIdentifier: publication.properties.messageIdentifier ?? "",
                        exchange: publication.exchange,
                        routingKey: publication.routingKey
                    )
                }
                ledger.sent(token: publication.token, mark: mark, at: now)
                try wire.publish(publication)
            } while pendingHead < pending.count && bytes < 16_384
        }
        wire.lastSentAt = now
    }

    private func keepTime(_ wire: Wire, _ now: UInt64) throws(WireFailure) {
        try checkConsumption(now)
        if let deadline = confirmDeadline, now > deadline {
            throw WireFailure(
                .timedOut,
                attempt: "publishing",
                detail: "the broker has left \(ledger.count) messages unconfirmed for "
                    + "\(options.timeoutSeconds) s"
            )
        }
        if let stuckSince, !isBlocked,
            now > stuckSince + MonotonicTime.nanoseconds(wire.sendLimitSeconds)
        {
            throw WireFailure(
                .timedOut,
                attempt: "publishing",
                detail: "the broker has taken no data for \(wire.sendLimitSeconds) s"
            )
        }
        // Without room in the socket, the broker has data of ours to read anyway.
        if wire.heartbeatSeconds > 0, now >= wire.lastSentAt + heartbeatPart(wire, 2),
            wire.isWritable
        {
            try wire.sendHeartbeat()
        }
    }

    private var confirmDeadline: UInt64? {
        guard !isBlocked, let sentAt = ledger.oldestSentAt else { return nil }
        return max(sentAt, unblockedAt) + MonotonicTime.nanoseconds(options.timeoutSeconds)
    }

    private func heartbeatPart(_ wire: Wire, _ part: Double) -> UInt64 {
        let seconds = wire.heartbeatSeconds > 0 ? wire.heartbeatSeconds : 10
        return MonotonicTime.nanoseconds(seconds / part)
    }

    private func plan(_ wire: Wire) -> PollPlan {
        if wire.hasBufferedInput, !isFull {
            return PollPlan(descriptor: wire.descriptor, timeoutMilliseconds: 0)
        }
        var timeout = heartbeatPart(wire, 4)
        if let deadline = confirmDeadline {
            let now = MonotonicTime.now
            timeout = min(timeout, deadline > now ? deadline - now : 0)
        }
        return PollPlan(
            descriptor: wire.descriptor,
            wantsRead: !isFull,
            wantsWrite: pendingHead < pending.count && !isBlocked,
            timeoutMilliseconds: Int32(timeout / 1_000_000) + 1
        )
    }

    func flush() {
        deliveries.mailbox.send(&arrivedDeliveries)
        publicationResults.mailbox.send(&arrivedResults)
        notices.mailbox.send(&arrivedNotices)
    }
}
