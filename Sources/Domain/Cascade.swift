/// What a change brings for the many accounts or requests that it concerns: the change itself is
/// made at once, and its consequences a part at a time, so that nobody else waits for all of them.
public struct Cascade: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        /// An operator's operations or status changed; `status` is the one after that.
        case economicOperator(from: OperationSet, to: OperationSet, OperatorStatus)
        /// An authorisation ended, and nobody is entitled to anything under it any more.
        case authorisation(AuthorisationNumber)
        /// Something ended, and what rests on it is withdrawn.
        case requests(restingOn: Ended)
        /// A system was away, or works again.
        case system(String, SystemWork)
        /// A person exercised a right.
        case person(PersonIdentifier, PersonWork)
    }

    /// What follows for the records of somebody who exercised a right.
    public enum PersonWork: String, CaseIterable, Sendable {
        /// The provisioner is told of every user what was corrected.
        case rectified
        /// Accounts are set aside.
        case restricted
        /// Accounts are taken up again.
        case restrictionLifted = "restriction-lifted"
        /// Whoever decides is told of requests that came, or were answered for, under a
        /// restriction.
        case awaited
        /// Requests that rest on the consent are withdrawn.
        case consentWithdrawn = "consent-withdrawn"
        /// What is stored is gathered, and sent.
        case disclosed
        /// Those who were mailed about the person are told of the name that is the right one.
        case rectificationTold = "rectification-told"
        /// They are told that the data are restricted.
        case restrictionTold = "restriction-told"
        /// They are told that the data are not any more.
        case restrictionLiftTold = "restriction-lift-told"
    }

    /// What follows for those who use a system.
    public enum SystemWork: String, CaseIterable, Sendable {
        /// They are told that it is away.
        case downTold = "down-told"
        /// They are told that it works again.
        case upTold = "up-told"
        /// What waited for it gets a day.
        case resumed
    }

    /// What of the operator ended.
    public enum Ended: Hashable, Sendable {
        case economicOperator
        /// The person's account of it.
        case account(PersonIdentifier)
        case authorisation(AuthorisationNumber)
    }

    /// Given by the register, ascending and never twice; 0 before.
    public var number: Int64
    /// The operator whose accounts or requests it concerns; nil for a person's, whatever the
    /// operator.
    public package(set) var eori: EORI?
    public let change: Change
    public let by: Originator
    /// Who asked for the change by a request of their own, if that is how it came about.
    public let applicant: PersonIdentifier?
    /// The request with which the remarks on the change are kept; nil where there were none. They
    /// are read from there, so that they go when they are erased.
    public let remarks: RequestIdentifier?
    /// When the change was made.
    public let since: Instant
    /// The last account, in the order in which they were opened, that was dealt with.
    public var reached: AccountIdentifier?
    /// Of requests, the last one in the order of their arrival.
    public var reachedRequest: RequestIdentifier?
    /// Whether somebody who decided for the company does no longer.
    public var hasTakenManager: Bool
    /// The person's name before it was rectified: what others are told of. Personal data, which
    /// stand here until the last is told, and never in the journal.
    public let formerName: String?
    /// Of messages, the sequence of the last that was looked at for whom it was sent to; nil once
    /// all were.
    public var place: Int64?
    /// Who is told in this part of it; not kept.
    public var told: [Recipient]
    /// The event that brought the change about.
    public var origin: Origin

    /// The person whose accounts or requests it concerns; nil for an operator's.
    public var person: PersonIdentifier? {
        if case .person(let person, _) = change { person } else { nil }
    }

    /// The system that was away, or works again; nil for what has another reason.
    public var system: String? { if case .system(let system, _) = change { system } else { nil } }

    /// How many requests are looked at together for telling whoever decides on them: about each,
    /// all managers of a company may be written to.
    public static let requestsToldAtOnce = 10

    /// What those who are told of the consequences are told as their cause.
    public struct Origin: Hashable, Sendable {
        public let identifier: String
        public let traceParent: String?
        public let request: RequestIdentifier?

        public init(identifier: String, traceParent: String?, request: RequestIdentifier?) {
            self.identifier = identifier
            self.traceParent = traceParent
            self.request = request
        }

        /// Before it is known.
        public static let unknown = Origin(identifier: "", traceParent: nil, request: nil)
    }

    public init(
        number: Int64 = 0,
        eori: EORI?,
        change: Change,
        by: Originator,
        applicant: PersonIdentifier? = nil,
        remarks: RequestIdentifier? = nil,
        since: Instant,
        reached: AccountIdentifier? = nil,
        reachedRequest: RequestIdentifier? = nil,
        hasTakenManager: Bool = false,
        formerName: String? = nil,
        place: Int64? = nil,
        told: [Recipient] = [],
        origin: Origin = .unknown
    ) {
        self.number = number
        self.eori = eori
        self.change = change
        self.by = by
        self.applicant = applicant
        self.remarks = remarks
        self.since = since
        self.reached = reached
        self.reachedRequest = reachedRequest
        self.hasTakenManager = hasTakenManager
        self.formerName = formerName
        self.place = place
        self.told = told
        self.origin = origin
    }
}

/// How a cascade went on.
public enum CascadeStep: String, CaseIterable, Sendable {
    case begun
    case continued
    case done
}

/// How much of a cascade is done in one transaction.
public struct CascadeSettings: Hashable, Sendable {
    /// Up to so many accounts are dealt with together with the change, and in one part later.
    public var accounts: Int
    /// The same of authorisations that end with their operator: about each, all managers are
    /// written to.
    public var authorisations: Int
    /// The same of requests that rest on what ends.
    public var requests: Int
    /// The same of messages that name a person, among which others are found who were mailed about
    /// them.
    public var messages: Int

    public init(
        accounts: Int = 100,
        authorisations: Int = 5,
        requests: Int = 100,
        messages: Int = 1000
    ) {
        self.accounts = accounts
        self.authorisations = authorisations
        self.requests = requests
        self.messages = messages
    }
}

extension Cascade.PersonWork {
    /// Whether it tells those who were mailed about the person.
    public var tells: Bool {
        switch self {
        case .rectificationTold, .restrictionTold, .restrictionLiftTold: true
        case .rectified, .restricted, .restrictionLifted, .awaited, .consentWithdrawn, .disclosed:
            false
        }
    }
}
