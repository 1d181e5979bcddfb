extension Statement {
    /// In the order of `person()`, and what follows.
    static let erasureColumns =
        personColumns.replacing("id, subject", with: "person, subject")
        + ", began_at, request, causation, trace_parent, is_answered, stage, place, kept"

    /// What takes records away.
    var erasureText: String {
        switch self {
        case .beginErasure:
            """
            INSERT INTO erasure (\(Self.erasureColumns), last_request, last_account, last_message,
                last_deferred)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, '', NULL, 1, 'requests', 0, NULL,
                coalesce((SELECT max(number) FROM request WHERE person = ?1), 0),
                coalesce((SELECT max(number) FROM account WHERE person = ?1), 0), ?11,
                coalesce((SELECT max(sequence) FROM deferred), 0))
            ON CONFLICT (person) DO UPDATE SET subject = excluded.subject,
                authentication = excluded.authentication, family_name = excluded.family_name,
                given_name = excluded.given_name, email = excluded.email,
                languages = excluded.languages, signature = excluded.signature,
                restricted = excluded.restricted, began_at = excluded.began_at,
                stage = excluded.stage, place = excluded.place, kept = NULL,
                last_request = excluded.last_request, last_account = excluded.last_account,
                last_message = excluded.last_message, last_deferred = excluded.last_deferred
            """
        case .erasureByPerson: "SELECT \(Self.erasureColumns) FROM erasure WHERE person = ?"
        case .oldestErasures: "SELECT \(Self.erasureColumns) FROM erasure ORDER BY number LIMIT ?"
        case .updateErasure:
            """
            UPDATE erasure SET request = ?, causation = ?, trace_parent = ?, is_answered = ?,
                stage = ?, place = ?, kept = ?
            WHERE person = ?
            """
        case .deleteErasure: "DELETE FROM erasure WHERE person = ?"
        case .requestsToErase:
            """
            SELECT \(Self.requestSelection) FROM request
            WHERE person = ?1 AND number > ?2
                AND number <= (SELECT last_request FROM erasure WHERE person = ?1)
            ORDER BY number LIMIT ?3
            """
        case .accountsToErase:
            """
            SELECT \(Self.accountSelection), number FROM account
            WHERE person = ?1 AND number > ?2
                AND number <= (SELECT last_account FROM erasure WHERE person = ?1)
            ORDER BY number LIMIT ?3
            """
        case .deletePerson: "DELETE FROM person WHERE id = ?"
        case .keepStory:
            """
            INSERT INTO erased_request (id, number) SELECT id, number FROM request WHERE id = ?
            """
        case .deleteRequest: "DELETE FROM request WHERE id = ?"
        case .deleteTexts: "DELETE FROM free_text WHERE request = ?"
        case .deleteReasons: "DELETE FROM reason WHERE request = ?"
        case .deleteDocuments: "DELETE FROM document WHERE request = ?"
        default: erasedMessageText
        }
    }

    /// What takes messages away.
    private var erasedMessageText: String {
        switch self {
        case .messagesToErase:
            """
            SELECT sequence, settled_at IS NULL,
                routing_key = 'notification.email' AND recipient IS NOT ?1 AND NOT was_erased,
                recipient, template
            FROM outbox_about CROSS JOIN outbox USING (sequence)
            WHERE person = ?1 AND sequence > ?2
                AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
            ORDER BY sequence LIMIT ?3
            """
        case .forgetMessages:
            "DELETE FROM outbox_about WHERE person = ? AND sequence > ? AND sequence <= ?"
        case .settleErased:
            "UPDATE outbox SET settled_at = ?, was_erased = 1 WHERE sequence = ?"
        case .unsentReplays:
            """
            SELECT sequence, body FROM outbox_payload CROSS JOIN outbox USING (sequence)
            WHERE sequence > ?2 AND routing_key LIKE 'replay.%'
                AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
            UNION ALL
            SELECT sequence, body FROM parked_payload CROSS JOIN outbox USING (sequence)
            WHERE sequence > ?2 AND routing_key LIKE 'replay.%'
                AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
            ORDER BY sequence LIMIT ?3
            """
        case .deferredNaming:
            """
            SELECT sequence FROM deferred_about
            WHERE word = ?2
                AND sequence <= (SELECT last_deferred FROM erasure WHERE person = ?1)
            ORDER BY sequence LIMIT ?3
            """
        case .deferredByWord:
            """
            SELECT sequence FROM deferred_about WHERE word = ? ORDER BY sequence LIMIT ?
            """
        case .insertSurrogate:
            """
            INSERT INTO surrogate (eori, identifier, person) VALUES (?, ?, ?)
            ON CONFLICT (eori) DO UPDATE SET person = excluded.person
            """
        case .surrogateByEORI: "SELECT identifier FROM surrogate WHERE eori = ?"
        case .surrogatesToErase:
            """
            SELECT eori, coalesce(
                (SELECT request.person FROM request
                    WHERE request.eori = surrogate.identifier AND request.person <> ?1
                        AND \(Schema.isOpen) LIMIT 1),
                (SELECT request.person FROM economic_operator AS own
                    CROSS JOIN request ON request.id = own.request
                    WHERE own.eori = surrogate.identifier AND own.status = 'registered'
                        AND request.person <> ?1)) AS other
            FROM surrogate
            WHERE person = ?1 AND (other IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM economic_operator
                WHERE economic_operator.eori = surrogate.identifier
                    AND (status = 'registered' OR kind = 'company')))
            LIMIT ?2
            """
        case .passOnSurrogate: "UPDATE surrogate SET person = ?2 WHERE eori = ?1"
        case .concealRequest: "UPDATE request SET eori = ?2 WHERE number = ?1"
        case .dropSurrogate: "DELETE FROM surrogate WHERE eori = ?"
        case .deleteSurrogate:
            """
            DELETE FROM surrogate
            WHERE eori = ? AND NOT EXISTS (SELECT 1 FROM person WHERE id = surrogate.person)
            """
        case .insertDeferredAbout:
            "INSERT OR IGNORE INTO deferred_about (word, sequence) VALUES (?, ?)"
        case .deleteDeferredAbout: "DELETE FROM deferred_about WHERE sequence = ?"
        case .noteRecipient:
            """
            INSERT OR IGNORE INTO erasure_recipient (person, recipient, template, sequence)
            VALUES (?, ?, ?, ?)
            """
        case .notedRecipients:
            """
            SELECT recipient, template, sequence FROM erasure_recipient
            WHERE person = ? ORDER BY recipient, template
            """
        default: "DELETE FROM erasure_recipient WHERE person = ? AND recipient = ?"
        }
    }
}
