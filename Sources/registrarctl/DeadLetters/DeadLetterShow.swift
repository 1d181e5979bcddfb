import AMQP
import ArgumentParser
import Broker
import Contract
import Domain

/// `dead-letter show`: one letter, whole.
struct DeadLetterShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one dead letter whole.",
        discussion: """
            Examples:
              registrarctl dead-letter show 3
              registrarctl dead-letter show 01a1fd03-4bd3-77aa-bd7f-050f62b6b435 --output json

            By its number or its message id, as 'dead-letter list' has them. It holds what its \
            sender wrote, personal data too.
            """
    )

    @Argument(help: "The letter's number or message id.")
    var letter: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let access = surroundings.access(try surroundings.login())
        let found = try await access.withConnection { connection in
            var reader = try await LetterReader(
                access.topology,
                surroundings.publishers,
                on: connection
            )
            var found: (letter: Letter, delivery: Delivery)?
            while found == nil, let (letter, delivery) = try await reader.next() {
                if LetterSelection.names(self.letter, letter) { found = (letter, delivery) }
            }
            try await reader.giveBack()
            return found
        }
        guard let found else {
            throw Ending(
                .data,
                "there is no dead letter with the number or message id \(SafeText.line(letter))"
            )
        }
        switch options.output {
        case .json:
            try Standard.json { json in
                found.letter.write(to: &json)
                json.object("message") { MessageJSON.write(found.delivery, to: &$0) }
            }
        case .table:
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(Self.text(found.letter, found.delivery, screen))
        }
    }

    private static func text(_ letter: Letter, _ delivery: Delivery, _ screen: Screen) -> String {
        var fields = Fields()
        fields.add("Put aside", letter.at.map(LocalTime.text))
        fields.add("Detail", letter.detail)
        fields.add("Queue", letter.queue)
        fields.add("Routing key", letter.routingKey)
        fields.add("Sent first by", letter.user ?? "nobody said")
        fields.add("Replays", "\(letter.replays)")
        fields.add("Message id", letter.messageIdentifier)
        fields.add("Type", letter.type)
        fields.add("Content type", delivery.properties.contentType)
        fields.add("Size", "\(letter.sizeBytes) bytes")
        var text =
            screen.paint("Dead letter \(letter.number): \(SafeText.line(letter.reason))", .bold)
            + "\n" + fields.text(on: screen, indent: 2)
        var headers = Fields()
        for entry in delivery.properties.headers.entries
        where DeadLetter.Header.isKept(entry.name) {
            headers.add(SafeText.line(entry.name), "\(entry.value.shown)")
        }
        let shown = headers.text(on: screen, indent: 2)
        if !shown.isEmpty {
            text += "\n" + screen.paint("Its sender's headers", .bold) + "\n" + shown
        }
        text += "\n" + screen.paint("Body", .bold) + "\n"
        for line in MessageText(isBrief: false).wholeBody(delivery) { text += "  \(line)\n" }
        return text
    }
}

extension FieldValue {
    /// For people: texts and numbers as they are.
    fileprivate var shown: String {
        if let text = stringValue { return text }
        if let number = integerValue { return "\(number)" }
        if case .boolean(let value) = self { return "\(value)" }
        return "\(self)"
    }
}
