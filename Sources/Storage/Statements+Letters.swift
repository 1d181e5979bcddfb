// Dead letters.
extension Statement {
    /// In the order in which `SQLiteStatement.deadLetter` reads them.
    static let letterColumns = """
        number, id, reason, detail, at, queue, routing_key, user, replays, properties, body
        """

    var letterText: String {
        switch self {
        case .insertLetter:
            """
            INSERT INTO dead_letter (\(Self.letterColumns), state, size, erase_at)
            VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .deleteLetter: "DELETE FROM dead_letter WHERE id = ?"
        case .letterByIdentifier:
            """
            SELECT \(Self.letterColumns) FROM dead_letter WHERE id = ? AND state <> 'sent'
            """
        case .letterState: "SELECT state, reason, user, size FROM dead_letter WHERE id = ?"
        case .letterOrder:
            """
            SELECT state, ordered_by, ordered_event, ordered_reason, ordered_at FROM dead_letter
            WHERE id = ? AND ordered_at IS NOT NULL
            """
        case .orderLetter:
            """
            UPDATE dead_letter SET state = ?, ordered_by = ?, ordered_event = ?,
                ordered_reason = ?, ordered_at = ?
            WHERE id = ? AND state <> 'sent'
            """
        case .letGoLetter:
            """
            UPDATE dead_letter SET state = 'sent', detail = NULL, queue = ?, routing_key = ?,
                user = ?, replays = ?, digest = ?, size = 0, ordered_at = NULL,
                ordered_by = NULL, ordered_event = NULL, ordered_reason = NULL,
                properties = x'', body = x''
            WHERE id = ?
            """
        case .sentLetter:
            """
            SELECT queue, routing_key, user, replays, digest FROM dead_letter
            WHERE id = ? AND state = 'sent'
            """
        case .lettersAfter:
            """
            SELECT \(Self.letterColumns) FROM dead_letter
            WHERE number > ? AND state <> 'sent' ORDER BY number LIMIT ?
            """
        case .newestLetters:
            """
            SELECT \(Self.letterColumns) FROM dead_letter
            WHERE state <> 'sent' ORDER BY number DESC
            """
        case .lettersOfSender:
            """
            SELECT id FROM dead_letter WHERE user IS ? AND state <> 'sent'
            ORDER BY number LIMIT ?
            """
        case .dueLetters:
            """
            SELECT id, ordered_at, size FROM dead_letter WHERE ordered_at <= ?
            ORDER BY ordered_at, number LIMIT ?
            """
        case .nextLetter:
            """
            SELECT ordered_at FROM dead_letter WHERE ordered_at IS NOT NULL
            ORDER BY ordered_at LIMIT 1
            """
        case .dueLetterErasures:
            """
            SELECT id, erase_at, size FROM dead_letter WHERE erase_at <= ?
            ORDER BY erase_at, number LIMIT ?
            """
        default:
            """
            SELECT erase_at FROM dead_letter WHERE erase_at IS NOT NULL ORDER BY erase_at LIMIT 1
            """
        }
    }
}
