public import Domain

/// Something that a person wrote in own words about a request; personal data.
public struct FreeText: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// What a decision said.
        case remarks
        /// What the applicant answered.
        case answer
    }

    public let kind: Kind
    public let recordedAt: Instant
    public let content: String
}
