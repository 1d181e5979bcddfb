import Contract
import Domain

extension AdHocEORI {
    /// Of the applicant's own making, so it may say anything about them: kept with the request
    /// alone.
    static let purpose = FieldDefinition("purpose", "what the EORI is needed for")

    /// The same member as an applicant's `eori`, said by customs.
    static let grantedEORI = FieldDefinition.decidedEORI
}
