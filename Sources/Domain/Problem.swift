/// Why a message was refused. A code, once published, keeps its meaning.
public enum ProblemCode: String, CaseIterable, Sendable {
    // Shape: the sender's program is at fault.
    case malformed
    case notAnEvent = "not-an-event"
    case unknownType = "unknown-type"
    case schema
    case tooLarge = "too-large"
    case tooManyWaiting = "too-many-waiting"
    case forbidden
    case idReused = "id-reused"
    // Rules of the life that all procedures share.
    case requestUnknown = "request-unknown"
    case requestExists = "request-exists"
    case requestClosed = "request-closed"
    case notAuthorised = "not-authorised"
    case ownRequest = "own-request"
    case operationsNotAllowed = "operations-not-allowed"
    case termsNotAccepted = "terms-not-accepted"
    case operatorUnknown = "operator-unknown"
    case operatorExists = "operator-exists"
    case operatorKind = "operator-kind"
    case staleRevision = "stale-revision"
    case personRestricted = "person-restricted"
    case retentionDuty = "retention-duty"
    case accountUnknown = "account-unknown"
    case accountNotOfOperator = "account-not-of-operator"
    case notAwaited = "not-awaited"
    case poison
    case dateOutOfRange = "date-out-of-range"
    // Rules of excise.
    case guaranteeRequired = "guarantee-required"
    case exciseNumberTaken = "excise-number-taken"
    case authorisationUnknown = "authorisation-unknown"
    case authorisationNotValid = "authorisation-not-valid"
    case mandateUnknown = "mandate-unknown"
    case mandateMissing = "mandate-missing"
    case receiptExists = "receipt-exists"
    case arcMismatch = "arc-mismatch"
    case movementExists = "movement-exists"
    case consigneeNotValid = "consignee-not-valid"
    case consigneeNotChecked = "consignee-not-checked"
    case guaranteeUnknown = "guarantee-unknown"
    case obligationsOpen = "obligations-open"
    case notEligible = "not-eligible"
    // Rules of what is put together paper by paper.
    case documentsMissing = "documents-missing"
    case stepNotReached = "step-not-reached"
    case plateTaken = "plate-taken"

    /// The HTTP-like class that RFC 9457 §3.1.2 asks for: 400 shape, 403 rights, 404 unknown,
    /// 409 conflicts, 413 size, 422 rules, 429 too much at once.
    public var status: Int {
        switch self {
        case .malformed, .notAnEvent, .unknownType, .schema: 400
        case .forbidden, .notAuthorised, .ownRequest, .personRestricted: 403
        case .requestUnknown, .operatorUnknown, .accountUnknown, .authorisationUnknown,
            .mandateUnknown, .guaranteeUnknown:
            404
        case .idReused, .requestExists, .requestClosed, .operatorExists, .staleRevision,
            .exciseNumberTaken, .receiptExists, .movementExists, .notAwaited, .obligationsOpen,
            .stepNotReached, .plateTaken:
            409
        case .tooLarge: 413
        case .tooManyWaiting: 429
        case .operationsNotAllowed, .termsNotAccepted, .operatorKind, .retentionDuty,
            .accountNotOfOperator, .poison, .guaranteeRequired, .authorisationNotValid,
            .mandateMissing, .arcMismatch, .consigneeNotValid, .consigneeNotChecked,
            .dateOutOfRange, .notEligible, .documentsMissing:
            422
        }
    }

    /// A short summary of the kind of problem, the same for every occurrence (RFC 9457 §3.1.3).
    public var title: String {
        switch self {
        case .malformed: "The message is not well-formed JSON"
        case .notAnEvent: "The message is not a CloudEvents 1.0 event in structured JSON mode"
        case .unknownType: "The event's type is unknown"
        case .schema: "The event does not follow the schema of its type"
        case .tooLarge: "The message is too large"
        case .tooManyWaiting: "Too many messages wait for their requests"
        case .forbidden: "The sender may not send this"
        case .idReused: "The event's id was used before with other content"
        case .requestUnknown: "The request is unknown"
        case .requestExists: "The request, or what it asks for, exists already"
        case .requestClosed: "The request is closed"
        case .notAuthorised: "The actor has no say in this"
        case .ownRequest: "Nobody decides on a request of their own"
        case .operationsNotAllowed: "The operations go beyond what is allowed"
        case .termsNotAccepted: "The terms of use were not accepted"
        case .operatorUnknown: "The operator is not registered"
        case .operatorExists: "The operator is registered already"
        case .operatorKind: "The EORI is of the other kind of operator"
        case .staleRevision: "The request has changed since the actor saw it"
        case .personRestricted: "Processing of the person's data is restricted"
        case .retentionDuty: "The law requires that this be kept"
        case .accountUnknown: "The account is unknown"
        case .accountNotOfOperator: "The account belongs to another operator"
        case .notAwaited: "Nobody asked for this"
        case .poison: "The message made the service stop repeatedly"
        case .guaranteeRequired: "A guarantee is required"
        case .exciseNumberTaken: "The excise number is taken"
        case .authorisationUnknown: "The authorisation is unknown"
        case .authorisationNotValid: "The authorisation is not valid"
        case .mandateUnknown: "The mandate is unknown"
        case .mandateMissing: "A mandate is missing"
        case .receiptExists: "The receipt was reported already"
        case .arcMismatch: "The administrative reference code is of another movement"
        case .movementExists: "The movement was reported already"
        case .consigneeNotValid: "The consignee may not receive these goods"
        case .consigneeNotChecked: "The consignee's number was not checked in time"
        case .guaranteeUnknown: "The guarantee is unknown"
        case .obligationsOpen: "What the guarantee secures is still to be done"
        case .dateOutOfRange: "The date is out of range"
        case .notEligible: "The conditions are not met"
        case .documentsMissing: "Papers are missing"
        case .stepNotReached: "Another step comes before"
        case .plateTaken: "The number plate is taken"
        }
    }
}

/// One place in a message that is wrong.
public struct Finding: Hashable, Sendable {
    /// A JSON pointer (RFC 6901) into the event, such as `/data/eori`; empty for the whole.
    public let pointer: String
    public let detail: String

    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// Why a message changes nothing. Holds no personal data: it is journalled.
public struct Problem: Error, Hashable, Sendable {
    public let code: ProblemCode
    /// What happened, for the sender's developers.
    public let detail: String
    public let findings: [Finding]

    public init(_ code: ProblemCode, _ detail: String, findings: [Finding] = []) {
        self.code = code
        self.detail = detail
        self.findings = findings
    }

    public init(_ code: ProblemCode, at pointer: String, _ detail: String) {
        self.init(code, detail, findings: [Finding(pointer: pointer, detail: detail)])
    }
}
