import GRDBSQLite

/// Every statement of the writing side: each is prepared once for a connection.
enum Statement: Int, CaseIterable {
    case begin, commit, rollback, setSavepoint, releaseSavepoint, rollbackToSavepoint
    case personByIdentifier, personBySubject, recordPerson, deletePerson
    case requestByIdentifier, requestState, insertRequest, updateRequest
    case openRequestOfEORI, openRequestOfPerson, otherRequest
    case requestsByPerson, keepStory, deleteRequest
    case dueReminders, dueEscalations, dueExpiries, dueErasures
    case nextReminder, nextEscalation, nextExpiry, nextErasure, oldestOpenRequest
    case operatorByEORI, recordOperator
    case accountByIdentifier, accountByPlace, accountsByEORI, accountsByPerson
    case accountsByPersonAndEORI, openRequests, openRequestsOfPerson, openRequestUnrestricted
    case managingAccounts, accountsByEntitlement, accountState
    case insertAccount, updateAccount, insertEntitlement, deleteEntitlements
    case insertCascade, updateCascade, deleteCascade, cascadesDue, cascadeOfEORI, nextCascade
    case cascadeOfPerson, deleteCascadesOfPerson, standingAccount
    case remarksAt
    case ordersByAccount, orderState, recordOrder, removeOrder, dueOrders, nextOrder
    case insertText, insertDocument, insertReason, deleteTexts, deleteDocuments, deleteReasons
    case stateParticular, particularsByRequest, deleteParticulars
    case insertAuthorisation, updateAuthorisation, authorisationByNumber
    case authorisationByRequest, activeAuthorisations, authorisationsByPerson
    case insertObligation, updateObligation, obligationByIdentifier, obligationsByNumber
    case obligationsByReference, obligationsByRequest, obligationsByPerson, statementsByPerson
    case dueWarnings, nextWarning, dueLapses, nextLapse
    case dueObligations, nextObligation, dueOverdue, nextOverdue
    case beginErasure, erasureByPerson, oldestErasures, updateErasure, deleteErasure
    case requestsToErase, accountsToErase
    case messagesToErase, forgetMessages, settleErased, unsentReplays
    case insertSurrogate, surrogateByEORI, surrogatesToErase, passOnSurrogate
    case dropSurrogate, deleteSurrogate
    case concealRequest
    case deferredNaming, deferredByWord, insertDeferredAbout, deleteDeferredAbout
    case noteRecipient, notedRecipients, deleteRecipients
    case textsByPerson, documentsByPerson, messagesByPerson, recipientsByPerson
    case inboxEntry, insertInboxEntry, deleteInboxEntry
    case insertJournalEntry, insertUnknownRequest, journalHash, journalEntries
    case lastCheckpoint, insertCheckpoint
    case phrase, insertPhrase
    case insertOutboxRecord, insertOutboxAbout, insertPayload
    case settledPayloads, deletePayloads, settleRecords
    case pendingPayloads, oldestPayload
    case parkableMessage, parkedStream, insertParkedStream, setParkedReason, insertParkedPayload
    case parkedPlace, parkedStreams, lastParkedStream, parkedPayloads, settledParked
    case deleteParkedPayloads, deleteParkedStream, oldestParked
    case insertDeferred, insertDeferredMessage, deferredByRequest, deferredBySequence
    case deferredByUser, deferredDue, deleteDeferred, deleteDeferredMessage
    case postponeDeferred, hastenDeferred, nextAttempt
    case attempts, countAttempt, clearAttempts
    case run, setRun, setTraces
    case setTally
    case journalTime, certainTime, setCertainTime, deleteCertainTime
    case insertLetter, deleteLetter, letterByIdentifier, letterState, letterOrder, orderLetter
    case letGoLetter, sentLetter, lettersAfter, newestLetters, lettersOfSender
    case dueLetters, nextLetter, dueLetterErasures, nextLetterErasure

    static let requestColumns = """
        number, id, procedure, profile, person, eori, requested, authorised, status, revision,
        reason, kept, submitted_at, changed_at, remind_at, escalate_at, expire_at,
        erase_at
        """
    static let personColumns = """
        id, subject, authentication, family_name, given_name, email, languages, signature,
        restricted
        """
    private static let accountRow =
        "id, person, eori, request, role, operations, status, location, place, former"
    /// With the numbers under which the holder may use EMCS, a blank between each two.
    static let accountColumns = """
        \(accountRow), (SELECT group_concat(entitlement.number, ' ') FROM entitlement
            WHERE entitlement.account = account.number AND entitlement.kind = 'emcs')
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

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .setSavepoint: "SAVEPOINT message"
        case .releaseSavepoint: "RELEASE message"
        case .rollbackToSavepoint: "ROLLBACK TO message"
        case .personByIdentifier, .personBySubject, .recordPerson, .requestByIdentifier,
            .requestState, .insertRequest, .updateRequest, .openRequestOfEORI,
            .openRequestOfPerson, .otherRequest, .operatorByEORI, .recordOperator,
            .insertText, .insertDocument, .insertReason, .remarksAt:
            registerText
        case .openRequests, .openRequestsOfPerson, .openRequestUnrestricted: openRequestText
        case .accountByIdentifier, .accountByPlace, .accountsByEORI, .accountsByPersonAndEORI,
            .managingAccounts, .accountsByEntitlement, .accountState, .insertAccount,
            .updateAccount, .insertEntitlement, .deleteEntitlements:
            accountText
        case .insertCascade, .updateCascade, .deleteCascade, .cascadesDue, .cascadeOfEORI,
            .nextCascade, .cascadeOfPerson, .deleteCascadesOfPerson:
            cascadeText
        case .requestsByPerson, .accountsByPerson, .standingAccount, .textsByPerson,
            .documentsByPerson,
            .messagesByPerson, .recipientsByPerson:
            personText
        case .deletePerson, .keepStory, .deleteRequest, .deleteTexts, .deleteDocuments,
            .deleteReasons, .beginErasure, .erasureByPerson, .oldestErasures, .updateErasure,
            .deleteErasure, .requestsToErase, .accountsToErase,
            .messagesToErase, .forgetMessages, .settleErased, .unsentReplays,
            .insertSurrogate, .surrogateByEORI, .surrogatesToErase, .passOnSurrogate,
            .dropSurrogate,
            .deleteSurrogate, .concealRequest, .deferredNaming, .deferredByWord,
            .insertDeferredAbout, .deleteDeferredAbout, .noteRecipient, .notedRecipients,
            .deleteRecipients:
            erasureText
        case .dueReminders, .dueEscalations, .dueExpiries, .dueErasures, .nextReminder,
            .nextEscalation, .nextExpiry, .nextErasure, .oldestOpenRequest:
            clockText
        case .stateParticular, .particularsByRequest, .deleteParticulars, .insertAuthorisation,
            .updateAuthorisation, .authorisationByNumber, .authorisationByRequest,
            .activeAuthorisations, .authorisationsByPerson, .insertObligation, .updateObligation,
            .obligationByIdentifier, .obligationsByNumber, .obligationsByReference,
            .obligationsByRequest, .obligationsByPerson, .statementsByPerson:
            dutyText
        case .dueWarnings, .nextWarning, .dueLapses, .nextLapse, .dueObligations,
            .nextObligation, .dueOverdue, .nextOverdue:
            dutyClockText
        case .ordersByAccount, .orderState, .recordOrder, .removeOrder, .dueOrders, .nextOrder:
            orderText
        case .parkableMessage, .parkedStream, .insertParkedStream, .setParkedReason,
            .insertParkedPayload, .parkedPlace, .parkedStreams, .lastParkedStream,
            .parkedPayloads, .settledParked, .deleteParkedPayloads, .deleteParkedStream,
            .oldestParked:
            parkedText
        case .insertDeferred, .insertDeferredMessage, .deferredByRequest, .deferredBySequence,
            .deferredByUser, .deferredDue, .deleteDeferred, .deleteDeferredMessage,
            .postponeDeferred, .hastenDeferred, .nextAttempt:
            deferredText
        case .journalTime, .certainTime, .setCertainTime, .deleteCertainTime: certaintyText
        case .insertLetter, .deleteLetter, .letterByIdentifier, .letterState, .letterOrder,
            .orderLetter, .letGoLetter, .sentLetter, .lettersAfter, .newestLetters,
            .lettersOfSender,
            .dueLetters, .nextLetter, .dueLetterErasures, .nextLetterErasure:
            letterText
        default: messageText
        }
    }

    private var accountText: String {
        switch self {
        case .accountByIdentifier: "SELECT \(Self.accountSelection) FROM account WHERE id = ?"
        case .accountByPlace: "SELECT \(Self.accountSelection) FROM account WHERE place = ?"
        case .accountsByEORI:
            """
            SELECT \(Self.accountSelection) FROM account
            WHERE eori = \(Self.key("?1"))
                AND number > coalesce((SELECT number FROM account WHERE id = ?), 0)
            ORDER BY number LIMIT ?
            """
        case .accountsByPersonAndEORI:
            """
            SELECT \(Self.accountSelection) FROM account
            WHERE person = ? AND eori = \(Self.key("?2")) ORDER BY number
            """
        case .managingAccounts:
            """
            SELECT \(Self.accountSelection) FROM account
            WHERE eori = \(Self.key("?1")) AND \(Schema.managesCompany)
                AND status IN ('provisioning', 'active')
            ORDER BY number LIMIT ?
            """
        case .accountsByEntitlement:
            """
            SELECT \(Self.accountSelection)
            FROM entitlement AS used CROSS JOIN account ON account.number = used.account
            WHERE used.kind = 'emcs' AND used.number = ? ORDER BY used.account LIMIT ?
            """
        case .accountState:
            "SELECT \(Self.accountSelection), number FROM account WHERE id = ?"
        case .insertAccount:
            """
            INSERT INTO account (\(Self.accountRow))
            VALUES (?, ?, \(Self.key("?3")), ?, ?, ?, ?, ?, ?, ?)
            """
        case .updateAccount:
            """
            UPDATE account SET role = ?, operations = ?, status = ?, location = ?, place = ?,
                former = ?
            WHERE number = ?
            """
        case .insertEntitlement:
            "INSERT INTO entitlement (account, kind, number) VALUES (?, 'emcs', ?)"
        default: "DELETE FROM entitlement WHERE account = ? AND kind = 'emcs'"
        }
    }

    private var registerText: String {
        switch self {
        case .personByIdentifier: "SELECT \(Self.personColumns) FROM person WHERE id = ?"
        case .personBySubject: "SELECT \(Self.personColumns) FROM person WHERE subject = ?"
        case .recordPerson:
            """
            INSERT INTO person (\(Self.personColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET subject = excluded.subject,
                authentication = excluded.authentication, family_name = excluded.family_name,
                given_name = excluded.given_name, email = excluded.email,
                languages = excluded.languages, signature = excluded.signature,
                restricted = excluded.restricted
            """
        case .requestByIdentifier: "SELECT \(Self.requestSelection) FROM request WHERE id = ?"
        case .requestState: "SELECT number, procedure, status, eori FROM request WHERE id = ?"
        case .insertRequest:
            """
            INSERT INTO request (\(Self.requestColumns))
            VALUES (NULL, ?, ?, ?, ?, \(Self.key("?5")), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .updateRequest:
            """
            UPDATE request SET authorised = ?, status = ?, revision = ?, reason = ?,
                kept = ?, changed_at = ?, remind_at = ?, escalate_at = ?, expire_at = ?,
                erase_at = ?
            WHERE number = ?
            """
        case .openRequestOfEORI:
            """
            SELECT 1 FROM request
            WHERE eori = \(Self.key("?1")) AND profile = ? AND \(Schema.isOpen) LIMIT 1
            """
        case .openRequestOfPerson:
            """
            SELECT 1 FROM request
            WHERE eori = \(Self.key("?1")) AND profile = ? AND person = ? AND \(Schema.isOpen)
            LIMIT 1
            """
        case .otherRequest: "SELECT 1 FROM request WHERE person = ? AND id <> ? LIMIT 1"
        case .remarksAt:
            """
            SELECT content FROM free_text
            WHERE request = ? AND kind = 'remarks' AND recorded_at = ?
            ORDER BY number DESC LIMIT 1
            """
        case .operatorByEORI:
            """
            SELECT kind, operations, status, request FROM economic_operator
            WHERE eori = \(Self.key("?1"))
            """
        case .recordOperator:
            """
            INSERT INTO economic_operator (eori, kind, operations, status, request)
            VALUES (\(Self.key("?1")), ?, ?, ?, ?)
            ON CONFLICT (eori) DO UPDATE SET kind = excluded.kind,
                operations = excluded.operations, status = excluded.status,
                request = excluded.request
            """
        case .insertText:
            "INSERT INTO free_text (request, kind, recorded_at, content) VALUES (?, ?, ?, ?)"
        case .insertReason:
            "INSERT INTO reason (journal, request, recorded_at, content) VALUES (?, ?, ?, ?)"
        default:
            """
            INSERT INTO document (request, recorded_at, kind, reference, issued_on, valid_until)
            VALUES (?, ?, ?, ?, ?, ?)
            """
        }
    }

    /// What is kept about one person.
    private var personText: String {
        switch self {
        case .requestsByPerson:
            """
            SELECT \(Self.requestSelection) FROM request
            WHERE person = ?1 AND number > coalesce((SELECT number FROM request WHERE id = ?2),
                (SELECT max(number) FROM erased_request WHERE id = ?2), 0)
            ORDER BY number LIMIT ?3
            """
        case .accountsByPerson:
            """
            SELECT \(Self.accountSelection) FROM account
            WHERE person = ?1 AND number > coalesce((SELECT number FROM account WHERE id = ?2), 0)
            ORDER BY number LIMIT ?3
            """
        case .standingAccount:
            "SELECT 1 FROM account WHERE person = ? AND \(Schema.stands) LIMIT 1"
        case .textsByPerson:
            """
            SELECT request, kind, recorded_at, content, number FROM free_text
            WHERE request IN (SELECT id FROM request WHERE person = ?1)
            UNION ALL SELECT request, 'reason', recorded_at, content, journal FROM reason
            WHERE request IN (SELECT id FROM request WHERE person = ?1)
            ORDER BY recorded_at, number
            """
        case .documentsByPerson:
            """
            SELECT request, recorded_at, kind, reference, issued_on, valid_until FROM document
            WHERE request IN (SELECT id FROM request WHERE person = ?) ORDER BY number
            """
        case .messagesByPerson:
            """
            SELECT sequence, routing_key, template, recipient, message_id, created_at, settled_at
            FROM outbox_about CROSS JOIN outbox USING (sequence)
            WHERE person = ? AND routing_key IN ('notification.email', 'provisioning.account')
            ORDER BY sequence
            """
        default:
            // Who is told, and of what, is a short list; but all messages are gone through for it.
            """
            SELECT template, recipient, min(sequence)
            FROM outbox_about CROSS JOIN outbox USING (sequence)
            WHERE person = ?1 AND routing_key = 'notification.email'
                AND recipient IS NOT ?1 AND NOT was_erased
            GROUP BY 1, 2 ORDER BY 3
            """
        }
    }

    private var messageText: String {
        switch self {
        case .inboxEntry: "SELECT digest, received_at FROM inbox WHERE key = ?"
        case .insertInboxEntry: "INSERT INTO inbox (key, digest, received_at) VALUES (?, ?, ?)"
        case .deleteInboxEntry: "DELETE FROM inbox WHERE key = ?"
        case .insertJournalEntry:
            """
            INSERT INTO journal (sequence, request, time, event, cause, previous, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        case .insertUnknownRequest:
            "INSERT INTO journal_unknown_request (request, journal) VALUES (?, ?)"
        case .journalHash: "SELECT hash FROM journal WHERE sequence = ?"
        case .journalEntries:
            """
            SELECT sequence, time, event, cause, previous, hash FROM journal
            WHERE sequence > ? ORDER BY sequence LIMIT ?
            """
        case .lastCheckpoint:
            "SELECT \(Self.checkpointColumns) FROM checkpoint ORDER BY number DESC LIMIT 1"
        case .insertCheckpoint:
            "INSERT INTO checkpoint (\(Self.checkpointColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
        case .phrase: "SELECT bytes FROM phrase WHERE fingerprint = ?"
        case .insertPhrase: "INSERT INTO phrase (fingerprint, bytes) VALUES (?, ?)"
        case .insertOutboxRecord:
            """
            INSERT INTO outbox (sequence, journal, exchange, routing_key, message_id, template,
                recipient, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .insertOutboxAbout: "INSERT INTO outbox_about (person, sequence) VALUES (?, ?)"
        case .insertPayload:
            """
            INSERT INTO outbox_payload (sequence, account, about, mandatory, leaves_traces, subject,
                properties, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .settledPayloads:
            """
            SELECT account, leaves_traces, sequence FROM outbox_payload
            WHERE sequence BETWEEN ? AND ? AND (account IS NOT NULL OR leaves_traces)
            """
        case .deletePayloads: "DELETE FROM outbox_payload WHERE sequence BETWEEN ? AND ?"
        case .settleRecords:
            """
            UPDATE outbox SET settled_at = ?
            WHERE sequence BETWEEN ? AND ? AND settled_at IS NULL
            """
        case .pendingPayloads:
            """
            SELECT payload.sequence, outbox.exchange, outbox.routing_key, payload.mandatory,
                payload.properties, payload.body, payload.subject, payload.account, payload.about
            FROM outbox_payload AS payload CROSS JOIN outbox USING (sequence)
            WHERE payload.sequence > ? ORDER BY payload.sequence LIMIT ?
            """
        case .oldestPayload:
            """
            SELECT created_at FROM outbox_payload CROSS JOIN outbox USING (sequence)
            ORDER BY outbox_payload.sequence LIMIT 1
            """
        case .attempts: "SELECT count FROM attempt WHERE key = ?"
        case .countAttempt:
            """
            INSERT INTO attempt (key, count) VALUES (?, 1)
            ON CONFLICT (key) DO UPDATE SET count = count + 1
            """
        case .clearAttempts: "DELETE FROM attempt WHERE key = ?"
        case .run: "SELECT running FROM run"
        case .setRun: "UPDATE run SET running = ?"
        case .setTraces: "UPDATE run SET traces = ?"
        default:
            """
            INSERT INTO tally (kind, name, status, count) VALUES (?, ?, ?, ?)
            ON CONFLICT (kind, name, status) DO UPDATE SET count = excluded.count
            """
        }
    }
}

/// The statements of one connection, each prepared when it is first wanted.
final class StatementCache {
    private let handle: SQLiteHandle
    private var prepared = [SQLiteStatement?](repeating: nil, count: Statement.allCases.count)

    init(handle: SQLiteHandle) {
        self.handle = handle
    }

    subscript(statement: Statement) -> SQLiteStatement {
        get throws {
            if let ready = prepared[statement.rawValue] {
                ready.forgetBindings()
                return ready
            }
            let fresh = try SQLiteStatement(statement.text, on: handle)
            prepared[statement.rawValue] = fresh
            return fresh
        }
    }
}
