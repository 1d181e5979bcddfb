// What a disclosure that comes in parts is gathered from, and what was gathered.
extension Statement {
    var disclosureText: String {
        switch self {
        case .disclosureByPerson:
            """
            SELECT stage, reached, place, parts, has_all_mentions FROM disclosure WHERE person = ?
            """
        case .recordDisclosure:
            """
            INSERT OR REPLACE INTO disclosure (person, stage, reached, place, parts,
                has_all_mentions)
            VALUES (?, ?, ?, ?, ?, ?)
            """
        case .deleteDisclosure: "DELETE FROM disclosure WHERE person = ?"
        case .insertDisclosurePart:
            "INSERT INTO disclosure_part (person, part, lists) VALUES (?, ?, ?)"
        case .disclosurePart: "SELECT lists FROM disclosure_part WHERE person = ? AND part = ?"
        case .deleteDisclosurePart: "DELETE FROM disclosure_part WHERE person = ? AND part = ?"
        case .eraseDisclosureParts:
            """
            DELETE FROM disclosure_part WHERE number IN (
                SELECT number FROM disclosure_part WHERE person = ? ORDER BY part LIMIT ?)
            """
        case .textsByRequest:
            """
            SELECT request, kind, recorded_at, content, number FROM free_text
            WHERE request = ?1
            UNION ALL SELECT request, 'reason', recorded_at, content, journal FROM reason
            WHERE request = ?1
            ORDER BY recorded_at, number
            """
        case .documentsByRequest:
            """
            SELECT request, recorded_at, kind, reference, issued_on, valid_until FROM document
            WHERE request = ? ORDER BY number
            """
        case .messagesToNote:
            """
            SELECT sequence,
                routing_key = 'notification.email' AND recipient IS NOT ?1 AND NOT was_erased
                    AND created_at <= ?4,
                recipient, template
            FROM outbox_about CROSS JOIN outbox USING (sequence)
            WHERE person = ?1 AND sequence > ?2
            ORDER BY sequence LIMIT ?3
            """
        default:
            """
            SELECT sequence, routing_key, template, recipient, message_id, created_at, settled_at
            FROM outbox_about CROSS JOIN outbox USING (sequence)
            WHERE person = ? AND sequence > ?
            ORDER BY sequence LIMIT ?
            """
        }
    }
}
