public import Domain

// What becomes of an authorisation once it was granted.
extension Lifecycle {
    /// Warns the operator, once, that its authorisation is about to lapse.
    ///
    /// Nothing follows for one whose time is over: it lapses.
    public static func warn(
        _ number: AuthorisationNumber,
        in context: DecisionContext
    ) throws -> [Event] {
        guard var authorisation = try context.register.authorisation(number),
            authorisation.status == .active,
            let warnAt = authorisation.warnAt, warnAt <= context.now,
            !authorisation.isOver(at: context.now)
        else { return [] }
        authorisation.warnAt = nil
        return [
            .authorisationChanged(
                authorisation,
                previous: .active,
                .warned,
                by: .timer("warn"),
                remarks: nil
            )
        ]
    }

    /// What follows when the last day of validity is over; nothing if it was revoked meanwhile.
    public static func lapse(
        _ number: AuthorisationNumber,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let authorisation = try context.register.authorisation(number),
            authorisation.status == .active, authorisation.isOver(at: context.now)
        else { return [] }
        return try authorisation.ended(.lapsed, .lapsed, by: .timer("lapse"), in: context)
    }
}

extension Authorisation {
    fileprivate func isOver(at now: Instant) -> Bool { lapseAt.map { $0 <= now } ?? false }

    /// What follows when it is revoked; nothing if it has ended already.
    func revoked(
        _ change: AuthorisationChange,
        by originator: Originator,
        remarks: String?,
        in context: DecisionContext
    ) throws -> [Event] {
        guard status == .active else { return [] }
        return try ended(.revoked, change, by: originator, remarks: remarks, in: context)
    }

    /// Nothing falls due for an authorisation that has ended.
    fileprivate func ended(
        _ status: AuthorisationStatus,
        _ change: AuthorisationChange,
        by originator: Originator,
        remarks: String? = nil,
        in context: DecisionContext
    ) throws -> [Event] {
        var next = self
        next.status = status
        next.warnAt = nil
        next.lapseAt = nil
        if status == .revoked { next.revokedOn = LuxembourgCalendar.date(at: context.now) }
        let changed = Event.authorisationChanged(
            next,
            previous: self.status,
            change,
            by: originator,
            remarks: remarks
        )
        // Of a revoked operator the accounts, and its users are among them, lose everything anyway.
        guard change != .operatorRevoked else { return [changed] }
        let limit = context.settings.cascade.accounts
        let users = try context.register.accounts(entitledUnder: number, limit: limit + 1)
        guard users.count <= limit else {
            let cascade = Cascade(
                eori: eori,
                change: .authorisation(number),
                by: originator,
                since: context.now
            )
            return [changed, .cascade(cascade, .begun)]
        }
        return [changed] + users.map { $0.losing(number, by: originator) }
    }
}

extension Account {
    /// The event that its holder is entitled to it from here on, or no longer.
    func entitled(
        to entitlement: Entitlement,
        _ isEntitled: Bool,
        by originator: Originator
    ) -> Event {
        let others = entitlements.filter { $0 != entitlement }
        return entitled(to: isEntitled ? (others + [entitlement]).sorted() : others, by: originator)
    }

    /// The event that its holder is entitled to nothing under the number any more.
    func losing(_ number: AuthorisationNumber, by originator: Originator) -> Event {
        entitled(to: entitlements.filter { $0.number != number }, by: originator)
    }

    private func entitled(to entitlements: [Entitlement], by originator: Originator) -> Event {
        var next = self
        next.entitlements = entitlements
        return .accountChanged(
            next,
            previous: self,
            .entitlementsChanged,
            by: originator,
            remarks: nil
        )
    }
}
