import AMQP
import ArgumentParser
import Broker
import Contract
import Domain
import Procedures

/// `dead-letter discard`: throws letters away.
struct DeadLetterDiscard: AsyncParsableCommand {
    /// How many letters one event names at most, so that it stays far below the largest body.
    private static let atOnce = 200

    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Throw dead letters away.",
        discussion: """
            Examples:
              registrarctl dead-letter discard 3 --reason "Sent again as it should be."
              registrarctl dead-letter discard --code malformed --before 2026-11-01 \\
                --reason "The portal's tests, sent here by mistake."

            Who discarded which letters is journalled, and why is kept beside the journal: the \
            broker has that message safely before a letter goes. This cannot be undone.
            """
    )

    @OptionGroup var selection: LetterSelection
    @OptionGroup var why: ReasonOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let access = surroundings.access(try surroundings.login())
        let sender = try EventSender(surroundings)
        let discarded = try await access.withConnection(onlyHeads: true) { connection in
            var reader = try await LetterReader(
                access.topology,
                surroundings.publishers,
                on: connection
            )
            var letters: [(letter: Letter, tag: UInt64)] = []
            var bar = ProgressBar()
            while let (letter, delivery) = try await reader.next() {
                bar.show("looking", share: Double(letter.number) / Double(max(1, reader.count)))
                if selection.includes(letter) { letters.append((letter, delivery.tag)) }
            }
            try selection.check(letters.map(\.letter), "Nothing was discarded")
            for start in stride(from: 0, to: letters.count, by: Self.atOnce) {
                let batch = letters[start...].prefix(Self.atOnce)
                try await sender.send(announcement(of: batch.map(\.letter)))
                for (_, tag) in batch { try await reader.acknowledge(tag) }
            }
            try await reader.giveBack()
            return letters.map(\.letter)
        }
        try show(discarded)
    }

    private func announcement(of letters: [Letter]) -> InboundEvent {
        EventMaker(reason: why.reason).event(OperatorActs.deadLettersDiscarded, account: nil) {
            data in
            data.array("letters") { list in
                for letter in letters {
                    list.object { json in
                        json.member("messageId", letter.messageIdentifier.flatMap(Self.line))
                        json.member("code", Self.line(letter.code) ?? "unknown")
                    }
                }
            }
        }
    }

    /// What the contract takes, of what strangers wrote; nil for the rest.
    private static func line(_ text: String) -> String? {
        text.isEmpty || SafeText.line(text) != text ? nil : text
    }

    private func show(_ letters: [Letter]) throws {
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("discarded") { json in
                    for letter in letters { json.object { letter.write(to: &$0) } }
                }
            }
        case .table:
            guard !letters.isEmpty else { return Standard.say("no dead letter is meant by that") }
            let noun = letters.count == 1 ? "dead letter was" : "dead letters were"
            try Standard.write("\(letters.count) \(noun) discarded\n")
        }
    }
}
