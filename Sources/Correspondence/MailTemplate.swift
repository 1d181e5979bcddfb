/// A mail that Registrar sends. The raw value names its files and stands in the message.
public enum MailTemplate: String, CaseIterable, Sendable {
    case pending = "access.pending"
    case awaitingYou = "access.awaiting-you"
    case granted = "access.granted"
    case rejected = "access.rejected"
    case informationRequested = "access.information-requested"
    case withdrawn = "access.withdrawn"
    case expired = "access.expired"
    case expiredApprover = "access.expired-approver"
    case revoked = "access.revoked"
    case changed = "access.changed"
    case reminder = "access.reminder"
    case escalation = "access.escalation"
    case lastManager = "access.last-manager"
    case rectified = "person.rectified"
    case erased = "person.erased"
    case restricted = "person.restricted"
    case consentWithdrawn = "person.consent-withdrawn"
    case excisePending = "excise.pending"
    case exciseAwaitingYou = "excise.awaiting-you"
    case exciseGranted = "excise.granted"
    case exciseRejected = "excise.rejected"
    case exciseInformationRequested = "excise.information-requested"
    case exciseWithdrawn = "excise.withdrawn"
    case exciseExpired = "excise.expired"
    case exciseExpiredApprover = "excise.expired-approver"
    case exciseReminder = "excise.reminder"
    case exciseWarning = "excise.warning"
    case exciseLapsed = "excise.lapsed"
    case exciseRevoked = "excise.revoked"
    case exciseDue = "excise.due"
    case exciseDueReminder = "excise.due-reminder"
    case exciseOverdue = "excise.overdue"

    /// What the template may name.
    var variables: [MailVariable] {
        let own: [MailVariable] =
            switch self {
            case .pending, .expired: [.recipient]
            case .withdrawn, .exciseWithdrawn: [.recipient, .eori]
            case .awaitingYou: [.recipient, .applicant, .eori, .operations, .request]
            case .granted: [.recipient, .eori, .operations, .remarks]
            case .rejected: [.recipient, .eori, .remarks]
            case .informationRequested: [.recipient, .remarks]
            case .expiredApprover, .reminder: [.recipient, .applicant, .eori, .request]
            case .escalation: [.applicant, .eori, .request]
            case .revoked: [.recipient, .eori, .remarks]
            case .changed: [.recipient, .eori, .operations, .remarks]
            case .lastManager: [.eori]
            case .rectified: [.recipient, .email, .applicant, .formerName]
            case .erased, .restricted: [.recipient, .applicant]
            case .consentWithdrawn: [.recipient]
            case .excisePending: [.recipient, .kind]
            case .exciseAwaitingYou:
                [
                    .applicant, .eori, .kind, .products, .premises, .movement, .guarantee,
                    .guaranteeAmount, .request,
                ]
            case .exciseGranted:
                [
                    .recipient, .eori, .kind, .products, .exciseNumber, .validFrom, .validUntil,
                    .remarks,
                ]
            case .exciseRejected: [.recipient, .eori, .kind, .remarks]
            case .exciseInformationRequested: [.recipient, .remarks]
            case .exciseExpired: [.recipient]
            case .exciseExpiredApprover, .exciseReminder: [.applicant, .eori, .kind, .request]
            case .exciseWarning, .exciseLapsed:
                [.recipient, .eori, .kind, .exciseNumber, .validUntil]
            case .exciseRevoked: [.recipient, .eori, .kind, .exciseNumber, .remarks]
            case .exciseDue, .exciseDueReminder, .exciseOverdue:
                [.recipient, .exciseNumber, .reference, .dueOn]
            }
        return own + [.portal, .mailbox]
    }

    /// Which of its variables may be absent in a mail, so that a section may ask for them.
    var optionalVariables: [MailVariable] {
        switch self {
        case .awaitingYou: [.recipient, .operations]
        case .granted, .rejected, .revoked: [.remarks]
        case .changed: [.operations, .remarks]
        case .expiredApprover, .reminder, .rectified, .erased, .restricted: [.recipient]
        case .exciseAwaitingYou: [.premises, .movement, .guarantee, .guaranteeAmount]
        case .exciseGranted: [.validUntil, .remarks]
        case .exciseRevoked: [.recipient, .remarks]
        case .exciseWarning, .exciseLapsed, .exciseDueReminder, .exciseOverdue: [.recipient]
        case .pending, .informationRequested, .withdrawn, .expired, .escalation, .lastManager,
            .consentWithdrawn, .excisePending, .exciseRejected, .exciseInformationRequested,
            .exciseWithdrawn, .exciseExpired, .exciseExpiredApprover, .exciseReminder,
            .exciseDue:
            []
        }
    }

    /// The cases that it tells apart; exactly one holds in a mail.
    var variants: [MailVariant] {
        switch self {
        case .awaitingYou: [.company, .employee, .naturalPerson, .moreOperations, .answer]
        case .rejected:
            [
                .byAuthority, .byManager, .operatorExists, .operatorUnknown, .operatorKind,
                .otherRule,
            ]
        case .withdrawn, .exciseWithdrawn:
            [.asked, .operatorEnded, .accountEnded, .authorisationEnded]
        case .revoked: [.account, .operator]
        case .changed: [.operationsChanged, .appointed, .dismissed]
        case .rectified: [.dataSubject, .told]
        case .erased: [.dataSubject, .keptInPart, .told]
        case .restricted:
            [.dataSubjectRestricted, .dataSubjectLifted, .toldRestricted, .toldLifted]
        case .escalation: [.undecided, .withoutManager]
        case .exciseAwaitingYou: [.authorisation, .answer]
        case .exciseRevoked: [.authorisation, .operator]
        case .exciseDue, .exciseDueReminder, .exciseOverdue: [.declaration, .reportOfReceipt]
        case .pending, .granted, .informationRequested, .expired, .expiredApprover,
            .reminder, .lastManager, .consentWithdrawn, .excisePending, .exciseGranted,
            .exciseRejected, .exciseInformationRequested, .exciseExpired,
            .exciseExpiredApprover, .exciseReminder, .exciseWarning, .exciseLapsed:
            [.only]
        }
    }
}

/// A value that templates name. All are text that was escaped for where it lands.
enum MailVariable: Int, CaseIterable, Sendable {
    /// Whom the mail addresses, as "given name family name"; absent for a mailbox.
    case recipient
    /// Whom the mail is about, where it goes to somebody else.
    case applicant
    case eori
    /// Operations by their names in the block's language, separated by commas.
    case operations
    /// What the decision maker wrote; may have several lines.
    case remarks
    /// The request's id.
    case request
    /// The portal's address.
    case portal
    /// The authority's mailbox.
    case mailbox
    /// The address that is stored of the person addressed.
    case email
    /// The name, now corrected, under which the applicant was known.
    case formerName
    /// What an authorisation is for, in the block's language.
    case kind
    /// What is subject to duty, in the block's language, separated by commas.
    case products
    /// Where goods are to be stored; may have several lines.
    case premises
    /// The one movement that something is asked for; may have several lines.
    case movement
    /// What names the guarantee.
    case guarantee
    /// How much it is for, as the block's language writes it.
    case guaranteeAmount
    case exciseNumber
    /// The first day of an authorisation's validity, as the block's language writes it.
    case validFrom
    /// The last day, as the block's language writes it.
    case validUntil
    /// The last day on which something is done in time, as the block's language writes it.
    case dueOn
    /// What names the movement of goods.
    case reference

    /// As templates write it.
    var name: String {
        switch self {
        case .recipient: "recipient"
        case .applicant: "applicant"
        case .eori: "eori"
        case .operations: "operations"
        case .remarks: "remarks"
        case .request: "request"
        case .portal: "portal"
        case .mailbox: "mailbox"
        case .email: "email"
        case .formerName: "former-name"
        case .kind: "kind"
        case .products: "products"
        case .premises: "premises"
        case .movement: "movement"
        case .guarantee: "guarantee"
        case .guaranteeAmount: "guarantee-amount"
        case .exciseNumber: "excise-number"
        case .validFrom: "valid-from"
        case .validUntil: "valid-until"
        case .dueOn: "due-on"
        case .reference: "reference"
        }
    }
}

/// One of the cases that a template tells apart by sections.
enum MailVariant: CaseIterable, Sendable {
    /// The template has nothing to tell apart.
    case only
    case company, employee, naturalPerson, moreOperations, answer
    case byAuthority, byManager, operatorExists, operatorUnknown, operatorKind, otherRule
    /// The applicant took it back; or it went with what it rested on.
    case asked, operatorEnded, accountEnded, authorisationEnded
    case account, `operator`
    case operationsChanged, appointed, dismissed
    /// To the person whose data they are, or to somebody who was sent them.
    case dataSubject, keptInPart, told
    case dataSubjectRestricted, dataSubjectLifted, toldRestricted, toldLifted
    case undecided, withoutManager
    case authorisation
    case declaration, reportOfReceipt

    /// The sections that are rendered in this case.
    var sections: [String] {
        switch self {
        case .only: []
        case .company: ["company"]
        case .employee: ["employee"]
        case .naturalPerson: ["natural-person"]
        case .moreOperations: ["more-operations"]
        case .answer: ["answer"]
        case .byAuthority: ["decision", "authority"]
        case .byManager: ["decision", "manager"]
        case .operatorExists: ["rule", "operator-exists"]
        case .operatorUnknown: ["rule", "operator-unknown"]
        case .operatorKind: ["rule", "operator-kind"]
        case .otherRule: ["rule", "other"]
        case .asked: ["asked"]
        case .operatorEnded: ["ended", "operator"]
        case .accountEnded: ["ended", "account"]
        case .authorisationEnded: ["ended", "authorisation"]
        case .account: ["account"]
        case .operator: ["operator"]
        case .operationsChanged: ["operations-changed"]
        case .appointed: ["appointed"]
        case .dismissed: ["dismissed"]
        case .dataSubject: ["data-subject"]
        case .keptInPart: ["data-subject", "kept"]
        case .told: ["told"]
        case .dataSubjectRestricted: ["data-subject", "restricted"]
        case .dataSubjectLifted: ["data-subject", "lifted"]
        case .toldRestricted: ["told", "restricted"]
        case .toldLifted: ["told", "lifted"]
        case .undecided: ["undecided"]
        case .withoutManager: ["without-manager"]
        case .authorisation: ["authorisation"]
        case .declaration: ["declaration"]
        case .reportOfReceipt: ["report-of-receipt"]
        }
    }
}

extension MailTemplate {
    /// Every section that a case of it may render.
    var sections: Set<String> { Set(variants.flatMap(\.sections)) }
}
