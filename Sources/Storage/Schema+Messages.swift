// The tables of messages: what arrived, waits, is to be sent, cannot be sent, and was refused.
extension Schema {
    /// `outbox` stays as the record of what was sent and when that was confirmed; of mails also
    /// which template was mailed to which person, so that recipients can be told what changed.
    /// `outbox_about` says of each whom it named: so an erasure finds them whatever became of the
    /// requests that they were about. `about` in `outbox_payload` says the same, the ids one after
    /// another. What is needed for sending only, and holds personal data, is a row of
    /// `outbox_payload` that goes when the broker has confirmed: its pages are used again and
    /// again, and the rows that stay are small. A message whose person's data were erased before it
    /// was sent is settled without having been sent (`was_erased`). A deferred message that is the
    /// replay of a dead letter says of which. `phrase` holds the words of templates that bodies
    /// repeat; see `BodyCodec`.
    static let messages = """
        CREATE TABLE inbox (
            key BLOB PRIMARY KEY,
            digest BLOB NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            sequence INTEGER PRIMARY KEY,
            journal INTEGER NOT NULL,
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            message_id TEXT,
            template TEXT,
            recipient BLOB,
            created_at INTEGER NOT NULL,
            settled_at INTEGER,
            was_erased INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX outbox_journal ON outbox (journal);

        CREATE TABLE outbox_about (
            person BLOB NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (person, sequence)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE phrase (
            fingerprint INTEGER PRIMARY KEY,
            bytes BLOB NOT NULL
        ) STRICT;

        CREATE TABLE outbox_payload (
            sequence INTEGER PRIMARY KEY,
            account BLOB,
            about BLOB,
            mandatory INTEGER NOT NULL,
            leaves_traces INTEGER NOT NULL,
            subject TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        """

    /// Messages that wait for their request. What is looked at and changed again and again is kept
    /// apart from what may be large, and is read once.
    static let deferred = """
        CREATE TABLE deferred (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            request BLOB NOT NULL,
            user TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deferred_request ON deferred (request);
        CREATE INDEX deferred_user ON deferred (user);
        CREATE INDEX deferred_next_attempt ON deferred (next_attempt_at);

        CREATE TABLE deferred_message (
            sequence INTEGER PRIMARY KEY,
            queue TEXT NOT NULL,
            redelivered INTEGER NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL,
            letter BLOB,
            replays INTEGER,
            replayed_by TEXT
        ) STRICT;

        """

    /// What cannot be sent now is moved out of the way of what can: `outbox_payload` holds the
    /// pending messages alone. A stream is parked as long as it has messages here; its number is
    /// never given again, and the broker's reason is about the first of its messages.
    static let parked = """
        CREATE TABLE parked_stream (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            subject TEXT NOT NULL,
            family TEXT NOT NULL,
            reason TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX parked_stream_name ON parked_stream (subject, family);

        CREATE TABLE parked_payload (
            sequence INTEGER PRIMARY KEY,
            stream INTEGER NOT NULL,
            account BLOB,
            about BLOB,
            mandatory INTEGER NOT NULL,
            leaves_traces INTEGER NOT NULL,
            subject TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX parked_payload_stream ON parked_payload (stream, sequence);

        CREATE VIEW unsent AS
            SELECT sequence, NULL AS stream, account, about, mandatory, leaves_traces, subject,
                properties, body
            FROM outbox_payload
            UNION ALL
            SELECT sequence, stream, account, about, mandatory, leaves_traces, subject, properties,
                body
            FROM parked_payload;

        """

    /// A letter that was sent back to the queue of another program (`state` is `sent`) has no
    /// content any more, and is as large as nothing. `number` is never given again, so that a pass
    /// over all letters meets what is put aside meanwhile.
    static let deadLetters = """
        CREATE TABLE dead_letter (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            detail TEXT,
            at INTEGER NOT NULL,
            queue TEXT,
            routing_key TEXT NOT NULL,
            user TEXT,
            replays INTEGER NOT NULL,
            size INTEGER NOT NULL,
            erase_at INTEGER,
            ordered_at INTEGER,
            ordered_by TEXT,
            ordered_event TEXT,
            ordered_reason TEXT,
            digest BLOB,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX dead_letter_id ON dead_letter (id);
        CREATE INDEX dead_letter_user ON dead_letter (user) WHERE state <> 'sent';
        CREATE INDEX dead_letter_order ON dead_letter (ordered_at) WHERE ordered_at IS NOT NULL;
        CREATE INDEX dead_letter_erasure ON dead_letter (erase_at) WHERE erase_at IS NOT NULL;

        """
}
