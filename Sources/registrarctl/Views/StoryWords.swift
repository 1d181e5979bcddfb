import Contract
import Domain
import Storage

/// The words that stories use for what the register names by codes.
enum StoryWords {
    /// What a request asks for.
    static func wish(procedure: String, profile: String) -> String {
        switch (procedure, profile) {
        case ("access", "company"): "access for a company"
        case ("access", "employee"): "access as a company's employee"
        case ("access", "natural-person"): "access as a natural person"
        case ("access", "operations"): "more operations"
        case ("person", "access"): "what is stored about him"
        case ("person", "rectification"): "a correction of his data"
        case ("person", "erasure"): "the erasure of his data"
        case ("person", "restriction"): "a change of whether his data may be processed"
        case ("person", "consent-withdrawal"): "his consent back"
        case ("excise", "authorisation"): "an excise authorisation"
        case ("excise", "receipt"): "what follows from a receipt of excise goods"
        case ("excise", "ac4"): "an AC4 declaration to be taken note of"
        case ("excise", "report-of-receipt"): "a report of receipt to be taken note of"
        case ("excise", "emcs-users"): "users of EMCS"
        case ("excise", "verification"): "whether an excise number is valid"
        default: "\(procedure)/\(profile)"
        }
    }

    /// A message by its type, to begin a sentence with.
    static func message(ofType type: String?) -> String {
        guard let type else { return "A message that could not be read" }
        let key = type.hasPrefix("lu.etat.do.") ? type.dropFirst(11) : type[...]
        let parts = key.split(separator: ".")
        return switch (parts.first, parts.dropFirst().first) {
        case ("registration", let procedure?) where parts.count > 2:
            "A request for " + wish(procedure: String(procedure), profile: String(parts[2]))
        case ("registration", "supplement"): "An answer of the applicant"
        case ("registration", "withdrawal"): "A withdrawal"
        case ("approval", "decision"): "A decision"
        case ("approval", "revocation"): "A revocation"
        case ("approval", "role"): "An appointment"
        case ("approval", "operations"): "A change of operations"
        case ("report", "provisioning"): "A report of the account provisioner"
        default: "A message of type \(key)"
        }
    }

    /// A message that was sent, by its routing key.
    static func outbound(_ message: OutboxRecord) -> String {
        if message.routingKey == "status.dead-letter" { return "a notice of the dead letter" }
        return switch message.routingKey.prefix(while: { $0 != "." }) {
        case "notification": "a mail"
        case "provisioning": "an order to the account provisioner"
        case "status": "the new status, for whoever listens"
        case "problem": "the refusal, to its sender"
        case "disclosure": "a disclosure"
        default: "a message"
        }
    }

    static func authority(_ role: ActorRole) -> String {
        switch role {
        case .customsAuthority: "the customs authority"
        case .exciseOffice: "the excise office"
        case .vehicleAuthority: "the vehicle authority"
        case .manager: "the company"
        }
    }

    /// Who brought an event about, to begin a sentence with.
    static func originator(_ by: String?) -> String {
        switch by {
        case "applicant": return "The applicant"
        case "rule": return "A rule"
        case "provisioner": return "The account provisioner"
        case "manager": return "The company, by its legal representative or a manager,"
        case let text?:
            if let role = ActorRole(rawValue: text) { return authority(role).capitalisedFirst }
            return text.hasPrefix("timer:") ? "The clock" : text
        case nil: return "Somebody"
        }
    }

    static func role(_ role: String?) -> String {
        role.map { $0.replacing("-", with: " ") } ?? "holder"
    }

    static func operations(_ operations: [String]) -> String {
        operations.isEmpty ? "no operation" : operations.joined(separator: ", ")
    }

    static func status(_ status: String) -> String { status.replacing("-", with: " ") }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
