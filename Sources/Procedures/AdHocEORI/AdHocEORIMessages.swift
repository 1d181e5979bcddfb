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
        let termsAccepted = data.boolean(FieldDefinition.termsAccepted.name)
        guard let identifier, let applicant, let purpose, let operations, let termsAccepted else {
            return nil
        }
        return EORIRequest(
            identifier: identifier,
            applicant: applicant,
            purpose: purpose,
            operations: operations,
            termsAccepted: termsAccepted
        )
    }
}
