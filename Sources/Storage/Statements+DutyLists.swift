// What tools list of authorisations, obligations and guarantees. Whatever is not null counts
// besides.
extension Statement {
    /// `Guarantee.status`.
    static let guaranteeStatus = """
        CASE WHEN called_cents = amount_cents THEN 'called'
            WHEN called_cents > 0 THEN 'partly-called'
            WHEN released_cents = amount_cents THEN 'released' ELSE 'held' END
        """

    static let authorisations: Statement = listAuthorisations(where: "TRUE")
    static let authorisationsOfEORI: Statement = listAuthorisations(where: "eori = \(key("?1"))")
    static let authorisationsOfOthers: Statement = """
        SELECT \(authorisationSelection) FROM authorisation
        WHERE counterparty = \(key("?1")) AND status = 'active' ORDER BY number LIMIT ?2
        """

    /// What has no day comes first. Any text is greater than a day's.
    static let runningByDay: Statement = listObligations(
        where: "\(Schema.isRunning) AND coalesce(due_on, '') < coalesce(?6, 'a')",
        order: "coalesce(due_on, ''), number"
    )
    static let runningOfEORI: Statement = listObligations(
        where: "eori = \(key("?1")) AND \(Schema.isRunning)",
        order: "due_on, number"
    )
    static let obligationsOfNumber: Statement = listObligations(
        where: "authorisation = ?2",
        order: "due_on, number"
    )
    static let endedObligations: Statement = listObligations(where: "TRUE", order: "number DESC")

    static let guarantees: Statement = listGuarantees(where: "TRUE")
    static let guaranteesOfEORI: Statement = listGuarantees(where: "eori = \(key("?1"))")
    static let guaranteesOfNumber: Statement = listGuarantees(where: "authorisation = ?2")

    static let accountCount: Statement = "SELECT count(*) FROM account WHERE eori = \(key("?1"))"

    private static func listAuthorisations(where condition: String) -> Statement {
        """
        SELECT \(authorisationSelection) FROM authorisation
        WHERE \(condition) AND (?1 IS NULL OR eori = \(key("?1")))
            AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR status = ?3)
        ORDER BY number LIMIT ?4
        """
    }

    private static func listObligations(where condition: String, order: String) -> Statement {
        """
        SELECT \(obligationSelection) FROM obligation
        WHERE \(condition) AND (?1 IS NULL OR eori = \(key("?1")))
            AND (?2 IS NULL OR authorisation = ?2) AND (?3 IS NULL OR kind = ?3)
            AND (status = ?4 OR status = ?5) AND (?6 IS NULL OR due_on < ?6)
        ORDER BY \(order) LIMIT ?7
        """
    }

    private static func listGuarantees(where condition: String) -> Statement {
        """
        SELECT \(guaranteeSelection) FROM guarantee
        WHERE \(condition) AND (?1 IS NULL OR eori = \(key("?1")))
            AND (?2 IS NULL OR authorisation = ?2)
            AND (?3 IS NULL OR \(guaranteeStatus) = ?3)
        ORDER BY number LIMIT ?4
        """
    }
}
