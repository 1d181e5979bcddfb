import ArgumentParser
import Contract

/// Why something is changed.
struct ReasonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Why; kept beside the journal, and shown by 'request explain'.",
            valueName: "text"
        ),
        transform: Self.reason
    )
    var reason: String

    /// What the contract takes for the attribute `reason`.
    static func reason(_ text: String) throws -> String {
        guard Envelope.isReason(text) else {
            throw ValidationError(
                "a reason is text of 1 to \(Envelope.reasonLength.upperBound) characters, without "
                    + "control characters other than line ends and tabs"
            )
        }
        return text
    }
}
