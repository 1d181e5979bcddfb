extension Statement {
    /// What tells whether the clock is right.
    var certaintyText: String {
        switch self {
        case .journalTime: "SELECT time FROM journal WHERE sequence = ?"
        case .certainTime: "SELECT certain_at FROM clock"
        case .setCertainTime: "INSERT OR REPLACE INTO clock (number, certain_at) VALUES (1, ?)"
        default: "DELETE FROM clock"
        }
    }
}
