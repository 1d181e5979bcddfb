import Domain
import TestKit
import Testing
import Workflow

@testable import Storage

/// No statement may read all of a table, or sort what it finds, unless it is named here with the
/// reason why that cannot grow with the data, or why it may.
@Suite("Query plans")
struct QueryPlanTests {
    /// What a plan may do all the same.
    private struct Exception: Hashable {
        let sql: String
        let step: String

        init(_ statement: Statement, _ step: String) {
            self.init(sql: statement.sql, step)
        }

        init(_ statement: AuditingStatement, _ step: String) {
            self.init(sql: statement.sql, step)
        }

        init(sql: String, _ step: String) {
            self.sql = sql
            self.step = step
        }
    }

    private static let sorts = "TEMP B-TREE"

    /// Steps by whose statements they occur, and why that is no harm.
    private static let exceptions: [Exception: String] = [
        // The first row, or some rows from one end: the order is the table's or the index's own.
        Exception(.nextAttempt, "deferred"): "the first row of an index",
        Exception(.nextCascade, "cascade"): "the first row",
        Exception(.cascadesDue, "cascade"): "mostly empty; a row for each big change in progress",
        Exception(.oldestPayload, "outbox_payload"): "the first row",
        Exception(.lastCheckpoint, "checkpoint"): "the last row",
        Exception(.journalHead, "journal"): "the last row",
        Exception(.deferredMessages, "deferred"): "up to the tool's limit; rows without bodies",
        Exception(.requests, "request"): "registrarctl's own list, the newest first, to its limit",
        Exception(.accounts, "account"): "registrarctl's own list, the oldest first, to its limit",
        Exception(.authorisations, "authorisation"):
            "registrarctl's own list, the oldest first, to its limit",
        Exception(.endedObligations, "obligation"):
            "registrarctl's own list of what was done, the newest first, to its limit",
        Exception(.guarantees, "guarantee"):
            "registrarctl's own list, the oldest first, to its limit",
        Exception(.orders, "provisioning_order"): "registrarctl's own list of what is outstanding",
        Exception(.pendingMessages, "payload"): "registrarctl's own list, to its limit",
        Exception(.parkedMessages, "payload"): "registrarctl's own list, to its limit",
        // Tables of a few rows.
        Exception(.run, "run"): "one row",
        Exception(.setRun, "run"): "one row",
        Exception(.setTraces, "run"): "one row",
        Exception(.tallies, "tally"): "a row for each procedure and status",
        // What belongs to one record or person, and takes a decision or a message each.
        Exception(.fieldsByRequest, sorts): "the members of one request, a dozen at most",
        Exception(.requestsByPlate, sorts): "the requests that state one plate, a handful",
        Exception(.obligationsByReference, sorts): "what one movement brought, two at most",
        Exception(.runningOfEORI, sorts): "what one operator has to do, asked by registrarctl",
        Exception(.obligationsOfNumber, sorts):
            "what arose under one authorisation, asked by registrarctl",
        Exception(.obligationsByNumber, sorts): "asked of an authorisation for one movement",
        Exception(.textsByRequest, sorts): "what was written about one request",
        Exception(.textsOfRequest, sorts): "what was written about one request",
        Exception(.timeline, sorts): "the entries about one request",
        // What a disclosure in one part gathers about one person.
        Exception(.textsByPerson, sorts): "of somebody with few requests",
        Exception(.documentsByPerson, sorts): "of somebody with few requests",
        Exception(.statementsByPerson, sorts): "of somebody with few requests",
        Exception(.recipientsByPerson, sorts): "of somebody whom few messages name",
        Exception(.authorisationsByPerson, sorts): "of somebody with few requests",
        Exception(.obligationsByPerson, sorts): "of somebody with few requests",
        Exception(.guaranteesByPerson, sorts): "of somebody with few requests",
        // What is under way, or stands in one row.
        Exception(.erasures, "erasure"): "at the start; a row for each erasure under way",
        Exception(.oldestErasures, "erasure"): "the first rows",
        Exception(.newestLetters, "dead_letter"): "from one end, to a bound of bytes",
        Exception(.certainTime, "clock"): "one row",
        // Audits read everything, in a process of their own.
        Exception(.checkpoints, "checkpoint"): "an audit",
        Exception(.checkpointsAfter, "checkpoint"): "an export",
        Exception(AuditingStatement.entries, "journal"): "an audit",
        Exception(AuditingStatement.replayed, sorts):
            "an audit that has found that something is missing",
        Exception(AuditingStatement.records(.request), "request"): "an audit",
        Exception(AuditingStatement.records(.economicOperator), "economic_operator"): "an audit",
        Exception(AuditingStatement.records(.account), "account"): "an audit",
        Exception(AuditingStatement.records(.authorisation), "authorisation"): "an audit",
        Exception(AuditingStatement.records(.obligation), "obligation"): "an audit",
        Exception(AuditingStatement.records(.guarantee), "guarantee"): "an audit",
        Exception(AuditingStatement.records(.outage), "outage"): "an audit",
        Exception(AuditingStatement.records(.person), "person"): "an audit",
    ]

    /// Reads all of it, to compare counts; of a store that is small, or in a process of its own.
    private static let counting = Statement.wrongTallies

    @Test("Every statement finds what it wants by an index, in the order in which it wants it")
    func plans() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            for number in 1...300 as ClosedRange<UInt64> {
                try register(number, transaction)
                try transaction.apply(.accountOpened(Sample.account(number)), at: Sample.start)
                try transaction.deferMessage(
                    Sample.deferred(
                        request: Sample.requestIdentifier(number + 1000),
                        name: "x",
                        nextAttemptAt: Sample.start
                    )
                )
            }
        }
        let reader = try SQLiteRegisterReader(path: folder.store)
        let found = try reader.read { handle -> Set<Exception> in
            // As in production: nobody runs ANALYZE.
            let statistics = try SQLiteStatement(
                "SELECT 1 FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'",
                on: handle
            ).first { _ in true }
            #expect(statistics == nil)
            for text in AuditingStatement.preparation {
                try SQLiteStatement(text, on: handle).run()
            }
            var found: Set<Exception> = []
            for sql in Self.statements where !Self.controls(sql) {
                for step in try Self.plan(of: sql, on: handle) {
                    let exception = Exception(sql: sql, step)
                    found.insert(exception)
                    #expect(
                        Self.exceptions[exception] != nil,
                        "reads or sorts without bound (\(step)): \(sql)"
                    )
                }
            }
            return found
        }
        let needless = Set(Self.exceptions.keys).subtracting(found)
        #expect(needless.isEmpty, "an exception that nothing needs")
    }

    private static let statements =
        Statement.all.filter { $0 !== counting }.map(\.sql) + AuditingStatement.all.map(\.sql)

    /// Whether it is no query: transactions and savepoints.
    private static func controls(_ text: String) -> Bool {
        ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].contains {
            text.hasPrefix($0)
        }
    }

    /// The tables that are read from one end to the other, and `sorts` where rows are sorted
    /// (https://www.sqlite.org/eqp.html).
    private static func plan(of text: String, on handle: SQLiteHandle) throws -> [String] {
        let details = try SQLiteStatement("EXPLAIN QUERY PLAN \(text)", on: handle)
            .all { $0.text(3) }
        return details.compactMap { detail in
            if detail.contains(sorts) { return sorts }
            let words = detail.split(separator: " ")
            guard words.first == "SCAN", words.count > 1, words[1] != "CONSTANT" else { return nil }
            return String(words[1])
        }
    }
}
