// What changes bring for many accounts.
extension Statement {
    static let cascadeColumns = """
        number, eori, authorisation, operations_before, operations_after, status, decided_by,
        applicant, request, since, reached, has_taken_manager, origin, origin_trace_parent,
        origin_request, person
        """

    var cascadeText: String {
        switch self {
        case .insertCascade:
            """
            INSERT INTO cascade (\(Self.cascadeColumns))
            VALUES (NULL, \(Self.key("?1")), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .updateCascade:
            "UPDATE cascade SET reached = ?, has_taken_manager = ? WHERE number = ?"
        case .deleteCascade: "DELETE FROM cascade WHERE number = ?"
        case .cascadesDue:
            // One operator's, or one person's, in their order: the next begins when the one before is done.
            """
            SELECT \(Self.cascadeSelection) FROM cascade
            WHERE since <= ? AND NOT EXISTS (
                SELECT 1 FROM cascade AS earlier
                WHERE earlier.eori = cascade.eori AND earlier.number < cascade.number)
            AND NOT EXISTS (
                SELECT 1 FROM cascade AS earlier
                WHERE earlier.person = cascade.person AND earlier.number < cascade.number)
            ORDER BY number LIMIT ?
            """
        case .cascadeOfEORI: "SELECT 1 FROM cascade WHERE eori = \(Self.key("?1")) LIMIT 1"
        case .cascadeOfPerson:
            """
            SELECT since FROM cascade WHERE person = ?1 AND (?2 IS NULL OR status = ?2)
            ORDER BY number DESC LIMIT 1
            """
        case .deleteCascadesOfPerson: "DELETE FROM cascade WHERE person = ?"
        default: "SELECT since FROM cascade ORDER BY number LIMIT 1"
        }
    }
}
