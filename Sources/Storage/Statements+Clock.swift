// What falls due, and the orders to the provisioner.
extension Statement {
    static let dueReminders: Statement = dueRequests(by: "remind_at")
    static let dueEscalations: Statement = dueRequests(by: "escalate_at")
    static let dueExpiries: Statement = """
        SELECT id, expire_at FROM request
        WHERE \(Schema.isOpen) AND expire_at <= ? ORDER BY expire_at, number LIMIT ?
        """
    static let nextReminder: Statement = nextRequest(by: "remind_at")
    static let nextEscalation: Statement = nextRequest(by: "escalate_at")
    static let nextExpiry: Statement = nextRequest(by: "expire_at")
    static let dueErasures: Statement = """
        SELECT id, erase_at FROM request
        WHERE erase_at <= ? ORDER BY erase_at, number LIMIT ?
        """
    static let nextErasure: Statement = """
        SELECT erase_at FROM request WHERE erase_at IS NOT NULL ORDER BY erase_at LIMIT 1
        """
    static let oldestOpenRequest: Statement = """
        SELECT submitted_at FROM request
        WHERE \(Schema.isOpen) AND procedure = ? ORDER BY submitted_at LIMIT 1
        """

    /// What is past its expiry as well expires, and nobody is told before that.
    private static func dueRequests(by column: String) -> Statement {
        """
        SELECT id, \(column) FROM request
        WHERE \(Schema.isOpen) AND \(column) <= ?1 AND (expire_at IS NULL OR expire_at > ?1)
        ORDER BY \(column), expire_at, number LIMIT ?2
        """
    }

    private static func nextRequest(by column: String) -> Statement {
        """
        SELECT \(column) FROM request
        WHERE \(Schema.isOpen) AND \(column) IS NOT NULL ORDER BY \(column) LIMIT 1
        """
    }

    static let ordersByAccount: Statement =
        "SELECT \(orderColumns) FROM provisioning_order WHERE account = ? ORDER BY number"
    static let orderState: Statement =
        "SELECT state FROM provisioning_order WHERE account = ? AND number = ?"
    static let recordOrder: Statement = """
        INSERT INTO provisioning_order (\(orderColumns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (account, number) DO UPDATE SET method = excluded.method,
            tries = excluded.tries, state = excluded.state, next = excluded.next,
            failure = excluded.failure, due_at = excluded.due_at,
            missed = excluded.missed, message = excluded.message
        """
    static let removeOrder: Statement =
        "DELETE FROM provisioning_order WHERE account = ? AND number = ?"
    static let dueOrders: Statement = """
        SELECT \(orderColumns) FROM provisioning_order WHERE due_at <= ?
        ORDER BY due_at, account, number LIMIT ?
        """
    static let nextOrder: Statement = """
        SELECT due_at FROM provisioning_order WHERE due_at IS NOT NULL
        ORDER BY due_at LIMIT 1
        """
}
