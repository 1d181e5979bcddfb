public import Contract
public import Domain
public import Workflow

/// Everything that a `MemoryRegister` holds.
public struct MemoryContents: Sendable {
    /// A message of the outbox and what became of it; `message` is dropped when it is settled.
    public struct OutboxEntry: Sendable {
        public let sequence: Int64
        public let journal: Int64
        public let routingKey: String
        public let messageIdentifier: String?
        public let mail: MailRecord?
        /// Whom it names, until they are erased.
        public var about: [PersonIdentifier]
        public let createdAt: Instant
        public var message: OutboundMessage?
        public var parkedReason: String?
        /// The number of its stream, while it is parked.
        var parkedStream: Int64?
        public var settledAt: Instant?
        /// Whether it was never sent, because the person whom it concerns was erased before.
        public var wasErased = false
    }

    /// The register's records, over nothing.
    var records = OverlaidRecords()
    /// How far those that are under way reach.
    var erasureMarks: [PersonIdentifier: ErasureMarks] = [:]
    /// Why operators had something done, by the journal's entry.
    public internal(set) var reasons: [Int64: String] = [:]
    public internal(set) var inbox: [InboxKey: InboxEntry] = [:]
    public var journal: [JournalEntry] = []
    /// The entry's hash, in the journal's order.
    public internal(set) var journalHashes: [[UInt8]] = []
    public var checkpoints: [JournalCheckpoint] = []
    /// The message of sequence n is at n - 1.
    public internal(set) var outbox: [OutboxEntry] = []
    /// What was gathered of disclosures, by their parts' numbers.
    public internal(set) var disclosureParts: [PersonIdentifier: [Int: [UInt8]]] = [:]
    var disclosures: [PersonIdentifier: DisclosureProgress] = [:]
    /// To whom mails went that name the person, until they are told of a change.
    public internal(set) var notedRecipients: [PersonIdentifier: [Recipient]] = [:]
    /// The numbers of the streams of which messages are parked.
    var parkedStreams: [OutboxStream: Int64] = [:]
    var lastParkedStream: Int64 = 0
    public internal(set) var deferred: [DeferredMessage] = []
    public internal(set) var lastDeferredSequence: Int64 = 0
    /// In their order.
    public internal(set) var letters: [LetterEntry] = []
    public internal(set) var lastLetterNumber: Int64 = 0
    public internal(set) var attempts: [InboxKey: Int] = [:]
    public internal(set) var isRunning = false
    /// The last time that was certain, while the clock is in question.
    public internal(set) var certainTime: Instant?
}

// The register's records.
extension MemoryContents {
    public var persons: [PersonIdentifier: Person] { records.persons.byIdentity }
    /// What stands in the journal in the place of natural persons' numbers.
    public var surrogates: [EORI: Surrogate] { records.surrogates.byIdentity }
    /// Those that are under way, in the order in which they began.
    public var erasures: [PersonErasure] { records.erasures.all }
    public var requests: [RequestIdentifier: Request] { records.requests.byIdentity }
    /// In the order of their arrival.
    public var requestOrder: [RequestIdentifier] { records.requests.all.map(\.identifier) }
    public var operators: [EORI: EconomicOperator] { records.operators.byIdentity }
    /// In the order in which they were opened.
    public var accounts: [Account] { records.accounts.all }
    /// Those that are outstanding, in their sequence.
    public var orders: [AccountIdentifier: [ProvisioningOrder]] {
        records.orders.filter { !$0.value.isEmpty }
    }
    /// Remarks, answers and reasons by request, in order.
    public var texts: [RequestIdentifier: [FreeText]] { records.writings }
    /// What supplements named, by request, in order.
    public var documents: [RequestIdentifier: [PersonalFile.NamedDocument]] { records.documents }
    /// What requests say besides what all requests say.
    public var fields: [RequestIdentifier: RequestFields] { records.fields }
    /// In the order in which they were granted.
    public var authorisations: [Authorisation] { records.authorisations.all }
    /// In the order in which they arose.
    public var obligations: [Obligation] { records.obligations.all }
    /// In the order in which they were held.
    public var guarantees: [Guarantee] { records.guarantees.all }
    /// In the order in which they began.
    public var outages: [Outage] { records.outages.all }
    /// In the order in which they began.
    public var cascades: [Cascade] { records.cascades.all }
}

// What is kept about one person besides.
extension MemoryContents {
    func messages(about person: PersonIdentifier) -> [Placed<PersonalFile.SentMessage>] {
        outbox.filter { $0.about.contains(person) }.map { entry in
            Placed(
                place: entry.sequence,
                record: PersonalFile.SentMessage(
                    routingKey: entry.routingKey,
                    template: entry.mail?.template,
                    recipient: entry.mail?.recipient,
                    messageIdentifier: entry.messageIdentifier,
                    createdAt: entry.createdAt,
                    settledAt: entry.settledAt
                )
            )
        }
    }

    func recipients(ofDataAbout person: PersonIdentifier) -> [Recipient] {
        var recipients: [Recipient] = []
        for entry in outbox where entry.about.contains(person) && !entry.wasErased {
            guard let recipient = entry.recipient(otherThan: person),
                !recipients.contains(recipient)
            else { continue }
            recipients.append(recipient)
        }
        return recipients
    }

    mutating func eraseReasons(about request: RequestIdentifier) {
        let entries = journal.indices.filter { journal[$0].request == request }
        for index in entries { reasons[Int64(index) + 1] = nil }
    }
}
