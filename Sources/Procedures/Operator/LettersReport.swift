import Contract
import Domain

/// `report.operator.dead-letter-replay` and `-discard`: an operator deals with dead letters. What a
/// replay brings is decided when the letter is dealt with, by the rights of who sent it first.
struct LettersReport: Command {
    enum Action {
        case replay
        case discard
    }

    let action: Action
    let letters: [DeadLetterIdentifier]

    var request: RequestIdentifier? { nil }
    var speaker: String? { nil }

    func decide(in context: DecisionContext) throws -> Outcome {
        let known = try letters.compactMap { letter in
            try context.register.deadLetterReason(letter).map { LetterReference(letter, $0) }
        }
        guard !known.isEmpty else {
            return .refuse(
                Problem(.notEligible, at: "/data/letters", "there is none of these dead letters")
            )
        }
        switch action {
        case .replay: return .apply([.operated(.deadLettersReplayed(known))])
        case .discard: return .apply([.operated(.deadLettersDiscarded(known))])
        }
    }

    static func read(_ action: Action, _ data: inout PayloadReader) -> (any Command)? {
        data.checkOperatorEnvelope()
        return data.letterIdentifiers("letters", count: 1...OperatorReports.maximumLetters)
            .map { LettersReport(action: action, letters: $0) }
    }
}
