public import Domain

// Storage limitation (GDPR 5(1)(e)): what is closed and past its time goes by itself.
extension Lifecycle {
    /// After how long a request that was due, and could not go yet, is looked at again.
    private static let secondLookSeconds: Int64 = 30 * 24 * 3600

    /// Events as they are brought about: a request that ends in them says when it is to be erased.
    public static func retaining(_ events: [Event], by settings: ProcedureSettings) -> [Event] {
        events.map { event in
            switch event {
            case .requestSubmitted(let request):
                .requestSubmitted(request.retained(by: settings))
            case .requestChanged(let request, let previous, let by, let remarks):
                .requestChanged(
                    request.retained(by: settings),
                    previous: previous,
                    by: by,
                    remarks: remarks
                )
            default: event
            }
        }
    }

    /// Erases a closed request that is past its time; and the person, when nothing else is recorded
    /// that needs the name. What has to stay for now is looked at again later.
    public static func erase(
        _ identifier: RequestIdentifier,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let request = try context.register.request(identifier), !request.status.isOpen,
            let eraseAt = request.eraseAt, eraseAt <= context.now
        else { return [] }
        guard try !isHeld(request, in: context) else {
            var kept = request
            kept.eraseAt = context.now.advanced(bySeconds: secondLookSeconds)
            return [.requestKept(kept)]
        }
        return try farewell(to: request, in: context) + [.requestErased(request)]
    }

    /// Restricted data are stored and nothing else, erasing included (GDPR 18(2)). What was granted
    /// stays as long as it stands.
    private static func isHeld(_ request: Request, in context: DecisionContext) throws -> Bool {
        let register = context.register
        if try register.person(request.person)?.isRestricted == true { return true }
        if try isDuty(request, in: context) { return true }
        guard request.status == .granted else { return false }
        if let eori = request.eori, let economicOperator = try register.economicOperator(eori),
            economicOperator.request == request.identifier,
            economicOperator.status == .registered
        {
            return true
        }
        // Each of them took a decision: a handful, however long somebody stays.
        guard let eori = request.eori else { return false }
        return try register.accounts(of: request.person, at: eori).contains {
            $0.request == request.identifier && $0.status.stands
        }
    }

    /// Whether an authorisation that it led to is valid, something is still to be done because of
    /// it, or something is held of a guarantee that it stated: what has to be kept by law as long
    /// as that is so.
    private static func isDuty(_ request: Request, in context: DecisionContext) throws -> Bool {
        let register = context.register
        if try register.authorisation(grantedBy: request.identifier)?.status == .active {
            return true
        }
        if try register.obligations(broughtAboutBy: request.identifier)
            .contains(where: \.status.isRunning)
        {
            return true
        }
        return try register.holdsGuarantee(statedBy: request.identifier)
    }

    /// What follows for the person when the request goes. Someone who signed decisions as an
    /// official stays, as the decisions do.
    private static func farewell(
        to request: Request,
        in context: DecisionContext
    ) throws -> [Event] {
        let register = context.register
        guard let person = try register.person(request.person), person.signature == nil else {
            return []
        }
        guard try !register.hasRequest(of: person.identifier, besides: request.identifier),
            try !register.hasStandingAccount(person.identifier)
        else { return [] }
        // Revoked users exist downstream as well.
        return try Erasure(of: person, by: .timer("erase"), in: context).events()
    }
}

extension Request {
    fileprivate func retained(by settings: ProcedureSettings) -> Request {
        var request = self
        let period = status.isOpen ? nil : settings.retention[procedure]?[status]
        request.eraseAt = period.map { LuxembourgCalendar.due($0, after: changedAt) }
        return request
    }
}
