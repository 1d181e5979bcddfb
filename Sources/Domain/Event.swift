/// Who or what brought an event about.
public enum Originator: Hashable, Sendable {
    /// The applicant, about their own request.
    case applicant
    /// Somebody who decided, in the role that was checked; `with` is the account whose right it
    /// was, where the right is an account's and not the authority's.
    case decisionMaker(PersonIdentifier, ActorRole, with: AccountIdentifier? = nil)
    /// A rule, without anybody's decision.
    case rule
    /// The clock: the kind of due work, such as `expire`.
    case timer(String)
    /// The account provisioner, or the broker's confirmation in its place.
    case provisioner
}

extension Originator {
    /// The same decision maker, by the right of `account`.
    public func using(_ account: AccountIdentifier?) -> Originator {
        guard case .decisionMaker(let person, let role, _) = self else { return self }
        return .decisionMaker(person, role, with: account)
    }
}

/// Why an account changed; decides which mail, if any, tells its holder.
public enum AccountChange: String, CaseIterable, Sendable {
    /// The holder's own request was granted; the mail about the request tells it.
    case granted
    /// A decision about this account: operations narrowed or widened.
    case operationsChanged = "operations-changed"
    /// The operator's operations were narrowed or widened, and the account follows.
    case operatorChanged = "operator-changed"
    /// Appointed or dismissed as a manager.
    case roleChanged = "role-changed"
    /// May use EMCS under other excise numbers than before.
    case entitlementsChanged = "entitlements-changed"
    /// A decision about this account: revoked.
    case revoked
    /// The operator was revoked, and the account follows.
    case operatorRevoked = "operator-revoked"
    /// The user exists downstream now.
    case provisioned
    /// Where the user lives downstream is another place, or not known any more; the account itself
    /// is as before.
    case moved
    /// The holder has come back with a new account, to which the user downstream belongs from here
    /// on.
    case handedOver = "handed-over"
    /// The provisioner refused for good.
    case provisioningFailed = "provisioning-failed"
    /// An operator has what was given up ordered again.
    case provisioningTakenUpAgain = "provisioning-taken-up-again"
    /// The holder's data were restricted: stored only.
    case suspended
    /// The restriction was lifted.
    case unsuspended
    /// The holder's name, address or languages were corrected; the account itself is as before.
    case rectified
    /// The holder's data were erased, and the user is to be deleted. The account is `revoked`
    /// until it is.
    case erased
    /// The user is gone downstream.
    case deprovisioned
    /// The provisioner made a user of an account that is deleted: to be deleted again.
    case reappeared

    /// How the provisioner is told, if there is something to tell; nil for a change that came from
    /// there.
    public var method: ProvisioningMethod? {
        switch self {
        case .granted, .operationsChanged, .operatorChanged, .roleChanged, .entitlementsChanged,
            .revoked, .operatorRevoked, .suspended, .unsuspended, .rectified:
            .patch
        case .erased, .reappeared: .delete
        case .provisioned, .moved, .handedOver, .provisioningFailed, .provisioningTakenUpAgain,
            .deprovisioned:
            nil
        }
    }
}

/// What an operator did with the service's messages, and not with the register.
public enum OperatorAction: Hashable, Sendable {
    /// Parked messages of the outbox are sent again: these, by their sequence, with all that stands
    /// behind them; nil for all.
    case outboxRetried([Int64]?)
    /// The daemon's clock is right, whatever speaks against it.
    case clockConfirmed
    /// Dead letters are dealt with again.
    case deadLettersReplayed([LetterReference])
    /// Dead letters are thrown away.
    case deadLettersDiscarded([LetterReference])
}

/// A dead letter, by what may be said of it.
public struct LetterReference: Hashable, Sendable {
    public let identifier: DeadLetterIdentifier
    /// Why it is one.
    public let reason: DeadLetterReason

    public init(_ identifier: DeadLetterIdentifier, _ reason: DeadLetterReason) {
        self.identifier = identifier
        self.reason = reason
    }
}

/// What happened: the closed set of facts that every procedure decides in. What becomes of the
/// register's records by it says `changes`.
public enum Event: Hashable, Sendable {
    /// A person became known. The journal keeps the id alone.
    case personRecorded(Person)
    /// A person's record changed; `Person` is the record after that. The journal keeps the id and
    /// the names of the members that changed, never their values.
    case personChanged(Person, previous: Person, PersonChange)
    /// A person asked what is stored, and is told. The journal keeps the id alone.
    case personDisclosed(Disclosure)
    /// A person's data are erased: the record now; what was written about the person's requests and
    /// what waits to be sent to or about the person (but not what tells of the erasure) in what
    /// follows, see `PersonErasure`. Requests, accounts and operators stay, which hold ids alone.
    case personErased(PersonIdentifier)
    /// The erasure of a person has more to do than one transaction may: the requests are withdrawn,
    /// the users deleted and the answer is given in what follows.
    case erasureBegun(PersonIdentifier)
    /// Others who were mailed an erased person's name are told of the erasure.
    case erasureTold(Person, to: [Recipient])
    /// Nothing is left to be done of an erasure that one transaction did not complete.
    case erasureCompleted(PersonIdentifier)
    /// A closed request has passed its time and goes, with what was written about it.
    case requestErased(Request)
    /// A closed request has passed its time, and something still holds it: `eraseAt` is when that
    /// is looked at again.
    case requestKept(Request)
    /// A request was recorded: pending, or rejected by a rule (then `request.reason` says which).
    case requestSubmitted(Request)
    /// A request changed its status; `request` is its state after that.
    case requestChanged(Request, previous: RequestStatus, by: Originator, remarks: String?)
    /// Whoever decides was reminded of an open request; `Request` is its state after that.
    case requestReminded(Request)
    /// The authority was told that an open request lies undecided; `Request` is its state after
    /// that.
    case requestEscalated(Request)
    /// What documents the applicant has, as far as they said so when they asked; follows the
    /// request.
    case documentsNamed(RequestIdentifier, [Document])
    /// The applicant answered a request for information; precedes the change of status.
    case supplementReceived(RequestIdentifier, Supplement)
    case operatorRegistered(EconomicOperator)
    /// An operator's operations or status changed; `EconomicOperator` is the state after that.
    case operatorChanged(
        EconomicOperator,
        previous: EconomicOperator,
        by: Originator,
        remarks: String?
    )
    case accountOpened(Account)
    /// An account changed; `Account` is the state after that.
    case accountChanged(
        Account,
        previous: Account,
        AccountChange,
        by: Originator,
        remarks: String?
    )
    /// An order to the account provisioner went on; `ProvisioningOrder` is its state after that.
    case provisioning(ProvisioningOrder, ProvisioningStep)
    /// The provisioner reported on an operation that is not outstanding.
    case reportIgnored(AccountIdentifier, ProvisioningMethod, status: Int)
    /// What a request says besides what all requests say; takes the place of what had the same
    /// name. The journal keeps the names, never what is said under them.
    case fieldsStated(RequestIdentifier, RequestFields)
    case authorisationGranted(Authorisation)
    /// An authorisation changed; `Authorisation` is its state after that.
    case authorisationChanged(
        Authorisation,
        previous: AuthorisationStatus,
        AuthorisationChange,
        by: Originator,
        remarks: String?
    )
    /// Somebody asked whether an authorisation is valid, and is told.
    case authorisationDisclosed(AuthorisationDisclosure)
    /// Who asked is told, by rule. The journal keeps that it was so, never what was said.
    case requestAnswered(RequestAnswer)
    case obligationOpened(Obligation)
    /// An obligation changed; `Obligation` is its state after that.
    case obligationChanged(
        Obligation,
        previous: ObligationStatus,
        ObligationChange,
        by: Originator
    )
    case guaranteeHeld(Guarantee, by: Originator, remarks: String?)
    /// A guarantee changed; `Guarantee` is its state after that.
    case guaranteeChanged(
        Guarantee,
        previous: GuaranteeStatus,
        GuaranteeChange,
        by: Originator,
        remarks: String?
    )
    /// A system that people need for what they have to do cannot be used, or can be again; `Outage`
    /// is its state after that.
    case outageBegan(Outage, by: Originator)
    case outageEnded(Outage, by: Originator)
    /// What a change brings for many accounts is begun, went on, or is done; `Cascade` is its state
    /// after that.
    case cascade(Cascade, CascadeStep)
    /// The company has nobody left who may decide for it.
    case lastManagerLost(EORI)
    /// A person asked for, and got, no change: what was to be set was set already.
    case nothingToChange(by: Originator)
    /// An operator did something that changes no record.
    case operated(OperatorAction)
}

extension Event {
    /// How the provisioner is told of what happened to the account; nil if it need not be.
    public var method: ProvisioningMethod? {
        switch self {
        case .accountOpened(let account): account.former == nil ? .post : .put
        case .accountChanged(_, _, let change, _, _): change.method
        default: nil
        }
    }
}

/// A document that the applicant names; the paper itself stays where `reference` says.
public struct Document: Hashable, Sendable {
    public let kind: String
    public let reference: String
    public let issuedOn: CivilDate?
    public let validUntil: CivilDate?
    /// Where it was issued: two capital letters; nil where that is not said.
    public let country: String?
    /// What it says, where papers of one kind may say different things; none where that is not
    /// said.
    public let attests: [Attestation]

    /// The most that one request may name.
    public static let mostOfRequest = 200

    /// What a certificate of residence says.
    public enum Attestation: String, CaseIterable, Sendable {
        /// The day on which somebody left.
        case departure
        /// The day on which they came.
        case arrival
    }

    public init(
        kind: String,
        reference: String,
        issuedOn: CivilDate? = nil,
        validUntil: CivilDate? = nil,
        country: String? = nil,
        attests: [Attestation] = []
    ) {
        self.kind = kind
        self.reference = reference
        self.issuedOn = issuedOn
        self.validUntil = validUntil
        self.country = country
        self.attests = attests
    }
}

/// The applicant's answer to a request for information. Free text: treated as personal data.
public struct Supplement: Hashable, Sendable {
    public let answer: String
    public let documents: [Document]

    public init(answer: String, documents: [Document]) {
        self.answer = answer
        self.documents = documents
    }
}
