/// Something that a person wrote in own words about a request; personal data.
public struct FreeText: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// What a decision said.
        case remarks
        /// What the applicant answered.
        case answer
        /// Why an operator had something done about the request.
        case reason
    }

    public let kind: Kind
    public let recordedAt: Instant
    public let content: String

    public init(kind: Kind, recordedAt: Instant, content: String) {
        self.kind = kind
        self.recordedAt = recordedAt
        self.content = content
    }
}

/// Who was sent a mail about somebody else's request, and which: where it names the other, whom
/// GDPR 19 calls a recipient.
public struct Recipient: Hashable, Sendable {
    public let template: String
    /// Nil for an office's mailbox.
    public let person: PersonIdentifier?

    public init(template: String, person: PersonIdentifier?) {
        self.template = template
        self.person = person
    }
}

/// What is kept about a person besides the person's own record, requests and accounts.
public struct PersonalFile: Hashable, Sendable {
    /// What was written about one of the person's requests.
    public struct Writing: Hashable, Sendable {
        public let request: RequestIdentifier
        public let text: FreeText

        public init(request: RequestIdentifier, text: FreeText) {
            self.request = request
            self.text = text
        }
    }

    /// A document that the person named for a request.
    public struct NamedDocument: Hashable, Sendable {
        public let request: RequestIdentifier
        public let recordedAt: Instant
        public let document: Document

        public init(request: RequestIdentifier, recordedAt: Instant, document: Document) {
            self.request = request
            self.recordedAt = recordedAt
            self.document = document
        }
    }

    /// A mail or an order to the provisioner that was sent to the person or about a request of the
    /// person's. What it said is not kept.
    public struct SentMessage: Hashable, Sendable {
        public let routingKey: String
        /// The mail's template, such as `access.granted`; nil for what is no mail.
        public let template: String?
        /// Whom a mail addressed; nil for a mailbox, and for what is no mail.
        public let recipient: PersonIdentifier?
        public let messageIdentifier: String?
        public let createdAt: Instant
        /// When the broker confirmed it; nil while it waits.
        public let settledAt: Instant?

        /// Whether a disclosure lists it: status events and the like repeat what the register has.
        public var isDisclosed: Bool {
            routingKey == "notification.email" || routingKey == "provisioning.account"
        }

        public init(
            routingKey: String,
            template: String?,
            recipient: PersonIdentifier?,
            messageIdentifier: String?,
            createdAt: Instant,
            settledAt: Instant?
        ) {
            self.routingKey = routingKey
            self.template = template
            self.recipient = recipient
            self.messageIdentifier = messageIdentifier
            self.createdAt = createdAt
            self.settledAt = settledAt
        }
    }

    /// What a request of the person's says besides what all requests say.
    public struct Statement: Hashable, Sendable {
        public let request: RequestIdentifier
        public let member: RequestFields.Member

        public init(request: RequestIdentifier, member: RequestFields.Member) {
            self.request = request
            self.member = member
        }
    }

    /// In the order in which they were recorded.
    public var writings: [Writing]
    /// In the order in which they were recorded.
    public var documents: [NamedDocument]
    /// In the order of sending.
    public var messages: [SentMessage]
    /// In the order in which they were recorded.
    public var statements: [Statement]
    /// That requests of the person's brought about, in the order in which they were granted.
    public var authorisations: [Authorisation]
    /// That requests of the person's brought about, in the order in which they arose.
    public var obligations: [Obligation]
    /// That requests of the person's stated, in the order in which they were held.
    public var guarantees: [Guarantee]

    public init(
        writings: [Writing] = [],
        documents: [NamedDocument] = [],
        messages: [SentMessage] = [],
        statements: [Statement] = [],
        authorisations: [Authorisation] = [],
        obligations: [Obligation] = [],
        guarantees: [Guarantee] = []
    ) {
        self.writings = writings
        self.documents = documents
        self.messages = messages
        self.statements = statements
        self.authorisations = authorisations
        self.obligations = obligations
        self.guarantees = guarantees
    }

    /// Of texts, which may be long; the rest is small.
    public var textBytes: Int {
        writings.reduce(0) { $0 + $1.text.content.utf8.count }
            + statements.reduce(0) { $0 + $1.member.value.utf8.count }
    }

    public mutating func append(_ other: PersonalFile) {
        writings += other.writings
        documents += other.documents
        messages += other.messages
        statements += other.statements
        authorisations += other.authorisations
        obligations += other.obligations
        guarantees += other.guarantees
    }
}
