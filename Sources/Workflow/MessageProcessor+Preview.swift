import Contract
import Correspondence
import Domain
import Procedures

// What would become of a message.
extension MessageProcessor {
    /// Deals with the previewed message on top of what is written so far, and keeps of it no more
    /// than what its sender is told.
    func answer(
        _ preview: Preview,
        _ envelope: Envelope,
        _ message: InboundMessage,
        in writing: Writing
    ) throws {
        let run = ForecastRun(
            processor: self,
            transaction: ForecastTransaction(writing.transaction)
        )
        let forecast = try run.forecast(preview.message(of: envelope, message), at: writing.now)
        let follow = followUp(message, envelope, about: nil, in: writing)
        let sequence = try follow.append(journal.previewed(preview, forecast))
        let answer = correspondent.preview(
            of: preview.routingKey,
            request: preview.identifier,
            outcome: forecast.disposition.rawValue,
            code: forecast.code,
            messages: forecast.messages,
            cause: follow.origin
        )
        try writing.enqueue(answer, about: [], journal: sequence)
    }
}

extension JournalFormat {
    /// What was previewed, and how it would have ended; never what it said.
    func previewed(_ preview: Preview, _ forecast: Forecast) -> String {
        text { json in
            json.member("event", "preview.answered")
            json.member("message", preview.routingKey)
            json.member("outcome", forecast.disposition.rawValue)
            json.optionalMember("code", forecast.code?.rawValue)
        }
    }
}
