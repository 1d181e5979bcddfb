import ArgumentParser
import Composition
import Contract
import Domain
import Procedures
import Storage

/// Tells the daemon what to do with letters, which takes them from its store.
struct LetterOrders {
    let routingKey: String
    let reason: String

    /// - Returns: The ids of the events that were sent.
    func send(_ letters: [LetterHead], _ commandEnvironment: CommandEnvironment) async throws
        -> [String]
    {
        guard !letters.isEmpty else { return [] }
        let sender = try EventSender(commandEnvironment)
        let maker = EventMaker(reason: reason)
        var sent: [String] = []
        for start in stride(from: 0, to: letters.count, by: OperatorReports.maximumLetters) {
            let event = maker.event(routingKey, account: nil) { data in
                data.member(
                    "letters",
                    letters[start...].prefix(OperatorReports.maximumLetters)
                        .map(\.identifier.description)
                )
            }
            try await sender.send(event)
            sent.append(event.identifier)
        }
        return sent
    }

    /// - Parameter name: Of the member in which programs find the letters.
    static func show(
        _ letters: [LetterHead],
        _ events: [String],
        as name: String,
        _ format: GlobalOptions.Format,
        _ commandEnvironment: CommandEnvironment
    ) throws {
        switch format {
        case .json:
            try Standard.json { json in
                json.array(name) { json in
                    for letter in letters { json.object { letter.write(to: &$0) } }
                }
                json.member("eventIds", events)
            }
        case .table:
            guard !letters.isEmpty else { return Standard.say("no dead letter is meant by that") }
            var table = Table([
                .text("ID"), .text("REASON"), .flexible("TYPE OR QUEUE"),
                .text("USER", isOptional: true), .text("NOW"),
            ])
            for letter in letters {
                table.add([
                    Cell(letter.identifier.description), Cell(letter.reason.rawValue),
                    Cell(letter.kind), Cell(letter.user ?? ""), Cell("to be \(name)", .good),
                ])
            }
            let screen = Screen.current(environment: commandEnvironment.variables)
            try Standard.write(table.text(on: screen))
            Standard.say("sent; what is left: registrarctl dead-letter list")
        }
    }
}
