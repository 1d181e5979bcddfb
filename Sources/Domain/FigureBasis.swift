/// Where figures are taken from that change from time to time: limits, rates, fees.
public enum FigureBasis: String, CaseIterable, Sendable {
    /// The documents that the service was made from.
    case seed
    /// The law, as it was when somebody last looked.
    case law
}
