import ArgumentParser
import Broker
import Contract
import Domain

/// `dead-letter`: what nothing could be made of, and ways to deal with it.
struct DeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letter",
        abstract: "Look at messages that were put aside, and deal with them.",
        discussion: """
            Examples:
              registrarctl dead-letter groups
              registrarctl dead-letter show 3
              registrarctl dead-letter replay --code schema --sample 1 --dry-run
              registrarctl dead-letter replay --code schema \\
                --reason "The portal's schema was ahead of ours until release 0.2."
              registrarctl dead-letter discard --code malformed --user ntp-portal \\
                --reason "The portal's tests, sent here by mistake."

            Letters are taken out of their queue for the moment of looking, and given back in their \
            order; the broker counts that as a delivery.
            """,
        subcommands: [
            DeadLetterList.self, DeadLetterGroups.self, DeadLetterShow.self,
            DeadLetterReplay.self, DeadLetterDiscard.self,
        ]
    )
}

struct DeadLetterList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters with the reason, the oldest first.",
        discussion: """
            Examples:
              registrarctl dead-letter list
              registrarctl dead-letter list --code forbidden --after 2026-11-20
              registrarctl dead-letter list --output json | jq '.deadLetters[].reason'

            Bodies are not shown: see 'dead-letter show'.
            """
    )

    @Option(
        help: ArgumentHelp("At most so many. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    @OptionGroup var filter: LetterFilter
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let access = surroundings.access(try surroundings.login())
        let (letters, total) = try await access.letters(
            limit: limit,
            publishers: surroundings.publishers
        ) { filter.includes($0) }
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("deadLetters") { json in
                    for letter in letters { json.object { letter.write(to: &$0) } }
                }
                json.member("total", total)
            }
        case .table:
            guard !letters.isEmpty else {
                return Standard.say(
                    total == 0 ? "there are no dead letters" : "no dead letter is meant by that"
                )
            }
            var table = Table([
                .number("NUMBER"), .text("AT"), .text("REASON"), .text("QUEUE"),
                .text("USER", isOptional: true), .number("BYTES", isOptional: true),
                .flexible("DETAIL"),
            ])
            for letter in letters {
                table.add([
                    Cell(letter.number), Cell(letter.at.map(LocalTime.short) ?? ""),
                    Cell(letter.reason, .bad), Cell(letter.queue ?? ""), Cell(letter.user ?? ""),
                    Cell(letter.sizeBytes), Cell(letter.detail ?? ""),
                ])
            }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(table.text(on: screen))
            if letters.count == limit, total > limit {
                Standard.say("\(letters.count) of \(total); see more with --limit")
            }
        }
    }
}

struct DeadLetterGroups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Count dead letters that have the same cause.",
        discussion: """
            Examples:
              registrarctl dead-letter groups
              registrarctl dead-letter groups --user ntp-portal --output json

            A group has one reason, one type (or queue, where the type could not be read), one \
            sender, and one detail but for the numbers and ids in it.
            """
    )

    @OptionGroup var filter: LetterFilter
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let access = surroundings.access(try surroundings.login())
        let (letters, _) = try await access.letters(
            limit: .max,
            publishers: surroundings.publishers
        ) { filter.includes($0) }
        let groups = LetterGroup.groups(of: letters)
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("groups") { json in
                    for group in groups { json.object { group.write(to: &$0) } }
                }
                json.member("total", letters.count)
            }
        case .table:
            guard !groups.isEmpty else { return Standard.say("there are no such dead letters") }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(LetterGroup.table(groups).text(on: screen))
        }
    }
}

extension BrokerAccess {
    /// Looks at the heads of dead letters and gives them back.
    ///
    /// - Returns: The first `limit` of those that are wanted, and how many there are in all.
    func letters(
        limit: Int,
        publishers: Publishers,
        where isWanted: (Letter) -> Bool
    ) async throws -> (letters: [Letter], total: Int) {
        try await withConnection(onlyHeads: true) { connection in
            var reader = try await LetterReader(topology, publishers, on: connection)
            var letters: [Letter] = []
            while letters.count < limit, let (letter, _) = try await reader.next() {
                if isWanted(letter) { letters.append(letter) }
            }
            try await reader.giveBack()
            return (letters, max(reader.count, letters.count))
        }
    }
}
