import Contract
import Domain

/// The rights of the person behind the requests (GDPR 7(3) and 15 to 18). Each is exercised by a
/// message of its own, answered at once by rule: nobody decides on it.
enum PersonRights: Procedure {
    static let name = "person"

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "answering persons who exercise their rights, and showing that it was done",
        legalBasis:
            "a legal obligation of the controller (GDPR 6(1)(c), with 7(3), 12 and 15 to 19)",
        openRequestsRestOnConsent: false,
        recipients: [
            "whoever was sent the person's data before: the account provisioner, mailboxes and "
                + "managers",
            "the portal that sent the request",
        ]
    )

    static let messages: [MessageDefinition] = Right.names.map { right in
        MessageDefinition("registration.\(name).\(right)") { data, _ in
            RightsRequest.read(&data, right: right)
        }
    }

    /// Nobody.
    static func decider(of _: Request) -> Decider? { nil }

    static func hasApprover(for _: Request, in _: DecisionContext) -> Bool { false }

    /// Answered at once, it is never open.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }

    static func grantableOperations(
        for _: Request,
        in _: DecisionContext
    ) throws -> OperationSet? {
        nil
    }

    static func consequences(
        ofGranting _: Request,
        on _: GrantTerms,
        by _: Originator,
        in _: DecisionContext
    ) throws -> [Event] {
        []
    }
}

/// One right, and what its exercise says.
enum Right: Hashable {
    /// To know what is stored (GDPR 15).
    case access
    /// To have it corrected (GDPR 16).
    case rectification(Correction)
    /// To have it erased (GDPR 17).
    case erasure
    /// To have it stored only, or processed again (GDPR 18).
    case restriction(Bool)
    /// To withdraw a consent (GDPR 7(3)).
    case consentWithdrawal

    /// As routing keys and profiles call them.
    static let names = ["access", "rectification", "erasure", "restriction", "consent-withdrawal"]

    var name: String {
        switch self {
        case .access: "access"
        case .rectification: "rectification"
        case .erasure: "erasure"
        case .restriction: "restriction"
        case .consentWithdrawal: "consent-withdrawal"
        }
    }
}

/// What is to be corrected; nil stays as it is.
struct Correction: Hashable {
    var familyName: String?
    var givenName: String?
    var email: String?
    var languages: [Language]?

    var isEmpty: Bool { self == Correction() }

    func applied(to details: Applicant) -> Applicant {
        var corrected = details
        corrected.familyName = familyName ?? details.familyName
        corrected.givenName = givenName ?? details.givenName
        corrected.email = email ?? details.email
        corrected.languages = languages ?? details.languages
        return corrected
    }
}
