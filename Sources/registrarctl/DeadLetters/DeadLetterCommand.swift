import ArgumentParser
import Contract
import Domain
import Storage

/// `dead-letter`: what nothing could be made of, and ways to deal with it.
struct DeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letter",
        abstract: "Look at messages that were put aside, and deal with them.",
        discussion: """
            Examples:
              registrarctl dead-letter groups
              registrarctl dead-letter show 01a1fd03
              registrarctl dead-letter replay --code schema --sample 1 --dry-run
              registrarctl dead-letter replay --code schema \\
                --reason "The portal's schema was ahead of ours until release 0.2."
              registrarctl dead-letter discard --code malformed --user ntp-portal \\
                --reason "The portal's tests, sent here by mistake."

            Letters stand in the store, under an id that they keep. Looking at them changes nothing, \
            and needs no broker.
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

            Only JSON has properties, headers and body (in base64), with personal data; see also \
            'dead-letter show'.
            """
    )

    @OptionGroup var limit: LimitOptions
    @OptionGroup var filter: LetterFilter
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let limit = limit.limit
        let store = try options.commandEnvironment().store()
        var letters: [LetterHead] = []
        var total = 0
        try store.forEachDeadLetter { letter in
            total += 1
            if letters.count < limit, filter.includes(letter) { letters.append(letter) }
            return true
        }
        switch options.output {
        case .json:
            try Standard.json { json in
                try json.array("deadLetters") { json in
                    for letter in letters {
                        // One that went meanwhile is not there.
                        guard let whole = try store.deadLetter(letter.identifier) else { continue }
                        json.object { whole.write(to: &$0) }
                    }
                }
            }
        case .table:
            guard !letters.isEmpty else {
                return Standard.say(
                    total == 0 ? "there are no dead letters" : "no dead letter is meant by that"
                )
            }
            let columns: [Table.Column] = [
                .text("ID"), .text("AT"), .text("REASON"), .text("QUEUE"),
                .text("USER", isOptional: true), .number("BYTES", isOptional: true),
                .flexible("DETAIL"),
            ]
            let rows = letters.map { letter in
                [
                    Cell(letter.identifier.description), Cell(LocalTime.short(letter.at)),
                    Cell(letter.reason.rawValue, .bad), Cell(letter.queue ?? ""),
                    Cell(letter.user ?? ""), Cell(letter.bodyBytes), Cell(letter.detail ?? ""),
                ]
            }
            try Standard.write(Table(columns, rows).text(on: .current()))
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
        var grouping = LetterGrouping()
        try options.commandEnvironment().store().forEachDeadLetter { letter in
            if filter.includes(letter) { grouping.add(letter) }
            return true
        }
        let groups = grouping.groups
        switch options.output {
        case .json:
            try Standard.json { json in
                json.objects("groups", groups) { $0.write(to: &$1) }
                json.member("total", groups.reduce(0) { $0 + $1.count })
            }
        case .table:
            guard !groups.isEmpty else { return Standard.say("there are no such dead letters") }
            try Standard.write(LetterGroup.table(groups).text(on: .current()))
        }
    }
}
