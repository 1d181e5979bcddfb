/// A language that mails are written in.
public enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case french = "fr"
    case german = "de"
    case luxembourgish = "lb"
}

/// How a person proved who they are to eAccess.
public enum AuthenticationMeans: String, CaseIterable, Sendable {
    case luxTrust = "luxtrust"
    case govID = "gouvid"
    case eIDAS = "eidas"
}

/// What a message says of the applicant: personal data, all of it.
public struct Applicant: Hashable, Sendable {
    /// eAccess's stable identifier of the person.
    @Exact public var subject: String
    public var authentication: AuthenticationMeans
    @Exact public var familyName: String
    @Exact public var givenName: String
    @Exact public var email: String
    /// In the person's order of preference; nil when the message left it to the installation.
    public var languages: [Language]?

    public init(
        subject: String,
        authentication: AuthenticationMeans,
        familyName: String,
        givenName: String,
        email: String,
        languages: [Language]? = nil
    ) {
        self.subject = subject
        self.authentication = authentication
        self.familyName = familyName
        self.givenName = givenName
        self.email = email
        self.languages = languages
    }

    /// The salutation's form: given name, then family name.
    public var displayName: String { "\(givenName) \(familyName)" }
}

/// A person whom the register knows. An official who only ever decided has no `details`.
public struct Person: Hashable, Sendable {
    public let identifier: PersonIdentifier
    /// eAccess's stable identifier.
    @Exact public var subject: String
    public var details: Applicant?
    /// The name under which an official signed a decision, where that is all that is known.
    @ExactOptional public var signature: String?
    /// Whether the data are stored only, and not processed otherwise (GDPR 18).
    public var isRestricted: Bool

    public init(
        identifier: PersonIdentifier,
        subject: String,
        details: Applicant? = nil,
        signature: String? = nil,
        isRestricted: Bool = false
    ) {
        self.identifier = identifier
        self.subject = subject
        self.details = details
        self.signature = signature
        self.isRestricted = isRestricted
    }
}

/// How a person's record changed.
public enum PersonChange: String, CaseIterable, Sendable {
    /// Corrected, as the person asked (GDPR 16).
    case rectified
    /// The data are stored only from here on (GDPR 18).
    case restricted
    case restrictionLifted = "restriction-lifted"
}

extension Person {
    /// The names of the members that differ from `previous`, as messages call them; no values.
    public func changedMembers(since previous: Person) -> [String] {
        var names: [String] = []
        let (now, then) = (details, previous.details)
        if !(now?.familyName).isExactly(then?.familyName) { names.append("familyName") }
        if !(now?.givenName).isExactly(then?.givenName) { names.append("givenName") }
        if !(now?.email).isExactly(then?.email) { names.append("email") }
        if details?.languages != previous.details?.languages { names.append("languages") }
        if isRestricted != previous.isRestricted { names.append("restricted") }
        return names
    }
}
