import ArgumentParser
import Contract
import Domain
import Storage

/// `dead-letter show`: one letter, whole.
struct DeadLetterShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one dead letter whole.",
        discussion: """
            Examples:
              registrarctl dead-letter show 01a1fd03-4bd3-77aa-bd7f-050f62b6b435
              registrarctl dead-letter show 01a1fd03 --output json

            By its id, as 'dead-letter list' has it, or as much of the id's beginning as no other \
            letter has. It holds what its sender wrote, personal data too.
            """
    )

    @Argument(help: "The letter's id, or its beginning.")
    var letter: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let identifier = try LetterSelection.identifier(letter, in: store)
        guard let found = try store.deadLetter(identifier) else {
            throw LetterSelection.missing(letter)
        }
        try options.write {
            found.write(to: &$0)
        } text: {
            Self.text(found, $0)
        }
    }

    private static func text(_ letter: DeadLetter, _ screen: Screen) -> String {
        var fields = Fields()
        fields.add("Reason", letter.reason.rawValue)
        fields.add("Put aside", LocalTime.text(letter.at))
        fields.add("Detail", letter.detail)
        fields.add("Queue", letter.queue)
        fields.add("Routing key", letter.routingKey)
        fields.add("Sent first by", letter.user ?? "nobody said")
        fields.add("Replays", "\(letter.replays)")
        fields.add("Message id", letter.properties.messageIdentifier)
        fields.add("Type", letter.properties.type)
        fields.add("Content type", letter.properties.contentType)
        fields.add("Size", "\(letter.body.count) bytes")
        var text = fields.text(on: screen, under: "Dead letter \(letter.identifier)")
        var headers = Fields()
        for field in letter.properties.headers {
            headers.add(SafeText.line(field.name), field.value.shown)
        }
        if !letter.properties.headers.isEmpty {
            text += "\n" + headers.text(on: screen, under: "Headers")
        }
        text += "\n" + screen.paint("Body", .bold) + "\n"
        for line in MessageText.wholeBody(letter.body) { text += "  \(line)\n" }
        return text
    }
}

extension HeaderValue {
    /// For people: texts as they are, the rest as JSON.
    fileprivate var shown: String {
        if case .text(let text) = self { return text }
        var json = JSONWriter()
        write(to: &json)
        return json.text
    }
}
