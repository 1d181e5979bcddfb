import Contract
import LogKeys
import Logging

// Sending what follows, and what is done about what the broker does not take.

/// What was said of publications that the broker does not take.
struct PublicationTrouble {
    /// In health; nil for nothing.
    var told: String?
    /// Whether the daemon counts as ready all the same.
    var keepsReady = true
    /// When the publishing connection was last renewed for refusals, and how often in a row.
    var renewedAt = -Double.infinity
    var renewals = 0
}

extension MessageLoop {
    /// Hands over what may be sent now.
    func publishReady() {
        let rows = relay.takeReady(atSeconds: time.monotonicSeconds)
        let refused = relay.takeRefused()
        if refused.unroutable > 0 {
            take(refused, isKnown: true)
            observer.published(PublicationReport(refused))
            queue.add(.again)
        }
        publisher.publish(rows, session: publisherSession)
    }

    /// What became of publications is to be written.
    ///
    /// - Parameter isKnown: whether what is parked is of a kind that health names already. That
    ///   need not stand in the log for every message.
    func take(_ resolution: OutboxRelay.Resolution, isKnown: Bool = false) {
        batch.confirmed += resolution.confirmed
        batch.parked += resolution.parked
        let now = time.monotonicSeconds
        if !resolution.released.isEmpty {
            parkedRetries.goOn(with: resolution.released)
            parkedRetries.succeeded(atSeconds: now)
        }
        if resolution.isTakenAgain {
            log.notice("the broker takes messages again that it refused")
            parkedRetries.succeeded(atSeconds: now)
            tellTrouble()
        }
        guard !resolution.parked.isEmpty else { return }
        parkedRetries.parked(atSeconds: now)
        log.log(
            level: isKnown ? .debug : .error,
            "the broker does not take messages; they are parked in the outbox",
            metadata: [
                LogKey.count: "\(resolution.parked.count)",
                LogKey.reason: "\(resolution.parked.first?.reason ?? "")",
            ]
        )
    }

    /// What was on the way is sent again, but for a message that the broker ended the session for.
    func sessionEnded(_ refusal: PublicationRefusal?) {
        parkedRetries.stop(isRefused: refusal != nil, atSeconds: time.monotonicSeconds)
        wasRefused = refusal != nil
        let resolution = relay.publisherClosed(refusal, atSeconds: time.monotonicSeconds)
        take(resolution)
        if resolution.unroutable > 0 { observer.published(PublicationReport(resolution)) }
        if refusal != nil { tellTrouble() }
    }

    // MARK: - Parked messages

    /// Has the next of them read, when it is time.
    func lookAtParkedIfDue() {
        guard !isStopping, relay.isConnected, batch.parkedLook == nil, outboxHasRoom,
            catchUpFrom != 0
        else { return }
        let through = catchUpFrom ?? .max
        batch.parkedLook = parkedRetries.look(held: relay.parkedCount, through: through)
        guard batch.parkedLook == nil, parkedRetries.mayTryAlone(held: relay.parkedCount),
            let stream = relay.takePostponed()
        else { return }
        batch.parkedLook = parkedRetries.lookAlone(at: stream, through: through)
    }

    /// All that is parked is tried again, from the first stream on.
    func beginRound() {
        parkedRetries.begin()
        relay.beginRound()
    }

    /// So many are parked in the store. They are to be tried again by and by, even if they were
    /// parked by what another session said: when this one was opened nobody knew of them.
    func lookAfterParked(_ count: Int) {
        hasParked = count > 0
        if !hasParked {
            parkedRetries.nothingIsParked()
            relay.nothingIsParked()
        } else if relay.isConnected {
            parkedRetries.parked(atSeconds: time.monotonicSeconds)
        }
    }

    /// Takes over what was read of them.
    func retryParked(_ result: BatchResult, of written: Batch) {
        retry(result.retried)
        guard let finding = result.parked, let look = written.parkedLook else { return }
        if relay.isConnected {
            for parked in finding.messages { relay.retry(parked, isAlone: look.isAlone) }
        }
        parkedRetries.looked(finding, for: look, atSeconds: time.monotonicSeconds)
    }

    /// An operator wants these tried now.
    func retry(_ streams: RetriedStreams) {
        guard !streams.isEmpty else { return }
        guard !streams.isAll else { return beginRound() }
        parkedRetries.goOn(with: streams.numbers, isWish: true)
    }

    // MARK: - Refusals

    /// Renews the publishing connection when the broker has refused a message for too long: a
    /// channel may not learn that a queue has room again. Ever more rarely, as long as that does
    /// not help.
    func renewIfRefused() {
        let now = time.monotonicSeconds
        guard let (since, message) = relay.refusedLongest else {
            guard publicationTrouble.renewals > 0 else { return }
            (publicationTrouble.renewals, publicationTrouble.renewedAt) = (0, -.infinity)
            log.notice("the broker refuses nothing any more")
            return tellTrouble()
        }
        let pause = min(
            limits.renewAfterRefusedSeconds * Double(1 << min(publicationTrouble.renewals, 10)),
            limits.renewAtMostSeconds
        )
        guard relay.isConnected, now - since >= limits.renewAfterRefusedSeconds,
            now - publicationTrouble.renewedAt >= pause
        else { return }
        (publicationTrouble.renewedAt, publicationTrouble.renewals) =
            (now, publicationTrouble.renewals + 1)
        log.warning(
            "the broker refuses messages; the publishing connection is renewed",
            metadata: [
                LogKey.routingKey: "\(message.routingKey)", LogKey.seconds: "\(Int(now - since))",
            ]
        )
        tellTrouble()
        publisher.renew(
            session: publisherSession,
            reason: "the broker refused messages for \(Int(now - since)) s"
        )
    }

    /// Tells health what the broker does not take, when that has changed.
    private func tellTrouble() {
        let kinds = relay.refusedKinds
        var reasons = kinds.filter(\.isWholeExchange).map { kind in
            "the broker refuses all that is sent to '\(prefix).\(kind.exchange.rawValue)': "
                + "\(kind.refusal.reason) (\(kind.refusal.advice))"
        }
        if publicationTrouble.renewals > 0, let message = relay.refusedLongest?.message {
            reasons.append(
                "the broker refuses '\(message.routingKey)' again and again, and the publishing "
                    + "connection was renewed for it (look for a full queue, and for a policy with "
                    + "max-length; 'registrarctl doctor' shows the queues)"
            )
        }
        let notices = kinds.filter { !$0.isWholeExchange }.map { kind in
            let what =
                kind.routingKey.map { "'\($0)'" }
                ?? "bodies of \(kind.bytes ?? 0) bytes and more"
            return "parked, since the broker refuses \(what): \(kind.refusal.reason) "
                + "(\(kind.refusal.advice))"
        }
        let trouble = (reasons + notices).joined(separator: "; ")
        let told = trouble.isEmpty ? nil : trouble
        let keepsReady = reasons.isEmpty
        guard told != publicationTrouble.told || keepsReady != publicationTrouble.keepsReady
        else { return }
        (publicationTrouble.told, publicationTrouble.keepsReady) = (told, keepsReady)
        if let told, keepsReady {
            observer.notice(.publications, reason: told)
        } else {
            observer.condition(.publications, reason: told)
        }
    }
}
