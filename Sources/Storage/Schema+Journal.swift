// The tables of what happened, and of the store itself.
extension Schema {
    /// `request` in the journal is the request's number, so that the index on it grows at its end.
    /// Entries about a request that is not known (yet) are found by its id in a table of their own;
    /// the numbers of requests that were erased stay with their ids. All of that is for finding
    /// entries only; the chain does not cover them.
    static let journal = """
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY,
            request INTEGER,
            time INTEGER NOT NULL,
            event TEXT NOT NULL,
            cause TEXT NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX journal_request ON journal (request) WHERE request IS NOT NULL;

        CREATE TABLE checkpoint (
            number INTEGER PRIMARY KEY,
            sequence INTEGER NOT NULL,
            hash BLOB NOT NULL,
            at INTEGER NOT NULL,
            previous BLOB NOT NULL,
            key BLOB NOT NULL,
            signature BLOB NOT NULL
        ) STRICT;

        CREATE TABLE erased_request (
            id BLOB NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (id, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE journal_unknown_request (
            request BLOB NOT NULL,
            journal INTEGER NOT NULL,
            PRIMARY KEY (request, journal)
        ) STRICT, WITHOUT ROWID;

        """

    /// Why operators had something done: free text, and so apart from the journal, whose entry it
    /// belongs to; what is about a request goes with what else was written about it.
    static let reasons = """
        CREATE TABLE reason (
            journal INTEGER PRIMARY KEY,
            request BLOB,
            recorded_at INTEGER NOT NULL,
            content TEXT NOT NULL
        ) STRICT;
        CREATE INDEX reason_request ON reason (request) WHERE request IS NOT NULL;

        """

    /// `tally` keeps the counts that metrics show: counting a million rows takes too long to be
    /// done at every scrape. `run` has one row; its `traces` counts the erasures since the files
    /// were last wiped.
    static let bookkeeping = """
        CREATE TABLE tally (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            status TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (kind, name, status)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE attempt (
            key BLOB PRIMARY KEY,
            count INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE run (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            running INTEGER NOT NULL,
            traces INTEGER NOT NULL
        ) STRICT;
        INSERT INTO run (number, running, traces) VALUES (1, 0, 0);
        """

    /// `store` tells this store from every other, copies of it excepted. `clock` has a row while
    /// the clock is in question: the last time that was certain.
    static let identity = """
        CREATE TABLE store (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            id BLOB NOT NULL
        ) STRICT;
        INSERT INTO store (number, id) VALUES (1, randomblob(16));

        CREATE TABLE clock (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            certain_at INTEGER NOT NULL
        ) STRICT;
        """
}
