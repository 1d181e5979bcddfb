extension Statement {
    // What tells whether the clock is right.

    static let journalTime: Statement = "SELECT time FROM journal WHERE sequence = ?"
    static let certainTime: Statement = "SELECT certain_at FROM clock"
    static let setCertainTime: Statement =
        "INSERT OR REPLACE INTO clock (number, certain_at) VALUES (1, ?)"
    static let deleteCertainTime: Statement = "DELETE FROM clock"
}
