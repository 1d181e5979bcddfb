// What is asked of requests that are open.
extension Statement {
    var openRequestText: String {
        switch self {
        case .openRequests:
            """
            SELECT \(Self.requestSelection) FROM request
            WHERE eori = \(Self.key("?1")) AND \(Schema.isOpen)
                AND number > coalesce((SELECT number FROM request WHERE id = ?2), 0)
            ORDER BY number LIMIT ?3
            """
        case .openRequestsOfPerson:
            """
            SELECT \(Self.requestSelection) FROM request
            WHERE eori = \(Self.key("?1")) AND person = ?2 AND \(Schema.isOpen)
                AND number > coalesce((SELECT number FROM request WHERE id = ?3), 0)
            ORDER BY number LIMIT ?4
            """
        default:
            """
            SELECT 1 FROM request
            WHERE eori = \(Self.key("?1")) AND profile = ?2 AND \(Schema.isOpen) AND NOT EXISTS (
                SELECT 1 FROM person WHERE id = request.person AND restricted)
            LIMIT 1
            """
        }
    }
}
