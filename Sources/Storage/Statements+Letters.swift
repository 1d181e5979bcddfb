// Dead letters.
extension Statement {
    /// In the order in which `SQLiteStatement.deadLetter` reads them.
    static let letterColumns = """
        number, id, reason, detail, at, queue, routing_key, user, replays, properties, body
        """

    static let insertLetter: Statement = """
        INSERT INTO dead_letter (\(letterColumns), state, size, erase_at)
        VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let deleteLetter: Statement = "DELETE FROM dead_letter WHERE id = ?"
    static let letterByIdentifier: Statement = """
        SELECT \(letterColumns) FROM dead_letter WHERE id = ? AND state <> 'sent'
        """
    static let letterState: Statement =
        "SELECT state, reason, user, size FROM dead_letter WHERE id = ?"
    static let letterOrder: Statement = """
        SELECT state, ordered_by, ordered_event, ordered_reason, ordered_at FROM dead_letter
        WHERE id = ? AND ordered_at IS NOT NULL
        """
    static let orderLetter: Statement = """
        UPDATE dead_letter SET state = ?, ordered_by = ?, ordered_event = ?,
            ordered_reason = ?, ordered_at = ?
        WHERE id = ? AND state <> 'sent'
        """
    static let letGoLetter: Statement = """
        UPDATE dead_letter SET state = 'sent', detail = NULL, queue = ?, routing_key = ?,
            user = ?, replays = ?, digest = ?, size = 0, ordered_at = NULL,
            ordered_by = NULL, ordered_event = NULL, ordered_reason = NULL,
            properties = x'', body = x''
        WHERE id = ?
        """
    static let sentLetter: Statement = """
        SELECT queue, routing_key, user, replays, digest FROM dead_letter
        WHERE id = ? AND state = 'sent'
        """
    static let lettersAfter: Statement = """
        SELECT \(letterColumns) FROM dead_letter
        WHERE number > ? AND state <> 'sent' ORDER BY number LIMIT ?
        """
    static let newestLetters: Statement = """
        SELECT \(letterColumns) FROM dead_letter
        WHERE state <> 'sent' ORDER BY number DESC
        """
    static let lettersOfSender: Statement = """
        SELECT id FROM dead_letter WHERE user IS ? AND state <> 'sent'
        ORDER BY number LIMIT ?
        """
    static let dueLetters: Statement = """
        SELECT id, ordered_at, size FROM dead_letter WHERE ordered_at <= ?
        ORDER BY ordered_at, number LIMIT ?
        """
    static let nextLetter: Statement = """
        SELECT ordered_at FROM dead_letter WHERE ordered_at IS NOT NULL
        ORDER BY ordered_at LIMIT 1
        """
    static let dueLetterErasures: Statement = """
        SELECT id, erase_at, size FROM dead_letter WHERE erase_at <= ?
        ORDER BY erase_at, number LIMIT ?
        """
    static let nextLetterErasure: Statement = """
        SELECT erase_at FROM dead_letter WHERE erase_at IS NOT NULL ORDER BY erase_at LIMIT 1
        """
}
