extension Statement {
    /// What cannot be sent now: streams, and their messages.
    var parkedText: String {
        switch self {
        case .parkableMessage:
            """
            SELECT payload.subject, outbox.routing_key
            FROM outbox_payload AS payload CROSS JOIN outbox USING (sequence)
            WHERE payload.sequence = ?
            """
        case .parkedStream: "SELECT number FROM parked_stream WHERE subject = ? AND family = ?"
        case .insertParkedStream:
            "INSERT INTO parked_stream (subject, family, reason) VALUES (?, ?, ?) RETURNING number"
        case .setParkedReason:
            "UPDATE parked_stream SET reason = ?1 WHERE number = ?2 AND reason <> ?1"
        case .insertParkedPayload:
            """
            INSERT INTO parked_payload (stream, \(Self.payloadColumns))
            SELECT ?, \(Self.payloadColumns) FROM outbox_payload WHERE sequence = ?
            """
        case .parkedPlace: "SELECT stream FROM parked_payload WHERE sequence = ?"
        case .parkedStreams:
            """
            SELECT number FROM parked_stream WHERE number > ? AND number <= ?
            ORDER BY number LIMIT ?
            """
        case .lastParkedStream: "SELECT max(number) FROM parked_stream"
        case .parkedPayloads:
            """
            SELECT payload.sequence, outbox.exchange, outbox.routing_key, payload.mandatory,
                payload.properties, payload.body, payload.subject, payload.account, payload.about
            FROM parked_payload AS payload CROSS JOIN outbox USING (sequence)
            WHERE payload.stream = ? AND payload.sequence <= ?
            ORDER BY payload.sequence LIMIT ?
            """
        case .settledParked:
            """
            SELECT stream, account, leaves_traces, sequence FROM parked_payload
            WHERE sequence BETWEEN ? AND ?
            """
        case .deleteParkedPayloads: "DELETE FROM parked_payload WHERE sequence BETWEEN ? AND ?"
        case .deleteParkedStream:
            """
            DELETE FROM parked_stream WHERE number = ?1
                AND NOT EXISTS (SELECT 1 FROM parked_payload WHERE stream = ?1)
            """
        default:
            """
            SELECT created_at FROM outbox
            WHERE sequence = (SELECT min(sequence) FROM parked_payload)
            """
        }
    }

    private static let payloadColumns =
        "sequence, account, about, mandatory, leaves_traces, subject, properties, body"
}
