/// What of a mail belongs into the calendar of whoever receives it: a day by which something has to
/// be done, or on which something ends.
public struct CalendarEntry: Hashable, Sendable {
    /// What it is about: a later mail about the same takes the place of the entry.
    public let obligation: ObligationIdentifier
    /// Nil where the entry is taken back: there is nothing to be done any more.
    public let day: CivilDate?
    /// In a few words, as each language has them.
    public let summary: [Language: String]

    /// - Parameter isOver: Whether there is nothing to be done any more.
    public init(
        _ obligation: Obligation,
        isOver: Bool = false,
        summary: (Language) -> String
    ) {
        self.obligation = obligation.identifier
        day = isOver ? nil : obligation.dueOn
        self.summary = Dictionary(
            uniqueKeysWithValues: Language.allCases.map { ($0, summary($0)) }
        )
    }
}
