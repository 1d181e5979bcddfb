// What requests say, authorisations, obligations and guarantees.
extension Statement {
    static let authorisationColumns = """
        name, request, eori, procedure, kind, counterparty, scope, valid_from, valid_until, status,
        revoked_on, warn_at, lapse_at
        """
    static let obligationColumns = """
        id, procedure, eori, person, kind, manner, authorisation, reference, request, arisen_on,
        due_on, status, met_on, remind_at, later_reminders, overdue_at
        """
    static let guaranteeColumns = """
        id, procedure, eori, person, authorisation, reference, request, amount_cents, called_cents,
        released_cents
        """

    static let outageColumns = "id, system, since, until, told_down_at, told_up_at, remarks"

    static let stateField: Statement = """
        INSERT INTO particular (request, name, content) VALUES (?, ?, ?)
        ON CONFLICT (request, name) DO UPDATE SET content = excluded.content
        """
    static let fieldsByRequest: Statement =
        "SELECT name, content FROM particular WHERE request = ? ORDER BY number"
    static let requestsByPlate: Statement = """
        SELECT \(requestSelection) FROM request
        WHERE id IN (SELECT request FROM particular WHERE name = 'plateNumber' AND content = ?)
        ORDER BY number LIMIT ?
        """
    static let deleteFields: Statement = "DELETE FROM particular WHERE request = ?"
    static let statementsByPerson: Statement = """
        SELECT request, name, content FROM particular
        WHERE request IN (SELECT id FROM request WHERE person = ?) ORDER BY number
        """
    static let insertAuthorisation: Statement = """
        INSERT INTO authorisation (\(authorisationColumns))
        VALUES (?, ?, \(key("?3")), ?, ?, \(key("?6")), ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateAuthorisation: Statement = """
        UPDATE authorisation SET status = ?, revoked_on = ?, warn_at = ?, lapse_at = ?
        WHERE name = ?
        """
    static let authorisationByNumber: Statement = authorisations("name = ?")
    static let authorisationByRequest: Statement = authorisations("request = ?")
    static let activeAuthorisations: Statement = authorisations(
        "eori = \(key("?1")) AND status = 'active' AND (?2 IS NULL OR kind = ?2)",
        limit: "LIMIT ?3"
    )
    static let authorisationsByPerson: Statement = authorisations(
        "request IN (SELECT id FROM request WHERE person = ?)"
    )
    static let insertObligation: Statement = """
        INSERT INTO obligation (\(obligationColumns))
        VALUES (?, ?, \(key("?3")), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateObligation: Statement = """
        UPDATE obligation SET reference = ?, due_on = ?, status = ?, met_on = ?, remind_at = ?,
        later_reminders = ?, overdue_at = ? WHERE id = ?
        """
    static let obligationByIdentifier: Statement = obligations("id = ?")
    static let obligationsByNumber: Statement = obligations("authorisation = ?")
    static let obligationsByReference: Statement = obligations(
        "authorisation = ? AND reference = ?"
    )
    static let obligationsOfKind: Statement = obligations("reference = ? AND kind = ?")
    static let runningObligationsByNumber: Statement = obligations(
        "authorisation = ? AND \(Schema.isRunning)",
        limit: "LIMIT ?"
    )
    static let obligationsByRequest: Statement = obligations("request = ?")
    static let obligationsByPerson: Statement = obligations(
        "request IN (SELECT id FROM request WHERE person = ?)"
    )

    static let obligationsWithoutDay: Statement = obligations(
        "kind = ? AND status = 'open' AND due_on IS NULL",
        limit: "LIMIT ?"
    )

    static let insertOutage: Statement =
        "INSERT INTO outage (\(outageColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
    static let updateOutage: Statement =
        "UPDATE outage SET until = ?, told_down_at = ?, told_up_at = ?, remarks = ? WHERE id = ?"
    static let lastOutage: Statement = """
        SELECT \(outageColumns) FROM outage WHERE system = ? AND since <= coalesce(?, \(Int64.max))
        ORDER BY since DESC LIMIT 1
        """

    static let insertGuarantee: Statement = """
        INSERT INTO guarantee (\(guaranteeColumns))
        VALUES (?, ?, \(key("?3")), ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateGuarantee: Statement =
        """
        UPDATE guarantee SET reference = ?, amount_cents = ?, called_cents = ?, released_cents = ?
        WHERE id = ?
        """
    static let guaranteeByIdentifier: Statement = guarantees("id = ?")
    static let heldGuarantees: Statement = guarantees(
        "eori = \(key("?1")) AND \(Schema.isHeld) AND (?2 IS NULL OR authorisation = ?2)",
        limit: "LIMIT ?3"
    )
    static let guaranteesByEORI: Statement = guarantees("eori = \(key("?1"))", limit: "LIMIT ?2")
    static let guaranteesByRequest: Statement = guarantees("request = ?")
    static let guaranteesByPerson: Statement = guarantees(
        "request IN (SELECT id FROM request WHERE person = ?)"
    )

    private static func authorisations(_ condition: String, limit: String = "") -> Statement {
        """
        SELECT \(authorisationSelection) FROM authorisation WHERE \(condition)
        ORDER BY number \(limit)
        """
    }

    private static func obligations(_ condition: String, limit: String = "") -> Statement {
        """
        SELECT \(obligationSelection) FROM obligation WHERE \(condition)
        ORDER BY number \(limit)
        """
    }

    private static func guarantees(_ condition: String, limit: String = "") -> Statement {
        """
        SELECT \(guaranteeSelection) FROM guarantee WHERE \(condition)
        ORDER BY number \(limit)
        """
    }

    static let dueWarnings: Statement = due(
        "name",
        "authorisation",
        "warn_at",
        unless: "lapse_at"
    )
    static let nextWarning: Statement = next("authorisation", "warn_at")
    static let dueLapses: Statement = due("name", "authorisation", "lapse_at")
    static let nextLapse: Statement = next("authorisation", "lapse_at")
    static let dueObligations: Statement = due(
        "id",
        "obligation",
        "remind_at",
        unless: "overdue_at"
    )
    static let nextObligation: Statement = next("obligation", "remind_at")
    static let dueOverdue: Statement = due("id", "obligation", "overdue_at")
    static let nextOverdue: Statement = next("obligation", "overdue_at")

    /// Whoever is told that something is over is not told before that it is about to be.
    private static func due(
        _ key: String,
        _ table: String,
        _ column: String,
        unless end: String? = nil
    ) -> Statement {
        let isOver = end.map { " AND (\($0) IS NULL OR \($0) > ?1)" } ?? ""
        let order = end.map { "\(column), \($0)" } ?? column
        return """
            SELECT \(key), \(column) FROM \(table) WHERE \(column) <= ?1\(isOver)
            ORDER BY \(order), number LIMIT ?2
            """
    }

    private static func next(_ table: String, _ column: String) -> Statement {
        """
        SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL ORDER BY \(column) LIMIT 1
        """
    }
}
