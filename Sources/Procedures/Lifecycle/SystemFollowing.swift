import Domain

/// What follows for those who use a system that is away, or works again: a part at a time.
struct SystemFollowing {
    let system: String
    let cascade: Cascade

    /// The event that something follows from it.
    static func begun(
        _ work: Cascade.SystemWork,
        of system: String,
        by originator: Originator,
        in context: DecisionContext
    ) -> Event {
        let cascade = Cascade(
            eori: nil,
            change: .system(system, work),
            by: originator,
            since: context.now
        )
        return .cascade(cascade, .begun)
    }

    func `continue`(
        _ work: Cascade.SystemWork,
        in context: DecisionContext
    ) throws -> [Event] {
        switch work {
        case .downTold, .upTold: [try told(in: context)]
        case .resumed: try resumed(in: context)
        }
    }

    /// Whoever has an account that is active and may use it, each person once in a part.
    private func told(in context: DecisionContext) throws -> Event {
        let limit = context.settings.cascade.accounts
        let users = try context.register.accounts(
            entitledTo: system,
            after: cascade.reached,
            limit: limit
        )
        var next = cascade
        next.reached = users.last?.identifier ?? cascade.reached
        var seen: Set<PersonIdentifier> = []
        next.told = users.filter { $0.status == .active && seen.insert($0.person).inserted }
            .map { Recipient(template: "", person: $0.person) }
        return .cascade(next, users.count < limit ? .done : .continued)
    }

    /// What had no day for its sake gets one; where it is away again, that waits on.
    private func resumed(in context: DecisionContext) throws -> [Event] {
        let limit = context.settings.cascade.accounts
        guard let system = ProcedureCatalogue.system(named: system),
            try context.register.lastOutage(of: self.system)?.until != nil
        else { return [.cascade(cascade, .done)] }
        let waiting = try context.register.obligationsWithoutDay(
            of: system.obligationKinds,
            limit: limit
        )
        return try waiting.compactMap { try $0.resumed(by: cascade.by, in: context) }
            + [.cascade(cascade, waiting.count < limit ? .done : .continued)]
    }
}
