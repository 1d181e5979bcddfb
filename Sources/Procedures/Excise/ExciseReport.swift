import Contract
import Domain

/// Who says something under an authorisation, and in which request.
struct ReportSender {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber
}

extension PayloadReader {
    mutating func reportSender() -> ReportSender? {
        let identifier = requestIdentifier()
        let applicant = applicant()
        let number = exciseNumber()
        guard let identifier, let applicant, let number else { return nil }
        return ReportSender(identifier: identifier, applicant: applicant, number: number)
    }
}

/// A message by which somebody says something under an authorisation.
protocol ReportCommand: RuledCommand {
    var sender: ReportSender { get }
}

extension ReportCommand {
    var identifier: RequestIdentifier { sender.identifier }
    var number: AuthorisationNumber { sender.number }
    var request: RequestIdentifier? { sender.identifier }
    var speaker: String? { sender.applicant.subject }
}

/// What a person reports under an authorisation: recorded as a request that is answered at once.
struct ExciseReport {
    let sender: ReportSender
    let profile: Excise.Profile
    /// What it says of a mandate, and what that has to cover.
    let use: MandateUse
    /// Whose accounts suit.
    var suits: (AccountRole) -> Bool = { _ in true }
    /// Whether the law requires it, so that whoever has restricted their own data may report it as
    /// well.
    var isDuty = true
    /// The movement of which what is due was done; nil where nothing is completed.
    var completed: Excise.Movement?

    /// Whether it may be reported: under an authorisation that there is, by somebody with an
    /// account of its operator that is active, or of a representative that has a mandate.
    ///
    /// - Throws: `Problem`: `request-exists`, `authorisation-unknown`, `not-authorised`,
    ///   `mandate-missing`; `schema` for a mandate that is not needed.
    func check(in context: DecisionContext) throws -> (Authorisation, PersonIdentifier) {
        guard try context.register.request(sender.identifier) == nil else {
            throw Problem.requestIsKnown
        }
        guard let authorisation = try context.register.authorisation(sender.number),
            authorisation.exciseKind != nil
        else {
            throw Problem(
                .authorisationUnknown,
                at: "/data/exciseNumber",
                "no authorisation has this number"
            )
        }
        let person = try person(under: authorisation, in: context)
        guard let person = try person ?? reporter(under: authorisation, in: context) else {
            throw Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the applicant has no active account of the operator that was authorised, or of a "
                    + "representative, or none that may say this"
            )
        }
        return (authorisation, person)
    }

    /// The applicant, where they reported the movement of an operator that is revoked: their
    /// account fell with it, and the duty outlives the right.
    private func reporter(
        under authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> PersonIdentifier? {
        let register = context.register
        guard let completed,
            try register.economicOperator(authorisation.eori)?.status == .revoked,
            let person = try register.person(subject: sender.applicant.subject)?.identifier
        else { return nil }
        let isTheirs = try register.obligations(under: sender.number, about: completed)
            .contains { try register.request($0.request)?.person == person }
        return isTheirs ? person : nil
    }

    /// That it was taken note of.
    ///
    /// - Parameter stated: What it says besides; kept with the mandate by which it was sent.
    func answered(
        for person: PersonIdentifier,
        _ authorisation: Authorisation,
        stating stated: RequestFields = RequestFields(),
        in context: DecisionContext
    ) -> [Event] {
        let request = Request(
            sender.identifier,
            profile,
            by: person,
            eori: authorisation.eori,
            at: context.now
        )
        let fields = stated.updated(with: use.fields)
        return [.requestSubmitted(request)]
            + (fields.isEmpty ? [] : [.fieldsStated(sender.identifier, fields)])
    }
}

extension Request {
    /// Of excise, and done with as soon as it is made.
    init(
        _ identifier: RequestIdentifier,
        _ profile: Excise.Profile,
        by person: PersonIdentifier,
        eori: EORI?,
        _ status: RequestStatus = .answered,
        at now: Instant
    ) {
        self.init(
            identifier: identifier,
            procedure: Excise.name,
            profile: profile.rawValue,
            person: person,
            eori: eori,
            requested: .none,
            status: status,
            submittedAt: now
        )
    }
}
