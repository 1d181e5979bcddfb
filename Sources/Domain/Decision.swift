/// What the register says, as far as deciding needs it. Reads see the events applied so far in
/// the same transaction.
public protocol RegisterView {
    func request(_ identifier: RequestIdentifier) throws -> Request?
    func person(_ identifier: PersonIdentifier) throws -> Person?
    /// By eAccess's identifier.
    func person(subject: String) throws -> Person?
    func economicOperator(_ eori: EORI) throws -> EconomicOperator?
    func account(_ identifier: AccountIdentifier) throws -> Account?
    /// The account whose user lives there.
    func account(at place: UserPlace) throws -> Account?
    /// The operator's accounts in the order in which they were opened, at most `limit` of those
    /// after `account`.
    func accounts(of eori: EORI, after account: AccountIdentifier?, limit: Int) throws -> [Account]
    /// Those of them whose holders speak for the operator (`Account.isManaging`), at most `limit`.
    func managingAccounts(of eori: EORI, limit: Int) throws -> [Account]
    /// The person's accounts of one operator, in the order in which they were opened: a handful,
    /// since at most one of them stands, and each of the others took an official's or a manager's
    /// decision.
    func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account]
    /// The account's orders to the provisioner that are outstanding, in their sequence: a handful.
    /// Each took a decision or a message of the holder, and a `POST` or `PUT` that is done takes
    /// along those before it.
    func provisioningOrders(of account: AccountIdentifier) throws -> [ProvisioningOrder]
    /// Requests for the EORI that are still open, in the order of their arrival: at most `limit` of
    /// those after `request`, and of `person` alone unless that is nil.
    func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request]
    /// Whether a request for the EORI is open, of one of these profiles, whose applicant has not
    /// restricted their own data.
    func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) throws -> Bool
    /// Whether a request for the EORI is open, of one of these profiles, and of `person` unless
    /// that is nil.
    func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) throws -> Bool
    /// Whether anything that the person asked for is recorded besides `request`.
    func hasRequest(of person: PersonIdentifier, besides request: RequestIdentifier) throws -> Bool
    /// What the person ever asked for and is still recorded, in the order of arrival: at most
    /// `limit` of those after `request`, which may have been erased meanwhile.
    func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request]
    /// In the order in which they were opened: at most `limit` of those after `account`.
    func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account]
    /// Whether an account of the person stands.
    func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool
    /// What else is kept about the person: grows with what the person does, and is read whole.
    /// Asked for when somebody asks what is stored of whom little is, and for nothing else.
    func personalFile(of person: PersonIdentifier) throws -> PersonalFile
    /// Messages of whatever kind that name the person, in the order of sending: at most `limit` of
    /// those after the place.
    func messages(
        about person: PersonIdentifier,
        after place: Int64,
        limit: Int
    ) throws -> [Placed<PersonalFile.SentMessage>]
    /// Others' messages that name somebody by one of these words (eAccess's identifier, an
    /// address), and of which nothing was made; at most `limit`.
    func messages(naming words: [String], limit: Int) throws -> NamingMessages
    /// Who else was, or is to be, sent mails about the person: each once for every template. Grows
    /// with the messages that name the person, and is read whole: asked for when somebody has a
    /// name corrected or the data restricted whom few messages name, and for nothing else.
    func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient]
    /// What the request says besides what all requests say; empty where nothing was, or is any
    /// more. It cannot grow beyond the members that its message may have.
    func fields(of request: RequestIdentifier) throws -> RequestFields
    /// The documents that the applicant named for the request, in the order in which they did: no
    /// more than procedures allow.
    func documents(of request: RequestIdentifier) throws -> [Document]
    /// Those that state the number plate, in the order of arrival, at most `limit`.
    func requests(statingPlate plateNumber: String, limit: Int) throws -> [Request]
    func authorisation(_ number: AuthorisationNumber) throws -> Authorisation?
    func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation?
    /// Those that the operator holds and that are valid, in the order in which they were granted,
    /// at most `limit`; of `kind` alone unless that is nil.
    func activeAuthorisations(of eori: EORI, kind: String?, limit: Int) throws -> [Authorisation]
    /// Valid ones that let others act for the operator, in the order in which they were granted, at
    /// most `limit`.
    func activeAuthorisations(toActFor eori: EORI, limit: Int) throws -> [Authorisation]
    /// Accounts whose holders are entitled to something under the number, or by the mandate that
    /// has it, in the order in which they were opened, at most `limit`.
    func accounts(entitledUnder number: AuthorisationNumber, limit: Int) throws -> [Account]
    /// Accounts whose holders are entitled to use the system, in the order in which they were
    /// opened: at most `limit` of those after `account`.
    func accounts(
        entitledTo kind: String,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account]
    func obligation(_ identifier: ObligationIdentifier) throws -> Obligation?
    /// Those of the kinds that are open and have no day, since a system is away: kind by kind, in
    /// the order in which they arose, at most `limit`.
    func obligationsWithoutDay(of kinds: [String], limit: Int) throws -> [Obligation]
    /// In the order in which they arose; those about `reference` alone, unless it is nil. About one
    /// movement there is one of each kind; without `reference` only an authorisation for one
    /// movement is asked for.
    func obligations(
        under authorisation: AuthorisationNumber,
        reference: String?
    ) throws -> [Obligation]
    /// In the order in which they arose: one of each kind.
    func obligations(broughtAboutBy request: RequestIdentifier) throws -> [Obligation]
    /// Those of the kind about `reference`, under whatever authorisation: at most one under each,
    /// and few, since a reference is of one movement.
    func obligations(of kind: String, reference: String) throws -> [Obligation]
    /// Those that are still to be done under the authorisation, in the order in which they arose,
    /// at most `limit`.
    func runningObligations(
        under authorisation: AuthorisationNumber,
        limit: Int
    ) throws -> [Obligation]
    func guarantee(_ identifier: GuaranteeIdentifier) throws -> Guarantee?
    /// Guarantees of the operator of which something is left, in the order in which they were held:
    /// at most `limit`, and those alone that secure the authorisation, or something that is done
    /// under it, unless that is nil.
    func heldGuarantees(
        of eori: EORI,
        under authorisation: AuthorisationNumber?,
        limit: Int
    ) throws -> [Guarantee]
    /// Guarantees of the operator, whatever is left of them, in the same order: at most `limit`.
    func guarantees(of eori: EORI, limit: Int) throws -> [Guarantee]
    /// In the order in which they were held: those that the request stated, and those that the
    /// office had handed in later for what the request led to. A handful.
    func guarantees(statedBy request: RequestIdentifier) throws -> [Guarantee]
    /// The last one of the system, be it over or not, that had begun by `instant`, unless that is
    /// nil; nil where there was none.
    func lastOutage(of system: String, beganBy instant: Instant?) throws -> Outage?
    /// Whether a change of the operator, or of an authorisation of it, has consequences that are
    /// still to come.
    func hasCascade(of eori: EORI) throws -> Bool
    /// What stands in the journal in the place of a natural person's number; nil for a number that
    /// stands for itself.
    func surrogate(of eori: EORI) throws -> UniversalIdentifier?
    /// When the last change of the person was made of which such consequences, or any if `work` is
    /// nil, are still to come; nil for none.
    func cascade(of person: PersonIdentifier, _ work: Cascade.PersonWork?) throws -> Instant?
    /// What was remarked about the request at that instant; nil if nothing was, or it was erased.
    func remarks(on request: RequestIdentifier, at instant: Instant) throws -> String?
    /// Why the letter was put aside; nil unless it is there for an operator to deal with.
    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason?
}

extension RegisterView {
    /// Those that the operator holds and that are valid, of whatever kind.
    public func activeAuthorisations(of eori: EORI, limit: Int) throws -> [Authorisation] {
        try activeAuthorisations(of: eori, kind: nil, limit: limit)
    }

    /// The last one of the system, whenever it began.
    public func lastOutage(of system: String) throws -> Outage? {
        try lastOutage(of: system, beganBy: nil)
    }

    /// Whether something is left of a guarantee that the request stated.
    public func holdsGuarantee(statedBy request: RequestIdentifier) throws -> Bool {
        try guarantees(statedBy: request).contains { $0.heldCents > 0 }
    }
}

/// A source of new identifiers; random in the daemon, counted in tests.
public protocol IdentifierSource: Sendable {
    func next() -> UniversalIdentifier
}

/// What a command is decided with, besides its own content.
public struct DecisionContext {
    public let register: any RegisterView
    public let now: Instant
    public let identifiers: any IdentifierSource
    public let settings: ProcedureSettings

    public init(
        register: any RegisterView,
        now: Instant,
        identifiers: any IdentifierSource,
        settings: ProcedureSettings
    ) {
        self.register = register
        self.now = now
        self.identifiers = identifiers
        self.settings = settings
    }
}

/// The settings that rules depend on, by procedure.
public struct ProcedureSettings: Hashable, Sendable {
    public struct Deadlines: Hashable, Sendable {
        /// After how long the approver is reminded; nil for never.
        public var remindAfter: Period?
        /// After how long the authority is told of a request that lies undecided; nil for only when
        /// a company has nobody who could decide.
        public var escalateAfter: Period?
        /// After how long an open request expires, whoever decides on it; nil for never.
        public var expireAfter: Period?
        /// After how long one expires that a company decides on, where `expireAfter` is nil; nil
        /// for never.
        public var companyExpireAfter: Period?

        public init(
            remindAfter: Period? = nil,
            escalateAfter: Period? = nil,
            expireAfter: Period? = nil,
            companyExpireAfter: Period? = nil
        ) {
            self.remindAfter = remindAfter
            self.escalateAfter = escalateAfter
            self.expireAfter = expireAfter
            self.companyExpireAfter = companyExpireAfter
        }
    }

    /// Keyed by the procedure's name.
    public var deadlines: [String: Deadlines]
    /// After how long a request that ended in this status is erased, by the procedure's name.
    public var retention: [String: [RequestStatus: Period]]
    public var provisioning: ProvisioningSettings
    public var terms: TermsSettings
    /// What the rules of one procedure alone ask for.
    public var values: SettingValues
    public var cascade: CascadeSettings
    /// By which of two sources amounts, limits and rates count.
    public var figureBasis: FigureBasis
    /// The figures of this installation; nil for those that the program carries.
    public var figures: Figures?

    public init(
        deadlines: [String: Deadlines],
        retention: [String: [RequestStatus: Period]] = [:],
        provisioning: ProvisioningSettings = ProvisioningSettings(),
        terms: TermsSettings = TermsSettings(),
        values: SettingValues = SettingValues(),
        cascade: CascadeSettings = CascadeSettings(),
        figureBasis: FigureBasis = .seed,
        figures: Figures? = nil
    ) {
        self.deadlines = deadlines
        self.retention = retention
        self.provisioning = provisioning
        self.terms = terms
        self.values = values
        self.cascade = cascade
        self.figureBasis = figureBasis
        self.figures = figures
    }
}

/// Which terms of use are accepted.
public struct TermsSettings: Hashable, Sendable {
    /// Whether a form has to say which version was shown.
    public var isVersionRequired: Bool
    /// The versions that count; empty for any.
    public var versions: [String]

    public init(isVersionRequired: Bool = false, versions: [String] = []) {
        self.isVersionRequired = isVersionRequired
        self.versions = versions
    }
}

/// What becomes of a command.
public enum Outcome: Hashable, Sendable {
    /// These events, in this order.
    case apply([Event])
    case refuse(Problem)
    /// The request that it is about has not arrived: to be tried again when it does.
    case wait(for: RequestIdentifier)
}

/// Something that a message asks for.
public protocol Command: Sendable {
    /// The request that it is about or that it makes, if there is one.
    var request: RequestIdentifier? { get }
    /// The request without which nothing can be decided: the command waits for it, behind those
    /// that wait already. Nil for what does not wait.
    var awaitedRequest: RequestIdentifier? { get }
    /// The account that it manages, if it does: what it is about where there is no request.
    var managedAccount: AccountIdentifier? { get }
    /// eAccess's identifier of the person who speaks: the applicant or the decision maker.
    var speaker: String? { get }
    /// Decides what follows: pure, apart from reading the register through `context`.
    func decide(in context: DecisionContext) throws -> Outcome
}

extension Command {
    public var awaitedRequest: RequestIdentifier? { nil }
    /// Most commands are about a request.
    public var managedAccount: AccountIdentifier? { nil }
}
