import Contract

// Sending while some of it is under suspicion, or refused.

extension OutboxRelay {
    /// One that is under suspicion, alone; or what is not refused.
    func takeCarefully(atSeconds now: Double) -> [OutboxRow] {
        guard trials.onTrial == nil else { return [] }
        var rows: [OutboxRow] = []
        let suspect = trials.nextSuspect { sequence in
            guard let lane = places[sequence], !lane.isInFlight else { return false }
            return lane.rows.first?.sequence == sequence
        }
        if let suspect, let lane = places[suspect] {
            sendAlone(lane, atSeconds: now, &rows)
            return rows
        }
        if let lane = suspendedToTry, trials.mayTrySuspended(atSeconds: now) {
            sendAlone(lane, atSeconds: now, &rows)
            return rows
        }
        var later: [Lane] = []
        for lane in ready {
            guard let message = lane.rows.first?.message else { continue }
            if let kind = trials.kind(of: message) {
                // What is not parked for it waits for it.
                if kind.isWholeExchange {
                    suspended.append(lane)
                } else {
                    park(lane, reason: kind.refusal.reason, &refusedUnsent)
                }
            } else if inFlight < window {
                send(lane, atSeconds: now, &rows)
            } else {
                later.append(lane)
            }
        }
        ready = later
        return rows
    }

    /// Of another kind than the one that was refused last, if there is any: that may show that not
    /// the whole exchange is refused.
    private var suspendedToTry: Lane? {
        let other = suspended.first { lane in
            guard let message = lane.rows.first?.message else { return false }
            return trials.kind(of: message)?.lastRoutingKey != message.routingKey
        }
        return other ?? suspended.first
    }

    /// Sends the lane's first message, once nothing else is on the way.
    private func sendAlone(_ lane: Lane, atSeconds now: Double, _ rows: inout [OutboxRow]) {
        guard inFlight == 0, let first = lane.rows.first else { return }
        ready.removeAll { $0 === lane }
        suspended.removeAll { $0 === lane }
        held.removeAll { $0 === lane }
        trials.tries(first.sequence)
        send(lane, atSeconds: now, &rows)
    }

    /// What is to be parked without having been sent, since the broker refuses its kind.
    func takeRefused() -> Resolution {
        defer { refusedUnsent = Resolution() }
        return refusedUnsent
    }

    /// A new round of trying parked messages begins.
    func beginRound() {
        trials.beginRound()
        // In the last one it was not refused.
        if parkedRefusal?.isOfThisRound == false { parkedRefusal = nil }
        parkedRefusal?.isOfThisRound = false
    }

    /// Nothing is parked in the store.
    func nothingIsParked() { parkedRefusal = nil }

    /// A parked stream that the round has left out, to be tried alone.
    func takePostponed() -> Int64? { trials.takePostponed() }

    /// The kinds of message that the broker refuses, with its words.
    var refusedKinds: [PublicationTrials.RefusedKind] { trials.kinds }

    // MARK: - Refused again and again

    /// What is parked is held no longer once it is refused: so that is remembered here.
    struct ParkedRefusal {
        let message: OutboundMessage
        /// Of the first time, in seconds that do not jump.
        let since: Double
        /// Whether it was refused in more than one round.
        var isRepeated = false
        var isOfThisRound = true
    }

    /// The broker has refused a parked message.
    func noteParkedRefused(_ message: OutboundMessage, atSeconds now: Double) {
        guard var refusal = parkedRefusal else {
            parkedRefusal = ParkedRefusal(message: message, since: now)
            return
        }
        refusal.isRepeated = refusal.isRepeated || !refusal.isOfThisRound
        refusal.isOfThisRound = true
        parkedRefusal = refusal
    }

    /// The broker has taken a message: where it goes there is room.
    func noteTaken(_ message: OutboundMessage) {
        guard parkedRefusal?.message.routingKey == message.routingKey else { return }
        parkedRefusal = nil
    }

    /// Since when the broker has refused a message again and again, and which; nil if it takes all.
    var refusedLongest: (since: Double, message: OutboundMessage)? {
        let longest = lanes.values.filter { $0.refusedSince != nil }
            .min { ($0.refusedSince ?? 0) < ($1.refusedSince ?? 0) }
        if let longest, let since = longest.refusedSince, let row = longest.rows.first {
            return (since, row.message)
        }
        guard let parkedRefusal, parkedRefusal.isRepeated else { return nil }
        return (parkedRefusal.since, parkedRefusal.message)
    }
}
