import ArgumentParser
import Domain

/// Which dead letters are meant; all that is said has to fit.
struct LetterFilter: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only letters with this problem code, such as schema; repeatable.",
            valueName: "code"
        )
    )
    var code: [String] = []

    @Option(help: ArgumentHelp("Only what this broker user sent first.", valueName: "user"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "Only messages of this type, such as registration.access.company.",
            valueName: "type"
        )
    )
    var type: String?

    @Option(
        help: ArgumentHelp(
            "Only what came from this queue: registrations, approvals or reports.",
            valueName: "queue"
        )
    )
    var queue: String?

    @Option(
        help: ArgumentHelp("Only what was put aside before this day or time.", valueName: "time"),
        transform: Parsing.instant
    )
    var before: Instant?

    @Option(
        help: ArgumentHelp("Only what was put aside then or later.", valueName: "time"),
        transform: Parsing.instant
    )
    var after: Instant?

    var isEmpty: Bool {
        code.isEmpty && user == nil && type == nil && queue == nil && before == nil && after == nil
    }

    func includes(_ letter: Letter) -> Bool {
        if !code.isEmpty, !code.contains(letter.code) { return false }
        if let user, letter.user != user { return false }
        if let type, !names(type, letter) { return false }
        if let queue, letter.queue != queue, letter.queue?.hasSuffix(".\(queue)") != true {
            return false
        }
        if before != nil || after != nil {
            guard let at = letter.at else { return false }
            if let before, at >= before { return false }
            if let after, at < after { return false }
        }
        return true
    }

    private func names(_ type: String, _ letter: Letter) -> Bool {
        letter.routingKey == type || letter.type == type
            || letter.type == "lu.etat.do.\(type).v1"
    }
}

/// Dead letters named one by one, or by what they have in common.
struct LetterSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Their numbers or message ids, as 'dead-letter list' has them.",
            valueName: "letter"
        )
    )
    var letters: [String] = []

    @Flag(help: "All of them.")
    var all = false

    @OptionGroup var filter: LetterFilter

    func validate() throws {
        guard all || !letters.isEmpty || !filter.isEmpty else {
            throw ValidationError(
                "say which: letters, --code, --user, --type, --queue, --before, --after, or --all"
            )
        }
        guard letters.isEmpty || filter.isEmpty && !all else {
            throw ValidationError("name letters, or what they have in common; not both")
        }
    }

    func includes(_ letter: Letter) -> Bool {
        if letters.isEmpty { return filter.includes(letter) }
        return letters.contains { Self.names($0, letter) }
    }

    /// Whoever sends chooses the message id: one that looks like a number does not count.
    static func names(_ word: String, _ letter: Letter) -> Bool {
        if word.allSatisfy(\.isNumber) { return Int(word) == letter.number }
        return word == letter.messageIdentifier
    }

    /// - Throws: `Ending` with the code for bad data, when a letter was named that is not there.
    func check(_ found: some Sequence<Letter>, _ deed: String) throws {
        let found = Array(found)
        let missing = letters.filter { word in !found.contains { Self.names(word, $0) } }
        guard missing.isEmpty else {
            throw Ending(
                .data,
                "no such dead letter: \(missing.joined(separator: ", ")); see 'registrarctl "
                    + "dead-letter list'. \(deed)"
            )
        }
    }
}
