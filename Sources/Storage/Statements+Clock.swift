// What falls due, and the orders to the provisioner.
extension Statement {
    var clockText: String {
        switch self {
        case .dueReminders: Self.dueRequests(by: "remind_at")
        case .dueEscalations: Self.dueRequests(by: "escalate_at")
        case .dueExpiries:
            """
            SELECT id, expire_at FROM request
            WHERE \(Schema.isOpen) AND expire_at <= ? ORDER BY expire_at, number LIMIT ?
            """
        case .nextReminder: Self.nextRequest(by: "remind_at")
        case .nextEscalation: Self.nextRequest(by: "escalate_at")
        case .nextExpiry: Self.nextRequest(by: "expire_at")
        case .dueErasures:
            """
            SELECT id, erase_at FROM request
            WHERE erase_at <= ? ORDER BY erase_at, number LIMIT ?
            """
        case .nextErasure:
            """
            SELECT erase_at FROM request WHERE erase_at IS NOT NULL ORDER BY erase_at LIMIT 1
            """
        default:
            """
            SELECT submitted_at FROM request
            WHERE \(Schema.isOpen) AND procedure = ? ORDER BY submitted_at LIMIT 1
            """
        }
    }

    /// What is past its expiry as well expires, and nobody is told before that.
    private static func dueRequests(by column: String) -> String {
        """
        SELECT id, \(column) FROM request
        WHERE \(Schema.isOpen) AND \(column) <= ?1 AND (expire_at IS NULL OR expire_at > ?1)
        ORDER BY \(column), expire_at, number LIMIT ?2
        """
    }

    private static func nextRequest(by column: String) -> String {
        """
        SELECT \(column) FROM request
        WHERE \(Schema.isOpen) AND \(column) IS NOT NULL ORDER BY \(column) LIMIT 1
        """
    }

    var orderText: String {
        switch self {
        case .ordersByAccount:
            "SELECT \(Self.orderColumns) FROM provisioning_order WHERE account = ? ORDER BY number"
        case .orderState:
            "SELECT state FROM provisioning_order WHERE account = ? AND number = ?"
        case .recordOrder:
            """
            INSERT INTO provisioning_order (\(Self.orderColumns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account, number) DO UPDATE SET method = excluded.method,
                tries = excluded.tries, state = excluded.state, next = excluded.next,
                failure = excluded.failure, due_at = excluded.due_at,
                missed = excluded.missed, message = excluded.message
            """
        case .removeOrder: "DELETE FROM provisioning_order WHERE account = ? AND number = ?"
        case .dueOrders:
            """
            SELECT \(Self.orderColumns) FROM provisioning_order WHERE due_at <= ?
            ORDER BY due_at, account, number LIMIT ?
            """
        default:
            """
            SELECT due_at FROM provisioning_order WHERE due_at IS NOT NULL
            ORDER BY due_at LIMIT 1
            """
        }
    }
}
