import Workflow

/// Every statement of the reading side that the writing side has not: what tools ask of a store.
enum ReadingStatement: CaseIterable {
    case requests, requestsOfPerson, openRequestsOfEORI, oldestOpenRequest
    case accounts, accountsOfEORI, accountsOfPerson, orders, ordersOfAccount
    case textsOfRequest, documentsOfRequest, reasonsOfRequest
    case parkedMessages, pendingMessages, deferredMessages
    case journalAfter, checkpointsAfter, timeline, messagesOfEntry
    // Of a start, and of a check.
    case journalHead, lastOutboxSequence, traces, erasures, tallies, checkpoints, wrongTallies

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

    var text: String {
        switch self {
        case .requests: Self.requests(where: "TRUE")
        case .requestsOfPerson: Self.requests(where: "person = ?5")
        case .openRequestsOfEORI: Self.requests(where: "eori = ?4 AND \(Schema.isOpen)")
        case .oldestOpenRequest:
            """
            SELECT min(submitted_at) FROM request INDEXED BY request_open_since
            WHERE \(Schema.isOpen)
            """
        case .accounts: Self.accounts(where: "TRUE")
        case .accountsOfEORI: Self.accounts(where: "eori = ?1")
        case .accountsOfPerson: Self.accounts(where: "person = ?2")
        case .orders: Self.orders(where: "TRUE")
        case .ordersOfAccount: Self.orders(where: "account = ?1")
        case .textsOfRequest:
            """
            SELECT kind, recorded_at, content, number FROM free_text WHERE request = ?1
            UNION ALL SELECT 'reason', recorded_at, content, journal FROM reason
            WHERE request = ?1 ORDER BY recorded_at, number
            """
        case .documentsOfRequest:
            """
            SELECT kind, reference, issued_on, valid_until FROM document WHERE request = ?
            ORDER BY number
            """
        case .reasonsOfRequest: "SELECT journal, content FROM reason WHERE request = ?"
        case .parkedMessages: Self.unsettled("parked_payload")
        case .pendingMessages: Self.unsettled("outbox_payload")
        case .deferredMessages:
            "SELECT \(Statement.deferredColumns) FROM deferred ORDER BY sequence LIMIT ?"
        case .journalAfter, .checkpointsAfter, .timeline, .messagesOfEntry, .journalHead,
            .lastOutboxSequence, .traces, .erasures, .tallies, .checkpoints, .wrongTallies:
            journalText
        }
    }

    private var journalText: String {
        switch self {
        case .journalAfter:
            """
            SELECT \(Self.journalColumns) FROM journal WHERE sequence > ?
            ORDER BY sequence LIMIT ?
            """
        case .checkpointsAfter:
            """
            SELECT \(Statement.checkpointColumns) FROM checkpoint
            WHERE sequence > ? AND sequence <= ? ORDER BY number
            """
        case .timeline:
            """
            SELECT \(Self.journalColumns) FROM journal
            WHERE request = (SELECT number FROM request WHERE id = ?1)
            UNION SELECT \(Self.journalColumns) FROM journal WHERE sequence IN
                (SELECT journal FROM journal_unknown_request WHERE request = ?1)
            ORDER BY sequence
            """
        case .messagesOfEntry:
            """
            SELECT \(Self.outboxColumns)
            FROM outbox LEFT JOIN parked_payload AS parked USING (sequence)
            WHERE outbox.journal = ? ORDER BY outbox.sequence
            """
        case .journalHead: "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1"
        case .lastOutboxSequence: "SELECT max(sequence) FROM outbox"
        case .traces: "SELECT traces FROM run WHERE number = 1"
        case .erasures: "SELECT person, last_message FROM erasure"
        case .tallies: "SELECT kind, name, status, count FROM tally"
        case .checkpoints: "SELECT \(Statement.checkpointColumns) FROM checkpoint ORDER BY number"
        default:
            """
            WITH counted (kind, name, status, count) AS (
                SELECT 'request', procedure, status, count(*) FROM request GROUP BY 2, 3
                UNION ALL SELECT 'account', '', status, count(*) FROM account GROUP BY 3
                UNION ALL SELECT 'order', '', state, count(*) FROM provisioning_order GROUP BY 3
                UNION ALL SELECT 'authorisation', kind, status, count(*) FROM authorisation
                    GROUP BY 2, 3
                UNION ALL SELECT 'obligation', kind, status, count(*) FROM obligation GROUP BY 2, 3
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
        }
    }

    /// Whatever is not nil counts besides.
    private static func requests(where condition: String) -> String {
        """
        SELECT \(Statement.requestColumns) FROM request
        WHERE \(condition) AND (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR procedure = ?2)
            AND (?3 IS NULL OR profile = ?3) AND (?4 IS NULL OR eori = ?4)
            AND (?5 IS NULL OR person = ?5) AND (?6 IS NULL OR submitted_at >= ?6)
        ORDER BY number DESC LIMIT ?7
        """
    }

    private static func accounts(where condition: String) -> String {
        """
        SELECT \(Statement.accountColumns) FROM account
        WHERE \(condition) AND (?1 IS NULL OR eori = ?1) AND (?2 IS NULL OR person = ?2)
            AND (?3 IS NULL OR status = ?3)
        ORDER BY number LIMIT ?4
        """
    }

    private static func orders(where condition: String) -> String {
        """
        SELECT \(Statement.orderColumns) FROM provisioning_order
        WHERE \(condition) AND (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR state = ?2)
        ORDER BY account, number LIMIT ?3
        """
    }

    private static func unsettled(_ table: String) -> String {
        """
        SELECT \(outboxColumns)
        FROM \(table) AS payload CROSS JOIN outbox USING (sequence)
            LEFT JOIN parked_payload AS parked USING (sequence)
        ORDER BY payload.sequence LIMIT ?
        """
    }
}

extension SQLiteStatement {
    convenience init(_ name: Statement, on handle: SQLiteHandle) throws {
        try self.init(name.text, on: handle)
    }

    convenience init(_ name: ReadingStatement, on handle: SQLiteHandle) throws {
        try self.init(name.text, on: handle)
    }
}
