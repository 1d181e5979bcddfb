/// By which of two sources amounts, limits and rates count.
public enum FigureBasis: String, CaseIterable, Sendable {
    /// The pages that the service was made from.
    case seed
    /// The law of the day.
    case law
}
