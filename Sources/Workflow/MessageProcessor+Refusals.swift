import Contract
import Correspondence
import Crypto
import Domain

// What changes nothing in the register: reused ids, dead letters.
extension MessageProcessor {
    func refuseReused(
        _ message: InboundMessage,
        _ envelope: Envelope,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        if try isKnownAgain(message, at: now, in: transaction) {
            return [processed(message, envelope, .duplicate)]
        }
        let problem = Problem(
            .idReused,
            at: "/id",
            "an event with this source and id, but other content, came before"
        )
        let follow = FollowUp(
            cause: journal.cause(message, envelope, speaker: nil),
            origin: Cause(
                identifier: envelope.identifier,
                traceParent: envelope.traceParent,
                at: now
            ),
            request: Self.request(of: envelope),
            reason: envelope.reason,
            transaction: transaction
        )
        let sequence = try transaction.append(follow.entry(journal.refused(problem)))
        try follow.keepReason(of: [(sequence, follow.request)])
        let notice = correspondent.problem(
            problem,
            envelope: envelope,
            request: follow.request,
            cause: follow.origin
        )
        rows.append(try follow.enqueue(notice, journal: sequence))
        return [processed(message, envelope, .refused, .idReused, request: follow.request)]
    }

    /// Puts a message aside as a dead letter and tells its sender, if that is known.
    func quarantine(
        _ message: InboundMessage,
        _ problem: Problem,
        _ envelope: Envelope?,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        if try isKnownAgain(message, at: now, in: transaction) {
            return [processed(message, envelope, .duplicate)]
        }
        let request = envelope.flatMap { Self.request(of: $0) }
        let origin = Cause(
            identifier: envelope?.identifier ?? identifiers.next().text,
            traceParent: envelope?.traceParent,
            at: now
        )
        let follow = FollowUp(
            cause: journal.cause(message, envelope, speaker: nil),
            origin: origin,
            request: request,
            reason: envelope?.reason,
            transaction: transaction
        )
        let letter = DeadLetter(
            of: message,
            problem: problem,
            identifier: DeadLetterIdentifier(identifiers.next()),
            at: now,
            prefix: prefix
        )
        let sequence = try transaction.append(follow.entry(journal.deadLettered(letter, problem)))
        try follow.keepReason(of: [(sequence, request)])
        try keep(letter, follow, journal: sequence, queued: &rows)
        let user = message.properties.userIdentifier
        if let envelope, let user, decoder.publishers.knows(user) {
            let notice = correspondent.problem(
                problem,
                envelope: envelope,
                request: request,
                cause: origin
            )
            rows.append(try follow.enqueue(notice, journal: sequence))
        }
        return [
            processed(
                message,
                envelope,
                .dead,
                problem.code,
                request: request,
                letter: letter.reason,
                upkeep: .roomForLetter(cause: follow.cause)
            )
        ]
    }

    /// Whether this very message, which has no identity that counts, was dealt with before the
    /// broker delivered it again. The same content sent again is another message, and a replay
    /// comes from the store, once.
    func isKnownAgain(
        _ message: InboundMessage,
        at now: Instant,
        in transaction: any MessageTransaction
    ) throws -> Bool {
        guard message.replay == nil else { return false }
        let key = contentKey(message)
        if let known = try transaction.inboxEntry(key) {
            return message.redelivered && !known.digest.isEmpty
        }
        let digest = Array(SHA256.hash(data: message.body))
        try transaction.record(InboxEntry(key: key, digest: digest, receivedAt: now))
        return false
    }

    // MARK: - What waited in vain

    /// The message waits no more. It had no effect, so that an operator may have it tried again;
    /// should its sender send it again, it is known as before.
    func giveUp(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        _ envelope: Envelope?,
        at now: Instant,
        in transaction: any MessageTransaction
    ) throws {
        try transaction.removeDeferredMessage(entry.sequence)
        guard let envelope else { return }
        let key = Self.givenUpKey(Self.inboxKey(of: message, envelope))
        guard try transaction.inboxEntry(key) == nil else { return }
        let digest = Array(SHA256.hash(data: message.body))
        try transaction.record(InboxEntry(key: key, digest: digest, receivedAt: now))
    }

    /// Whether a message that is known has not had its effect, and an operator wants it to: once
    /// for each time that it was given up.
    func isTriedAgain(
        _ message: InboundMessage,
        _ key: InboxKey,
        in transaction: any MessageTransaction
    ) throws -> Bool {
        guard message.replay != nil else { return false }
        return try transaction.inboxEntry(Self.givenUpKey(key)) != nil
    }

    // MARK: - Poison

    /// Dead-letters a message that was in hand when the daemon crashed again and again.
    func quarantinePoison(
        _ message: InboundMessage,
        crashes: Int,
        at now: Instant,
        in transaction: any MessageTransaction,
        queued rows: inout [OutboxRow]
    ) throws -> [ProcessedMessage] {
        let problem = Problem(
            .poison,
            "the service ended \(crashes) times while this message was in hand"
        )
        let key = Self.poisonKey(contentKey(message))
        if try transaction.inboxEntry(key) == nil {
            let digest = Array(SHA256.hash(data: message.body))
            try transaction.record(InboxEntry(key: key, digest: digest, receivedAt: now))
        }
        return try quarantine(message, problem, nil, at: now, in: transaction, queued: &rows)
    }

    /// What the inbox remembers a message by that was dead-lettered because it ended the process.
    static func poisonKey(_ contentKey: InboxKey) -> InboxKey {
        InboxKey(bytes: contentKey.bytes.map { ~$0 })
    }

    /// Whether the message was dead-lettered as poison, and its acknowledgement lost. It must not
    /// be touched again.
    func isQuarantinedPoison(
        _ message: InboundMessage,
        in transaction: any MessageTransaction
    ) throws -> Bool {
        try transaction.inboxEntry(Self.poisonKey(contentKey(message))) != nil
    }
}
