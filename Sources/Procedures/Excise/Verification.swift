import Contract
import Domain

/// `registration.excise.verification`: whether an excise number is valid, which anybody may ask who
/// has to rely on it. Asking stores nothing.
struct Verification: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: ExciseNumber

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard try context.register.request(identifier) == nil else {
            return .refuse(
                Problem(.requestExists, at: "/data/requestId", "a request with this id exists")
            )
        }
        let authorisation = try context.register.authorisation(number)
        let today = LuxembourgCalendar.date(at: context.now)
        // By its days, not by whether the clock has seen to its end yet, or too early.
        let isValid = authorisation.map { $0.status != .revoked && $0.isInForce(on: today) }
        return .apply([
            .authorisationDisclosed(
                AuthorisationDisclosure(
                    request: identifier,
                    number: number,
                    authorisation: authorisation,
                    isValid: isValid ?? false
                )
            )
        ])
    }
}
