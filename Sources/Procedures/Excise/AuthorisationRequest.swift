import Contract
import Domain

/// `registration.excise.authorisation`: an operator asks to be authorised.
struct AuthorisationRequest: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let eori: EORI
    /// What is asked for, by the names in `Stated`.
    let fields: RequestFields

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        guard let owner = try context.register.economicOperator(eori), owner.status == .registered
        else {
            throw Problem(.operatorUnknown, at: "/data/eori", "the operator is not registered")
        }
        let lookup = PersonLookup(context: context)
        // Who is restricted may ask, and waits.
        let account = try lookup.askingAccount(of: applicant.subject, at: eori) {
            $0.managesOperator
        }
        guard account != nil else {
            throw Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the operator's legal representative or a manager asks, or the natural person, "
                    + "with an account that is active"
            )
        }
        try fields.checkOffice(context.settings)
        let (person, recorded) = try lookup.applicant(applicant)
        return recorded + [
            .requestSubmitted(submitted(by: person, in: context)),
            .fieldsStated(identifier, fields),
        ]
    }

    private func submitted(by person: Person, in context: DecisionContext) -> Request {
        Request(
            identifier,
            procedure: Excise.name,
            profile: Excise.Profile.authorisation.rawValue,
            by: person.identifier,
            eori: eori,
            in: context
        )
    }
}

/// A request for an authorisation, and the terms on which it is granted.
struct AuthorisationGrant {
    let request: Request
    let stated: RequestFields
    let terms: RequestFields

    private var kind: Excise.Kind? { Stated.kind(in: stated) }

    /// A guarantee of nothing is none.
    private var guaranteeCents: Int64 { stated.cents(of: Stated.guaranteeAmount) ?? 0 }

    /// Whether nothing can be granted for want of a guarantee.
    var lacksGuarantee: Bool { kind?.rules.guarantee == .atGrant && guaranteeCents == 0 }

    /// What secures the authorisation from its grant on; nil where nothing was handed in.
    func guarantee(for authorisation: Authorisation, in context: DecisionContext) -> Guarantee? {
        guard guaranteeCents > 0 else { return nil }
        return Guarantee(
            identifier: GuaranteeIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            holder: .economicOperator(authorisation.eori),
            authorisation: authorisation.number,
            request: request.identifier,
            amountCents: guaranteeCents
        )
    }

    /// - Throws: `Problem`: `schema` for terms that are missing, `date-out-of-range`,
    ///   `guarantee-required`, `excise-number-taken`, `not-eligible` when what was asked for is not
    ///   stored any more.
    func authorisation(in context: DecisionContext) throws -> Authorisation {
        guard let eori = request.eori, let kind,
            let products = Stated.products(in: stated)
        else { throw Problem(.notEligible, "what was asked for is not stored any more") }
        let number = try required(Granted.number, AuthorisationNumber.init(excise:))
        let validFrom = try required(Granted.validFrom, CivilDate.init)
        let validUntil =
            kind.rules.oneMovement
            ? try required(Granted.validUntil, CivilDate.init)
            : terms[Granted.validUntil].flatMap(CivilDate.init)
        try check(validFrom, validUntil, at: context.now)
        let state = context.settings.values[Excise.memberState]
        guard number.text.hasPrefix(state) else {
            throw Problem(
                .schema,
                at: Granted.number.pointer,
                "begins with \(state), the member state that authorises"
            )
        }
        guard !lacksGuarantee else {
            throw Problem(
                .guaranteeRequired,
                "nothing is granted before a guarantee is handed in, by a supplement if need be"
            )
        }
        guard try context.register.authorisation(number) == nil else {
            throw Problem(
                .exciseNumberTaken,
                at: Granted.number.pointer,
                "another authorisation has this number"
            )
        }
        let lapseAt = validUntil.map { LuxembourgCalendar.morning(of: $0.adding(days: 1)) }
        let warnAt = validUntil.map {
            LuxembourgCalendar.morning(
                of: LuxembourgCalendar.day(context.settings.values[Excise.warnBefore], before: $0)
            )
        }
        return Authorisation(
            number: number,
            procedure: Excise.name,
            kind: kind.rawValue,
            request: request.identifier,
            eori: eori,
            scope: products.map(\.rawValue),
            validFrom: validFrom,
            validUntil: validUntil,
            // The mail about the grant names the day: nobody is warned of it at once.
            warnAt: warnAt.flatMap { $0 > context.now ? $0 : nil },
            lapseAt: lapseAt
        )
    }

    private func required<Value>(
        _ field: FieldDefinition,
        _ convert: (String) -> Value?
    ) throws -> Value {
        guard let value = terms[field].flatMap(convert) else {
            throw Problem(
                .schema,
                at: field.pointer,
                "is required where an authorisation is granted"
                    + (field.name == Granted.validUntil.name ? " for one movement" : "")
            )
        }
        return value
    }

    private func check(_ first: CivilDate, _ last: CivilDate?, at now: Instant) throws {
        guard let last else { return }
        guard first <= last else {
            throw Problem(
                .dateOutOfRange,
                at: Granted.validUntil.pointer,
                "it ends before it begins"
            )
        }
        guard last >= LuxembourgCalendar.date(at: now) else {
            throw Problem(.dateOutOfRange, at: Granted.validUntil.pointer, "that day is over")
        }
    }
}
