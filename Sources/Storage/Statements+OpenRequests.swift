// What is asked of requests that are open.
extension Statement {
    static let openRequests: Statement = """
        SELECT \(requestSelection) FROM request
        WHERE eori = \(key("?1")) AND \(Schema.isOpen)
            AND number > coalesce((SELECT number FROM request WHERE id = ?2), 0)
        ORDER BY number LIMIT ?3
        """
    static let openRequestsOfPerson: Statement = """
        SELECT \(requestSelection) FROM request
        WHERE eori = \(key("?1")) AND person = ?2 AND \(Schema.isOpen)
            AND number > coalesce((SELECT number FROM request WHERE id = ?3), 0)
        ORDER BY number LIMIT ?4
        """
    static let openRequestUnrestricted: Statement = """
        SELECT 1 FROM request
        WHERE eori = \(key("?1")) AND profile = ?2 AND \(Schema.isOpen) AND NOT EXISTS (
            SELECT 1 FROM person WHERE id = request.person AND restricted)
        LIMIT 1
        """
}
