import Broker
import Composition
import Contract
import Domain
import Storage
import Workflow

/// What would become of dead letters, by the daemon's own rules on the store as it is.
struct ReplayPreview {
    struct Candidate {
        let letter: Letter
        /// As the daemon would get it; nil when it could not be sent.
        let message: InboundMessage?
    }

    private let forecasts: [(letter: Letter, forecast: Forecast?)]

    /// - Throws: An `Ending` or `StorageError`, when templates or store cannot be read.
    init(
        _ candidates: [Candidate],
        _ replay: LetterReplay,
        _ surroundings: Surroundings
    ) throws {
        let identifiers = TimeOrderedIdentifiers()
        let settings: ServiceSettings
        do {
            settings = try ServiceSettings(surroundings.configuration, identifiers: identifiers)
        } catch {
            throw Ending(.configuration, "\(error)")
        }
        let forecaster = Forecaster(
            settings,
            identifiers: identifiers,
            prefix: replay.topology.prefix
        )
        let messages = candidates.compactMap(\.message)
        var foretold = try surroundings.store().withSnapshot { snapshot in
            try forecaster.forecast(messages, at: SystemTime().now, on: snapshot)
        }[...]
        forecasts = candidates.map { candidate in
            (candidate.letter, candidate.message == nil ? nil : foretold.popFirst())
        }
    }

    func show(_ format: GlobalOptions.Format, _ surroundings: Surroundings) throws {
        switch format {
        case .json:
            try Standard.json { json in
                json.array("letters") { json in
                    for (letter, forecast) in forecasts {
                        json.object { Self.write(letter, forecast, to: &$0) }
                    }
                }
            }
        case .table:
            guard !forecasts.isEmpty else {
                return Standard.say("no dead letter is meant by that")
            }
            var table = Table([
                .number("NUMBER"), .text("REASON"), .flexible("TYPE OR QUEUE"),
                .text("USER", isOptional: true), .text("WOULD BE"), .flexible("WITH"),
            ])
            for (letter, forecast) in forecasts {
                table.add([
                    Cell(letter.number), Cell(letter.reason), Cell(letter.kind),
                    Cell(letter.user ?? ""),
                    Cell(forecast.outcome, forecast.style), Cell(forecast.text),
                ])
            }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(table.text(on: screen))
            Standard.say("nothing was changed")
        }
    }

    private static func write(
        _ letter: Letter,
        _ forecast: Forecast?,
        to json: inout JSONWriter
    ) {
        letter.write(to: &json)
        json.object("forecast") { json in
            json.member("outcome", forecast.outcome)
            json.member("code", forecast?.code?.rawValue)
            json.member("detail", forecast?.detail)
            json.member("events", forecast?.events ?? [])
            json.member("requestId", forecast?.request?.description)
        }
    }
}

extension Forecast? {
    /// What would become of it, in the word that metrics have; `unroutable` for what no queue takes.
    fileprivate var outcome: String { self?.disposition.rawValue ?? "unroutable" }

    fileprivate var style: Style? {
        switch self?.disposition {
        case .applied: .good
        case .duplicate: .faint
        case .deferred: .waiting
        case .refused, .rejected, .dead, nil: .bad
        }
    }

    fileprivate var text: String {
        guard let forecast = self else { return "it does not say where it came from" }
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
