import Contract
import Domain
import Workflow

// Dead letters. What was counted as the store's letters is what is not `sent`.

/// What becomes of a letter next.
private enum LetterState: String {
    /// It waits for an operator.
    case kept
    case replay
    case discard
    /// It was sent back to the queue of another program, and only an id is left of it.
    case sent

    init(_ action: LetterOrder.Action) {
        self = action == .replay ? .replay : .discard
    }
}

extension SQLiteTransaction {
    func keep(_ letter: DeadLetter, eraseAt: Instant?) throws {
        try remove([letter.identifier])
        let properties = PropertiesCodec.encode(letter.properties)
        let statement = try statement(.insertLetter)
        statement.bind(letter.identifier.uuid)
        statement.bind(letter.reason.rawValue)
        statement.bind(letter.detail)
        statement.bind(letter.at)
        statement.bind(letter.queue)
        statement.bind(letter.routingKey)
        statement.bind(letter.user)
        statement.bind(letter.replays)
        statement.bind(properties)
        statement.bind(letter.body)
        statement.bind(LetterState.kept.rawValue)
        statement.bind(letter.storedBytes)
        statement.bind(eraseAt)
        try statement.run()
        count(letter.reason, of: letter.user, bytes: letter.storedBytes, by: 1)
    }

    @discardableResult
    func remove(_ letters: [DeadLetterIdentifier]) throws -> [DeadLetterIdentifier] {
        var removed: [DeadLetterIdentifier] = []
        for letter in letters {
            guard let stored = try stored(letter) else { continue }
            try statement(.deleteLetter, letter.uuid).run()
            guard stored.state != .sent else { continue }
            count(stored.reason, of: stored.user, bytes: stored.bytes, by: -1)
            // Somebody may have written anything into it.
            connection.state.traces += 1
            removed.append(letter)
        }
        return removed
    }

    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws {
        for letter in letters {
            let statement = try statement(.orderLetter)
            statement.bind(LetterState(order.action).rawValue)
            statement.bind(order.user)
            statement.bind(order.event)
            statement.bind(order.reason)
            statement.bind(order.at)
            statement.bind(letter.uuid)
            try statement.run()
        }
    }

    func order(about letter: DeadLetterIdentifier) throws -> LetterOrder? {
        try statement(.letterOrder, letter.uuid).first { row in
            LetterOrder(
                action: try row.value(0),
                user: row.text(1),
                event: row.text(2),
                reason: row.optionalText(3),
                at: row.instant(4)
            )
        }
    }

    func letGo(_ letter: DeadLetterIdentifier, as sent: SentLetter) throws {
        guard let stored = try stored(letter), stored.state != .sent else {
            throw contradiction("no dead letter \(letter)")
        }
        let statement = try statement(.letGoLetter)
        statement.bind(sent.queue)
        statement.bind(sent.routingKey)
        statement.bind(sent.user)
        statement.bind(sent.replays)
        statement.bind(sent.digest)
        statement.bind(letter.uuid)
        try statement.run()
        count(stored.reason, of: stored.user, bytes: stored.bytes, by: -1)
        connection.state.traces += 1
    }

    func deadLetters(after number: Int64, limit: Int, bytes: Int) throws -> [NumberedLetter] {
        let statement = try statement(.lettersAfter, number, limit)
        var letters: [NumberedLetter] = []
        var heldBytes = 0
        try statement.read { row in
            let letter = try row.deadLetter()
            letters.append(NumberedLetter(number: row.integer(0), letter: letter))
            heldBytes += letter.storedBytes
            return heldBytes < bytes
        }
        return letters
    }

    func deadLetterTotals() throws -> DeadLetterTotals {
        try checkUsable()
        return connection.state.counts.reduce(into: DeadLetterTotals(count: 0, bytes: 0)) {
            switch $1.key {
            case .deadLetters: $0.count += $1.value
            case .deadLetterBytes: $0.bytes += $1.value
            default: break
            }
        }
    }

    func deadLettersOfGreatestSender(
        byBytes: Bool,
        limit: Int
    ) throws -> [DeadLetterIdentifier] {
        let senders = connection.state.counts.compactMap { key, value -> (user: String, Int)? in
            switch key {
            case .deadLetterBytes(let user) where byBytes: (user, value)
            case .deadLettersOf(let user) where !byBytes: (user, value)
            default: nil
            }
        }
        guard let greatest = senders.max(by: { ($0.1, $1.user) < ($1.1, $0.user) }) else {
            return []
        }
        return try statement(.lettersOfSender, greatest.user.isEmpty ? nil : greatest.user, limit)
            .all { DeadLetterIdentifier(try $0.identifier(0)) }
    }

    private struct Stored {
        let state: LetterState
        let reason: DeadLetterReason
        let user: String?
        let bytes: Int
    }

    private func stored(_ letter: DeadLetterIdentifier) throws -> Stored? {
        try statement(.letterState, letter.uuid).first { row in
            Stored(
                state: try row.value(0),
                reason: try row.value(1),
                user: row.optionalText(2),
                bytes: Int(row.integer(3))
            )
        }
    }

    private func count(_ reason: DeadLetterReason, of user: String?, bytes: Int, by change: Int) {
        let user = user ?? ""
        connection.state.count(.deadLetters(reason), change)
        connection.state.count(.deadLettersOf(user: user), change)
        connection.state.count(.deadLetterBytes(user: user), change * bytes)
    }
}

extension RegisterQueries {
    func sentLetter(_ identifier: DeadLetterIdentifier) throws -> SentLetter? {
        try statement(.sentLetter, identifier.uuid).first { row in
            SentLetter(
                queue: row.optionalText(0),
                routingKey: row.text(1),
                user: row.optionalText(2),
                replays: row.integer(3),
                digest: row.bytes(4)
            )
        }
    }

    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter? {
        try statement(.letterByIdentifier, identifier.uuid).first { try $0.deadLetter() }
    }

    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        try statement(.letterState, identifier.uuid).first { row in
            switch try row.value(0, as: LetterState.self) {
            case .kept, .replay: try row.value(1, as: DeadLetterReason.self)
            case .discard, .sent: nil
            }
        } ?? nil
    }
}

extension SQLiteStatement {
    /// From the columns `Statement.letterColumns`.
    func deadLetter() throws -> DeadLetter {
        DeadLetter(
            identifier: DeadLetterIdentifier(try identifier(1)),
            reason: try value(2),
            detail: optionalText(3),
            at: instant(4),
            queue: optionalText(5),
            routingKey: text(6),
            user: optionalText(7),
            replays: integer(8),
            properties: try properties(9),
            body: bytes(10)
        )
    }
}
