// What requests say, authorisations and obligations.
extension Statement {
    static let authorisationColumns = """
        excise_number, request, eori, kind, products, valid_from, valid_until, status, revoked_on,
        warn_at, lapse_at
        """
    static let obligationColumns = """
        id, kind, eori, excise_number, reference, request, arisen_on, due_on, status, met_on,
        remind_at, overdue_at
        """

    var dutyText: String {
        switch self {
        case .stateParticular:
            """
            INSERT INTO particular (request, name, content) VALUES (?, ?, ?)
            ON CONFLICT (request, name) DO UPDATE SET content = excluded.content
            """
        case .particularsByRequest:
            "SELECT name, content FROM particular WHERE request = ? ORDER BY number"
        case .deleteParticulars: "DELETE FROM particular WHERE request = ?"
        case .statementsByPerson:
            """
            SELECT request, name, content FROM particular
            WHERE request IN (SELECT id FROM request WHERE person = ?) ORDER BY number
            """
        case .insertAuthorisation:
            """
            INSERT INTO authorisation (\(Self.authorisationColumns))
            VALUES (?, ?, \(Self.key("?3")), ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .updateAuthorisation:
            """
            UPDATE authorisation SET status = ?, revoked_on = ?, warn_at = ?, lapse_at = ?
            WHERE excise_number = ?
            """
        case .authorisationByNumber: Self.authorisations("excise_number = ?")
        case .authorisationByRequest: Self.authorisations("request = ?")
        case .activeAuthorisations:
            Self.authorisations("eori = \(Self.key("?1")) AND status = 'active'") + " LIMIT ?"
        case .authorisationsByPerson:
            Self.authorisations("request IN (SELECT id FROM request WHERE person = ?)")
        case .insertObligation:
            """
            INSERT INTO obligation (\(Self.obligationColumns))
            VALUES (?, ?, \(Self.key("?3")), ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .updateObligation:
            "UPDATE obligation SET status = ?, met_on = ?, remind_at = ?, overdue_at = ? WHERE id = ?"
        case .obligationByIdentifier: Self.obligations("id = ?")
        case .obligationsByNumber: Self.obligations("excise_number = ?")
        case .obligationsByReference: Self.obligations("excise_number = ? AND reference = ?")
        case .obligationsByRequest: Self.obligations("request = ?")
        default: Self.obligations("request IN (SELECT id FROM request WHERE person = ?)")
        }
    }

    private static func authorisations(_ condition: String) -> String {
        "SELECT \(authorisationSelection) FROM authorisation WHERE \(condition) ORDER BY number"
    }

    private static func obligations(_ condition: String) -> String {
        "SELECT \(obligationSelection) FROM obligation WHERE \(condition) ORDER BY number"
    }

    /// Whoever is told that something is over is not told before that it is about to be.
    var dutyClockText: String {
        switch self {
        case .dueWarnings: Self.due("excise_number", "authorisation", "warn_at", unless: "lapse_at")
        case .nextWarning: Self.next("authorisation", "warn_at")
        case .dueLapses: Self.due("excise_number", "authorisation", "lapse_at")
        case .nextLapse: Self.next("authorisation", "lapse_at")
        case .dueObligations: Self.due("id", "obligation", "remind_at", unless: "overdue_at")
        case .nextObligation: Self.next("obligation", "remind_at")
        case .dueOverdue: Self.due("id", "obligation", "overdue_at")
        default: Self.next("obligation", "overdue_at")
        }
    }

    private static func due(
        _ key: String,
        _ table: String,
        _ column: String,
        unless end: String? = nil
    ) -> String {
        let isOver = end.map { " AND (\($0) IS NULL OR \($0) > ?1)" } ?? ""
        let order = end.map { "\(column), \($0)" } ?? column
        return """
            SELECT \(key), \(column) FROM \(table) WHERE \(column) <= ?1\(isOver)
            ORDER BY \(order), number LIMIT ?2
            """
    }

    private static func next(_ table: String, _ column: String) -> String {
        """
        SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL ORDER BY \(column) LIMIT 1
        """
    }
}
