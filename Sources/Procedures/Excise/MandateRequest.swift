import Contract
import Domain

/// `registration.excise.mandate`: an operator wants another to act for it. Both have to agree.
struct MandateRequest: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    /// The operator that is to be represented.
    let eori: EORI
    let terms: MandateTerms

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        try terms.checkParties(for: eori, in: context)
        let account = try askingAccount(in: context)
        try checkDays(at: context.now)
        try checkOperator(in: context)
        try terms.checkRepresentative(in: context)
        try MandateOverlap(eori: eori, terms: terms).check(in: context)
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        return recorded + [
            .requestSubmitted(submitted(by: person, with: account, in: context)),
            .fieldsStated(identifier, terms.fields),
        ]
    }

    /// Who is restricted may ask, and waits.
    private func askingAccount(in context: DecisionContext) throws -> Account {
        let account = try PersonLookup(context: context)
            .askingAccount(of: applicant.subject, at: eori, suits: \.managesOperator)
        guard let account else {
            throw Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the legal representative or a manager of the operator that is to be represented "
                    + "asks, or the natural person, with an account that is active"
            )
        }
        return account
    }

    /// A representative is appointed before it declares anything: never for days that are over.
    private func checkDays(at now: Instant) throws {
        guard terms.validFrom >= LuxembourgCalendar.date(at: now) else {
            throw Problem(
                .dateOutOfRange,
                at: Mandated.validFrom.pointer,
                "a mandate begins on the day on which it is asked for, or later"
            )
        }
        guard let last = terms.validUntil else { return }
        guard terms.validFrom <= last else {
            throw Problem(
                .dateOutOfRange,
                at: Mandated.validUntil.pointer,
                "it ends before it begins"
            )
        }
        let first = terms.validFrom
        guard
            (last.year - MandateTerms.mostYears, last.month, last.day)
                <= (first.year, first.month, first.day)
        else {
            throw Problem(
                .dateOutOfRange,
                at: Mandated.validUntil.pointer,
                "a mandate that ends does so \(MandateTerms.mostYears) years after its first day at "
                    + "the latest"
            )
        }
    }

    /// EMCS is used under an authorisation; a declaration may be made without one.
    private func checkOperator(in context: DecisionContext) throws {
        guard terms.scope.contains(.emcs) else { return }
        let asked = [Excise.Profile.authorisation.rawValue]
        guard
            try Excise.hasAuthorisation(eori, in: context)
                || context.register.hasOpenRequest(for: eori, profiles: asked, of: nil)
        else {
            throw Problem(
                .authorisationUnknown,
                at: FieldDefinition.eori.pointer,
                "the operator has no excise authorisation, and has not asked for one"
            )
        }
    }

    /// Who binds the operator agrees for it by asking.
    private func submitted(
        by person: Person,
        with account: Account,
        in context: DecisionContext
    ) -> Request {
        var request = Request(
            identifier,
            procedure: Excise.name,
            profile: Excise.Profile.mandate.rawValue,
            by: person.identifier,
            eori: eori,
            deadlines: Excise.mandateDeadlines(context.settings.values),
            in: context
        )
        if account.role.bindsOperator { request.approvals = [Party.economicOperator.rawValue] }
        return request
    }
}

/// What two operators agree on.
struct MandateTerms {
    /// The most years between the first day and the last.
    static let mostYears = 10

    let representative: EORI
    /// In the order of the cases.
    let scope: [Excise.MandateScope]
    let representation: Excise.Representation
    let validFrom: CivilDate
    let validUntil: CivilDate?

    var fields: RequestFields {
        var fields = RequestFields()
        fields[.representative] = representative.text
        fields[Mandated.scope] = scope.map(\.rawValue).joined(separator: " ")
        fields[Mandated.kind] = representation.rawValue
        fields[Mandated.validFrom] = validFrom.description
        fields[Mandated.validUntil] = validUntil?.description
        return fields
    }

    /// That both operators are registered, and two.
    ///
    /// - Throws: `Problem`: `operator-unknown`, `not-eligible`; or an error of the register.
    func checkParties(for eori: EORI, in context: DecisionContext) throws {
        let pointers = [FieldDefinition.eori.pointer, FieldDefinition.representative.pointer]
        for (party, pointer) in zip([eori, representative], pointers)
        where try context.register.economicOperator(party)?.status != .registered {
            throw Problem(.operatorUnknown, at: pointer, "the operator is not registered")
        }
        guard eori != representative else {
            throw Problem(
                .notEligible,
                at: FieldDefinition.representative.pointer,
                "nobody needs a mandate to act for itself"
            )
        }
    }

    /// That the representative may act in this form.
    ///
    /// - Throws: `Problem` with the code `authorisation-not-valid`, or an error of the register.
    func checkRepresentative(in context: DecisionContext) throws {
        let rule = Excise.representativeRule(context.settings.values)
        guard
            try !rule.representations.contains(representation)
                || Excise.hasAuthorisation(representative, in: context)
        else {
            throw Problem(
                .authorisationNotValid,
                at: FieldDefinition.representative.pointer,
                "the representative has no excise authorisation of its own, which it needs to act "
                    + "in this form"
            )
        }
    }
}

extension MandateTerms {
    /// As a request that is stored states them; nil once nothing is stored any more.
    init?(_ stated: RequestFields) {
        let scope = (stated[Mandated.scope] ?? "").split(separator: " ")
            .compactMap { Excise.MandateScope(rawValue: String($0)) }
        guard let representative = stated[.representative].flatMap(EORI.init), !scope.isEmpty,
            let kind = stated[Mandated.kind].flatMap(Excise.Representation.init),
            let validFrom = stated[Mandated.validFrom].flatMap(CivilDate.init)
        else { return nil }
        self.init(
            representative: representative,
            scope: scope,
            representation: kind,
            validFrom: validFrom,
            validUntil: stated[Mandated.validUntil].flatMap(CivilDate.init)
        )
    }
}

/// That an operator does not give one representative two mandates for the same.
private struct MandateOverlap {
    let eori: EORI
    let terms: MandateTerms

    /// - Throws: `Problem` with the code `request-exists`, or an error of the register.
    func check(in context: DecisionContext) throws {
        let register = context.register
        let profile = Excise.Profile.mandate.rawValue
        // An operator lets few others act for it.
        let isGiven = try register.activeAuthorisations(toActFor: eori, limit: .max)
            .compactMap(Mandate.init)
            .contains { mandate in
                let (first, last) = (mandate.authorisation.validFrom, mandate.authorisation.lastDay)
                return overlaps(mandate.representative, mandate.scope, first, last)
            }
        var isAsked = false
        if try register.hasOpenRequest(for: eori, profiles: [profile], of: nil) {
            isAsked = try register.openRequests(for: eori, of: nil, after: nil, limit: .max)
                .filter { $0.profile == profile }
                .compactMap { MandateTerms(try register.fields(of: $0.identifier)) }
                .contains { overlaps($0.representative, $0.scope, $0.validFrom, $0.validUntil) }
        }
        guard !isGiven, !isAsked else {
            throw Problem(
                .requestExists,
                isGiven
                    ? "the representative has a mandate for this on one of these days"
                    : "a mandate for this on one of these days was asked for already"
            )
        }
    }

    private func overlaps(
        _ representative: EORI,
        _ scope: [Excise.MandateScope],
        _ first: CivilDate,
        _ last: CivilDate?
    ) -> Bool {
        representative == terms.representative && scope.contains(where: terms.scope.contains)
            && last.map { terms.validFrom <= $0 } ?? true
            && terms.validUntil.map { first <= $0 } ?? true
    }
}

/// A request on which both have agreed.
struct MandateGrant {
    let request: Request
    let stated: RequestFields

    /// In force from its first day on, and not before both have agreed.
    ///
    /// - Throws: `Problem`: `operator-unknown` for a representative that is revoked,
    ///   `authorisation-not-valid`, `date-out-of-range` when its last day is over, `not-eligible`
    ///   when what was asked for is not stored any more; or an error of the register.
    func authorisation(in context: DecisionContext) throws -> Authorisation {
        guard let eori = request.eori, let terms = MandateTerms(stated) else {
            throw Problem(.notEligible, "what was asked for is not stored any more")
        }
        try terms.checkParties(for: eori, in: context)
        try terms.checkRepresentative(in: context)
        let today = LuxembourgCalendar.date(at: context.now)
        if let last = terms.validUntil, last < today {
            throw Problem(.dateOutOfRange, "the last day of the mandate is over")
        }
        let warnAt = terms.validUntil.map {
            let before = context.settings.values[Excise.mandateWarnBefore]
            return LuxembourgCalendar.morning(of: LuxembourgCalendar.day(before, before: $0))
        }
        return Authorisation(
            number: AuthorisationNumber(context.identifiers.next().text),
            procedure: Excise.name,
            kind: terms.representation.authorisationKind,
            request: request.identifier,
            eori: terms.representative,
            counterparty: eori,
            scope: terms.scope.map(\.rawValue),
            validFrom: max(terms.validFrom, today),
            validUntil: terms.validUntil,
            // The mail about the grant names the day: nobody is warned of it at once.
            warnAt: warnAt.flatMap { $0 > context.now ? $0 : nil },
            lapseAt: terms.validUntil.map {
                LuxembourgCalendar.morning(of: $0.adding(days: 1))
            }
        )
    }
}
