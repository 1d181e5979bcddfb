import ArgumentParser
import Composition
import Contract
import Domain
import Procedures
import Storage

/// Tells the daemon what to do with letters, which takes them from its store.
struct LetterOrders {
    let routingKey: String
    /// Of the member in which programs find the letters.
    let name: String
    let reason: String

    /// Sends the orders, and shows what they are about.
    func send(
        _ letters: [LetterHead],
        _ options: GlobalOptions,
        _ commandEnvironment: CommandEnvironment
    ) async throws {
        try show(letters, try await send(letters, commandEnvironment), options.output)
    }

    /// - Returns: The ids of the events that were sent.
    private func send(
        _ letters: [LetterHead],
        _ commandEnvironment: CommandEnvironment
    ) async throws -> [String] {
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

    private func show(
        _ letters: [LetterHead],
        _ events: [String],
        _ format: GlobalOptions.Format
    ) throws {
        switch format {
        case .json:
            try Standard.json { json in
                json.objects(name, letters) { $0.write(to: &$1) }
                json.member("eventIds", events)
            }
        case .table:
            guard !letters.isEmpty else { return Standard.say("no dead letter is meant by that") }
            let table = Table(
                LetterHead.columns + [.text("NOW")],
                letters.map { $0.cells + [Cell("to be \(name)", .good)] }
            )
            try Standard.write(table.text(on: .current()))
            Standard.say("sent; what is left: registrarctl dead-letter list")
        }
    }
}
