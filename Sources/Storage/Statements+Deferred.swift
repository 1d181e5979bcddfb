// Messages that wait for their request.
extension Statement {
    private static let deferredMessageColumns =
        "queue, redelivered, properties, body, letter, replays, replayed_by"

    static let insertDeferred: Statement =
        "INSERT INTO deferred (\(deferredColumns)) VALUES (NULL, ?, ?, ?, ?, ?, ?)"
    static let insertDeferredMessage: Statement = """
        INSERT INTO deferred_message (\(deferredMessageColumns), sequence)
        VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?1)
        """
    static let deferredByRequest: Statement =
        "SELECT \(deferredColumns) FROM deferred WHERE request = ? ORDER BY sequence"
    static let deferredBySequence: Statement = """
        SELECT \(deferredColumns), \(deferredMessageColumns)
        FROM deferred CROSS JOIN deferred_message USING (sequence) WHERE sequence = ?
        """
    static let deferredByUser: Statement = "SELECT count(*) FROM deferred WHERE user = ?"
    static let deferredDue: Statement = """
        SELECT \(deferredColumns) FROM deferred WHERE next_attempt_at <= ?
        ORDER BY next_attempt_at, sequence LIMIT ?
        """
    static let deleteDeferred: Statement = "DELETE FROM deferred WHERE sequence = ?"
    static let deleteDeferredMessage: Statement = "DELETE FROM deferred_message WHERE sequence = ?"
    static let postponeDeferred: Statement =
        "UPDATE deferred SET attempts = ?, next_attempt_at = ? WHERE sequence = ?"
    static let hastenDeferred: Statement =
        "UPDATE deferred SET next_attempt_at = ? WHERE request = ?"
    static let nextAttempt: Statement =
        "SELECT next_attempt_at FROM deferred ORDER BY next_attempt_at LIMIT 1"
}
