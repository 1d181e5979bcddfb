public import Contract
public import Domain

/// Whose decision a request awaits.
public enum Decider: Hashable, Sendable {
    /// Whoever an authority's broker user speaks for.
    case authority(ActorRole)
    /// Whoever holds an account there that manages the company, and is active when the decision is
    /// applied.
    case managers(of: EORI)
}

/// One kind of request, from what is asked to what a grant brings. What all of them share, the
/// life of a request, stands in `Lifecycle`; a procedure says only where it differs.
public protocol Procedure: Sendable {
    /// The name in `status.request`, in the settings and in the names of mail templates.
    static var name: String { get }

    /// What may be asked for.
    static var profiles: [ProfileDefinition] { get }

    /// What personal data are processed for; retention is a setting, and left out here.
    static var activity: ProcessingActivity { get }

    /// What an installation may set of it, in the order of the file: deadlines and retention too.
    static var settings: [SettingDefinition] { get }

    /// The messages that only this procedure knows, one definition each.
    static var messages: [MessageDefinition] { get }

    /// What a grant states besides what all decisions state.
    static var grantFields: [FieldDefinition] { get }

    /// What an answer of the applicant states besides text and documents.
    static var supplementFields: [FieldDefinition] { get }

    /// What kinds of authorisations and obligations are called where that is more than their name
    /// with blanks.
    static var kindNames: [String: String] { get }

    /// The mails that it sends. Those with a name that requests of all procedures have, such as
    /// `pending`, are sent without further words; see `RequestMail`.
    static var mails: [MailTemplate] { get }

    /// Who answers for its mails: they name the mailbox.
    static var office: ActorRole { get }

    /// Whose decision `request` awaits; nil when nobody decides on such a request.
    static func decider(of request: Request) -> Decider?

    /// What `request` rests on as long as it is open.
    static func standing(of request: Request, in context: DecisionContext) throws -> Standing

    /// What may be authorised at most, and is when the decision does not name less; nil where no
    /// operations are asked for.
    static func grantableOperations(
        for request: Request,
        in context: DecisionContext
    ) throws -> OperationSet?

    /// Whether a grant of `request` says under which number and for which days.
    static func hasTerms(_ request: Request) -> Bool

    /// Whether the EORI of `request` was given to the person who asks.
    static func isForNaturalPerson(_ request: Request) -> Bool

    /// What a grant brings besides the request's new status. `request` is its state after that.
    ///
    /// - Throws: `Problem` when what the grant needs is no longer so, or an error of the register.
    static func consequences(
        ofGranting request: Request,
        on terms: GrantTerms,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event]

    /// What may be made of what the applicant states in an answer besides text and documents.
    static func use(
        of fields: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse

    /// Who is told what of `event`; nobody, where that is another procedure's. Unless the procedure
    /// says otherwise, these are the mails that every request has.
    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice]

    /// What mails about `request` say, besides what they say about all requests or in its place.
    static func values(for request: Request, in context: NoticeContext) throws -> MailValues

    /// What `status.request` says besides what it says of all requests; nil for a request that has
    /// none, since what it asks for is its own answer.
    static func statusFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields?
}

/// One kind of request within a procedure.
public struct ProfileDefinition: Hashable, Sendable {
    /// What requests and messages call it.
    public let name: String
    /// What a request of it asks for, as people say it: "a request for …".
    public let wish: String
    /// The section that mails to those who decide show for it.
    let section: String

    init(_ name: String, _ wish: String, section: String? = nil) {
        self.name = name
        self.wish = wish
        self.section = section ?? name
    }
}

/// Under which number and for which days something is granted, as far as the decision says it.
public struct GrantTerms: Hashable, Sendable {
    public var exciseNumber: ExciseNumber?
    public var validFrom: CivilDate?
    /// The last day.
    public var validUntil: CivilDate?

    public init(
        exciseNumber: ExciseNumber? = nil,
        validFrom: CivilDate? = nil,
        validUntil: CivilDate? = nil
    ) {
        self.exciseNumber = exciseNumber
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// The member that is there, as messages call it; nil if none is.
    var firstMember: String? {
        if exciseNumber != nil { return "exciseNumber" }
        if validFrom != nil { return "validFrom" }
        return validUntil == nil ? nil : "validUntil"
    }
}

/// Whether a request has a place for what an answer states.
public enum SupplementUse: Hashable, Sendable {
    /// It has none.
    case none
    /// It has, when the applicant was asked for information.
    case asked
    /// A rule asks for it, so that nobody has to.
    case awaited
}

extension Procedure {
    static var grantFields: [FieldDefinition] { [] }
    static var supplementFields: [FieldDefinition] { [] }
    static var kindNames: [String: String] { [:] }
    static var office: ActorRole { .customsAuthority }

    static func decider(of _: Request) -> Decider? { nil }

    static func grantableOperations(
        for _: Request,
        in _: DecisionContext
    ) throws -> OperationSet? {
        nil
    }

    static func hasTerms(_: Request) -> Bool { false }
    static func isForNaturalPerson(_: Request) -> Bool { false }

    static func consequences(
        ofGranting _: Request,
        on _: GrantTerms,
        by _: Originator,
        in _: DecisionContext
    ) throws -> [Event] {
        []
    }

    static func use(
        of _: RequestFields,
        for _: Request,
        in _: DecisionContext
    ) throws -> SupplementUse {
        .none
    }
}

extension Procedure {
    /// Whether there is somebody to be reminded of `request`: somebody with the right to decide on
    /// it, now or once the account is provisioned.
    static func hasApprover(for request: Request, in context: DecisionContext) throws -> Bool {
        switch decider(of: request) {
        case .authority: true
        case .managers(let eori):
            try !context.register.managingAccounts(of: eori, limit: 1).isEmpty
        case nil: false
        }
    }

    /// Checks that `actor` may decide on `request` now; asked when the decision is applied.
    ///
    /// - Returns: The account whose right it is; nil where it is the authority's.
    /// - Throws: `Problem` with the code `not-authorised`, or an error of the register.
    static func checkRight(
        of actor: DecisionMaker,
        toDecideOn request: Request,
        in context: DecisionContext
    ) throws -> AccountIdentifier? {
        switch decider(of: request) {
        case .authority(let role):
            guard actor.role == role else {
                let name = role.rawValue.replacing("-", with: " ")
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor/role",
                    "the \(name) decides on this request"
                )
            }
            return nil
        case .managers(let eori):
            guard actor.role == .manager,
                let account = try PersonLookup(context: context).managingAccount(
                    of: actor,
                    at: eori
                )
            else {
                throw Problem(
                    .notAuthorised,
                    at: "/data/actor",
                    "the legal representative or a manager of the company decides on this "
                        + "request, with an account there that is active"
                )
            }
            return account.identifier
        case nil:
            throw Problem(.notAuthorised, "nobody decides on profile \(request.profile)")
        }
    }
}
