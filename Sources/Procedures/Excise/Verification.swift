import Contract
import Domain

/// `registration.excise.verification`: whether an excise number is valid, which anybody may ask who
/// has to rely on it. Asking stores nothing.
struct Verification: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        let found = try context.register.authorisation(number)
        let authorisation = found?.exciseKind == nil ? nil : found
        let today = LuxembourgCalendar.date(at: context.now)
        // By its days, not by whether the clock has seen to its end yet, or too early.
        let isValid =
            authorisation.map { $0.status != .revoked && $0.isInForce(on: today) } ?? false
        return .apply([
            .authorisationDisclosed(
                AuthorisationDisclosure(
                    request: identifier,
                    number: number,
                    authorisation: authorisation,
                    isValid: isValid
                )
            )
        ])
    }
}

extension AuthorisationDisclosure {
    /// - Parameter authorisation: Nil when none has the number.
    init(
        request: RequestIdentifier,
        number: AuthorisationNumber,
        authorisation: Authorisation?,
        isValid: Bool
    ) {
        self.init(
            request: request,
            number: number,
            isValid: isValid,
            answer: Answer(
                routingKey: "disclosure.excise",
                members: [
                    .init(Granted.number.name, .text(number.text)),
                    .init("valid", .flag(isValid)),
                    .init(Stated.kind.name, .text(authorisation?.kind)),
                    .init(Stated.products.name, .texts(authorisation?.scope ?? [])),
                    .init(Granted.validUntil.name, .text(authorisation?.validUntil?.description)),
                ]
            )
        )
    }
}
