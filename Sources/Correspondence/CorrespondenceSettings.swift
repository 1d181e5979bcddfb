public import Domain

/// What an installation decides about what it sends.
public struct CorrespondenceSettings: Hashable, Sendable {
    /// CloudEvents `source` of every event, such as `urn:luccs:registrar`.
    public var source: String
    /// The portal's address, as mails name it.
    public var portalURL: String
    /// Languages of mails to persons who named none, in the order in which the blocks appear.
    public var languages: [Language]
    /// Mailbox of the authority that decides.
    public var authorityMailbox: String
    /// Mailboxes of offices that decide besides, where they have one of their own.
    public var officeMailboxes: [ActorRole: String]
    /// Mailboxes of the offices of a role that has several, by their names.
    public var namedMailboxes: [ActorRole: [String: String]]
    /// Whom those turn to who have something refused, taken away or narrowed.
    public var contact: Contact
    /// Name and address of whoever hears complaints about how personal data are handled.
    public var supervisoryAuthority: String
    /// By procedure.
    public let recordNames: [String: RecordNames]
    private let entitlementKinds: [String]

    public init(
        source: String,
        portalURL: String,
        languages: [Language],
        authorityMailbox: String,
        officeMailboxes: [ActorRole: String] = [:],
        namedMailboxes: [ActorRole: [String: String]] = [:],
        contact: Contact = Contact(),
        supervisoryAuthority: String,
        recordNames: [String: RecordNames]
    ) {
        self.source = source
        self.portalURL = portalURL
        self.languages = languages
        self.authorityMailbox = authorityMailbox
        self.officeMailboxes = officeMailboxes
        self.namedMailboxes = namedMailboxes
        self.contact = contact
        self.supervisoryAuthority = supervisoryAuthority
        self.recordNames = recordNames
        entitlementKinds = recordNames.values.flatMap(\.entitlements).sorted()
    }

    /// How whoever explains decisions is reached.
    public struct Contact: Hashable, Sendable {
        /// Nil where nobody answers the telephone.
        public var phone: String?
        /// Nil for the mailbox of the office that decided.
        public var mailbox: String?

        public init(phone: String? = nil, mailbox: String? = nil) {
            self.phone = phone
            self.mailbox = mailbox
        }
    }

    func names(of authorisation: Authorisation) -> RecordNames {
        authorisation.counterparty == nil ? names(of: authorisation.procedure) : .mandate
    }

    func names(of procedure: String) -> RecordNames { recordNames[procedure] ?? RecordNames() }

    /// What the account's holder is entitled to: each kind that there is, with its numbers.
    func entitlements(of account: Account) -> [(kind: String, numbers: [String])] {
        entitlementKinds.map { kind in (kind, account.numbers(of: kind).map(\.text)) }
    }

    /// All that are known of the role's.
    func mailboxes(of role: ActorRole) -> [String] {
        [mailbox(of: role)] + (namedMailboxes[role] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }

    /// Where whoever decides in this role is written to.
    ///
    /// - Parameter office: Which of several; one that there is not, or not any more, is the role's.
    func mailbox(of role: ActorRole, _ office: String? = nil) -> String {
        office.flatMap { namedMailboxes[role]?[$0] } ?? officeMailboxes[role] ?? authorityMailbox
    }
}

/// What brought the events about that are followed.
public struct Cause: Hashable, Sendable {
    /// The inbound event's id, or `timer:<id>`.
    public let identifier: String
    /// W3C Trace Context of the inbound event, copied to all that follows from it.
    public let traceParent: String?
    public let at: Instant
    /// The request that the message was about, if it was about one. Events that carry a request
    /// of their own do not need it.
    public let request: RequestIdentifier?

    public init(
        identifier: String,
        traceParent: String?,
        at: Instant,
        request: RequestIdentifier? = nil
    ) {
        self.identifier = identifier
        self.traceParent = traceParent
        self.at = at
        self.request = request
    }
}
