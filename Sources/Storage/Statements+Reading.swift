import Workflow

// What tools ask of a store, a start, and a check; the writing side has no need of them.
extension Statement {
    private static let journalColumns = "sequence, time, event, cause, previous, hash"
    private static let outboxColumns = """
        outbox.sequence, outbox.journal, outbox.exchange, outbox.routing_key, outbox.message_id,
        outbox.created_at, outbox.settled_at, outbox.was_erased,
        CASE WHEN parked.stream IS NULL THEN NULL
            WHEN parked.sequence =
                (SELECT min(sequence) FROM parked_payload WHERE stream = parked.stream)
            THEN (SELECT reason FROM parked_stream WHERE number = parked.stream)
            ELSE '\(ParkedMessage.behind)' END
        """

    static let requests: Statement = listRequests(where: "TRUE")
    static let requestsOfPerson: Statement = listRequests(where: "person = ?5")
    static let openRequestsOfEORI: Statement = listRequests(
        where: "eori = \(key("?4")) AND \(Schema.isOpen)"
    )
    static let oldestOpenRequestOfAll: Statement = """
        SELECT min(submitted_at) FROM request INDEXED BY request_open_since
        WHERE \(Schema.isOpen)
        """
    static let accounts: Statement = listAccounts(where: "TRUE")
    static let accountsOfEORI: Statement = listAccounts(where: "eori = \(key("?1"))")
    static let accountsOfPerson: Statement = listAccounts(where: "person = ?2")
    static let orders: Statement = listOrders(where: "TRUE")
    static let ordersOfAccount: Statement = listOrders(where: "account = ?1")
    static let textsOfRequest: Statement = """
        SELECT kind, recorded_at, content, number FROM free_text WHERE request = ?1
        UNION ALL SELECT 'reason', recorded_at, content, journal FROM reason
        WHERE request = ?1 ORDER BY recorded_at, number
        """
    static let reasonsOfRequest: Statement = "SELECT journal, content FROM reason WHERE request = ?"
    static let parkedMessages: Statement = unsettled("parked_payload")
    static let pendingMessages: Statement = unsettled("outbox_payload")
    static let deferredMessages: Statement =
        "SELECT \(deferredColumns) FROM deferred ORDER BY sequence LIMIT ?"

    static let checkpointsAfter: Statement = """
        SELECT \(checkpointColumns) FROM checkpoint
        WHERE sequence > ? AND sequence <= ? ORDER BY number
        """
    static let timeline: Statement = """
        SELECT \(journalColumns) FROM journal
        WHERE request = (SELECT number FROM request WHERE id = ?1)
        UNION SELECT \(journalColumns) FROM journal
        WHERE request IN (SELECT number FROM erased_request WHERE id = ?1)
        UNION SELECT \(journalColumns) FROM journal WHERE sequence IN
            (SELECT journal FROM journal_unknown_request WHERE request = ?1)
        ORDER BY sequence
        """
    static let messagesOfEntry: Statement = """
        SELECT \(outboxColumns)
        FROM outbox LEFT JOIN parked_payload AS parked USING (sequence)
        WHERE outbox.journal = ? ORDER BY outbox.sequence
        """
    static let journalHead: Statement =
        "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1"
    static let lastOutboxSequence: Statement = "SELECT max(sequence) FROM outbox"
    static let traces: Statement = "SELECT traces FROM run WHERE number = 1"
    static let erasures: Statement = "SELECT person, last_message FROM erasure"
    static let tallies: Statement = "SELECT kind, name, status, count FROM tally"
    static let checkpoints: Statement =
        "SELECT \(checkpointColumns) FROM checkpoint ORDER BY number"
    static let wrongTallies: Statement = """
        WITH counted (kind, name, status, count) AS (
            SELECT 'request', procedure, status, count(*) FROM request GROUP BY 2, 3
            UNION ALL SELECT 'account', '', status, count(*) FROM account GROUP BY 3
            UNION ALL SELECT 'order', '', state, count(*) FROM provisioning_order GROUP BY 3
            UNION ALL SELECT 'authorisation', kind, status, count(*) FROM authorisation
                GROUP BY 2, 3
            UNION ALL SELECT 'obligation', kind, status, count(*) FROM obligation GROUP BY 2, 3
            UNION ALL SELECT 'guarantee', '', \(guaranteeStatus), count(*) FROM guarantee
                GROUP BY 3
            UNION ALL SELECT 'outage', system, '', count(*) FROM outage WHERE until IS NULL
                GROUP BY 2
            UNION ALL SELECT 'outbox', '', iif(stream IS NULL, 'pending', 'parked'),
                count(*) FROM unsent GROUP BY 3
            UNION ALL SELECT 'deferred', '', '', count(*) FROM deferred HAVING count(*) > 0
            UNION ALL SELECT 'dead-letter', reason, '', count(*) FROM dead_letter
                WHERE state <> 'sent' GROUP BY 2
            UNION ALL SELECT 'dead-letter-user', ifnull(user, ''), 'count', count(*)
                FROM dead_letter WHERE state <> 'sent' GROUP BY 2
            UNION ALL SELECT 'dead-letter-user', ifnull(user, ''), 'bytes', sum(size)
                FROM dead_letter WHERE state <> 'sent' GROUP BY 2
        )
        SELECT kind, name, status FROM (
            SELECT * FROM counted EXCEPT SELECT * FROM tally
        ) UNION SELECT kind, name, status FROM (
            SELECT * FROM tally WHERE count <> 0 EXCEPT SELECT * FROM counted
        )
        """

    /// Whatever is not nil counts besides.
    private static func listRequests(where condition: String) -> Statement {
        """
        SELECT \(requestSelection) FROM request
        WHERE \(condition) AND (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR procedure = ?2)
            AND (?3 IS NULL OR profile = ?3) AND (?4 IS NULL OR eori = \(key("?4")))
            AND (?5 IS NULL OR person = ?5) AND (?6 IS NULL OR submitted_at >= ?6)
        ORDER BY number DESC LIMIT ?7
        """
    }

    private static func listAccounts(where condition: String) -> Statement {
        """
        SELECT \(accountSelection) FROM account
        WHERE \(condition) AND (?1 IS NULL OR eori = \(key("?1")))
            AND (?2 IS NULL OR person = ?2) AND (?3 IS NULL OR status = ?3)
        ORDER BY number LIMIT ?4
        """
    }

    private static func listOrders(where condition: String) -> Statement {
        """
        SELECT \(orderColumns) FROM provisioning_order
        WHERE \(condition) AND (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR state = ?2)
        ORDER BY account, number LIMIT ?3
        """
    }

    private static func unsettled(_ table: String) -> Statement {
        """
        SELECT \(outboxColumns)
        FROM \(table) AS payload CROSS JOIN outbox USING (sequence)
            LEFT JOIN parked_payload AS parked USING (sequence)
        ORDER BY payload.sequence LIMIT ?
        """
    }
}

extension SQLiteStatement {
    convenience init(_ statement: Statement, on handle: SQLiteHandle) throws {
        try self.init(statement.sql, on: handle)
    }
}
