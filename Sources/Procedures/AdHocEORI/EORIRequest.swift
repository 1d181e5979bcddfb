import Contract
import Domain

/// `registration.access.ad-hoc-eori`: a natural person asks for an EORI, and for access under it.
struct EORIRequest: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let purpose: String
    let operations: OperationSet
    let terms: TermsAcceptance

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        if let problem = terms.problem(in: context) { return .refuse(problem) }
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        guard try !hasOpenRequest(person.identifier, in: context) else {
            return .refuse(Problem(.requestExists, "the person has a request for an EORI pending"))
        }
        guard try !AdHocEORI.isRegistered(person.identifier, in: context) else {
            return .refuse(
                Problem(.requestExists, "the person is registered as a natural person already")
            )
        }
        var stated = terms.fields(by: applicant, at: context.now)
        stated[AdHocEORI.purpose] = purpose
        let request = Request(
            identifier,
            procedure: AdHocEORI.name,
            profile: AdHocEORI.profile,
            by: person.identifier,
            eori: nil,
            requested: operations,
            in: context
        )
        return .apply(recorded + [.requestSubmitted(request), .fieldsStated(identifier, stated)])
    }

    /// The register finds open requests by a number, and this has none yet: so all that is recorded
    /// of the person is looked through, which retention keeps short.
    private func hasOpenRequest(
        _ person: PersonIdentifier,
        in context: DecisionContext
    ) throws -> Bool {
        try AdHocEORI.hasAny(
            of: { try context.register.requests(of: person, after: $0, limit: 50) },
            where: { $0.procedure == AdHocEORI.name && $0.status.isOpen }
        )
    }
}
