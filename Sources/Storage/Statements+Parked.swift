extension Statement {
    // What cannot be sent now: streams, and their messages.

    static let parkableMessage: Statement = """
        SELECT payload.subject, outbox.routing_key
        FROM outbox_payload AS payload CROSS JOIN outbox USING (sequence)
        WHERE payload.sequence = ?
        """
    static let parkedStream: Statement =
        "SELECT number FROM parked_stream WHERE subject = ? AND family = ?"
    static let insertParkedStream: Statement =
        "INSERT INTO parked_stream (subject, family, reason) VALUES (?, ?, ?) RETURNING number"
    static let setParkedReason: Statement =
        "UPDATE parked_stream SET reason = ?1 WHERE number = ?2 AND reason <> ?1"
    static let insertParkedPayload: Statement = """
        INSERT INTO parked_payload (stream, \(payloadColumns))
        SELECT ?, \(payloadColumns) FROM outbox_payload WHERE sequence = ?
        """
    static let parkedPlace: Statement = "SELECT stream FROM parked_payload WHERE sequence = ?"
    static let parkedStreams: Statement = """
        SELECT number FROM parked_stream WHERE number > ? AND number <= ?
        ORDER BY number LIMIT ?
        """
    static let lastParkedStream: Statement = "SELECT max(number) FROM parked_stream"
    static let parkedPayloads: Statement = """
        SELECT payload.sequence, outbox.exchange, outbox.routing_key, payload.mandatory,
            payload.properties, payload.body, payload.subject, payload.account, payload.about
        FROM parked_payload AS payload CROSS JOIN outbox USING (sequence)
        WHERE payload.stream = ? AND payload.sequence <= ?
        ORDER BY payload.sequence LIMIT ?
        """
    static let settledParked: Statement = """
        SELECT stream, account, leaves_traces, sequence FROM parked_payload
        WHERE sequence BETWEEN ? AND ?
        """
    static let deleteParkedPayloads: Statement =
        "DELETE FROM parked_payload WHERE sequence BETWEEN ? AND ?"
    static let deleteParkedStream: Statement = """
        DELETE FROM parked_stream WHERE number = ?1
            AND NOT EXISTS (SELECT 1 FROM parked_payload WHERE stream = ?1)
        """
    static let oldestParked: Statement = """
        SELECT created_at FROM outbox
        WHERE sequence = (SELECT min(sequence) FROM parked_payload)
        """

    private static let payloadColumns =
        "sequence, account, about, mandatory, leaves_traces, subject, properties, body"
}
