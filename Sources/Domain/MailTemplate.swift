/// A mail that a procedure declares: what it may say, and which cases it tells apart. Its words
/// stand in one file a language.
public struct MailTemplate: Sendable {
    /// What messages and the register call it, such as `access.awaiting-you`.
    public let name: String
    /// Such as `access`.
    public let procedure: String
    /// What it tells, such as `awaiting-you`.
    public let event: String
    /// What the template may name.
    public let variables: [MailVariable]
    /// Which of its variables may be absent in a mail, so that a section may ask for them; at most
    /// 8.
    public let optionalVariables: [MailVariable]
    /// The cases that it tells apart; exactly one holds in a mail.
    public let variants: [MailVariant]
    /// Whose mailbox the mail names, for whoever has a question.
    public let office: ActorRole

    /// - Parameters:
    ///   - variables: What every mail says, besides the addresses of the portal and of the office.
    ///   - optional: What a mail may say besides.
    ///   - isAdverse: Whether one of its cases tells of something that is refused, taken away or
    ///     narrowed: it may then say whom to turn to, and who supervises.
    public init(
        procedure: String,
        event: String,
        _ variables: [MailVariable],
        optional: [MailVariable],
        variants: [MailVariant],
        isAdverse: Bool = false,
        office: ActorRole
    ) {
        self.name = "\(procedure).\(event)"
        self.procedure = procedure
        self.event = event
        self.variables =
            variables + optional + [.portal, .mailbox]
            + (isAdverse ? [.contact, .phone, .supervisoryAuthority] : [])
        self.optionalVariables = optional + (isAdverse ? [.phone] : [])
        self.variants = variants
        self.office = office
    }

    /// Every section that one of its cases shows.
    public var sections: Set<String> { Set(variants.flatMap(\.sections)) }
}

/// A template is its name: no two have the same.
extension MailTemplate: Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A value, by the name that templates have for it.
public struct MailVariable: Hashable, Sendable, ExpressibleByStringLiteral {
    public let name: String

    public init(stringLiteral name: String) { self.name = name }
}

extension MailVariable {
    /// Whom the mail addresses, as "given name family name"; absent for a mailbox.
    public static let recipient: Self = "recipient"
    /// Whom the mail is about, where it goes to somebody else: those who were sent it are told when
    /// that changes (GDPR 19).
    public static let applicant: Self = "applicant"
    public static let eori: Self = "eori"
    public static let operations: Self = "operations"
    /// What the decision maker wrote.
    public static let remarks: Self = "remarks"
    /// The request's id.
    public static let request: Self = "request"
    /// The day on which a request expires if nobody decides on it; absent where none does.
    public static let expiresOn: Self = "expires-on"
    /// The last day on which something is done in time.
    public static let dueOn: Self = "due-on"
    /// The portal's address.
    public static let portal: Self = "portal"
    /// The mailbox of the office that answers for the mail.
    public static let mailbox: Self = "mailbox"
    /// The mailbox of whoever explains decisions.
    public static let contact: Self = "contact"
    /// Their telephone number, where they have one.
    public static let phone: Self = "phone"
    /// Who hears complaints about how personal data are handled (GDPR 77), with the address.
    public static let supervisoryAuthority: Self = "supervisory-authority"
}

/// One of the cases that a template tells apart: the sections that are shown in it.
public struct MailVariant: Hashable, Sendable {
    public let sections: [String]

    public init(_ sections: String...) { self.sections = sections }

    /// The template has nothing to tell apart.
    public static let only = MailVariant()
}

extension MailVariant: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    public init(stringLiteral section: String) { self.init(section) }
    public init(arrayLiteral sections: String...) { self.sections = sections }
}
