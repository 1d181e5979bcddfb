import Contract
import Domain
import TestKit

@testable import Workflow

extension Auditor {
    /// What is wrong with the guarantees that were told: what is held, what was called and what was
    /// given back make up what was stated, to the cent, and at the end the last of each is what is
    /// kept.
    func publishedMoney() -> [String] {
        var last: [String: [Int64]] = [:]
        var findings: [String] = []
        for message in distinct(published, where: { $0.routingKey == "status.guarantee" }) {
            let data = Reading(message.body).object("data")
            let parts = ["amount", "held", "called", "released"].map { Self.cents(data[$0]) }
            if parts[0] != parts[1...].reduce(0, +) || parts.contains(where: { $0 < 0 }) {
                findings.append("of a guarantee \(parts) is told, which does not add up")
            }
            last[data["guarantee"] ?? ""] = parts
        }
        let kept = Dictionary(
            uniqueKeysWithValues: contents.guarantees.map {
                (
                    "\($0.identifier)",
                    [$0.amountCents, $0.heldCents, $0.calledCents, $0.releasedCents]
                )
            }
        )
        let ordered = model.guarantees.mapValues { [$0.cents, $0.held, $0.called, $0.released] }
        if last != kept { findings.append("the guarantees told are not those that are kept") }
        if ordered != kept { findings.append("the guarantees kept are not what was ordered") }
        return findings
    }

    /// Such as `376.55`.
    static func cents(_ euros: String?) -> Int64 {
        Int64((euros ?? "").filter { $0 != "." }) ?? -1
    }

    /// What a preview foretells is what would become of the message now.
    ///
    /// - Parameter waitedFor: Requests for which others wait: a further message waits behind them.
    func findingsOfPreview(
        _ event: Reading,
        _ contents: [Sent.Content],
        _ waitedFor: Set<String>
    ) -> [String] {
        let isRight = contents.contains { content in
            guard case .preview(let asked) = content else { return false }
            guard event["outcome"] == "refused", let code = event["code"] else {
                if event["outcome"] == "deferred", case .dossier(let sent) = asked,
                    waitedFor.contains(sent.request)
                {
                    return true
                }
                return event["outcome"] == model.outcome(ofAsking: asked)
            }
            return model.justifies(code, asked)
        }
        let words = [event["outcome"], event["code"]].compactMap(\.self).joined(separator: " ")
        return isRight ? [] : ["a preview foretells \(words): \(contents)"]
    }

    /// Nothing follows from a preview but its answer.
    func publishedPreviews(_ previews: Set<String>) -> [String] {
        var answered: [String] = []
        for message in distinct(published, where: { $0.exchange == .out }) {
            guard let cause = Reading(message.body)["causationid"], previews.contains(cause) else {
                continue
            }
            guard message.routingKey == "disclosure.preview" else {
                return ["a preview brings \(message.routingKey)"]
            }
            answered.append(cause)
        }
        return answered.sorted() == previews.sorted()
            ? [] : ["of \(previews.count) previews \(answered.count) are answered"]
    }
}
