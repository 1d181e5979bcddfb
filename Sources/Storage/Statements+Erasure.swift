extension Statement {
    /// What takes records away.
    var erasureText: String {
        switch self {
        case .deferredNaming:
            // A backslash may write any character in another way.
            "SELECT sequence, body FROM deferred WHERE instr(body, ?) OR instr(body, x'5c')"
        case .payloadsTo:
            """
            SELECT sequence FROM unsent CROSS JOIN outbox USING (sequence) WHERE recipient = ?
            """
        case .payloadsNaming:
            // See `OutboundMessage.namesNobody`.
            """
            SELECT sequence FROM unsent CROSS JOIN outbox USING (sequence)
            WHERE instr(body, ?) AND routing_key NOT LIKE 'problem.%'
                AND (routing_key NOT LIKE 'status.%'
                    OR instr(body, CAST('"remarks":"' AS BLOB)))
            """
        case .unsentDeadLetters:
            """
            SELECT sequence, body FROM unsent CROSS JOIN outbox USING (sequence) WHERE exchange = 'dead'
            """
        case .settleErased:
            "UPDATE outbox SET settled_at = ?, was_erased = 1 WHERE sequence = ?"
        case .deletePerson: "DELETE FROM person WHERE id = ?"
        case .keepStory:
            """
            INSERT INTO journal_unknown_request (request, journal)
            SELECT request.id, journal.sequence
            FROM request CROSS JOIN journal ON journal.request = request.number
            WHERE request.id = ?
            """
        case .deleteRequest: "DELETE FROM request WHERE id = ?"
        case .deleteTexts: "DELETE FROM free_text WHERE request = ?"
        case .deleteReasons: "DELETE FROM reason WHERE request = ?"
        default: "DELETE FROM document WHERE request = ?"
        }
    }
}
