import GRDB

/// The tables, as migrations that only ever grow: a released one is never changed.
enum Schema {
    /// "Rgsr": marks the file as Registrar's
    /// (https://www.sqlite.org/pragma.html#pragma_application_id).
    static let applicationIdentifier: Int64 = 0x5267_7372

    /// The newest version that this program knows; a store's own stands in `user_version`.
    static var version: Int64 { Int64(migrations.count) }

    /// Which requests are open, worded alike wherever it is asked: SQLite uses a partial index only
    /// for conditions that repeat the index's own (https://www.sqlite.org/partialindex.html).
    static let isOpen = "status IN ('pending', 'awaiting-information')"

    /// Which roles speak for an operator (`AccountRole.managesOperator`).
    static let managesOperator = "role IN ('legal-representative', 'manager', 'natural-person')"

    /// Which accounts stand (`AccountStatus.stands`).
    static let stands = "status NOT IN ('revoked', 'deleted')"

    /// What is still to be done (`ObligationStatus.isRunning`).
    static let isRunning = "status IN ('open', 'overdue')"

    /// Of what something is left (`Guarantee.heldCents`).
    static let isHeld = "called_cents + released_cents < amount_cents"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, statements) in migrations.enumerated() {
            migrator.registerMigration("\(index + 1)", foreignKeyChecks: .immediate) { database in
                try database.execute(sql: statements)
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }

    private static let migrations = [
        people + register + cascades + messages + parked + deferred + erasures + disclosures
            + deadLetters + journal + reasons + bookkeeping + identity,
        duties,
    ]

    // Identifiers are kept as the 16 bytes of the UUID, times as milliseconds since the epoch in
    // UTC, sets of operations as `OperationSet.bits`.

    /// What must go when a person's data are erased stands in these tables and in the messages that
    /// wait; nowhere else.
    ///
    /// A natural person's EORI stands in `surrogate` alone; in all other tables, as in the journal,
    /// its surrogate stands in its place, and where a column `eori` is said to hold a number it may
    /// hold that.
    ///
    /// Remarks and answers are free text. Nobody can promise that they name no person ("Mr Weber's
    /// contract has ended"), so they are treated as personal data: kept apart from the journal,
    /// which must never change, and reachable by request, which leads to the person.
    private static let people = """
        CREATE TABLE person (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            subject TEXT NOT NULL,
            authentication TEXT,
            family_name TEXT,
            given_name TEXT,
            email TEXT,
            languages TEXT,
            signature TEXT,
            restricted INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX person_id ON person (id);
        CREATE UNIQUE INDEX person_subject ON person (subject);

        CREATE TABLE surrogate (
            eori TEXT PRIMARY KEY,
            identifier TEXT NOT NULL,
            person BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX surrogate_identifier ON surrogate (identifier);
        CREATE INDEX surrogate_person ON surrogate (person);

        CREATE TABLE free_text (
            number INTEGER PRIMARY KEY,
            request BLOB NOT NULL,
            kind TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            content TEXT NOT NULL
        ) STRICT;
        CREATE INDEX free_text_request ON free_text (request);

        CREATE TABLE document (
            number INTEGER PRIMARY KEY,
            request BLOB NOT NULL,
            recorded_at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            reference TEXT NOT NULL,
            issued_on TEXT,
            valid_until TEXT,
            country TEXT,
            attests TEXT
        ) STRICT;
        CREATE INDEX document_request ON document (request);

        """

    /// `place` is `Account.place`: no two accounts have the same. `tries` are methods with a blank
    /// between each two, `failure` is `ProvisioningFailure.text`.
    ///
    /// Of the indexes on requests only the one on the random id reaches all over the table; the
    /// others grow at their end (ids of persons ascend in time) or hold open requests alone, so
    /// that a million requests cost a new one little more than a thousand do. The number of a
    /// request that was erased is never given again: the journal names requests by it.
    private static let register = """
        CREATE TABLE request (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            procedure TEXT NOT NULL,
            profile TEXT NOT NULL,
            person BLOB NOT NULL,
            eori TEXT,
            requested INTEGER NOT NULL,
            authorised INTEGER NOT NULL,
            status TEXT NOT NULL,
            revision INTEGER NOT NULL,
            reason TEXT,
            kept TEXT,
            submitted_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            remind_at INTEGER,
            escalate_at INTEGER,
            expire_at INTEGER,
            erase_at INTEGER,
            approvals TEXT
        ) STRICT;
        CREATE UNIQUE INDEX request_id ON request (id);
        CREATE INDEX request_person ON request (person);
        CREATE INDEX request_open_eori ON request (eori, profile, person)
            WHERE \(isOpen) AND eori IS NOT NULL;
        CREATE INDEX request_open_arrival ON request (eori) WHERE \(isOpen) AND eori IS NOT NULL;
        CREATE INDEX request_open_person ON request (person, eori)
            WHERE \(isOpen) AND eori IS NOT NULL;
        CREATE INDEX request_open_since ON request (procedure, submitted_at) WHERE \(isOpen);
        CREATE INDEX request_expiry ON request (expire_at)
            WHERE \(isOpen) AND expire_at IS NOT NULL;
        CREATE INDEX request_reminder ON request (remind_at, expire_at)
            WHERE \(isOpen) AND remind_at IS NOT NULL;
        CREATE INDEX request_erasure ON request (erase_at) WHERE erase_at IS NOT NULL;
        CREATE INDEX request_escalation ON request (escalate_at, expire_at)
            WHERE \(isOpen) AND escalate_at IS NOT NULL;

        CREATE TABLE economic_operator (
            eori TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            operations INTEGER NOT NULL,
            status TEXT NOT NULL,
            request BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE account (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            person BLOB NOT NULL,
            eori TEXT NOT NULL,
            request BLOB NOT NULL,
            role TEXT NOT NULL,
            operations INTEGER NOT NULL,
            status TEXT NOT NULL,
            location TEXT,
            place TEXT,
            former BLOB
        ) STRICT;
        CREATE UNIQUE INDEX account_id ON account (id);
        CREATE UNIQUE INDEX account_place ON account (place) WHERE place IS NOT NULL;
        CREATE INDEX account_person ON account (person);
        CREATE INDEX account_standing ON account (person) WHERE \(stands);
        CREATE INDEX account_eori ON account (eori);
        CREATE INDEX account_managing ON account (eori) WHERE \(managesOperator);

        CREATE TABLE entitlement (
            account INTEGER NOT NULL,
            kind TEXT NOT NULL,
            number TEXT NOT NULL,
            mandate TEXT NOT NULL,
            PRIMARY KEY (account, kind, number, mandate)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entitlement_kind ON entitlement (kind, account);
        CREATE INDEX entitlement_number ON entitlement (number);
        CREATE INDEX entitlement_mandate ON entitlement (mandate) WHERE mandate <> '-';

        CREATE TABLE provisioning_order (
            account BLOB NOT NULL,
            number INTEGER NOT NULL,
            method TEXT NOT NULL,
            tries TEXT NOT NULL,
            state TEXT NOT NULL,
            next TEXT,
            failure TEXT,
            due_at INTEGER,
            causation TEXT NOT NULL,
            trace_parent TEXT,
            missed TEXT,
            message INTEGER,
            PRIMARY KEY (account, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX provisioning_order_due ON provisioning_order (due_at)
            WHERE due_at IS NOT NULL;

        """

    /// What changes bring for many accounts or requests and is still to be done; mostly empty.
    /// `eori` says of which operator, or `person` of whom, and `status` then what follows.
    /// `request` is the one with which remarks on the change are kept, `origin_request` the one
    /// that brought it about. `former_name` is personal data: the person's, until others are told
    /// of the new one.
    private static let cascades = """
        CREATE TABLE cascade (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            eori TEXT,
            person BLOB,
            authorisation TEXT,
            system TEXT,
            operations_before INTEGER,
            operations_after INTEGER,
            status TEXT,
            decided_by TEXT NOT NULL,
            applicant BLOB,
            request BLOB,
            since INTEGER NOT NULL,
            reached BLOB,
            has_taken_manager INTEGER NOT NULL,
            former_name TEXT,
            place INTEGER,
            origin TEXT NOT NULL,
            origin_trace_parent TEXT,
            origin_request BLOB
        ) STRICT;
        CREATE INDEX cascade_eori ON cascade (eori);
        CREATE INDEX cascade_person ON cascade (person);

        """

    /// Erasures that are under way: what was known of the person, which stands nowhere else any
    /// more, how far it has come, and up to where it reaches: what comes later is somebody's who
    /// came back. Others who were mailed the person's name are noted until they are told; nobody
    /// (an empty id) stands for an office. `deferred_about` says whom a message that waits names,
    /// by eAccess's identifier or by the address, in the message's own words.
    private static let erasures = """
        CREATE TABLE erasure (
            number INTEGER PRIMARY KEY,
            person BLOB NOT NULL,
            subject TEXT NOT NULL,
            authentication TEXT,
            family_name TEXT,
            given_name TEXT,
            email TEXT,
            languages TEXT,
            signature TEXT,
            restricted INTEGER NOT NULL,
            began_at INTEGER NOT NULL,
            request BLOB,
            causation TEXT NOT NULL,
            trace_parent TEXT,
            is_answered INTEGER NOT NULL,
            stage TEXT NOT NULL,
            place INTEGER NOT NULL,
            kept TEXT,
            last_request INTEGER NOT NULL,
            last_account INTEGER NOT NULL,
            last_message INTEGER NOT NULL,
            last_deferred INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX erasure_person ON erasure (person);

        CREATE TABLE erasure_recipient (
            person BLOB NOT NULL,
            recipient BLOB NOT NULL,
            template TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (person, recipient, template)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE deferred_about (
            word TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (word, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX deferred_about_sequence ON deferred_about (sequence);

        """

    /// What was gathered of a disclosure that is too large for one transaction, until it is sent:
    /// see `DisclosureProgress`. `lists` holds personal data as `outbox_payload` does.
    private static let disclosures = """
        CREATE TABLE disclosure (
            person BLOB PRIMARY KEY,
            stage TEXT NOT NULL,
            reached BLOB,
            place INTEGER NOT NULL,
            parts INTEGER NOT NULL,
            has_all_mentions INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE disclosure_part (
            number INTEGER PRIMARY KEY,
            person BLOB NOT NULL,
            part INTEGER NOT NULL,
            lists BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX disclosure_part_of ON disclosure_part (person, part);

        """
}
