public import Domain

/// How far a disclosure has come that is too large for one transaction.
///
/// Each of its parts says how many there are. So all of it is gathered first, a page of records at
/// a time, and stored as the parts that it makes; then they are sent. What is stored so is the
/// person's data, and goes as they are sent or with the person's erasure.
public struct DisclosureProgress: Hashable, Sendable {
    /// What is gone through, in this order.
    public enum Stage: String, CaseIterable, Sendable {
        /// With all that was written about them, and that they brought about.
        case requests
        case accounts
        case messages
        /// Others' messages that name the person.
        case mentions
        case sending
    }

    public var stage = Stage.requests
    /// The request or the account up to which the stage has come.
    public var reached: UniversalIdentifier?
    /// The message up to which it has come, by its sequence; of `sending`, the number of the last
    /// part that was sent.
    public var place: Int64 = 0
    /// How many parts there are so far.
    public var parts = 0
    /// Whether all messages of others were looked through and are listed.
    public var hasAllMentions = true

    public init(
        stage: Stage = .requests,
        reached: UniversalIdentifier? = nil,
        place: Int64 = 0,
        parts: Int = 0,
        hasAllMentions: Bool = true
    ) {
        self.stage = stage
        self.reached = reached
        self.place = place
        self.parts = parts
        self.hasAllMentions = hasAllMentions
    }

    mutating func goOn(to stage: Stage) {
        (self.stage, reached, place) = (stage, nil, 0)
    }
}
