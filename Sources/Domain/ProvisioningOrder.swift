/// What the account provisioner is told to do with a user: the methods of SCIM's bulk operations
/// (RFC 7644 §3.7).
public enum ProvisioningMethod: String, CaseIterable, Sendable {
    /// Make the user.
    case post = "POST"
    /// Make the user as they are here, whatever they were there.
    case put = "PUT"
    /// Change them.
    case patch = "PATCH"
    case delete = "DELETE"
}

/// An order to the account provisioner that is outstanding: kept from the moment that it is given
/// until it is done.
///
/// An order that the provisioner could not carry out is tried again as a `PUT` of the account's
/// present state, or as a `POST` of it where nobody is found to be replaced; either does whatever
/// the order was about. A `DELETE` stays one.
public struct ProvisioningOrder: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        /// Given, and not reported on yet.
        case awaited
        /// The provisioner could not do it; it is tried again at `dueAt`.
        case refused
        /// Given up. A late success still counts.
        case failed
    }

    public let account: AccountIdentifier
    /// Counts the account's outstanding orders in the sequence in which they were given.
    public let number: Int
    /// How it was given first.
    public let method: ProvisioningMethod
    /// How it was given each time, the last time last; never empty.
    public private(set) var tries: [ProvisioningMethod]
    /// How it was given those times, before the last, on which no report came in time, the oldest
    /// first: one may come still, and is about them.
    public private(set) var missed: [ProvisioningMethod]
    public var state: State
    /// How a refused one is given next.
    public private(set) var next: ProvisioningMethod?
    /// Why it was given up, if it was.
    public private(set) var failure: ProvisioningFailure?
    /// When it wants attention: the next try of a refused one, or the end of waiting for a report.
    /// Nil for one that the broker has not confirmed yet, and for one that was given up.
    public var dueAt: Instant?
    /// The id of the event that it was given because of, or `timer:<id>`: what its confirmation
    /// brings about is that event's doing as well.
    public let causation: String
    /// The W3C Trace Context of that event.
    public let traceParent: String?
    /// The outbox's sequence of the message by which it was given last: the confirmation of that
    /// one, and of no other, is its own. Nil until that is queued.
    public var message: Int64?

    /// - Parameter tries: `method` alone, unless said otherwise.
    public init(
        account: AccountIdentifier,
        number: Int,
        method: ProvisioningMethod,
        tries: [ProvisioningMethod] = [],
        missed: [ProvisioningMethod] = [],
        state: State = .awaited,
        next: ProvisioningMethod? = nil,
        failure: ProvisioningFailure? = nil,
        dueAt: Instant? = nil,
        causation: String,
        traceParent: String? = nil,
        message: Int64? = nil
    ) {
        self.account = account
        self.number = number
        self.method = method
        self.tries = tries.isEmpty ? [method] : tries
        self.missed = missed
        self.state = state
        self.next = next
        self.failure = failure
        self.dueAt = dueAt
        self.causation = causation
        self.traceParent = traceParent
        self.message = message
    }

    /// How it was given last.
    public var lastMethod: ProvisioningMethod { tries.last ?? method }

    /// How it is given again when nothing speaks for another way.
    public var methodOfRetries: ProvisioningMethod { method == .delete ? .delete : .put }

    /// Whether it was given in this way, the last time or before.
    public func wasGiven(as other: ProvisioningMethod) -> Bool {
        other == method || tries.contains(other)
    }

    /// How often it was given in another way than the time before.
    public var turns: Int { zip(tries, tries.dropFirst()).count { $0 != $1 } }

    /// Gives it again.
    public mutating func give(as method: ProvisioningMethod) {
        tries.append(method)
        (state, next, failure, dueAt, message) = (.awaited, nil, nil, nil, nil)
    }

    /// No report came on the last try.
    public mutating func missReport() {
        missed.append(lastMethod)
    }

    /// A report came on such a try after all.
    public mutating func hear(of method: ProvisioningMethod) {
        if let index = missed.firstIndex(of: method) { missed.remove(at: index) }
    }

    /// Gives it again, with all the tries of a new order.
    public mutating func giveAgain(as method: ProvisioningMethod) {
        (tries, missed) = ([], [])
        give(as: method)
    }

    /// Puts it off.
    public mutating func refuse(until dueAt: Instant, thenAs next: ProvisioningMethod) {
        (state, self.next, failure, self.dueAt) = (.refused, next, nil, dueAt)
    }

    /// Puts it off as if the last try had not been made: what is in its way goes by itself.
    public mutating func wait(until dueAt: Instant) {
        let method = lastMethod
        if tries.count > 1 { tries.removeLast() }
        refuse(until: dueAt, thenAs: method)
    }

    public mutating func fail(because failure: ProvisioningFailure) {
        (state, next, self.failure, dueAt) = (.failed, nil, failure, nil)
    }
}

/// Why an order to the account provisioner was given up.
public enum ProvisioningFailure: Hashable, Sendable {
    /// The last try was answered with this HTTP status.
    case refused(status: Int)
    /// The provisioner said by turns that the user exists and that nobody is where it was looked
    /// for; the last try was answered with this HTTP status.
    case contradicted(status: Int)
    /// No report came on the last try.
    case silence
    /// The provisioner named a location where the user of another account lives.
    case locationTaken(String, by: AccountIdentifier)
    /// Nothing is known any more of the person of whom a user was to be made.
    case personUnknown

    /// As commands and the journal call it.
    public var code: String {
        switch self {
        case .refused: "refused"
        case .contradicted: "contradicted"
        case .silence: "silence"
        case .locationTaken: "location-taken"
        case .personUnknown: "person-unknown"
        }
    }
}

extension ProvisioningFailure {
    /// The whole of it in one line, which `init(text:)` reads.
    public var text: String {
        switch self {
        case .refused(let status), .contradicted(let status): "\(code) \(status)"
        case .locationTaken(let location, let holder): "\(code) \(holder) \(location)"
        case .silence, .personUnknown: code
        }
    }

    public init?(text: String) {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        switch (words.first.map(String.init), words.count) {
        case ("refused", 2):
            guard let status = Int(words[1]) else { return nil }
            self = .refused(status: status)
        case ("contradicted", 2):
            guard let status = Int(words[1]) else { return nil }
            self = .contradicted(status: status)
        case ("location-taken", 3):
            guard let holder = AccountIdentifier(String(words[1])) else { return nil }
            self = .locationTaken(String(words[2]), by: holder)
        case ("silence", 1): self = .silence
        case ("person-unknown", 1): self = .personUnknown
        default: return nil
        }
    }
}

/// What became of an order to the account provisioner.
public enum ProvisioningStep: Hashable, Sendable {
    /// The provisioner could not do it, with this HTTP status; it is tried again later.
    case refused(status: Int)
    /// Given again.
    case retried
    /// Given up; the order says why.
    case failed
    /// A report came on an earlier try, and the last one is still waited for.
    case reportedLate
    /// Done: not outstanding any more.
    case done
    /// Not outstanding any more: the user belongs to a newer account of the same person.
    case superseded
}

extension ProvisioningStep {
    /// Whether the order is outstanding after it.
    public var leavesOrder: Bool { self != .done && self != .superseded }
}

/// How an installation deals with the account provisioner.
public struct ProvisioningSettings: Hashable, Sendable {
    /// Whether an account is active only once the provisioner reported it; otherwise once the
    /// broker has confirmed the order.
    public var awaitReport: Bool
    /// How often an order is given before it is given up.
    public var tries: Int
    /// The pause before the second try; doubles with every further one.
    public var firstRetryAfterSeconds: Int64
    /// The longest pause between two tries.
    public var retryAtMostSeconds: Int64
    /// How long after the broker's confirmation a report may come.
    public var reportWithinSeconds: Int64

    public init(
        awaitReport: Bool = false,
        tries: Int = 8,
        firstRetryAfterSeconds: Int64 = 5,
        retryAtMostSeconds: Int64 = 600,
        reportWithinSeconds: Int64 = 3600
    ) {
        self.awaitReport = awaitReport
        self.tries = tries
        self.firstRetryAfterSeconds = firstRetryAfterSeconds
        self.retryAtMostSeconds = retryAtMostSeconds
        self.reportWithinSeconds = reportWithinSeconds
    }

    /// The pause after so many tries.
    public func pauseSeconds(afterTries tries: Int) -> Int64 {
        // No pause is longer than 30 days, so that 22 doublings are more than enough.
        min(firstRetryAfterSeconds << Int64(min(max(tries - 1, 0), 22)), retryAtMostSeconds)
    }
}
