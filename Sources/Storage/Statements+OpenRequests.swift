// What is asked of requests that are open.
extension Statement {
    var openRequestText: String {
        switch self {
        case .openRequests:
            """
            SELECT \(Self.requestColumns) FROM request
            WHERE eori = ? AND \(Schema.isOpen)
                AND number > coalesce((SELECT number FROM request WHERE id = ?), 0)
            ORDER BY number LIMIT ?
            """
        case .openRequestsOfPerson:
            """
            SELECT \(Self.requestColumns) FROM request
            WHERE eori = ? AND person = ? AND \(Schema.isOpen)
                AND number > coalesce((SELECT number FROM request WHERE id = ?), 0)
            ORDER BY number LIMIT ?
            """
        default:
            """
            SELECT 1 FROM request
            WHERE eori = ? AND profile = ? AND \(Schema.isOpen) AND NOT EXISTS (
                SELECT 1 FROM person WHERE id = request.person AND restricted)
            LIMIT 1
            """
        }
    }
}
