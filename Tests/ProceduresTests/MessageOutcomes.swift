import Contract
import Correspondence
import Domain
import Foundation
import Workflow

@testable import Procedures

/// What the golden examples show to come of each message.
struct MessageOutcomes {
    /// Why a message is refused, in the words that its sender is told.
    struct Refusal: Hashable {
        let code: ProblemCode
        let detail: String
    }

    /// What comes back, by the routing key of what was sent: the routing keys, each with what is
    /// said there as `status`.
    private(set) var answers: [String: [String: Set<String>]] = [:]
    private(set) var refusals: [String: Set<Refusal>] = [:]

    /// Stands for whatever comes without a message: since a day has come, or an order was
    /// confirmed.
    static let clock = "timer"

    static let shared = Result { try MessageOutcomes() }

    private static let cause = Cause(identifier: "1", traceParent: nil, at: Scene.start)

    private init() throws {
        let correspondent = Correspondent(
            templates: try TemplateLibrary(
                folder: PublishedMessage.file("Config/templates").path,
                mails: ProcedureCatalogue.mails
            ),
            settings: CorrespondenceSettings(
                source: "urn:luccs:registrar",
                portalURL: "https://example.lu/luccs",
                languages: [.english],
                authorityMailbox: "servicedesk@example.lu",
                supervisoryAuthority: "Commission nationale pour la protection des données",
                recordNames: ProcedureCatalogue.recordNames
            ),
            identifiers: CountedIdentifiers(after: 0)
        )
        let known = Set(ProcedureCatalogue.messages.map(\.routingKey))
        for example in try ExampleFiles.load() {
            let name = known.contains(example.when.name) ? example.when.name : Self.clock
            let scene = try Scene(before: example)
            switch try scene.outcome(of: example.when) {
            case .apply(let events):
                try scene.apply(events)
                for event in events {
                    let messages = try correspondent.follow(
                        event,
                        among: events,
                        register: scene.register,
                        cause: Self.cause
                    )
                    try messages.forEach { try add($0, to: name) }
                }
            case .refuse(let problem): add(problem, to: name)
            case .wait: break
            }
        }
    }

    private mutating func add(_ message: OutboundMessage, to name: String) throws {
        let data = try JSONValue(parsing: message.body)["data"]
        var words: Set<String> = []
        if message.routingKey.hasPrefix("status."), let status = data?["status"]?.text {
            words.insert(data?["reason"]?.text.map { "\(status): \($0)" } ?? status)
        }
        answers[name, default: [:]][message.routingKey, default: []].formUnion(words)
    }

    private mutating func add(_ problem: Problem, to name: String) {
        let places = problem.findings.prefix(1).map { "`\($0.pointer)` \($0.detail)" }
        let detail = problem.code == .schema ? places.first ?? problem.detail : problem.detail
        refusals[name, default: []].insert(Refusal(code: problem.code, detail: detail))
    }
}
