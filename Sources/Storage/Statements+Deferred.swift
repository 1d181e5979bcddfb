// Messages that wait for their request.
extension Statement {
    private static let deferredMessageColumns =
        "queue, redelivered, properties, body, letter, replays, replayed_by"

    var deferredText: String {
        switch self {
        case .insertDeferred:
            "INSERT INTO deferred (\(Self.deferredColumns)) VALUES (NULL, ?, ?, ?, ?, ?, ?)"
        case .insertDeferredMessage:
            """
            INSERT INTO deferred_message (\(Self.deferredMessageColumns), sequence)
            VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?1)
            """
        case .deferredByRequest:
            "SELECT \(Self.deferredColumns) FROM deferred WHERE request = ? ORDER BY sequence"
        case .deferredBySequence:
            """
            SELECT \(Self.deferredColumns), \(Self.deferredMessageColumns)
            FROM deferred CROSS JOIN deferred_message USING (sequence) WHERE sequence = ?
            """
        case .deferredByUser: "SELECT count(*) FROM deferred WHERE user = ?"
        case .deferredDue:
            """
            SELECT \(Self.deferredColumns) FROM deferred WHERE next_attempt_at <= ?
            ORDER BY next_attempt_at, sequence LIMIT ?
            """
        case .deleteDeferred: "DELETE FROM deferred WHERE sequence = ?"
        case .deleteDeferredMessage: "DELETE FROM deferred_message WHERE sequence = ?"
        case .postponeDeferred:
            "UPDATE deferred SET attempts = ?, next_attempt_at = ? WHERE sequence = ?"
        case .hastenDeferred: "UPDATE deferred SET next_attempt_at = ? WHERE request = ?"
        default: "SELECT next_attempt_at FROM deferred ORDER BY next_attempt_at LIMIT 1"
        }
    }
}
