import Contract
import Correspondence
import Crypto
import Domain

// What becomes of dead letters.
extension MessageProcessor {
    /// How many letters one that comes may push out at once; the next one pushes out more.
    private static let droppedAtOnce = 100

    /// Takes in what the broker itself put aside.
    func takeIn(_ message: InboundMessage, in writing: Writing) throws -> [ProcessedMessage] {
        if try isKnownAgain(message, in: writing) {
            return [processed(message, nil, .duplicate)]
        }
        var letter = DeadLetter(
            ofBroker: message,
            identifier: DeadLetterIdentifier(identifiers.next()),
            at: writing.now
        )
        // Believed only of a letter that was sent back, and has the same content.
        if let claimed = DeadLetter.claimedIdentifier(message),
            let sent = try writing.transaction.sentLetter(claimed),
            sent.digest == Array(SHA256.hash(data: message.body))
        {
            letter = letter.asReplayed(
                claimed,
                queue: sent.queue ?? letter.queue,
                routingKey: sent.routingKey,
                user: sent.user,
                replays: sent.replays
            )
        }
        let follow = followUp(message, nil, about: nil, in: writing)
        let sequence = try follow.append(journal.deadLettered(letter, nil))
        try keep(letter, follow, journal: sequence)
        return [
            processed(
                message,
                nil,
                .dead,
                letter: letter.reason,
                upkeep: .roomForLetter(cause: follow.cause)
            )
        ]
    }

    /// Keeps a letter, and tells of it.
    func keep(_ letter: DeadLetter, _ follow: FollowUp, journal sequence: Int64) throws {
        try follow.transaction.keep(
            letter,
            eraseAt: deadLetters.retainSeconds.map { letter.at.advanced(bySeconds: $0) }
        )
        let notice = correspondent.tell(of: letter, cause: follow.origin)
        try follow.writing.enqueue(notice, journal: sequence)
    }

    /// Lets letters go as long as there are too many. Returns how many went.
    ///
    /// - Parameters:
    ///   - cause: The journal's words for what brought the last one.
    ///   - request: What that was about.
    func makeRoom(
        because cause: String,
        about request: RequestIdentifier?,
        in writing: BatchWriting
    ) throws -> Int {
        let transaction = writing.maintenance
        var dropped = 0
        while dropped < Self.droppedAtOnce {
            let totals = try transaction.deadLetterTotals()
            guard deadLetters.exceeded(by: totals) else { break }
            let oldest = try transaction.deadLettersOfGreatestSender(
                byBytes: totals.bytes > deadLetters.bytes,
                limit: 1
            )
            for letter in oldest {
                guard let stored = try transaction.deadLetter(letter) else { continue }
                let event = journal.deadLetter(letter, stored.reason, .dropped)
                try writing.append(event, because: cause, about: request)
            }
            try transaction.remove(oldest)
            dropped += oldest.count
            if oldest.isEmpty { break }
        }
        return dropped
    }

    /// Does what an operator has ordered about a letter, or ends its time.
    func deal(
        with letter: DeadLetterIdentifier,
        _ work: DueWork,
        in writing: BatchWriting
    ) throws -> [ProcessedMessage] {
        let transaction = writing.maintenance
        if work.kind == .deadLetter {
            guard let order = try transaction.order(about: letter),
                let stored = try transaction.deadLetter(letter)
            else { return [] }
            if order.action == .replay { return try replay(stored, order, in: writing) }
        } else if let stored = try transaction.deadLetter(letter) {
            // What an operator ordered is journalled then; this nobody has ordered.
            try writing.append(
                journal.deadLetter(letter, stored.reason, .expired),
                because: journal.cause(named: "timer:\(work.identifier)")
            )
        }
        try transaction.remove([letter])
        return []
    }

    /// Has a letter dealt with as the message that it was, or sends it back to the queue of the
    /// program that refused it.
    private func replay(
        _ letter: DeadLetter,
        _ order: LetterOrder,
        in writing: BatchWriting
    ) throws -> [ProcessedMessage] {
        let replay = Replay(
            letter: letter.identifier,
            user: order.user,
            number: letter.replays + 1,
            reason: order.reason
        )
        /// Returns the journal's entry.
        @discardableResult
        func journalled(_ outcome: String) throws -> Int64 {
            try writing.append(
                journal.replayed(letter, outcome: outcome),
                because: journal.cause(order)
            )
        }
        switch LetterOrigin(letter, prefix: prefix) {
        case .inbound(let queue):
            try writing.maintenance.remove([letter.identifier])
            let processed = try process(letter.message(in: queue, replay: replay), in: writing)
            try journalled((processed.first?.disposition ?? .duplicate).rawValue)
            return processed
        case .outbound(let queue):
            let message = letter.sentBack(
                to: queue,
                number: replay.number,
                messageIdentifier: identifiers.next().text
            )
            try writing.enqueue(message, journal: try journalled("sent"))
            try writing.maintenance.letGo(
                letter.identifier,
                as: SentLetter(
                    queue: letter.queue,
                    routingKey: letter.routingKey,
                    user: letter.user,
                    replays: replay.number,
                    digest: Array(SHA256.hash(data: letter.body))
                )
            )
            return []
        case .elsewhere:
            let problem = Problem(
                .unknownType,
                "it cannot be replayed: it comes from no queue of this service, and its routing key "
                    + "leads to none"
            )
            return try putBack(letter, order, problem, in: writing)
        }
    }

    /// A replay that came to nothing, of a letter that stays where it came from.
    private func putBack(
        _ letter: DeadLetter,
        _ order: LetterOrder,
        _ problem: Problem,
        in writing: BatchWriting
    ) throws -> [ProcessedMessage] {
        var letter = letter
        letter.reason = .problem(problem.code)
        letter.detail = problem.detail
        letter.at = writing.now
        letter.replays += 1
        let follow = FollowUp(
            cause: journal.cause(order),
            origin: Cause(identifier: order.event, traceParent: nil, at: writing.now),
            request: nil,
            writing: writing
        )
        let sequence = try follow.append(journal.deadLettered(letter, problem))
        try keep(letter, follow, journal: sequence)
        _ = try makeRoom(because: follow.cause, about: nil, in: writing)
        return []
    }

    /// A letter over which the daemon has ended again and again: it stays where it is.
    func quarantinePoison(
        _ letter: DeadLetterIdentifier,
        in writing: BatchWriting
    ) throws -> [ProcessedMessage] {
        guard let order = try writing.maintenance.order(about: letter),
            let stored = try writing.maintenance.deadLetter(letter)
        else { return [] }
        let problem = Problem(.poison, "the service ended while this message was replayed")
        return try putBack(stored, order, problem, in: writing)
    }
}
