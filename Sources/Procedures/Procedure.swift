public import Contract
public import Domain

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

    /// The system of others in which some of that is done; nil where none is.
    static var system: SystemDefinition? { get }

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

    /// Which of the `grantFields` a grant of `request` may state.
    static func terms(of request: Request) -> [FieldDefinition]

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

    /// What a yes that grants nothing yet brings: the request after it, and what happens besides.
    /// Nil where it is one of several, or the last, and all is as with every request.
    ///
    /// - Throws: `Problem` when it cannot be given so, or an error of the register.
    static func advanced(
        _ request: Request,
        by approval: Approval,
        on terms: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event])?

    /// What an answer brings that has its place: the request after it, and what happens besides.
    ///
    /// - Parameter request: As it was before the answer.
    static func answered(
        _ request: Request,
        with documents: [Document],
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event])

    /// What an answer shows to be done that is still due although `request` was granted; nil where
    /// nothing is, so that the answer comes too late.
    static func settled(
        _ request: Request,
        by documents: [Document],
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> [Event]?

    /// Valid authorisations of this procedure that end with `authorisation`, which has ended or is
    /// about to: at most `limit`.
    static func authorisations(
        restingOn authorisation: Authorisation,
        limit: Int,
        in context: DecisionContext
    ) throws -> [Authorisation]

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

    /// What may be made of what the applicant hands in, or states besides text, in an answer; of
    /// the text alone where there is neither.
    static func use(
        of documents: [Document],
        _ fields: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse

    /// What programs are told of an authorisation that was granted or has changed; nil where the
    /// status of its request says all of it.
    ///
    /// - Parameter previous: Nil when it was granted just now.
    static func announcement(
        of authorisation: Authorisation,
        previous: AuthorisationStatus?
    ) -> Answer?

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

/// A system in which obligations are met: while it is away, none of them is late.
public struct SystemDefinition: Sendable {
    /// As outages, and the entitlements of its users, call it.
    public let name: String
    /// The kinds of obligations that are met in it.
    public let obligationKinds: [String]
    /// How long there is for what could not be done, once it works again.
    let catchUpWithin: Setting<Period>

    /// The last day for what could not be done while it was away.
    func catchUp(after until: Instant, _ settings: ProcedureSettings) -> CivilDate {
        LuxembourgCalendar.day(
            settings.values[catchUpWithin],
            after: LuxembourgCalendar.date(at: until)
        )
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
    static var system: SystemDefinition? { nil }
    static var recordNames: RecordNames { RecordNames() }
    static var office: ActorRole { .customsAuthority }

    static func approvals(of _: Request) -> [Approval] { [] }

    static func grantableOperations(
        for _: Request,
        in _: DecisionContext
    ) throws -> OperationSet? {
        nil
    }

    static func terms(of _: Request) -> [FieldDefinition] { [] }
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

    static func authorisations(
        restingOn _: Authorisation,
        limit _: Int,
        in _: DecisionContext
    ) throws -> [Authorisation] {
        []
    }

    static func consequences(
        ofRefusing _: Request,
        in _: DecisionContext
    ) throws -> [Event] {
        []
    }

    static func announcement(
        of _: Authorisation,
        previous _: AuthorisationStatus?
    ) -> Answer? {
        nil
    }

    static func kept(onGranting _: Request, in _: DecisionContext) throws -> [KeptRecord] { [] }
    static var isDecidedUnderRestriction: Bool { false }

    static func use(
        of _: [Document],
        _: RequestFields,
        for _: Request,
        in _: DecisionContext
    ) throws -> SupplementUse {
        .none
    }

    static func advanced(
        _: Request,
        by _: Approval,
        on _: RequestFields,
        in _: DecisionContext
    ) throws -> (request: Request, events: [Event])? {
        nil
    }

    static func answered(
        _ request: Request,
        with _: [Document],
        _: RequestFields,
        in _: DecisionContext
    ) throws -> (request: Request, events: [Event]) {
        (request, [])
    }

    static func settled(
        _: Request,
        by _: [Document],
        _: RequestFields,
        in _: DecisionContext
    ) throws -> [Event]? {
        nil
    }

    static func statusFields(of _: Guarantee, in _: any RegisterView) throws -> StatusFields { [] }
}
