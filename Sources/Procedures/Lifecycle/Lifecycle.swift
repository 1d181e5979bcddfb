import Contract
public import Domain

/// The life that the requests of all procedures share: decided, asked for more, answered, taken
/// back, expired.
public enum Lifecycle {
    /// The messages about a request of whatever procedure.
    static let messages: [MessageDefinition] = [
        MessageDefinition("approval.decision", read: RequestDecision.read),
        MessageDefinition("registration.supplement", read: RequestSupplement.read),
        MessageDefinition("registration.withdrawal", read: RequestWithdrawal.read),
    ]

    /// What follows when nobody decided in time; nothing if the request was closed meanwhile.
    public static func expire(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let request = try context.register.request(identifier), request.status.isOpen,
            let expireAt = request.expireAt, expireAt <= context.now
        else { return [] }
        return [request.moved(to: .expired, by: .timer("expire"), at: context.now)]
    }
}

extension Request {
    /// The event of this request's next status. A closed request has no deadlines any more.
    func moved(
        to status: RequestStatus,
        by originator: Originator,
        at now: Instant,
        authorised: OperationSet = .none,
        remarks: String? = nil
    ) -> Event {
        var next = self
        next.status = status
        next.revision += 1
        next.changedAt = now
        next.authorised = authorised
        if !status.isOpen {
            next.remindAt = nil
            next.expireAt = nil
        }
        return .requestChanged(next, previous: self.status, by: originator, remarks: remarks)
    }
}
