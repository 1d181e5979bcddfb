import Contract
import Domain

/// `registration.excise.mandate-end`: one of both sides wants a mandate to end.
struct MandateEnd: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let mandate: AuthorisationNumber
    /// The last day on which it is in force; nil for today.
    let endsOn: CivilDate?

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        guard let known = try context.register.authorisation(mandate).flatMap(Mandate.init)
        else {
            throw Problem(
                .mandateUnknown,
                at: Mandated.mandate.pointer,
                "no mandate has this id"
            )
        }
        let account = try account(of: known, in: context)
        let day = try lastDay(of: known.authorisation, at: context.now)
        let answered = Request(
            identifier,
            .mandateEnd,
            by: account.person,
            eori: account.eori,
            at: context.now
        )
        return [
            .requestSubmitted(answered), known.authorisation.endSet(after: day, by: .applicant),
        ]
    }

    /// The account, on either side, by which it is asked.
    private func account(of known: Mandate, in context: DecisionContext) throws -> Account {
        let lookup = PersonLookup(context: context)
        for party in known.parties {
            let account = try lookup.activeAccount(
                of: applicant.subject,
                at: party,
                suits: \.managesOperator
            )
            if let account { return account }
        }
        throw Problem(
            .notAuthorised,
            at: "/data/applicant/subject",
            "the legal representative or a manager of one of both operators ends a mandate, or the "
                + "natural person, with an account that is active"
        )
    }

    private func lastDay(of authorisation: Authorisation, at now: Instant) throws -> CivilDate {
        let today = LuxembourgCalendar.date(at: now)
        let day = endsOn ?? today
        guard day >= today else {
            throw Problem(.dateOutOfRange, at: Mandated.endsOn.pointer, "that day is over")
        }
        guard authorisation.status == .active, authorisation.lastDay.map({ day < $0 }) ?? true
        else {
            throw Problem(
                .notAwaited,
                authorisation.status == .active
                    ? "the mandate ends by then already" : "the mandate has ended already"
            )
        }
        return day
    }
}
