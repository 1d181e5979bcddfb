import Contract
import Domain

/// `registration.excise.verification`: whether an excise number is valid, which anybody may ask who
/// has to rely on it. Asking stores nothing.
struct Verification: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber
    /// Nil for today.
    let day: CivilDate?
    /// What it has to cover; nil for anything.
    let product: Excise.Product?

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    /// What can be said of a number.
    enum Finding: String, CaseIterable {
        case valid
        case notValid = "not-valid"
        /// No authorisation of this register has it: another member state's, or nobody's.
        case notHere = "not-here"
    }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        let found = try context.register.authorisation(number)
        let authorisation = found?.exciseKind == nil ? nil : found
        let day = day ?? LuxembourgCalendar.date(at: context.now)
        let finding =
            try authorisation.map { try isValid($0, on: day, in: context) ? .valid : .notValid }
            ?? Finding.notHere
        return .apply([
            .authorisationDisclosed(
                AuthorisationDisclosure(
                    request: identifier,
                    number: number,
                    authorisation: authorisation,
                    finding: finding,
                    on: day,
                    elsewhere: context.settings.values[Excise.verificationService]
                )
            )
        ])
    }

    /// By its days, not by whether the clock has seen to its end yet, or too early. An
    /// authorisation for one movement is over with the day of the receipt.
    private func isValid(
        _ authorisation: Authorisation,
        on day: CivilDate,
        in context: DecisionContext
    ) throws -> Bool {
        guard authorisation.isValid(on: day),
            product.map(authorisation.products.contains) ?? true
        else { return false }
        guard authorisation.exciseKind?.rules.oneMovement == true else { return true }
        return try context.register.obligations(under: number, reference: nil)
            .allSatisfy { day <= $0.arisenOn }
    }
}

extension AuthorisationDisclosure {
    /// - Parameters:
    ///   - authorisation: Nil when none has the number.
    ///   - elsewhere: Where numbers are looked up that are not known here.
    init(
        request: RequestIdentifier,
        number: AuthorisationNumber,
        authorisation: Authorisation?,
        finding: Verification.Finding,
        on day: CivilDate,
        elsewhere: String
    ) {
        self.init(
            request: request,
            number: number,
            isValid: finding == .valid,
            answer: Answer(
                routingKey: "disclosure.excise",
                members: [
                    .init(Granted.number.name, .text(number.text)),
                    .init("valid", .flag(finding == .valid)),
                    .init("answer", .text(finding.rawValue)),
                    .init("known", .flag(authorisation != nil)),
                    .init(Asked.on.name, .text(day.description)),
                    .init(Stated.kind.name, .text(authorisation?.kind)),
                    .init(Stated.products.name, .texts(authorisation?.scope ?? [])),
                    .init(Granted.validUntil.name, .text(authorisation?.validUntil?.description)),
                    .init("where", .text(authorisation == nil ? elsewhere : nil)),
                ]
            )
        )
    }
}
