/// Everything that is stored about a person, and what it is stored for: the answer that GDPR 15
/// asks for. Personal data, all of it.
public struct Disclosure: Hashable, Sendable {
    public let request: RequestIdentifier
    /// Nil when there is no record: then nothing follows but what others' messages say.
    public let person: Person?
    /// In the order of their arrival.
    public let requests: [Request]
    /// In the order in which they were opened.
    public let accounts: [Account]
    public let file: PersonalFile
    /// Others' messages that name the person.
    public let mentions: NamingMessages
    public let activities: [ProcessingActivity]
    /// The one part that this is of a disclosure too large for one transaction: what stands in its
    /// lists was gathered before, and those of this value are empty. Nil for a disclosure as a
    /// whole.
    public let part: Part?

    /// A part of a disclosure, gathered before it is sent.
    public struct Part: Hashable, Sendable {
        /// From 1.
        public let number: Int
        public let count: Int
        /// What stands in the lists, as the members of a JSON object.
        public let lists: [UInt8]

        public init(number: Int, count: Int, lists: [UInt8]) {
            self.number = number
            self.count = count
            self.lists = lists
        }
    }

    /// How many messages of others are listed.
    public static let mentionsAtMost = 100

    /// Whether anything is stored that tells of the person.
    public var isKnown: Bool { person != nil || !mentions.messages.isEmpty || !mentions.isComplete }

    public init(
        request: RequestIdentifier,
        person: Person?,
        requests: [Request] = [],
        accounts: [Account] = [],
        file: PersonalFile = PersonalFile(),
        mentions: NamingMessages = .none,
        activities: [ProcessingActivity] = [],
        part: Part? = nil
    ) {
        self.request = request
        self.person = person
        self.requests = requests
        self.accounts = accounts
        self.file = file
        self.mentions = mentions
        self.activities = activities
        self.part = part
    }
}

extension Person {
    /// By what others' messages may name the person.
    public var words: [String] { [subject] + (details.map { [$0.email] } ?? []) }
}

/// What personal data are processed for in one procedure, as GDPR 15 and 30 want it said.
public struct ProcessingActivity: Hashable, Sendable {
    /// The procedure's name.
    public let procedure: String
    public let purpose: String
    public let legalBasis: String
    /// Whether an open request rests on the person's consent, and ends when that is withdrawn
    /// (GDPR 7(3)).
    public let openRequestsRestOnConsent: Bool
    /// Whether the law requires all of it, so that nobody can object to it (GDPR 21(1) is about
    /// what rests on 6(1)(e) or (f)).
    public let restsOnLegalObligation: Bool
    /// Who is told of the person, by category.
    public let recipients: [String]
    /// After how long a request that ended so is erased; what is not named is kept until the
    /// person asks for its erasure.
    public var retention: [RequestStatus: Period]

    public init(
        procedure: String,
        purpose: String,
        legalBasis: String,
        openRequestsRestOnConsent: Bool,
        restsOnLegalObligation: Bool = false,
        recipients: [String],
        retention: [RequestStatus: Period] = [:]
    ) {
        self.procedure = procedure
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.openRequestsRestOnConsent = openRequestsRestOnConsent
        self.restsOnLegalObligation = restsOnLegalObligation
        self.recipients = recipients
        self.retention = retention
    }
}
