// What a disclosure that comes in parts is gathered from, and what was gathered.
extension Statement {
    static let disclosureByPerson: Statement = """
        SELECT stage, reached, place, parts, has_all_mentions FROM disclosure WHERE person = ?
        """
    static let recordDisclosure: Statement = """
        INSERT OR REPLACE INTO disclosure (person, stage, reached, place, parts,
            has_all_mentions)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    static let deleteDisclosure: Statement = "DELETE FROM disclosure WHERE person = ?"
    static let insertDisclosurePart: Statement =
        "INSERT INTO disclosure_part (person, part, lists) VALUES (?, ?, ?)"
    static let disclosurePart: Statement =
        "SELECT lists FROM disclosure_part WHERE person = ? AND part = ?"
    static let deleteDisclosurePart: Statement =
        "DELETE FROM disclosure_part WHERE person = ? AND part = ?"
    static let eraseDisclosureParts: Statement = """
        DELETE FROM disclosure_part WHERE number IN (
            SELECT number FROM disclosure_part WHERE person = ? ORDER BY part LIMIT ?)
        """
    static let textsByRequest: Statement = """
        SELECT request, kind, recorded_at, content, number FROM free_text
        WHERE request = ?1
        UNION ALL SELECT request, 'reason', recorded_at, content, journal FROM reason
        WHERE request = ?1
        ORDER BY recorded_at, number
        """
    static let documentsByRequest: Statement = """
        SELECT \(documentColumns) FROM document
        WHERE request = ? ORDER BY number
        """
    static let messagesToNote: Statement = """
        SELECT sequence,
            routing_key = 'notification.email' AND recipient IS NOT ?1 AND NOT was_erased
                AND created_at <= ?4,
            recipient, template
        FROM outbox_about CROSS JOIN outbox USING (sequence)
        WHERE person = ?1 AND sequence > ?2
        ORDER BY sequence LIMIT ?3
        """
    static let messagesAboutPerson: Statement = """
        SELECT sequence, routing_key, template, recipient, message_id, created_at, settled_at
        FROM outbox_about CROSS JOIN outbox USING (sequence)
        WHERE person = ? AND sequence > ?
        ORDER BY sequence LIMIT ?
        """
}
