import Contract
import Domain
import Procedures
import Storage

/// The words that stories use for what the register names by codes.
enum StoryWords {
    /// What a request asks for.
    static func wish(procedure: String, profile: String) -> String {
        let profiles = ProcedureCatalogue.procedure(named: procedure)?.profiles ?? []
        return profiles.first { $0.name == profile }?.wish ?? "\(procedure)/\(profile)"
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
        list(operations, none: "no operation")
    }

    static func list(_ words: [String], none: String) -> String {
        words.isEmpty ? none : words.joined(separator: ", ")
    }

    static func status(_ status: String) -> String { status.replacing("-", with: " ") }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
