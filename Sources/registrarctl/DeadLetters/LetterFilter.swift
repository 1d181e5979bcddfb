import ArgumentParser
import Domain
import Storage

/// Which dead letters are meant; all that is said has to fit.
struct LetterFilter: ParsableArguments {
    @Option(
        help: "Only letters with this reason, such as schema or delivery_limit; repeatable.",
        completion: .list(Parsing.deadLetterReasons),
        transform: Parsing.deadLetterReason
    )
    var code: [String] = []

    @Option(help: "Only what this broker user sent first.")
    var user: String?

    @Option(help: "Only messages of this type, such as registration.access.company.")
    var type: String?

    @Option(help: "Only what came from this queue, such as registrations or notifications.")
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

    func includes(_ letter: LetterHead) -> Bool {
        if !code.isEmpty, !code.contains(letter.reason.rawValue) { return false }
        if let user, letter.user != user { return false }
        if let type, !names(type, letter) { return false }
        if let queue, letter.queue != queue, letter.queue?.hasSuffix(".\(queue)") != true {
            return false
        }
        if let before, letter.at >= before { return false }
        if let after, letter.at < after { return false }
        return true
    }

    private func names(_ type: String, _ letter: LetterHead) -> Bool {
        letter.routingKey == type || letter.type == type
            || letter.type == "lu.etat.do.\(type).v1"
    }
}

/// Dead letters named one by one, or by what they have in common.
struct LetterSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Their ids, as 'dead-letter list' has them, or the ids' beginnings.",
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

    /// The letters that are meant, the oldest first.
    ///
    /// - Parameter sample: Only the first so many of each group; nil for all.
    /// - Throws: `ExitFailure` with the code for bad data, when a letter was named that is not
    ///   there, or several may be meant by one name.
    func letters(in store: SQLiteRegisterReader, sample: Int? = nil) throws -> [LetterHead] {
        let wanted = Set(try letters.map { try Self.identifier($0, in: store) })
        var sample = Sample(size: sample)
        var found: [LetterHead] = []
        try store.forEachDeadLetter { letter in
            let isMeant =
                letters.isEmpty
                ? filter.includes(letter) : wanted.contains(letter.identifier)
            if isMeant, sample.takes(letter) { found.append(letter) }
            return true
        }
        return found
    }

    /// The letter that is meant by an id or its beginning.
    static func identifier(
        _ word: String,
        in store: SQLiteRegisterReader
    ) throws -> DeadLetterIdentifier {
        let found = try store.deadLetters(beginningWith: word, limit: 2) ?? []
        guard let letter = found.first else { throw missing(word) }
        guard found.count == 1 else {
            throw ExitFailure(
                .data,
                "several dead letters have an id that begins with \(SafeText.line(word)): write more "
                    + "of it. Nothing was changed"
            )
        }
        return letter
    }

    static func missing(_ word: String) -> ExitFailure {
        ExitFailure(
            .data,
            "no such dead letter: \(SafeText.line(word)); see 'registrarctl dead-letter list'. "
                + "Nothing was changed"
        )
    }
}
