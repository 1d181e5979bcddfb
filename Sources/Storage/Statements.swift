import GRDBSQLite

/// A statement: what it is called is the constant that has its text. Two are equal if they are the
/// same, whatever they say.
///
/// Those of the writing side are prepared once for a connection; `Statements+Reading.swift` has
/// those of tools and checks.
final class Statement: ExpressibleByStringInterpolation, Hashable, Sendable {
    let sql: String

    init(stringLiteral sql: String) {
        self.sql = sql
    }

    static func == (left: Statement, right: Statement) -> Bool { left === right }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}

extension Statement {
    static let requestColumns = """
        number, id, procedure, profile, person, eori, requested, authorised, status, revision,
        reason, kept, submitted_at, changed_at, remind_at, escalate_at, expire_at,
        erase_at, approvals
        """
    static let personColumns = """
        id, subject, authentication, family_name, given_name, email, languages, signature,
        restricted
        """
    private static let accountRow =
        "id, person, eori, request, role, operations, status, location, place, former"
    /// With kinds, numbers and mandates of entitlements by turns, a blank between each two, and a
    /// hyphen for no mandate.
    static let accountColumns = """
        \(accountRow), (SELECT group_concat(entitlement.kind || ' ' || entitlement.number || ' '
                || entitlement.mandate, ' ')
            FROM entitlement WHERE entitlement.account = account.number)
        """
    static let accountColumnCount: Int32 = 11
    static let orderColumns = """
        account, number, method, tries, state, next, failure, due_at, causation, trace_parent,
        missed, message
        """
    static let checkpointColumns = "number, sequence, hash, at, previous, key, signature"
    static let deferredColumns = """
        sequence, request, user, routing_key, received_at, attempts, next_attempt_at
        """

    static let begin: Statement = "BEGIN IMMEDIATE"
    static let commit: Statement = "COMMIT"
    static let rollback: Statement = "ROLLBACK"
    static let setSavepoint: Statement = "SAVEPOINT message"
    static let releaseSavepoint: Statement = "RELEASE message"
    static let rollbackToSavepoint: Statement = "ROLLBACK TO message"

    static let accountByIdentifier: Statement =
        "SELECT \(accountSelection) FROM account WHERE id = ?"
    static let accountByPlace: Statement = "SELECT \(accountSelection) FROM account WHERE place = ?"
    static let accountsByEORI: Statement = """
        SELECT \(accountSelection) FROM account
        WHERE eori = \(key("?1"))
            AND number > coalesce((SELECT number FROM account WHERE id = ?), 0)
        ORDER BY number LIMIT ?
        """
    static let accountsByPersonAndEORI: Statement = """
        SELECT \(accountSelection) FROM account
        WHERE person = ? AND eori = \(key("?2")) ORDER BY number
        """
    static let managingAccounts: Statement = """
        SELECT \(accountSelection) FROM account
        WHERE eori = \(key("?1")) AND \(Schema.managesOperator)
            AND status IN ('provisioning', 'active')
        ORDER BY number LIMIT ?
        """
    static let accountsByEntitlement: Statement = """
        SELECT \(accountSelection) FROM account
        WHERE number IN (
            SELECT used.account FROM entitlement AS used WHERE used.number = ?1
            UNION ALL SELECT used.account FROM entitlement AS used
            WHERE used.mandate = ?1 AND used.mandate <> '-')
        ORDER BY number LIMIT ?2
        """
    static let accountsByEntitlementKind: Statement = """
        SELECT \(accountSelection)
        FROM entitlement AS used CROSS JOIN account ON account.number = used.account
        WHERE used.kind = ?1
            AND used.account > coalesce((SELECT number FROM account WHERE id = ?2), 0)
        GROUP BY used.account ORDER BY used.account LIMIT ?3
        """
    static let accountState: Statement =
        "SELECT \(accountSelection), number FROM account WHERE id = ?"
    static let insertAccount: Statement = """
        INSERT INTO account (\(accountRow))
        VALUES (?, ?, \(key("?3")), ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateAccount: Statement = """
        UPDATE account SET role = ?, operations = ?, status = ?, location = ?, place = ?,
            former = ?
        WHERE number = ?
        """
    static let insertEntitlement: Statement =
        "INSERT INTO entitlement (account, kind, number, mandate) VALUES (?, ?, ?, ?)"
    static let deleteEntitlements: Statement =
        "DELETE FROM entitlement WHERE account = ?"

    static let personByIdentifier: Statement = "SELECT \(personColumns) FROM person WHERE id = ?"
    static let personBySubject: Statement = "SELECT \(personColumns) FROM person WHERE subject = ?"
    static let recordPerson: Statement = """
        INSERT INTO person (\(personColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET subject = excluded.subject,
            authentication = excluded.authentication, family_name = excluded.family_name,
            given_name = excluded.given_name, email = excluded.email,
            languages = excluded.languages, signature = excluded.signature,
            restricted = excluded.restricted
        """
    static let requestByIdentifier: Statement =
        "SELECT \(requestSelection) FROM request WHERE id = ?"
    static let requestState: Statement =
        "SELECT number, procedure, status, eori FROM request WHERE id = ?"
    static let insertRequest: Statement = """
        INSERT INTO request (\(requestColumns))
        VALUES (NULL, ?, ?, ?, ?, \(key("?5")), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateRequest: Statement = """
        UPDATE request SET authorised = ?, status = ?, revision = ?, reason = ?,
            kept = ?, changed_at = ?, remind_at = ?, escalate_at = ?, expire_at = ?,
            erase_at = ?, approvals = ?
        WHERE number = ?
        """
    static let openRequestOfEORI: Statement = """
        SELECT 1 FROM request
        WHERE eori = \(key("?1")) AND profile = ? AND \(Schema.isOpen) LIMIT 1
        """
    static let openRequestOfPerson: Statement = """
        SELECT 1 FROM request
        WHERE eori = \(key("?1")) AND profile = ? AND person = ? AND \(Schema.isOpen)
        LIMIT 1
        """
    static let otherRequest: Statement =
        "SELECT 1 FROM request WHERE person = ? AND id <> ? LIMIT 1"
    static let remarksAt: Statement = """
        SELECT content FROM free_text
        WHERE request = ? AND kind = 'remarks' AND recorded_at = ?
        ORDER BY number DESC LIMIT 1
        """
    static let operatorByEORI: Statement = """
        SELECT kind, operations, status, request FROM economic_operator
        WHERE eori = \(key("?1"))
        """
    static let recordOperator: Statement = """
        INSERT INTO economic_operator (eori, kind, operations, status, request)
        VALUES (\(key("?1")), ?, ?, ?, ?)
        ON CONFLICT (eori) DO UPDATE SET kind = excluded.kind,
            operations = excluded.operations, status = excluded.status,
            request = excluded.request
        """
    static let insertText: Statement =
        "INSERT INTO free_text (request, kind, recorded_at, content) VALUES (?, ?, ?, ?)"
    static let insertReason: Statement =
        "INSERT INTO reason (journal, request, recorded_at, content) VALUES (?, ?, ?, ?)"
    static let insertDocument: Statement = """
        INSERT INTO document (\(documentColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let documentColumns =
        "request, recorded_at, kind, reference, issued_on, valid_until, country, attests"

    // What is kept about one person.

    static let requestsByPerson: Statement = """
        SELECT \(requestSelection) FROM request
        WHERE person = ?1 AND number > coalesce((SELECT number FROM request WHERE id = ?2),
            (SELECT max(number) FROM erased_request WHERE id = ?2), 0)
        ORDER BY number LIMIT ?3
        """
    static let accountsByPerson: Statement = """
        SELECT \(accountSelection) FROM account
        WHERE person = ?1 AND number > coalesce((SELECT number FROM account WHERE id = ?2), 0)
        ORDER BY number LIMIT ?3
        """
    static let standingAccount: Statement =
        "SELECT 1 FROM account WHERE person = ? AND \(Schema.stands) LIMIT 1"
    static let textsByPerson: Statement = """
        SELECT request, kind, recorded_at, content, number FROM free_text
        WHERE request IN (SELECT id FROM request WHERE person = ?1)
        UNION ALL SELECT request, 'reason', recorded_at, content, journal FROM reason
        WHERE request IN (SELECT id FROM request WHERE person = ?1)
        ORDER BY recorded_at, number
        """
    static let documentsByPerson: Statement = """
        SELECT \(documentColumns) FROM document
        WHERE request IN (SELECT id FROM request WHERE person = ?) ORDER BY number
        """
    static let messagesByPerson: Statement = """
        SELECT sequence, routing_key, template, recipient, message_id, created_at, settled_at
        FROM outbox_about CROSS JOIN outbox USING (sequence)
        WHERE person = ? AND routing_key IN ('notification.email', 'provisioning.account')
        ORDER BY sequence
        """
    /// Who is told, and of what, is a short list; all messages are gone through for it, which are
    /// few.
    static let recipientsByPerson: Statement = """
        SELECT template, recipient, min(sequence)
        FROM outbox_about CROSS JOIN outbox USING (sequence)
        WHERE person = ?1 AND routing_key = 'notification.email'
            AND recipient IS NOT ?1 AND NOT was_erased
        GROUP BY 1, 2 ORDER BY 3
        """

    static let inboxEntry: Statement = "SELECT digest, received_at FROM inbox WHERE key = ?"
    static let insertInboxEntry: Statement =
        "INSERT INTO inbox (key, digest, received_at) VALUES (?, ?, ?)"
    static let deleteInboxEntry: Statement = "DELETE FROM inbox WHERE key = ?"
    static let insertJournalEntry: Statement = """
        INSERT INTO journal (sequence, request, time, event, cause, previous, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    static let insertUnknownRequest: Statement =
        "INSERT INTO journal_unknown_request (request, journal) VALUES (?, ?)"
    static let journalHash: Statement = "SELECT hash FROM journal WHERE sequence = ?"
    static let journalEntries: Statement = """
        SELECT sequence, time, event, cause, previous, hash FROM journal
        WHERE sequence > ? ORDER BY sequence LIMIT ?
        """
    static let lastCheckpoint: Statement =
        "SELECT \(checkpointColumns) FROM checkpoint ORDER BY number DESC LIMIT 1"
    static let insertCheckpoint: Statement =
        "INSERT INTO checkpoint (\(checkpointColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
    static let phrase: Statement = "SELECT bytes FROM phrase WHERE fingerprint = ?"
    static let insertPhrase: Statement = "INSERT INTO phrase (fingerprint, bytes) VALUES (?, ?)"
    static let insertOutboxRecord: Statement = """
        INSERT INTO outbox (sequence, journal, exchange, routing_key, message_id, template,
            recipient, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let insertOutboxAbout: Statement =
        "INSERT INTO outbox_about (person, sequence) VALUES (?, ?)"
    static let insertPayload: Statement = """
        INSERT INTO outbox_payload (sequence, account, about, mandatory, leaves_traces, subject,
            properties, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let settledPayloads: Statement = """
        SELECT account, leaves_traces, sequence FROM outbox_payload
        WHERE sequence BETWEEN ? AND ? AND (account IS NOT NULL OR leaves_traces)
        """
    static let deletePayloads: Statement =
        "DELETE FROM outbox_payload WHERE sequence BETWEEN ? AND ?"
    static let settleRecords: Statement = """
        UPDATE outbox SET settled_at = ?
        WHERE sequence BETWEEN ? AND ? AND settled_at IS NULL
        """
    static let pendingPayloads: Statement = """
        SELECT payload.sequence, outbox.exchange, outbox.routing_key, payload.mandatory,
            payload.properties, payload.body, payload.subject, payload.account, payload.about
        FROM outbox_payload AS payload CROSS JOIN outbox USING (sequence)
        WHERE payload.sequence > ? ORDER BY payload.sequence LIMIT ?
        """
    static let oldestPayload: Statement = """
        SELECT created_at FROM outbox_payload CROSS JOIN outbox USING (sequence)
        ORDER BY outbox_payload.sequence LIMIT 1
        """
    static let attempts: Statement = "SELECT count FROM attempt WHERE key = ?"
    static let countAttempt: Statement = """
        INSERT INTO attempt (key, count) VALUES (?, 1)
        ON CONFLICT (key) DO UPDATE SET count = count + 1
        """
    static let clearAttempts: Statement = "DELETE FROM attempt WHERE key = ?"
    static let run: Statement = "SELECT running FROM run"
    static let setRun: Statement = "UPDATE run SET running = ?"
    static let setTraces: Statement = "UPDATE run SET traces = ?"
    static let setTally: Statement = """
        INSERT INTO tally (kind, name, status, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (kind, name, status) DO UPDATE SET count = excluded.count
        """
}

/// The statements of one connection, each prepared when it is first wanted.
final class StatementCache {
    private let handle: SQLiteHandle
    private var prepared: [Statement: SQLiteStatement] = [:]

    init(handle: SQLiteHandle) {
        self.handle = handle
    }

    subscript(statement: Statement) -> SQLiteStatement {
        get throws {
            if let ready = prepared[statement] {
                ready.forgetBindings()
                return ready
            }
            let fresh = try SQLiteStatement(statement.sql, on: handle)
            prepared[statement] = fresh
            return fresh
        }
    }
}
