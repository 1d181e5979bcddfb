// What the rules behind the codes ask, for people who have to answer for them; `title` says the
// same in a few words to programs' authors.

extension ProblemCode {
    /// What the rule asks, and what can be done, in sentences for whoever handles requests.
    public var meaning: String {
        switch self {
        case .malformed:
            "What arrived could not be read at all. The sender's program has to be put right."
        case .notAnEvent:
            "What arrived was JSON, but not in the envelope that every message needs. The "
                + "sender's program has to be put right."
        case .unknownType:
            "No message of this type is understood here. Either the sender means another service, "
                + "or its program is newer than this one."
        case .schema:
            "A member is missing, has a wrong value, or is not foreseen. The sender's program has "
                + "to be put right."
        case .tooLarge: "No message may be larger than 256 KiB."
        case .tooManyWaiting:
            "A message about a request that has not arrived is kept for it, but not any number of "
                + "them. This one was not kept: once the request has arrived, it can be sent again."
        case .forbidden:
            "The broker's user that sent this is not known here, or may not speak in this name. "
                + "Who may say what stands in the configuration under publishers."
        case .idReused:
            "Each message has an id of its own, by which one that arrives twice is recognised. "
                + "This id was used for something else."
        case .requestUnknown:
            "A message about a request waits a day for it. The request did not come in that time: "
                + "ask the portal whether it was ever sent."
        case .requestExists:
            "The same thing is asked once: a request's id is used once, a person has one pending "
                + "request and one account for an operator."
        case .requestClosed:
            "A request that was decided on, taken back or has expired stays as it is. A new one "
                + "can be made."
        case .notAuthorised:
            "The customs authority decides on companies and natural persons; on employees, their "
                + "company's legal representative or a manager with an account there that is "
                + "active at that moment. Only applicants answer for their requests."
        case .ownRequest:
            "Nobody decides on a request of their own, or on an account of their own."
        case .operationsNotAllowed:
            "What is granted is some or all of what was asked for; for an employee, of what the "
                + "company is authorised for. Never more, and never nothing."
        case .termsNotAccepted:
            "Nobody gets access without having accepted the terms of use. Nothing was stored "
                + "about the person."
        case .operatorUnknown:
            "The company has to be registered by its legal representative first; without that "
                + "nobody can ask for access as its employee."
        case .operatorExists:
            "A company is registered once, by its legal representative. Others ask for access as "
                + "its employees."
        case .operatorKind:
            "A company's EORI number does for companies and their employees, an ad hoc EORI "
                + "number for the natural person it was given to."
        case .staleRevision:
            "The decision was made on an older state of the request than the present one. Look at "
                + "it again, and decide again."
        case .personRestricted:
            "The person has had the processing of personal data restricted: they are kept, and "
                + "nothing is decided on them until that is lifted."
        case .retentionDuty: "What the law requires to be kept cannot be erased yet."
        case .accountUnknown: "There is no account with this id."
        case .accountNotOfOperator: "The account belongs to another operator than the one named."
        case .notAwaited: "An answer is taken when the applicant was asked for information."
        case .poison:
            "The service could not deal with this message, and put it aside so that the others go "
                + "on. That is an error in the program: report it with the dead letter."
        case .guaranteeRequired: "What was asked for is granted against a guarantee."
        case .exciseNumberTaken: "Each authorisation has an excise number of its own."
        case .authorisationUnknown: "There is no authorisation with this excise number."
        case .authorisationNotValid: "The authorisation is not in force on that day."
        case .mandateUnknown: "There is no mandate with this id."
        case .mandateMissing: "Nobody acts for an operator without a mandate that is in force."
        case .receiptExists: "A receipt is reported once, and a release once for each lot."
        case .arcMismatch:
            "The code that EMCS gave the movement says where it began, and whether the duty was paid "
                + "there. It has to fit what the authorisation is for."
        case .movementExists: "A movement of goods is reported once by its consignor."
        case .consigneeNotValid:
            "Goods go to nobody but a consignee whose own authorisation is of the right kind, is in "
                + "force on the day, and covers them."
        case .consigneeNotChecked:
            "Whoever dispatches goods asks for the consignee's excise number and checks it in SEED "
                + "shortly before."
        case .guaranteeUnknown:
            "No guarantee of the operator has this id, or is called so. What names it is stated with "
                + "the request for the authorisation or with the dispatch."
        case .obligationsOpen:
            "A guarantee comes back when all that it secures has been declared, reported and paid. "
                + "The answer lists what is still to be done."
        case .dateOutOfRange: "The date lies outside what is possible here."
        case .notEligible: "What was asked for does not apply to this case, or does not any more."
        case .documentsMissing:
            "Nothing is granted while papers are missing or have expired. The answer lists them; "
                + "whoever decides may waive one, with remarks that say why."
        case .stepNotReached:
            "The steps follow one another. The answer names the one that the request is at."
        case .plateTaken: "Each number plate belongs to one vehicle."
        }
    }

    /// Where the rule comes from; nil where it is this service's own.
    public var source: String? {
        switch self {
        case .malformed: "RFC 8259 (JSON)"
        case .notAnEvent: "CloudEvents 1.0"
        case .operatorExists: "LUCCS NTP – Registration Procedure, 1.4.2.1"
        case .operatorUnknown: "LUCCS NTP – Registration Procedure, 1.4.2.1 and 1.4.2.2"
        case .operatorKind: "LUCCS NTP – Registration Procedure, 1.4.1"
        case .notAuthorised: "LUCCS NTP – Registration Procedure, 1.4.1 (who accepts a request)"
        case .operationsNotAllowed:
            "LUCCS NTP – Registration Procedure, 1.4.1 (operations authorised for you and your "
                + "company)"
        case .termsNotAccepted: "LUCCS NTP – Registration Procedure, 1.4.2 (terms of use)"
        case .personRestricted: "General Data Protection Regulation, Article 18"
        case .retentionDuty: "General Data Protection Regulation, Article 17(3)(b)"
        case .arcMismatch: "Delegated Regulation (EU) 2022/1636, annex II, list 2"
        case .unknownType, .schema, .tooLarge, .tooManyWaiting, .forbidden, .idReused,
            .requestUnknown,
            .requestExists, .requestClosed, .ownRequest, .staleRevision, .accountUnknown,
            .accountNotOfOperator, .notAwaited, .poison, .guaranteeRequired, .exciseNumberTaken,
            .authorisationUnknown, .authorisationNotValid, .mandateUnknown, .mandateMissing,
            .receiptExists, .movementExists, .consigneeNotValid, .consigneeNotChecked,
            .guaranteeUnknown, .obligationsOpen, .dateOutOfRange, .notEligible, .documentsMissing,
            .stepNotReached, .plateTaken:
            nil
        }
    }
}
