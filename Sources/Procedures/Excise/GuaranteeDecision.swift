import Contract
import Domain

/// `approval.guarantee`: the excise office takes a guarantee in, gives it back, calls it, or has it
/// be for another amount.
struct GuaranteeDecision: ManagementCommand {
    enum Action: String, CaseIterable {
        case hold
        case release
        case call
        case change
    }

    enum Target {
        case guarantee(GuaranteeIdentifier)
        /// By what names it, or the movement that it secures.
        case named(String, of: EORI)
    }

    let actor: DecisionMaker
    let target: Target
    let action: Action
    /// The authorisation that it secures, or under which the movement is made; nil where the
    /// operator has no other.
    let number: AuthorisationNumber?
    /// Of a change, all that it is for from here on. Nil for all that is left, where it is given
    /// back.
    let cents: Int64?
    let remarks: String?

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        let found = try found(in: context.register)
        try checkInterest(in: found, context)
        // Nobody learns which there are who could decide on none.
        try actor.check(isOf: [Excise.office], "decides on a guarantee")
        if action == .hold { return try hold(besides: found, by: originator, in: context) }
        guard let guarantee = found.first else {
            throw Problem(.guaranteeUnknown, at: target.place, "the operator has no such guarantee")
        }
        try guarantee.checkIsHeld(at: target.place)
        guard found.count == 1 else {
            throw Problem(
                .notEligible,
                at: target.place,
                "several guarantees of the operator are called so: say which by its id"
            )
        }
        return try change(guarantee, by: originator, in: context)
    }

    private func found(in register: any RegisterView) throws -> [Guarantee] {
        switch target {
        case .guarantee(let identifier):
            return try [register.guarantee(identifier)].compactMap(\.self).filter {
                $0.procedure == Excise.name && (number == nil || $0.authorisation == number)
            }
        case .named(let name, let eori):
            return try Excise.guarantees(named: name, of: eori, under: number, in: register)
        }
    }

    /// Whatever else is wrong, nobody decides about money of an operator for which they act, or
    /// that they stated.
    private func checkInterest(in found: [Guarantee], _ context: DecisionContext) throws {
        let lookup = PersonLookup(context: context)
        if case .named(_, let eori) = target {
            try lookup.check(actor, isNoneOf: [], orOf: eori)
        }
        for guarantee in found {
            let stated = try context.register.request(guarantee.request)?.person
            try lookup.check(
                actor,
                isNoneOf: [guarantee.holder.person, stated].compactMap(\.self),
                orOf: guarantee.holder.eori
            )
        }
    }
}

extension GuaranteeDecision {
    private func change(
        _ guarantee: Guarantee,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let change: GuaranteeChange =
            switch action {
            case .call: .called
            case .change: .changed
            case .hold, .release: .released
            }
        let cents = self.cents ?? guarantee.heldCents
        guard change != .changed || cents != guarantee.amountCents else { return [] }
        let event = try guarantee.changed(change, cents: cents, by: originator, remarks: remarks)
        guard case .guaranteeChanged(let next, _, _, _, _) = event else { return [] }
        if change != .called { try checkSuffices(next, besides: guarantee, in: context) }
        return [event] + (try closing(next, by: originator, in: context))
    }

    /// Of a guarantee of which nothing is left nothing is to be decided any more. What is stored
    /// only stays as it is.
    private func closing(
        _ guarantee: Guarantee,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard guarantee.heldCents == 0,
            let request = try guarantee.openRelease(in: context.register),
            try context.register.person(request.person)?.isRestricted == false
        else { return [] }
        return [
            request.moved(
                to: action == .release ? .granted : .rejected,
                by: originator,
                at: context.now,
                remarks: remarks
            )
        ]
    }

    /// What is left has to cover what leans on it.
    private func checkSuffices(
        _ next: Guarantee,
        besides before: Guarantee,
        in context: DecisionContext
    ) throws {
        guard next.heldCents < before.heldCents else { return }
        let register = context.register
        let authorisation = try before.authorisation.flatMap { try register.authorisation($0) }
        if let authorisation, try !before.isForOneMovement(in: register) {
            let cover = StandingCover(authorisation: authorisation)
            let held = try cover.guarantees(in: register).reduce(0) { $0 + $1.heldCents }
            let left = held - before.heldCents + next.heldCents
            let inUse = try cover.centsInUse(in: context)
            guard left >= inUse else {
                throw Problem(
                    .notEligible,
                    at: Secured.amount.pointer,
                    "EUR \(Euros.text(inUse)) are in use, and EUR \(Euros.text(left)) would be left"
                )
            }
        } else if case .running = try before.hindrance(in: register) {
            throw Problem(
                .notEligible,
                at: Secured.amount.pointer,
                "all of it is in use: what it secures is still to be done"
            )
        }
    }

    /// A guarantee that was not stated with a request, or for nothing: it secures an authorisation
    /// of the operator from here on.
    private func hold(
        besides found: [Guarantee],
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard case .named(let name, let eori) = target else {
            guard !found.isEmpty else {
                throw Problem(.guaranteeUnknown, at: target.place, "no guarantee has this id")
            }
            throw Problem(.notAwaited, at: target.place, "it was taken in already")
        }
        guard found.allSatisfy({ $0.heldCents == 0 }) else {
            throw Problem(.notAwaited, at: target.place, "it is held already")
        }
        let authorisation = try authorisation(of: eori, stating: name, in: context.register)
        guard authorisation.exciseKind?.rules.guarantee != nil else {
            throw Problem(
                .notEligible,
                at: Granted.number.pointer,
                "none is owed under an authorisation as "
                    + authorisation.kindInWords
            )
        }
        let guarantee = Guarantee(
            identifier: GuaranteeIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            holder: .economicOperator(eori),
            authorisation: authorisation.number,
            request: authorisation.request,
            amountCents: cents ?? 0
        )
        guard let guarantee else {
            throw Problem(.notEligible, at: Secured.amount.pointer, "it is for nothing")
        }
        let held = Event.guaranteeHeld(guarantee, by: originator, remarks: remarks)
        var stated = RequestFields()
        stated[Secured.name(of: guarantee.identifier)] = name
        // Of somebody who is forgotten nothing new is written down.
        let isKnown =
            try context.register.request(authorisation.request)
            .flatMap { try context.register.person($0.person) } != nil
        return (isKnown ? [.fieldsStated(authorisation.request, stated)] : []) + [held]
    }

    /// The one that the message names, or whose request states the guarantee, or the only one.
    private func authorisation(
        of eori: EORI,
        stating name: String,
        in register: any RegisterView
    ) throws -> Authorisation {
        if let number {
            guard let found = try register.authorisation(number), found.exciseKind != nil,
                found.eori == eori
            else {
                throw Problem(
                    .authorisationUnknown,
                    at: Granted.number.pointer,
                    "the operator has no authorisation of this number"
                )
            }
            guard found.status == .active else {
                throw Problem(
                    .authorisationNotValid,
                    at: Granted.number.pointer,
                    "the authorisation is \(found.status.rawValue)"
                )
            }
            return found
        }
        try checkIsNotOffered(name, of: eori, in: register)
        let active = try register.activeAuthorisations(of: eori, limit: Excise.mostGuarantees)
            .filter { $0.exciseKind != nil }
        let stating = try active.filter {
            try register.fields(of: $0.request)[Stated.guaranteeReference]?.isExactly(name) == true
        }
        guard try register.economicOperator(eori)?.status == .registered else {
            throw Problem(
                .operatorUnknown,
                at: FieldDefinition.eori.pointer,
                "the operator is not registered"
            )
        }
        guard let found = stating.first ?? active.first else {
            throw Problem(
                .authorisationUnknown,
                at: FieldDefinition.eori.pointer,
                "the operator has no authorisation that is valid"
            )
        }
        guard stating.count == 1 || active.count == 1 else {
            throw Problem(
                .notEligible,
                at: Granted.number.pointer,
                "the operator has several authorisations: say which by its number"
            )
        }
        return found
    }

    /// What an open request states is taken in by its grant, under the number that it gets.
    private func checkIsNotOffered(
        _ name: String,
        of eori: EORI,
        in register: any RegisterView
    ) throws {
        let isOffered = try register.openRequests(
            for: eori,
            of: nil,
            after: nil,
            limit: Excise.mostGuarantees
        ).contains { request in
            try request.profile == Excise.Profile.authorisation.rawValue
                && register.fields(of: request.identifier)[Stated.guaranteeReference]?
                    .isExactly(name) == true
        }
        guard !isOffered else {
            throw Problem(
                .notAwaited,
                at: target.place,
                "the request that states it is not decided on, and its grant takes it in"
            )
        }
    }
}

extension GuaranteeDecision {
    static func read(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let actor = data.actor()
        let action = data.choice(Secured.action.name, of: Action.self)
        let target: Target? =
            switch data.exactlyOne(of: [Secured.guarantee.name, Secured.reference.name]) {
            case Secured.guarantee.name:
                data.uuid(Secured.guarantee.name).map { .guarantee(GuaranteeIdentifier($0)) }
            case Secured.reference.name: named(&data)
            default: nil
            }
        let number = data.text(of: Granted.number, .optional)
        let cents = data.money(Secured.amount.name, action == .release ? .optional : .required)
        // Whoever loses something is told why.
        let isAdverse = action == .call || action == .change
        let remarks = data.remarks("remarks", isAdverse ? .required : .optional)
        guard let actor, let action, let target else { return nil }
        data.checkSubject(envelope, is: target.identifier?.uuid, "guarantee")
        return GuaranteeDecision(
            actor: actor,
            target: target,
            action: action,
            number: number.map { AuthorisationNumber($0) },
            cents: cents,
            remarks: remarks
        )
    }

    private static func named(_ data: inout PayloadReader) -> Target? {
        let name = data.text(of: Secured.reference)
        let eori = data.eori()
        guard let name, let eori else { return nil }
        return .named(name, of: eori)
    }
}

extension GuaranteeDecision.Target {
    fileprivate var identifier: GuaranteeIdentifier? {
        if case .guarantee(let identifier) = self { identifier } else { nil }
    }

    /// Where it stands in the message.
    fileprivate var place: String {
        (identifier == nil ? Secured.reference : Secured.guarantee).pointer
    }
}

extension Guarantee {
    /// The event that so much of it was called or comes back, or that it is for that much from here
    /// on.
    ///
    /// - Throws: `Problem` with the code `not-eligible`.
    func changed(
        _ change: GuaranteeChange,
        cents: Int64,
        by originator: Originator,
        remarks: String?
    ) throws -> Event {
        guard let next = changed(change, cents: cents) else {
            throw Problem(
                .notEligible,
                at: Secured.amount.pointer,
                "EUR \(Euros.text(heldCents)) are left of EUR \(Euros.text(amountCents))"
            )
        }
        return .guaranteeChanged(
            next,
            previous: status,
            change,
            by: originator,
            remarks: remarks
        )
    }
}
