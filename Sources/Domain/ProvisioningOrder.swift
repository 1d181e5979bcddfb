/// What the account provisioner is told to do with a user: the methods of SCIM's bulk operations
/// (RFC 7644 §3.7).
public enum ProvisioningMethod: String, CaseIterable, Sendable {
    /// Make the user.
    case post = "POST"
    /// Make the user as he is here, whatever he was there.
    case put = "PUT"
    /// Change him.
    case patch = "PATCH"
    case delete = "DELETE"
}

/// An order to the account provisioner that is outstanding: kept from the moment that it is given
/// until it is done.
///
/// An order that the provisioner could not carry out is tried again as a `PUT` of the account's
/// present state, which does whatever the order was about; a `DELETE` stays one.
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
    /// How often it has been given.
    public var tries: Int
    public var state: State
    /// When it wants attention: the next try of a refused one, or the end of waiting for a report.
    /// Nil for one that the broker has not confirmed yet, and for one that was given up.
    public var dueAt: Instant?
    /// The id of the event that it was given because of, or `timer:<id>`: what its confirmation brings
    /// about is that event's doing as well.
    public let causation: String
    /// The W3C Trace Context of that event.
    public let traceParent: String?

    public init(
        account: AccountIdentifier,
        number: Int,
        method: ProvisioningMethod,
        tries: Int = 1,
        state: State = .awaited,
        dueAt: Instant? = nil,
        causation: String,
        traceParent: String? = nil
    ) {
        self.account = account
        self.number = number
        self.method = method
        self.tries = tries
        self.state = state
        self.dueAt = dueAt
        self.causation = causation
        self.traceParent = traceParent
    }

    /// How it is given when it is tried again.
    public var methodOfRetries: ProvisioningMethod { method == .delete ? .delete : .put }
    /// How it was given last.
    public var lastMethod: ProvisioningMethod { tries > 1 ? methodOfRetries : method }

    /// Whether it was given in this way, the last time or before.
    public func wasGiven(as other: ProvisioningMethod) -> Bool {
        other == method || other == lastMethod
    }
}

/// What became of an order to the account provisioner.
public enum ProvisioningStep: Hashable, Sendable {
    /// The provisioner could not do it, with this HTTP status; it is tried again later.
    case refused(status: Int)
    /// Given anew.
    case retried
    /// Given up: after the last try's HTTP status, or silence.
    case failed(status: Int?)
    /// Done: not outstanding any more.
    case done
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
