// What changes bring for many accounts.
extension Statement {
    static let cascadeColumns = """
        number, eori, authorisation, operations_before, operations_after, status, decided_by,
        applicant, request, since, reached, has_taken_manager, origin, origin_trace_parent,
        origin_request, person, former_name, place, system
        """

    static let insertCascade: Statement = """
        INSERT INTO cascade (\(cascadeColumns))
        VALUES (NULL, \(key("?1")), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let updateCascade: Statement =
        "UPDATE cascade SET reached = ?, has_taken_manager = ?, place = ? WHERE number = ?"
    static let deleteCascade: Statement = "DELETE FROM cascade WHERE number = ?"
    /// One operator's, or one person's, in their order: the next begins when the one before is
    /// done.
    static let cascadesDue: Statement = """
        SELECT \(cascadeSelection) FROM cascade
        WHERE since <= ? AND NOT EXISTS (
            SELECT 1 FROM cascade AS earlier
            WHERE earlier.eori = cascade.eori AND earlier.number < cascade.number)
        AND NOT EXISTS (
            SELECT 1 FROM cascade AS earlier
            WHERE earlier.person = cascade.person AND earlier.number < cascade.number)
        ORDER BY number LIMIT ?
        """
    static let cascadeOfEORI: Statement = "SELECT 1 FROM cascade WHERE eori = \(key("?1")) LIMIT 1"
    static let cascadeOfPerson: Statement = """
        SELECT since FROM cascade WHERE person = ?1 AND (?2 IS NULL OR status = ?2)
        ORDER BY number DESC LIMIT 1
        """
    static let deleteCascadesOfPerson: Statement = "DELETE FROM cascade WHERE person = ?"
    static let nextCascade: Statement = "SELECT since FROM cascade ORDER BY number LIMIT 1"
}
