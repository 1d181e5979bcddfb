public import Contract
public import Domain

/// Whose decision a request awaits.
public enum Decider: Hashable, Sendable {
    /// Whoever an authority's broker user speaks for.
    case authority(ActorRole)
    /// Whoever holds an account there that manages the operator, a company or a natural person, and
    /// is active when the decision is applied.
    case managers(of: EORI)

    var isAuthority: Bool { if case .authority = self { true } else { false } }
}

/// One yes that a request needs before it is granted.
public struct Approval: Hashable, Sendable {
    /// As the request keeps it, and `status.request` says it. No two of one request are alike.
    public let name: String
    public let decider: Decider
    /// The names of those that have to be given before; none for one that is awaited at once.
    public let predecessors: Set<String>

    public init(_ name: String, by decider: Decider, after predecessors: Set<String> = []) {
        self.name = name
        self.decider = decider
        self.predecessors = predecessors
    }
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

    /// What a grant states besides what all decisions state: texts. Those of the same name are
    /// alike in all procedures.
    static var grantFields: [FieldDefinition] { get }

    /// What an answer of the applicant states besides text and documents.
    static var supplementFields: [FieldDefinition] { get }

    /// What it authorises operators for.
    static var authorisationKinds: [KindDefinition] { get }

    /// What has to be done, or left alone, because of it.
    static var obligationKinds: [KindDefinition] { get }

    /// What messages call what its records have of their own.
    static var recordNames: RecordNames { get }

    /// The mails that it sends. Those with a name that requests of all procedures have, such as
    /// `pending`, are sent without further words; see `RequestMail`.
    static var mails: [MailTemplate] { get }

    /// Who answers for its mails: they name the mailbox.
    static var office: ActorRole { get }

    /// Who has to say yes to `request`, side by side or one after the other; nobody where nobody
    /// decides on such a request. One no is enough.
    static func approvals(of request: Request) -> [Approval]

    /// What `request` rests on as long as it is open.
    static func standing(of request: Request, in context: DecisionContext) throws -> Standing

    /// What may be authorised at most, and is when the decision does not name less; nil where no
    /// operations are asked for.
    static func grantableOperations(
        for request: Request,
        in context: DecisionContext
    ) throws -> OperationSet?

    /// Whether a grant of `request` states any of the `grantFields`.
    static func hasTerms(_ request: Request) -> Bool

    /// Whether the EORI of `request` was given to the person who asks.
    static func isForNaturalPerson(_ request: Request) -> Bool

    /// The operator that `request` is about once it is granted on `terms`. Nothing but a grant
    /// gives one to a request that was made without, and none takes it away.
    ///
    /// - Throws: `Problem` when it cannot be granted so, or an error of the register.
    static func eori(
        ofGranting request: Request,
        on terms: RequestFields,
        in context: DecisionContext
    ) throws -> EORI?

    /// What a grant brings besides the request's new status. `request` is its state after that.
    ///
    /// - Throws: `Problem` when what the grant needs is no longer so, or an error of the register.
    static func consequences(
        ofGranting request: Request,
        on terms: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event]

    /// What follows when `request` is rejected, or taken back by its applicant.
    static func consequences(
        ofRefusing request: Request,
        in context: DecisionContext
    ) throws -> [Event]

    /// What of a person's data has to stay although a grant of `request` erases them.
    static func kept(
        onGranting request: Request,
        in context: DecisionContext
    ) throws -> [KeptRecord]

    /// Whether its requests are decided on although the applicant's data are stored only: those
    /// that are about that.
    static var isDecidedUnderRestriction: Bool { get }

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

    /// What `status.guarantee` says besides what it says of all guarantees.
    static func statusFields(
        of guarantee: Guarantee,
        in register: any RegisterView
    ) throws -> StatusFields
}

/// One kind of request within a procedure.
public struct ProfileDefinition: Hashable, Sendable {
    /// What requests and messages call it.
    public let name: String
    /// What a request of it asks for, as people say it: "a request for …".
    public let wish: String
    /// The section that mails to those who decide show for it.
    let section: String
    /// What the names of its mails begin with, before those of `RequestMail`; empty where those of
    /// all the procedure's requests do for it.
    let mailPrefix: String

    init(_ name: String, _ wish: String, section: String? = nil, mailPrefix: String = "") {
        self.name = name
        self.wish = wish
        self.section = section ?? name
        self.mailPrefix = mailPrefix
    }
}

/// A kind of authorisation or obligation. No two procedures have one of the same name.
public struct KindDefinition: Hashable, Sendable {
    /// As records and messages call it.
    public let name: String
    /// As people call it.
    public let words: String

    /// - Parameter words: Nil for the name with blanks.
    init(_ name: String, _ words: String? = nil) {
        self.name = name
        self.words = words ?? name.replacing("-", with: " ")
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
    static var authorisationKinds: [KindDefinition] { [] }
    static var obligationKinds: [KindDefinition] { [] }
    static var recordNames: RecordNames { RecordNames() }
    static var office: ActorRole { .customsAuthority }

    static func approvals(of _: Request) -> [Approval] { [] }

    static func grantableOperations(
        for _: Request,
        in _: DecisionContext
    ) throws -> OperationSet? {
        nil
    }

    static func hasTerms(_: Request) -> Bool { false }
    static func isForNaturalPerson(_: Request) -> Bool { false }

    static func eori(
        ofGranting request: Request,
        on _: RequestFields,
        in _: DecisionContext
    ) throws -> EORI? {
        request.eori
    }

    static func consequences(
        ofGranting _: Request,
        on _: RequestFields,
        by _: Originator,
        in _: DecisionContext
    ) throws -> [Event] {
        []
    }

    static func consequences(
        ofRefusing _: Request,
        in _: DecisionContext
    ) throws -> [Event] {
        []
    }

    static func kept(onGranting _: Request, in _: DecisionContext) throws -> [KeptRecord] { [] }
    static var isDecidedUnderRestriction: Bool { false }

    static func use(
        of _: RequestFields,
        for _: Request,
        in _: DecisionContext
    ) throws -> SupplementUse {
        .none
    }

    static func statusFields(of _: Guarantee, in _: any RegisterView) throws -> StatusFields { [] }
}

extension Procedure {
    /// The approvals that `request` has not got, and may get now.
    public static func awaitedApprovals(of request: Request) -> [Approval] {
        approvals(of: request).filter {
            !request.approvals.contains($0.name) && $0.predecessors.isSubset(of: request.approvals)
        }
    }

    /// Whether there is somebody to be reminded of `request`: somebody with the right to decide on
    /// it, now or once the account is provisioned.
    static func hasApprover(for request: Request, in context: DecisionContext) throws -> Bool {
        try awaitedApprovals(of: request).contains { approval in
            switch approval.decider {
            case .authority: true
            case .managers(let eori):
                try !context.register.managingAccounts(of: eori, limit: 1).isEmpty
            }
        }
    }

    /// Checks that `actor` may decide on `request` now; asked when the decision is applied.
    ///
    /// - Returns: Which of the approvals that are awaited is theirs to give, and the account whose
    ///   right it is; no account where it is the authority's.
    /// - Throws: `Problem` with the code `not-authorised`, or `not-awaited` for somebody whose
    ///   approval was given or is still to come; or an error of the register.
    static func checkRight(
        of actor: DecisionMaker,
        toDecideOn request: Request,
        in context: DecisionContext
    ) throws -> (approval: Approval, account: AccountIdentifier?) {
        let approvals = approvals(of: request)
        // That it is closed says whoever asks next.
        let awaited = request.status.isOpen ? awaitedApprovals(of: request) : approvals
        var refusal: Problem?
        for approval in awaited {
            do {
                return (approval, try approval.decider.check(actor, in: context))
            } catch let problem as Problem {
                refusal = refusal ?? problem
            }
        }
        for approval in approvals where !awaited.contains(approval) {
            do {
                _ = try approval.decider.check(actor, in: context)
            } catch is Problem {
                continue
            }
            throw Problem(
                .notAwaited,
                at: "/data/actor",
                request.approvals.contains(approval.name)
                    ? "this side has agreed already" : "others decide before"
            )
        }
        throw refusal
            ?? Problem(.notAuthorised, "nobody decides on profile \(request.profile)")
    }
}

extension Decider {
    /// The account by whose right `actor` decides; nil where it is the authority's.
    ///
    /// - Throws: `Problem` with the code `not-authorised`, or an error of the register.
    fileprivate func check(
        _ actor: DecisionMaker,
        in context: DecisionContext
    ) throws -> AccountIdentifier? {
        switch self {
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
                        + "request, or the natural person, with an account there that is active"
                )
            }
            return account.identifier
        }
    }
}
