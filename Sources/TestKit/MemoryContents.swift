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

    public internal(set) var persons: [PersonIdentifier: Person] = [:]
    /// What stands in the journal in the place of natural persons' numbers.
    public internal(set) var surrogates: [EORI: Surrogate] = [:]
    /// Requests that are older than the surrogate of their number, and name it still.
    var unconcealed: Set<RequestIdentifier> = []
    /// Those that are under way, in the order in which they began.
    public internal(set) var erasures: [MemoryErasure] = []
    public internal(set) var requests: [RequestIdentifier: Request] = [:]
    /// In the order of their arrival.
    public internal(set) var requestOrder: [RequestIdentifier] = []
    /// Counts requests as they come; the number of one that was erased is never given again.
    var requestNumbers: [RequestIdentifier: Int64] = [:]
    var lastRequestNumber: Int64 = 0
    public internal(set) var operators: [EORI: EconomicOperator] = [:]
    /// In the order in which they were opened.
    public internal(set) var accounts: [Account] = []
    /// Those that are outstanding, in their sequence.
    public internal(set) var orders: [AccountIdentifier: [ProvisioningOrder]] = [:]
    /// Remarks, answers and reasons by request, in order.
    public internal(set) var texts: [RequestIdentifier: [FreeText]] = [:]
    /// Why operators had something done, by the journal's entry.
    public internal(set) var reasons: [Int64: String] = [:]
    /// What supplements named, by request, in order.
    public internal(set) var documents: [RequestIdentifier: [PersonalFile.NamedDocument]] = [:]
    /// What requests say besides what all requests say.
    public internal(set) var particulars: [RequestIdentifier: Particulars] = [:]
    /// In the order in which they were granted.
    public internal(set) var authorisations: [Authorisation] = []
    /// In the order in which they arose.
    public internal(set) var obligations: [Obligation] = []
    /// In the order in which they began.
    public internal(set) var cascades: [Cascade] = []
    var erasedNumbers: [RequestIdentifier: Int64] = [:]
    var lastCascade: Int64 = 0
    public internal(set) var inbox: [InboxKey: InboxEntry] = [:]
    public var journal: [JournalEntry] = []
    /// The entry's hash, in the journal's order.
    public internal(set) var journalHashes: [[UInt8]] = []
    public var checkpoints: [JournalCheckpoint] = []
    /// The message of sequence n is at n - 1.
    public internal(set) var outbox: [OutboxEntry] = []
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

// What is kept about one person, and its end.
extension MemoryContents {
    func requests(of person: PersonIdentifier) -> [Request] {
        requestOrder.compactMap { requests[$0] }.filter { $0.person == person }
    }

    func personalFile(of person: PersonIdentifier) -> PersonalFile {
        let own = requests(of: person).map(\.identifier)
        return PersonalFile(
            writings: own.flatMap { request in
                texts[request, default: []].map { .init(request: request, text: $0) }
            }.sorted { $0.text.recordedAt < $1.text.recordedAt },
            documents: own.flatMap { documents[$0, default: []] }
                .sorted { $0.recordedAt < $1.recordedAt },
            messages: outbox.filter { entry in
                entry.about.contains(person)
                    && ["notification.email", "provisioning.account"].contains(entry.routingKey)
            }.map { entry in
                PersonalFile.SentMessage(
                    routingKey: entry.routingKey,
                    template: entry.mail?.template,
                    recipient: entry.mail?.recipient,
                    messageIdentifier: entry.messageIdentifier,
                    createdAt: entry.createdAt,
                    settledAt: entry.settledAt
                )
            },
            statements: own.flatMap { request in
                (particulars[request]?.members ?? []).map { .init(request: request, member: $0) }
            },
            authorisations: authorisations.filter { own.contains($0.request) },
            obligations: obligations.filter { own.contains($0.request) }
        )
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

    mutating func eraseWritings(about request: RequestIdentifier) {
        texts[request] = nil
        documents[request] = nil
        let entries = journal.indices.filter { journal[$0].request == request }
        for index in entries { reasons[Int64(index) + 1] = nil }
    }

    /// False if there is no such request.
    mutating func erase(_ request: RequestIdentifier) -> Bool {
        eraseWritings(about: request)
        particulars[request] = nil
        requestOrder.removeAll { $0 == request }
        erasedNumbers[request] = requestNumbers.removeValue(forKey: request)
        return requests.removeValue(forKey: request) != nil
    }
}
