public import Contract
public import Domain

/// A dead letter without its body.
public struct LetterHead: Hashable, Sendable {
    public let identifier: DeadLetterIdentifier
    public let reason: DeadLetterReason
    public let detail: String?
    public let at: Instant
    public let queue: String?
    public let routingKey: String
    public let user: String?
    public let replays: Int64
    /// The AMQP property.
    public let messageIdentifier: String?
    /// The AMQP property.
    public let type: String?
    public let bodyBytes: Int
}

// Dead letters that wait for an operator, the oldest first. Looking changes nothing.
extension SQLiteRegisterReader {
    /// Hands one letter after another to `body`, until that returns false.
    ///
    /// - Throws: A `StorageError`.
    public func forEachDeadLetter(
        _ body: (LetterHead) -> Bool
    ) throws(StorageError) {
        try read { handle in
            let statement = try SQLiteStatement(
                """
                SELECT id, reason, detail, at, queue, routing_key, user, replays, properties,
                    length(body)
                FROM dead_letter WHERE state IN ('kept', 'replay') ORDER BY number
                """,
                on: handle
            )
            try statement.read { body(try $0.letterHead()) }
        }
    }

    public func deadLetter(
        _ identifier: DeadLetterIdentifier
    ) throws(StorageError) -> DeadLetter? {
        try look { try $0.deadLetter(identifier) }
    }

    /// Letters whose ids begin like this.
    ///
    /// - Parameter beginning: Of an id's text, hyphens included, in either case.
    /// - Returns: At most `limit`; nil when no id begins like this.
    public func deadLetters(
        beginningWith beginning: String,
        limit: Int
    ) throws(StorageError) -> [DeadLetterIdentifier]? {
        let (first, last) = (
            Self.identifier(beginning, filledWith: "0"), Self.identifier(beginning, filledWith: "f")
        )
        guard let first, let last, !beginning.isEmpty else { return nil }
        return try read { handle in
            let statement = try SQLiteStatement(
                """
                SELECT id FROM dead_letter
                WHERE id BETWEEN ? AND ? AND state IN ('kept', 'replay') ORDER BY id LIMIT ?
                """,
                on: handle
            )
            statement.bind(first)
            statement.bind(last)
            statement.bind(limit)
            return try statement.all { DeadLetterIdentifier(try $0.identifier(0)) }
        }
    }

    private static func identifier(
        _ beginning: String,
        filledWith digit: Character
    ) -> UniversalIdentifier? {
        let filling = [8, 4, 4, 4, 12].map { String(repeating: digit, count: $0) }
            .joined(separator: "-")
        return UniversalIdentifier(beginning + filling.dropFirst(beginning.count))
    }
}

extension SQLiteStatement {
    fileprivate func letterHead() throws -> LetterHead {
        let properties = try properties(8)
        return LetterHead(
            identifier: DeadLetterIdentifier(try identifier(0)),
            reason: try value(1),
            detail: optionalText(2),
            at: instant(3),
            queue: optionalText(4),
            routingKey: text(5),
            user: optionalText(6),
            replays: integer(7),
            messageIdentifier: properties.messageIdentifier,
            type: properties.type,
            bodyBytes: Int(integer(9))
        )
    }
}
