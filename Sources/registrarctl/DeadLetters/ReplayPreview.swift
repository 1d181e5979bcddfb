import Composition
import Contract
import Domain
import Settings
import Storage
import Workflow

/// What would become of dead letters, by the daemon's own rules on the store as it is.
struct ReplayPreview {
    fileprivate enum Outlook {
        case dealtWith(Forecast)
        /// It goes back to the queue of another program.
        case sent(to: String)
        case nowhere
    }

    private var outlooks: [(letter: LetterHead, outlook: Outlook)] = []

    /// - Throws: An `ExitFailure` or `StorageError`, when templates or store cannot be read.
    init(
        _ letters: [LetterHead],
        _ store: SQLiteRegisterReader,
        _ commandEnvironment: CommandEnvironment
    ) throws {
        let prefix = commandEnvironment.configuration.broker.prefix
        let forecaster = try commandEnvironment.forecaster()
        let now = SystemTime().now
        outlooks = try store.withSnapshot { snapshot in
            // One after another, each with the effects of those before it.
            let forecasts = forecaster.run(on: snapshot)
            return try letters.compactMap { head -> (letter: LetterHead, outlook: Outlook)? in
                guard let letter = try snapshot.deadLetter(head.identifier) else { return nil }
                switch LetterOrigin(letter, prefix: prefix) {
                case .outbound(let queue): return (head, .sent(to: "\(prefix).\(queue)"))
                case .elsewhere: return (head, .nowhere)
                case .inbound(let queue):
                    let replay = Replay(
                        letter: letter.identifier,
                        user: "",
                        number: letter.replays + 1,
                        reason: nil
                    )
                    let message = letter.message(in: queue, replay: replay)
                    return (head, .dealtWith(try forecasts.forecast(message, at: now)))
                }
            }
        }
    }

    func show(_ format: GlobalOptions.Format) throws {
        switch format {
        case .json:
            try Standard.json { json in
                json.objects("letters", outlooks) { Self.write($0.letter, $0.outlook, to: &$1) }
            }
        case .table:
            guard !outlooks.isEmpty else {
                return Standard.say("no dead letter is meant by that")
            }
            let table = Table(
                LetterHead.columns + [.text("WOULD BE"), .flexible("WITH")],
                outlooks.map { letter, outlook in
                    letter.cells + [Cell(outlook.outcome, outlook.style), Cell(outlook.text)]
                }
            )
            try Standard.write(table.text(on: .current()))
            Standard.say("nothing was changed")
        }
    }

    private static func write(
        _ letter: LetterHead,
        _ outlook: Outlook,
        to json: inout JSONWriter
    ) {
        letter.write(to: &json)
        let forecast = outlook.forecast
        json.object("forecast") { json in
            json.member("outcome", outlook.outcome)
            json.member("code", forecast?.code?.rawValue)
            json.member("detail", forecast?.detail)
            json.member("events", forecast?.events ?? [])
            json.member("requestId", forecast?.request?.description)
        }
    }
}

extension ReplayPreview.Outlook {
    fileprivate var forecast: Forecast? {
        if case .dealtWith(let forecast) = self { forecast } else { nil }
    }

    /// What would become of it, in the word that metrics have; `sent` for what goes back to a
    /// queue, `unroutable` for what no queue takes.
    fileprivate var outcome: String {
        switch self {
        case .dealtWith(let forecast): forecast.disposition.rawValue
        case .sent: "sent"
        case .nowhere: "unroutable"
        }
    }

    fileprivate var style: Style? {
        switch forecast?.disposition {
        case .applied: .good
        case .duplicate: .faint
        case .deferred: .waiting
        case .refused, .rejected, .dead: .bad
        case nil: outcome == "sent" ? .good : .bad
        }
    }

    fileprivate var text: String {
        switch self {
        case .sent(let place): return "it would go to \(place)"
        case .nowhere: return "it comes from no queue of this service"
        case .dealtWith(let forecast):
            switch forecast.disposition {
            case .applied: return forecast.events.joined(separator: ", ")
            case .duplicate: return "the same message had its effect already"
            case .deferred: return "it would wait for its request"
            case .refused, .rejected, .dead:
                return [forecast.code?.rawValue, forecast.detail].compactMap(\.self)
                    .joined(separator: ": ")
            }
        }
    }
}
