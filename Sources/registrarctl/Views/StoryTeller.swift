import Contract
import Domain
import Procedures
import Storage

/// One chapter of a request's story in words.
struct StoryPassage {
    /// What it came to, in a word that programs can rely on: a status, or what became of a message.
    let outcome: String
    let headline: String
    let style: Style?
    /// Which rule, whose right, what followed.
    let details: [String]
    /// The rule that spoke against it.
    let code: RequestReason?
    /// The account by whose right it was decided.
    let account: String?
    /// Who spoke, by id.
    let person: String?
}

/// Puts a request's story into sentences.
struct StoryTeller {
    let story: RequestStory
    /// First part of the names of exchanges and queues.
    let prefix: String
    /// Broker user → roles.
    let publishers: [String: [String]]

    func passage(_ chapter: RequestStory.Chapter) -> StoryPassage {
        let events = chapter.entries.map { JournalMembers($0.entry.event) }
        // What came with it is told after what it is about.
        let lead =
            events.first { !Self.attendant.contains($0["event"] ?? "") } ?? events.first
            ?? JournalMembers("")
        let leading = lead["event"] ?? ""
        let others = events.filter { $0["event"] != leading || $0["account"] != lead["account"] }
        let (headline, outcome, style) = telling(lead, in: chapter, events)
        let code = (lead["code"] ?? lead["reason"]).flatMap { RequestReason(rawValue: $0) }
        var details = code.map { rule($0, lead) } ?? []
        details += expectation(lead)
        details += right(lead, chapter)
        details += others.compactMap { consequence($0, chapter) }
        details += origin(of: chapter, outcome: outcome)
        details += why(chapter)
        return StoryPassage(
            outcome: outcome,
            headline: headline,
            style: style,
            details: details,
            code: code,
            account: lead["decidedWith"],
            person: lead["decidedBy"] ?? chapter.cause["person"] ?? lead["person"]
        )
    }

    private static let attendant: Set = [
        "person.recorded", "supplement.received", "documents.named", "particulars.stated",
    ]
    private static let withoutEffect: Set = ["refused", "deferred", "dead-lettered"]

    // MARK: What happened

    private func telling(
        _ event: JournalMembers,
        in chapter: RequestStory.Chapter,
        _ events: [JournalMembers]
    ) -> (String, outcome: String, Style?) {
        let message = StoryWords.message(ofType: chapter.cause["type"])
        let title =
            event["code"].flatMap { ProblemCode(rawValue: $0)?.title.loweredFirst }
            ?? event["code"] ?? "for an unknown reason"
        switch event["event"] {
        case "request.submitted": return submission(event)
        case "request.changed": return change(event, events)
        case "request.reminded": return ("Whoever decides was reminded.", "reminded", .waiting)
        case "request.escalated":
            return ("The authority was told that nobody decides.", "escalated", .waiting)
        case "message.deferred":
            return ("\(message) came before its request, and waits for it.", "deferred", .waiting)
        case "message.refused": return ("\(message) was refused: \(title).", "refused", .bad)
        case "message.dead-lettered":
            return ("\(message) was put among the dead letters: \(title).", "dead-lettered", .bad)
        case "nothing.to-change":
            return (
                "\(message) asked for what was so already; nothing changed.", "nothing-to-change",
                .faint
            )
        case "account.changed":
            let status = event["status"] ?? ""
            return (
                account(event, chapter), "account-\(status)",
                AccountStatus(rawValue: status)?.style
            )
        case let other?:
            let outcome = other.replacing(".", with: "-")
            return (consequence(event, chapter) ?? "\(message) did this.", outcome, nil)
        case nil: return ("An entry that this release cannot read.", "unknown", .bad)
        }
    }

    private func submission(_ event: JournalMembers) -> (String, outcome: String, Style?) {
        let wish = StoryWords.wish(
            procedure: event["procedure"] ?? "",
            profile: event["profile"] ?? ""
        )
        let eori = event["eori"].map { ", EORI \(story.eori($0))" } ?? ""
        let operations = event.list("requested")
        let what = operations.isEmpty ? "" : ", to do \(StoryWords.operations(operations))"
        let asked = "The applicant asked for \(wish)\(eori)\(what)."
        guard let reason = event["reason"] else {
            let answered = event["status"] == "answered" ? " It was answered at once." : ""
            return (asked + answered, "submitted", nil)
        }
        let title = RequestReason(rawValue: reason)?.title.loweredFirst ?? reason
        return ("\(asked) A rule rejected it: \(title).", "rejected-by-rule", .bad)
    }

    private func change(
        _ event: JournalMembers,
        _ events: [JournalMembers]
    ) -> (String, outcome: String, Style?) {
        let status = event["status"] ?? ""
        let by = StoryWords.originator(event["by"])
        let style = RequestStatus(rawValue: status)?.style
        let sentence: String
        switch (status, event["by"]) {
        case ("granted", _):
            let operations = event.list("authorised")
            let what = operations.isEmpty ? "" : ": \(StoryWords.operations(operations))"
            sentence = "\(by) granted it\(what)."
        case ("rejected", _): sentence = "\(by) rejected it."
        case ("awaiting-information", _): sentence = "\(by) asked the applicant for information."
        case ("withdrawn", "applicant"): sentence = "The applicant took the request back."
        case ("withdrawn", "rule"):
            let reason = event["reason"] ?? ""
            let title = RequestReason(rawValue: reason)?.title.loweredFirst ?? reason
            sentence = "A rule withdrew it: \(title)."
        case ("expired", _): sentence = "Nobody decided in time, so the request expired."
        case ("pending", "applicant"):
            let documents = events.reduce(0) { $0 + $1.count("documents") }
            let naming = documents == 0 ? "" : ", naming \(documents) documents"
            sentence = "The applicant answered\(naming). The request awaits a decision again."
        default: sentence = "\(by) made the request \(StoryWords.status(status))."
        }
        return (sentence, status, style)
    }

    // MARK: Why

    private func rule(_ code: RequestReason, _ event: JournalMembers) -> [String] {
        var lines = ["Rule \(code.rawValue): \(code.meaning)"]
        if case .rule(let code) = code, let source = code.source {
            lines.append("The rule's source: \(source).")
        }
        if let detail = event["detail"] {
            let places = event.list("places").filter { !$0.isEmpty }
            let place = places.isEmpty ? "" : ", at \(places.joined(separator: ", "))"
            lines.append("In this case: \(detail)\(place).")
        }
        switch event["event"] {
        case "message.refused": lines.append("It changed nothing, and its sender was told.")
        case "message.dead-lettered":
            lines.append("It changed nothing, and is kept: 'registrarctl dead-letter list'.")
        default: break
        }
        return lines
    }

    /// What a request that no rule rejects waits for.
    private func expectation(_ event: JournalMembers) -> [String] {
        guard event["event"] == "request.submitted", event["reason"] == nil else { return [] }
        return story.askedFirst.map { decider in
            switch decider {
            case .applicant: "The applicant was asked for papers that were missing."
            case .authority(let role):
                "No rule spoke against it, so \(StoryWords.authority(role)) was asked to decide."
            case .managers(let eori):
                "No rule spoke against it, so company \(eori) was asked to decide, by its legal "
                    + "representative or a manager."
            case .binding(let party, _) where event.list("approvals").contains(party.rawValue):
                "Who asked binds the \(party.rawValue), and has agreed for it by that."
            case .binding(let party, _):
                "No rule spoke against it, so who binds the \(party.rawValue) was asked to agree."
            }
        }
    }

    /// Whose right a decision was.
    private func right(_ event: JournalMembers, _ chapter: RequestStory.Chapter) -> [String] {
        guard let by = event["by"], let role = ActorRole(rawValue: by),
            let person = event["decidedBy"]
        else { return [] }
        let who = story.person(person).capitalisedFirst
        var lines: [String]
        if let account = event["decidedWith"] {
            lines = [
                "\(who) decided by the right of account \(account), which managed the company and "
                    + "was active then."
            ]
        } else {
            lines = [
                "\(who) decided for \(StoryWords.authority(role)), for which broker user "
                    + "\(chapter.cause["user"] ?? "unknown") spoke."
            ]
        }
        if event.has("remarks") {
            lines.append("There are remarks: 'registrarctl request show' has them.")
        }
        return lines
    }

    /// Where the message came from.
    private func origin(of chapter: RequestStory.Chapter, outcome: String) -> [String] {
        let cause = chapter.cause
        guard !cause.has("cause") else { return [] }
        let user = cause["user"].map { "broker user \($0)" } ?? "a sender that did not say who"
        let queue = cause["queue"].map { " through \(prefix).\($0)" } ?? ""
        guard let identifier = cause["id"] else { return ["It came from \(user)\(queue)."] }
        let sent = cause["time"].flatMap { Instant(rfc3339: $0) }
        let message = "message \(identifier) of \(cause["source"] ?? "unknown")"
        let moment = sent.map { ", sent \(LocalTime.precise($0))" } ?? ""
        var lines = ["It came as \(message), from \(user)\(queue)\(moment)."]
        // Whose word it was; of decisions and requests that were taken, that is said already.
        if Self.withoutEffect.contains(outcome), let person = cause["person"] {
            lines.append("It was said in the name of \(story.person(person)).")
        }
        if outcome != "deferred", let since = waitedSince(chapter) {
            lines.append("It had waited for its request since \(LocalTime.precise(since)).")
        }
        return lines
    }

    /// Why an operator had it done, and who had it replayed.
    private func why(_ chapter: RequestStory.Chapter) -> [String] {
        var lines: [String] = []
        if let user = chapter.cause["replayedBy"] {
            lines.append(
                "It had been among the dead letters, and was replayed by broker user \(user)."
            )
        }
        if let reason = story.reason(chapter) {
            // Free text may name anybody; without names the story can be passed on.
            lines.append(
                story.showsNames
                    ? "The operator's reason: \(reason)"
                    : "The operator gave a reason (--names shows it)."
            )
        }
        return lines
    }

    /// When the message of a chapter was put aside, if it was.
    func waitedSince(_ chapter: RequestStory.Chapter) -> Instant? {
        story.chapters.first { earlier in
            earlier.cause["id"] == chapter.cause["id"]
                && earlier.cause["source"] == chapter.cause["source"]
                && earlier.entries.contains {
                    JournalMembers($0.entry.event)["event"] == "message.deferred"
                }
        }?.at
    }

    // MARK: Where it went

    func message(_ message: OutboxRecord) -> String {
        let name = StoryWords.outbound(message).capitalisedFirst
        let identifier = message.messageIdentifier.map { "; message_id \($0)" } ?? ""
        return "\(name) (\(message.routingKey)) to \(prefix).\(message.exchange.rawValue): "
            + "\(state(message))\(identifier)"
    }

    private func state(_ message: OutboxRecord) -> String {
        if let settledAt = message.settledAt {
            let milliseconds = settledAt.milliseconds - message.createdAt.milliseconds
            return milliseconds < 10_000
                ? "confirmed by the broker after \(milliseconds) ms"
                : "confirmed by the broker \(LocalTime.text(settledAt))"
        }
        if let reason = message.parkedReason {
            return "parked (\(reason)), and tried again by itself"
        }
        return "not confirmed by the broker yet"
    }
}

extension String {
    var loweredFirst: String { prefix(1).lowercased() + dropFirst() }
}
