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
        // One whose end somebody had set was not left to lapse.
        let status: AuthorisationStatus = authorisation.revokedOn == nil ? .lapsed : .revoked
        return try AuthorisationEnding(by: .timer("lapse"), in: context)
            .events([(authorisation, status, .lapsed)])
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
        return try AuthorisationEnding(by: originator, remarks: remarks, in: context)
            .events([(self, .revoked, change)])
    }

    /// The event that it ends after `day` and not later. It stays in force until then.
    func endSet(after day: CivilDate, by originator: Originator) -> Event {
        var next = self
        next.revokedOn = day
        next.warnAt = nil
        next.lapseAt = LuxembourgCalendar.morning(of: day.adding(days: 1))
        return .authorisationChanged(next, previous: status, .endSet, by: originator, remarks: nil)
    }

    /// Nothing falls due for an authorisation that has ended.
    fileprivate func ended(_ status: AuthorisationStatus, on day: CivilDate) -> Authorisation {
        var next = self
        next.status = status
        next.warnAt = nil
        next.lapseAt = nil
        if status == .revoked { next.revokedOn = [day, revokedOn].compactMap(\.self).min() }
        return next
    }
}

/// Authorisations that end together, with what they take along: mandates that rest on them, and
/// what others are entitled to by any of that. At once where it is little, and else a part at a
/// time, see `Cascade`.
struct AuthorisationEnding {
    typealias Ending = (Authorisation, AuthorisationStatus, AuthorisationChange)

    let by: Originator
    var remarks: String?
    /// The operator that is revoked, if that is why: its accounts lose everything anyway, and what
    /// rests on its authorisations ends with it.
    var revoked: EORI?
    let context: DecisionContext

    init(
        by originator: Originator,
        remarks: String? = nil,
        ofRevoked revoked: EORI? = nil,
        in context: DecisionContext
    ) {
        self.by = originator
        self.remarks = remarks
        self.revoked = revoked
        self.context = context
    }

    /// What follows when the operator is revoked, by whom all of these are held or given.
    func events(ofRevoked authorisations: [Authorisation]) throws -> [Event] {
        try events(authorisations.map { ($0, .revoked, .operatorRevoked) })
    }

    /// What follows when what these rested on has ended.
    func events(ofResting authorisations: [Authorisation]) throws -> [Event] {
        try events(authorisations.map { ($0, .revoked, .basisEnded) })
    }

    func events(_ endings: [Ending]) throws -> [Event] {
        var waiting = endings
        var changed: [Event] = []
        var left: [Event] = []
        var ended: [AuthorisationNumber] = []
        var users: [Account] = []
        while !waiting.isEmpty {
            let (authorisation, status, change) = waiting.removeFirst()
            changed.append(
                .authorisationChanged(
                    authorisation.ended(status, on: LuxembourgCalendar.date(at: context.now)),
                    previous: authorisation.status,
                    change,
                    by: change == .basisEnded ? .rule : by,
                    remarks: change == .basisEnded ? nil : remarks
                )
            )
            guard authorisation.eori != revoked else { continue }
            guard let followers = try Followers(of: authorisation, in: context) else {
                let cascade = Cascade(
                    eori: authorisation.eori,
                    change: .authorisation(authorisation.number),
                    by: by,
                    since: context.now
                )
                left.append(.cascade(cascade, .begun))
                continue
            }
            waiting += followers.authorisations.map { ($0, .revoked, .basisEnded) }
            ended.append(authorisation.number)
            let known = Set(users.map(\.identifier))
            users += followers.users.filter { !known.contains($0.identifier) }
        }
        return changed + users.map { $0.losing(ended, by: by) } + left
    }
}

/// What goes with an authorisation that ends.
private struct Followers {
    let authorisations: [Authorisation]
    let users: [Account]

    /// Nil where it is too much for one transaction.
    init?(of authorisation: Authorisation, in context: DecisionContext) throws {
        let limits = context.settings.cascade
        authorisations = try Lifecycle.authorisations(
            restingOn: authorisation,
            limit: limits.authorisations + 1,
            in: context
        )
        users = try context.register.accounts(
            entitledUnder: authorisation.number,
            limit: limits.accounts + 1
        )
        guard authorisations.count <= limits.authorisations, users.count <= limits.accounts else {
            return nil
        }
    }
}

extension Lifecycle {
    /// Valid authorisations that end with this one, at most `limit`.
    fileprivate static func authorisations(
        restingOn authorisation: Authorisation,
        limit: Int,
        in context: DecisionContext
    ) throws -> [Authorisation] {
        try ProcedureCatalogue.procedure(named: authorisation.procedure)?
            .authorisations(restingOn: authorisation, limit: limit, in: context) ?? []
    }

    /// The next part of what goes with an authorisation that has ended.
    static func `continue`(
        _ cascade: Cascade,
        after number: AuthorisationNumber,
        in context: DecisionContext
    ) throws -> [Event] {
        let limits = context.settings.cascade
        let ended = try context.register.authorisation(number)
        let resting =
            try ended.map {
                try authorisations(restingOn: $0, limit: limits.authorisations, in: context)
            } ?? []
        guard resting.isEmpty else {
            return try AuthorisationEnding(by: cascade.by, in: context).events(ofResting: resting)
                + [.cascade(cascade, .continued)]
        }
        let users = try context.register.accounts(entitledUnder: number, limit: limits.accounts)
        return users.map { $0.losing([number], by: cascade.by) }
            + [.cascade(cascade, users.count < limits.accounts ? .done : .continued)]
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

    /// The event that its holder is entitled to nothing any more that rests on these.
    func losing(_ ended: [AuthorisationNumber], by originator: Originator) -> Event {
        entitled(
            to: entitlements.filter { !ended.contains(where: $0.rests) },
            by: originator
        )
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
