import Contract
public import Domain

/// The life that the requests of all procedures share: decided, asked for more, answered, taken
/// back, expired.
public enum Lifecycle {
    /// The messages about a request of whatever procedure.
    static let messages: [MessageDefinition] = [
        MessageDefinition("approval.decision", read: RequestDecision.read),
        MessageDefinition(
            "registration.supplement",
            fields: [RequestSupplement.answer]
                + ProcedureCatalogue.supplementFields,
            read: RequestSupplement.read
        ),
        MessageDefinition("registration.withdrawal", read: RequestWithdrawal.read),
        MessageDefinition(Preview.routingKey, read: Preview.read),
    ]

    /// What follows when nobody decided in time; nothing if the request was closed meanwhile.
    public static func expire(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let request = try openRequest(identifier, in: context),
            request.hasExpired(at: context.now)
        else { return [] }
        return [request.moved(to: .expired, by: .timer("expire"), at: context.now)]
    }

    /// Reminds whoever decides, once. Where nobody is left who could, the authority is told
    /// instead, and needs not be told again later.
    ///
    /// Nothing follows for a request whose time is over: it expires.
    public static func remind(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var request = try openRequest(identifier, in: context),
            let remindAt = request.remindAt, remindAt <= context.now,
            !request.hasExpired(at: context.now)
        else { return [] }
        request.remindAt = nil
        let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        guard try procedure?.hasApprover(for: request, in: context) == false else {
            return [.requestReminded(request)]
        }
        request.escalateAt = nil
        return [.requestEscalated(request)]
    }

    /// Tells the authority, once, of a request that lies undecided: one that a company leaves
    /// lying, and one of its own, for which the law gives it time (Regulation (EU) No 952/2013,
    /// article 22(3): 120 days).
    ///
    /// Nothing follows for a request whose time is over: it expires.
    public static func escalate(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var request = try openRequest(identifier, in: context),
            let escalateAt = request.escalateAt, escalateAt <= context.now,
            !request.hasExpired(at: context.now)
        else { return [] }
        request.escalateAt = nil
        return [.requestEscalated(request)]
    }

    private static func openRequest(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> Request? {
        guard let request = try context.register.request(identifier), request.status.isOpen else {
            return nil
        }
        return request
    }
}

extension Request {
    fileprivate func hasExpired(at now: Instant) -> Bool { expireAt.map { $0 <= now } ?? false }

    /// The event of this request's next status. A closed request has no deadlines any more.
    ///
    /// - Parameter reason: why a rule closes it, if one does.
    func moved(
        to status: RequestStatus,
        by originator: Originator,
        at now: Instant,
        authorised: OperationSet = .none,
        reason: RequestReason? = nil,
        remarks: String? = nil
    ) -> Event {
        var next = self
        next.status = status
        next.revision += 1
        next.changedAt = now
        next.authorised = authorised
        next.reason = reason
        if !status.isOpen {
            next.remindAt = nil
            next.escalateAt = nil
            next.expireAt = nil
        }
        return .requestChanged(next, previous: self.status, by: originator, remarks: remarks)
    }
}
