import Contract
import Domain

/// What a person reports under an authorisation: recorded as a request that is answered at once.
struct ExciseReport {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber
    let profile: Excise.Profile
    /// Whose accounts suit.
    var suits: (AccountRole) -> Bool = { _ in true }
    /// Whether the law requires it, so that whoever has restricted their own data may report it as
    /// well.
    var isDuty = true

    /// Whether it may be reported: under an authorisation that there is, by somebody with an
    /// account of its operator that is active.
    ///
    /// - Throws: `Problem`: `request-exists`, `authorisation-unknown`, `not-authorised`.
    func check(in context: DecisionContext) throws -> (Authorisation, PersonIdentifier) {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        guard let authorisation = try context.register.authorisation(number),
            authorisation.exciseKind != nil
        else {
            throw Problem(
                .authorisationUnknown,
                at: "/data/exciseNumber",
                "no authorisation has this number"
            )
        }
        let lookup = PersonLookup(context: context)
        let account =
            try isDuty
            ? lookup.askingAccount(of: applicant.subject, at: authorisation.eori, suits: suits)
            : lookup.activeAccount(of: applicant.subject, at: authorisation.eori, suits: suits)
        guard let account else {
            throw Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the applicant has no active account of the operator that was authorised, or none "
                    + "that may say this"
            )
        }
        return (authorisation, account.person)
    }

    func answered(
        for person: PersonIdentifier,
        _ authorisation: Authorisation,
        in context: DecisionContext
    ) -> Event {
        .requestSubmitted(
            Request(
                identifier: identifier,
                procedure: Excise.name,
                profile: profile.rawValue,
                person: person,
                eori: authorisation.eori,
                requested: .none,
                status: .answered,
                submittedAt: context.now
            )
        )
    }
}
