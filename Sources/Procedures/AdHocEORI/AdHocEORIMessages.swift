import Contract
import Domain

extension EORIRequest {
    /// The longest purpose, in characters.
    static let longestPurpose = 2000

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let purpose = data.text(AdHocEORI.purpose.name, 1...longestPurpose)
        let operations = data.operations()
        let terms = data.terms()
        guard let identifier, let applicant, let purpose, let operations, let terms else {
            return nil
        }
        return EORIRequest(
            identifier: identifier,
            applicant: applicant,
            purpose: purpose,
            operations: operations,
            terms: terms
        )
    }
}
