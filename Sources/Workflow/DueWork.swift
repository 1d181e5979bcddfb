public import Domain

/// A kind of work that the clock brings. Where several fall due at the same instant, they are done
/// in this order.
public enum DueWorkKind: String, CaseIterable, Sendable {
    /// A message that waits for its request is tried again.
    case retry
    /// What a change brings for many accounts goes on.
    case follow
    /// A dead letter is replayed or discarded, because an operator wants it.
    case deadLetter = "dead-letter"
    /// An order to the provisioner is given again, or no report is waited for any more.
    case provisioning
    /// Whoever decides on a request is reminded.
    case remind
    /// The authority is told of a request that a company leaves lying.
    case escalate
    /// A request ends on which nobody decided.
    case expire
    /// An operator is warned that its authorisation is about to lapse.
    case warn
    /// An authorisation lapses.
    case lapse
    /// An operator is reminded of what it has to do.
    case remindOfObligation = "remind-obligation"
    /// An operator is told that what it had to do was not done in time.
    case overdue
    /// A closed request is erased.
    case erase
    /// The time of a dead letter is over.
    case eraseDeadLetter = "erase-dead-letter"

    /// Whether it ends something because nobody was heard of in time.
    var isDeadline: Bool { self == .expire || self == .overdue }

    /// What it costs beside the others: an erasure looks through all that waits to be sent, and
    /// what follows for accounts is done for many at once.
    var effort: Int {
        switch self {
        case .erase: 20
        case .follow: 100
        default: 1
        }
    }
}

/// Work that the clock brings, as the register finds it in what it holds: nothing but the records
/// themselves has to be kept, and work that was done is not found again.
public struct DueWork: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case message(DeferredEntry)
        case order(ProvisioningOrder)
        case request(RequestIdentifier)
        case authorisation(AuthorisationNumber)
        case obligation(ObligationIdentifier)
        case cascade(Cascade)
        /// So many bytes large; see `DeadLetter.storedBytes`.
        case letter(DeadLetterIdentifier, bytes: Int)
    }

    public let kind: DueWorkKind
    public let dueAt: Instant
    public let subject: Subject

    public init(_ kind: DueWorkKind, dueAt: Instant, _ subject: Subject) {
        self.kind = kind
        self.dueAt = dueAt
        self.subject = subject
    }

    /// What names it in the journal and as the cause of what follows.
    var identifier: String {
        switch subject {
        case .message(let message): "\(kind.rawValue):\(message.sequence)"
        case .order(let order): "\(kind.rawValue):\(order.account)"
        case .request(let request): "\(kind.rawValue):\(request)"
        case .authorisation(let number): "\(kind.rawValue):\(number)"
        case .obligation(let obligation): "\(kind.rawValue):\(obligation)"
        case .cascade(let cascade): cascadeIdentifier(cascade)
        case .letter(let letter, _): "\(kind.rawValue):\(letter)"
        }
    }

    private func cascadeIdentifier(_ cascade: Cascade) -> String {
        let subject =
            cascade.eori?.description ?? cascade.person?.description ?? cascade.system ?? ""
        return "\(kind.rawValue):\(subject):\(cascade.number)"
    }

    /// What it costs beside others; large letters cost more.
    var effort: Int {
        guard case .letter(_, let bytes) = subject else { return kind.effort }
        return kind.effort + bytes / Self.bytesOfOneEffort
    }

    private static let bytesOfOneEffort = 16_384

    /// The earliest of all, each of `kinds` being in order already.
    public static func earliest(_ limit: Int, of kinds: [[DueWork]]) -> [DueWork] {
        // Sorting keeps what is equal in its order.
        Array(kinds.joined().sorted { $0.dueAt < $1.dueAt }.prefix(limit))
    }
}
