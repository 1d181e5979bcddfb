import Contract
import Correspondence
import Domain

// What changes nothing in the register: reused ids, dead letters.
extension MessageProcessor {
    func refuseReused(
        _ message: InboundMessage,
        _ envelope: Envelope,
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        if try isKnownAgain(message, in: writing) {
            return [processed(message, envelope, .duplicate)]
        }
        let problem = Problem(
            .idReused,
            at: "/id",
            "an event with this source and id, but other content, came before"
        )
        let request = Self.request(of: envelope)
        try refuse(
            problem,
            envelope,
            followUp(message, envelope, about: request, in: writing)
        )
        return [processed(message, envelope, .refused, .idReused, request: request)]
    }

    /// Journals a refusal, and tells the sender.
    func refuse(
        _ problem: Problem,
        _ envelope: Envelope,
        _ follow: FollowUp,
        account: AccountIdentifier? = nil
    ) throws {
        let sequence = try follow.append(journal.refused(problem))
        try follow.keepReason(of: [(sequence, follow.request)])
        let notice = correspondent.problem(
            problem,
            envelope: envelope,
            request: follow.request,
            account: account,
            cause: follow.origin
        )
        try follow.writing.enqueue(notice, journal: sequence)
    }

    /// Puts a message aside as a dead letter and tells its sender, if that is known.
    func quarantine(
        _ message: InboundMessage,
        _ problem: Problem,
        _ envelope: Envelope?,
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        if try isKnownAgain(message, in: writing) {
            return [processed(message, envelope, .duplicate)]
        }
        let request = envelope.flatMap { Self.request(of: $0) }
        let follow = followUp(message, envelope, about: request, in: writing)
        let letter = DeadLetter(
            of: message,
            problem: problem,
            identifier: DeadLetterIdentifier(identifiers.next()),
            at: writing.now,
            prefix: prefix
        )
        let sequence = try follow.append(journal.deadLettered(letter, problem))
        try follow.keepReason(of: [(sequence, request)])
        try keep(letter, follow, journal: sequence)
        let user = message.properties.userIdentifier
        if let envelope, let user, decoder.publishers.knows(user) {
            let notice = correspondent.problem(
                problem,
                envelope: envelope,
                request: request,
                cause: follow.origin
            )
            try writing.enqueue(notice, journal: sequence)
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
    func isKnownAgain(_ message: InboundMessage, in writing: Writing) throws -> Bool {
        guard message.replay == nil else { return false }
        let key = contentKey(message)
        if let known = try writing.transaction.inboxEntry(key) {
            return message.redelivered && !known.digest.isEmpty
        }
        try writing.transaction.record(Self.entry(key, message, at: writing.now))
        return false
    }

    /// Remembers a message by another key than its own, unless it is known by that already.
    private func remember(
        _ message: InboundMessage,
        by key: InboxKey,
        in writing: Writing
    ) throws {
        guard try writing.transaction.inboxEntry(key) == nil else { return }
        try writing.transaction.record(Self.entry(key, message, at: writing.now))
    }

    // MARK: - What waited in vain

    /// The message waits no more. It had no effect, so that an operator may have it tried again;
    /// should its sender send it again, it is known as before.
    func giveUp(
        _ entry: DeferredEntry,
        _ message: InboundMessage,
        _ envelope: Envelope?,
        in writing: Writing
    ) throws {
        try writing.transaction.removeDeferredMessage(entry.sequence)
        guard let envelope else { return }
        let key = Self.givenUpKey(Self.inboxKey(of: message, envelope))
        try remember(message, by: key, in: writing)
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
        in writing: Writing
    ) throws -> [ProcessedMessage] {
        let problem = Problem(
            .poison,
            "the service ended \(crashes) times while this message was in hand"
        )
        try remember(message, by: Self.poisonKey(contentKey(message)), in: writing)
        return try quarantine(message, problem, nil, in: writing)
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
