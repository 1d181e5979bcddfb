// What requests say, what is granted because of it, and what follows.
extension Schema {
    /// Authorisations, obligations and guarantees have no personal data; what requests say besides
    /// what all requests say may have, and goes with the request or the person. Due times stand in
    /// a row only while they are set, and the indexes on them hold those rows alone. An obligation
    /// or a guarantee is an operator's or a person's. What an authorisation covers, and later
    /// reminders, stand with a blank between each two. Open without a day is what waits for a
    /// system that is away.
    static let duties = """
        CREATE TABLE particular (
            number INTEGER PRIMARY KEY,
            request BLOB NOT NULL,
            name TEXT NOT NULL,
            content TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX particular_request ON particular (request, name);
        CREATE INDEX particular_plate ON particular (content) WHERE name = 'plateNumber';

        CREATE TABLE authorisation (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            request BLOB NOT NULL,
            eori TEXT NOT NULL,
            procedure TEXT NOT NULL,
            kind TEXT NOT NULL,
            counterparty TEXT,
            scope TEXT NOT NULL,
            valid_from TEXT NOT NULL,
            valid_until TEXT,
            status TEXT NOT NULL,
            revoked_on TEXT,
            warn_at INTEGER,
            lapse_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX authorisation_name ON authorisation (name);
        CREATE UNIQUE INDEX authorisation_request ON authorisation (request);
        CREATE INDEX authorisation_eori ON authorisation (eori) WHERE status = 'active';
        CREATE INDEX authorisation_history ON authorisation (eori);
        CREATE INDEX authorisation_counterparty ON authorisation (counterparty)
            WHERE status = 'active' AND counterparty IS NOT NULL;
        CREATE INDEX authorisation_warning ON authorisation (warn_at, lapse_at)
            WHERE warn_at IS NOT NULL;
        CREATE INDEX authorisation_lapse ON authorisation (lapse_at) WHERE lapse_at IS NOT NULL;

        CREATE TABLE obligation (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            procedure TEXT NOT NULL,
            eori TEXT,
            person BLOB,
            kind TEXT NOT NULL,
            manner TEXT NOT NULL,
            authorisation TEXT,
            reference TEXT NOT NULL,
            request BLOB NOT NULL,
            arisen_on TEXT NOT NULL,
            due_on TEXT,
            status TEXT NOT NULL,
            met_on TEXT,
            remind_at INTEGER,
            later_reminders TEXT,
            overdue_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX obligation_id ON obligation (id);
        CREATE UNIQUE INDEX obligation_reference ON obligation (authorisation, reference, kind)
            WHERE authorisation IS NOT NULL;
        CREATE INDEX obligation_kind ON obligation (reference, kind);
        CREATE INDEX obligation_running_under ON obligation (authorisation) WHERE \(isRunning);
        CREATE INDEX obligation_request ON obligation (request);
        CREATE INDEX obligation_operator ON obligation (eori) WHERE \(isRunning);
        CREATE INDEX obligation_without_day ON obligation (kind)
            WHERE status = 'open' AND due_on IS NULL;
        CREATE INDEX obligation_due ON obligation (coalesce(due_on, '')) WHERE \(isRunning);
        CREATE INDEX obligation_reminder ON obligation (remind_at, overdue_at)
            WHERE remind_at IS NOT NULL;
        CREATE INDEX obligation_overdue ON obligation (overdue_at) WHERE overdue_at IS NOT NULL;

        CREATE TABLE outage (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            system TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            told_down_at INTEGER,
            told_up_at INTEGER,
            remarks TEXT
        ) STRICT;
        CREATE UNIQUE INDEX outage_id ON outage (id);
        CREATE INDEX outage_system ON outage (system, since);

        CREATE TABLE guarantee (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            procedure TEXT NOT NULL,
            eori TEXT,
            person BLOB,
            authorisation TEXT,
            reference TEXT,
            request BLOB NOT NULL,
            amount_cents INTEGER NOT NULL,
            called_cents INTEGER NOT NULL,
            released_cents INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX guarantee_id ON guarantee (id);
        CREATE INDEX guarantee_eori ON guarantee (eori) WHERE eori IS NOT NULL;
        CREATE INDEX guarantee_held ON guarantee (eori) WHERE \(isHeld);
        CREATE INDEX guarantee_request ON guarantee (request);
        CREATE INDEX guarantee_authorisation ON guarantee (authorisation)
            WHERE authorisation IS NOT NULL;

        """
}
