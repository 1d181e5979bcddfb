import Contract
import Domain

/// The rights of the person behind the requests (GDPR 7(3), 15 to 18 and 21). Each is exercised by
/// a message of its own, and answered at once by rule; but for an objection, whose grounds somebody
/// has to weigh.
enum PersonRights: Procedure {
    static let name = "person"

    typealias Profile = PersonRight

    static let profiles = Profile.allCases.map { ProfileDefinition($0.rawValue, $0.wish) }

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "answering persons who exercise their rights, and showing that it was done",
        legalBasis:
            "a legal obligation of the controller (GDPR 6(1)(c), with 7(3), 12, 15 to 19 and 21)",
        openRequestsRestOnConsent: false,
        restsOnLegalObligation: true,
        recipients: [
            "whoever was sent the person's data before: the account provisioner, mailboxes and "
                + "managers",
            "the portal that sent the request",
        ]
    )

    static let settings: [SettingDefinition] = [
        .remindAfter(
            name,
            .workingDays(5),
            "When customs are reminded of a pending objection."
        ),
        .retention(
            "\(name).retain",
            of: [.granted, .rejected, .answered, .withdrawn],
            .days(3 * 365),
            "How long a request by which a person exercised a right is kept."
        ),
    ]

    static let messages: [MessageDefinition] = Profile.allCases.map { right in
        MessageDefinition(right.routingKey, fields: right.fields) { data, _ in
            RightsRequest.read(&data, right: right)
        }
    }

    /// What is asked for is the person's due, whatever else ends.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }
}

/// Which right is exercised.
public enum PersonRight: String, CaseIterable, Sendable {
    case access
    case rectification
    case erasure
    case restriction
    case consentWithdrawal = "consent-withdrawal"
    case objection

    /// Of the message that exercises it.
    public var routingKey: String { "registration.\(PersonRights.name).\(rawValue)" }

    /// Of the answer to `access`, in parts where it is large.
    public static let disclosureRoutingKey = "disclosure.\(PersonRights.name)"

    /// What a request of it asks for.
    var wish: String {
        switch self {
        case .access: "what is stored about them"
        case .rectification: "a correction of their data"
        case .erasure: "the erasure of their data"
        case .restriction: "a change of whether their data may be processed"
        case .consentWithdrawal: "their consent back"
        case .objection: "an end of the processing of their data"
        }
    }

    /// What such a message states.
    fileprivate var fields: [FieldDefinition] {
        switch self {
        case .access, .erasure, .consentWithdrawal: []
        case .rectification:
            [
                FieldDefinition("changes.familyName", "the right family name").optional,
                FieldDefinition("changes.givenName", "the right given name").optional,
                FieldDefinition("changes.email", "the right address").optional,
                FieldDefinition(
                    "changes.languages",
                    "the languages for mails, the preferred one first",
                    .choice(of: Language.self).list
                ).optional,
            ]
        case .restriction:
            [FieldDefinition("restricted", "whether the data are to be stored only", .boolean)]
        case .objection: [Objection.grounds, Objection.procedure]
        }
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
    /// To object to what rests on an official task (GDPR 21); with what the message states.
    case objection(RequestFields)
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
