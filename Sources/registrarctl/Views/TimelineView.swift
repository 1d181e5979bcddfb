import Contract
import Domain
import Storage

/// A request's story: what the journal says, and the messages that followed.
enum TimelineView {
    static func write(_ entries: [TimelineEntry], to json: inout JSONWriter) {
        json.objects("timeline", entries) { entry, json in
            JournalJSON.write(entry.entry, to: &json)
            json.objects("messages", entry.messages) { write($0, to: &$1) }
        }
    }

    static func write(_ message: OutboxRecord, to json: inout JSONWriter) {
        json.member("sequence", message.sequence)
        json.member("exchange", message.exchange.rawValue)
        json.member("routingKey", message.routingKey)
        json.member("messageId", message.messageIdentifier)
        json.member("createdAt", message.createdAt.description)
        json.member("confirmedAt", message.settledAt?.description)
        json.member("parkedReason", message.parkedReason)
    }

    static func table(_ entries: [TimelineEntry]) -> Table {
        var table = Table([.text("TIME"), .flexible("WHAT"), .flexible("FROM")])
        for entry in entries {
            let story = JournalStory(entry.entry)
            table.add([
                Cell(LocalTime.precise(entry.entry.time)), Cell(story.what, story.style),
                Cell(story.from),
            ])
            for message in entry.messages {
                table.add([
                    Cell(""), Cell("  → \(message.routingKey)", .faint), state(of: message),
                ])
            }
        }
        return table
    }

    private static func state(of message: OutboxRecord) -> Cell {
        if let settledAt = message.settledAt {
            let milliseconds = settledAt.milliseconds - message.createdAt.milliseconds
            let delay =
                milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
            return Cell("confirmed after \(delay)", .faint)
        }
        if let reason = message.parkedReason { return Cell("parked: \(reason)", .bad) }
        return Cell("not confirmed yet", .waiting)
    }
}

/// A journal entry as JSON shows it.
enum JournalJSON {
    static func write(_ entry: JournalRecord, to json: inout JSONWriter) {
        json.member("sequence", entry.sequence)
        json.member("time", entry.time.description)
        // Both are JSON in the journal already.
        json.key("event")
        json.raw(entry.event)
        json.key("cause")
        json.raw(entry.cause)
    }
}

/// A journal entry in words.
struct JournalStory {
    let what: String
    let from: String
    let style: Style?

    init(_ entry: JournalRecord) {
        let (event, cause) = (JournalMembers(entry.event), JournalMembers(entry.cause))
        (what, style) = Self.words(for: event)
        from =
            cause["cause"].map(Self.trigger) ?? cause["user"] ?? "a sender that did not say who"
    }

    /// Whether the entry says that a message had no effect, and why.
    static func isRefusal(_ entry: JournalRecord) -> Bool {
        ["message.refused", "message.dead-lettered"].contains(JournalMembers(entry.event)["event"])
    }

    /// What brings something about without a message: `timer:<what>:<id>` or `confirmation:<id>`.
    private static func trigger(_ cause: String) -> String {
        let words = cause.split(separator: ":")
        return switch words.first {
        case "timer" where words.count > 1: "the clock (\(words[1]))"
        case "confirmation": "the broker's confirm"
        default: cause
        }
    }

    /// What happened, and how good it is.
    static func words(for event: JournalMembers) -> (String, Style?) {
        let status = event["status"] ?? ""
        let requestStyle = RequestStatus(rawValue: status)?.style
        let accountStyle = AccountStatus(rawValue: status)?.style
        let by = event["by"].map { " by \($0)" } ?? ""
        let account = "account \(event["account"].map { String($0.suffix(12)) } ?? "") "
        let operations = event.list("operations").joined(separator: ", ")
        return switch event["event"] {
        case "person.recorded": ("person recorded", nil)
        case "request.submitted":
            if let reason = event["reason"] {
                ("submitted; \(status) by rule: \(reason)", requestStyle)
            } else {
                ("submitted", nil)
            }
        case "request.changed":
            ("\(status)\(by)" + (event["reason"].map { ": \($0)" } ?? ""), requestStyle)
        case "request.reminded": ("the approver is reminded", .waiting)
        case "request.escalated": ("the authority is told that nobody decides", .waiting)
        case "supplement.received": ("information received", nil)
        case "documents.named": ("\(event.count("documents")) documents named", nil)
        case "particulars.stated":
            ("stated: \(event.list("members").joined(separator: ", "))", nil)
        case "operator.registered": ("operator registered: \(operations)", .good)
        case "operator.changed": ("operator \(status)\(by): \(operations)", nil)
        case "account.opened": (account + "opened as \(event["role"] ?? "")", nil)
        case "account.changed":
            (account + "\(event["change"] ?? "changed"), \(status)", accountStyle)
        case "operator.without-manager": ("the company has no manager left", .waiting)
        case "nothing.to-change": ("nothing to change\(by)", .faint)
        case "message.deferred": ("waits for its request", .waiting)
        case "message.refused":
            ("refused: \(event["code"] ?? ""), \(event["detail"] ?? "")", .bad)
        case "message.dead-lettered":
            ("dead letter: \(event["code"] ?? ""), \(event["detail"] ?? "")", .bad)
        case let other:
            (
                RecordSentence.text(event).map { String($0.loweredFirst.dropLast()) } ?? other
                    ?? "unknown to this release",
                RecordSentence.style(event)
            )
        }
    }
}
