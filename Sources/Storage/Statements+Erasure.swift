extension Statement {
    /// In the order of `person()`, and what follows.
    static let erasureColumns =
        personColumns.replacing("id, subject", with: "person, subject")
        + ", began_at, request, causation, trace_parent, is_answered, stage, place, kept"

    // What takes records away.

    static let beginErasure: Statement = """
        INSERT INTO erasure (\(erasureColumns), last_request, last_account, last_message,
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
    static let erasureByPerson: Statement = "SELECT \(erasureColumns) FROM erasure WHERE person = ?"
    static let oldestErasures: Statement =
        "SELECT \(erasureColumns) FROM erasure ORDER BY number LIMIT ?"
    static let updateErasure: Statement = """
        UPDATE erasure SET request = ?, causation = ?, trace_parent = ?, is_answered = ?,
            stage = ?, place = ?, kept = ?
        WHERE person = ?
        """
    static let deleteErasure: Statement = "DELETE FROM erasure WHERE person = ?"
    static let requestsToErase: Statement = """
        SELECT \(requestSelection) FROM request
        WHERE person = ?1 AND number > ?2
            AND number <= (SELECT last_request FROM erasure WHERE person = ?1)
        ORDER BY number LIMIT ?3
        """
    static let accountsToErase: Statement = """
        SELECT \(accountSelection), number FROM account
        WHERE person = ?1 AND number > ?2
            AND number <= (SELECT last_account FROM erasure WHERE person = ?1)
        ORDER BY number LIMIT ?3
        """
    static let deletePerson: Statement = "DELETE FROM person WHERE id = ?"
    static let keepStory: Statement = """
        INSERT INTO erased_request (id, number) SELECT id, number FROM request WHERE id = ?
        """
    static let deleteRequest: Statement = "DELETE FROM request WHERE id = ?"
    static let deleteTexts: Statement = "DELETE FROM free_text WHERE request = ?"
    static let deleteReasons: Statement = "DELETE FROM reason WHERE request = ?"
    static let deleteDocuments: Statement = "DELETE FROM document WHERE request = ?"

    // What takes messages away.

    static let messagesToErase: Statement = """
        SELECT sequence, settled_at IS NULL,
            routing_key = 'notification.email' AND recipient IS NOT ?1 AND NOT was_erased,
            recipient, template
        FROM outbox_about CROSS JOIN outbox USING (sequence)
        WHERE person = ?1 AND sequence > ?2
            AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
        ORDER BY sequence LIMIT ?3
        """
    static let forgetMessages: Statement =
        "DELETE FROM outbox_about WHERE person = ? AND sequence > ? AND sequence <= ?"
    static let settleErased: Statement =
        "UPDATE outbox SET settled_at = ?, was_erased = 1 WHERE sequence = ?"
    static let unsentReplays: Statement = """
        SELECT sequence, body FROM outbox_payload CROSS JOIN outbox USING (sequence)
        WHERE sequence > ?2 AND routing_key LIKE 'replay.%'
            AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
        UNION ALL
        SELECT sequence, body FROM parked_payload CROSS JOIN outbox USING (sequence)
        WHERE sequence > ?2 AND routing_key LIKE 'replay.%'
            AND sequence <= (SELECT last_message FROM erasure WHERE person = ?1)
        ORDER BY sequence LIMIT ?3
        """
    static let deferredNaming: Statement = """
        SELECT sequence FROM deferred_about
        WHERE word = ?2
            AND sequence <= (SELECT last_deferred FROM erasure WHERE person = ?1)
        ORDER BY sequence LIMIT ?3
        """
    static let deferredByWord: Statement = """
        SELECT sequence FROM deferred_about WHERE word = ? ORDER BY sequence LIMIT ?
        """
    static let insertSurrogate: Statement = """
        INSERT INTO surrogate (eori, identifier, person) VALUES (?, ?, ?)
        ON CONFLICT (eori) DO UPDATE SET person = excluded.person
        """
    static let surrogateByEORI: Statement = "SELECT identifier FROM surrogate WHERE eori = ?"
    static let surrogatesToErase: Statement = """
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
    static let passOnSurrogate: Statement = "UPDATE surrogate SET person = ?2 WHERE eori = ?1"
    static let concealRequest: Statement = "UPDATE request SET eori = ?2 WHERE number = ?1"
    static let dropSurrogate: Statement = "DELETE FROM surrogate WHERE eori = ?"
    static let deleteSurrogate: Statement = """
        DELETE FROM surrogate
        WHERE eori = ? AND NOT EXISTS (SELECT 1 FROM person WHERE id = surrogate.person)
        """
    static let insertDeferredAbout: Statement =
        "INSERT OR IGNORE INTO deferred_about (word, sequence) VALUES (?, ?)"
    static let deleteDeferredAbout: Statement = "DELETE FROM deferred_about WHERE sequence = ?"
    static let noteRecipient: Statement = """
        INSERT OR IGNORE INTO erasure_recipient (person, recipient, template, sequence)
        VALUES (?, ?, ?, ?)
        """
    static let notedRecipients: Statement = """
        SELECT recipient, template, sequence FROM erasure_recipient
        WHERE person = ? ORDER BY recipient, template
        """
    static let deleteRecipients: Statement =
        "DELETE FROM erasure_recipient WHERE person = ? AND recipient = ?"
}
