import Contract
import Domain

extension AccessRegistration {
    /// Reads `registration.access.<profile>`.
    static func read(_ data: inout PayloadReader, profile: Access.Profile) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let eori = data.eori()
        let operations = profile == .employee ? OperationSet.none : data.operations()
        // More operations come under the terms that were accepted with the registration.
        let terms = profile == .operations ? TermsAcceptance.before : data.terms()
        guard let identifier, let applicant, let eori, let operations, let terms else { return nil }
        return AccessRegistration(
            identifier: identifier,
            profile: profile,
            applicant: applicant,
            eori: eori,
            operations: operations,
            terms: terms
        )
    }
}
