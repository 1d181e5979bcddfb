import Procedures

/// Sentences about what happens to records, whatever procedure they are of. They name nobody.
enum RecordSentence {
    /// Nil for an event that is told elsewhere, or that this release does not know.
    static func text(_ event: JournalMembers) -> String? {
        switch event["event"] {
        case let name? where name.hasPrefix("provisioning."): order(name, event)
        case "authorisation.granted": granted(event)
        case "authorisation.changed": changed(authorisation: event)
        case "authorisation.disclosed":
            "Whether authorisation \(event["authorisation"] ?? "") is valid was told: "
                + (event.isTrue("valid") ? "it is." : "it is not.")
        case "obligation.opened":
            (event["status"] == "overdue" ? "Overdue when it arose, for it was due" : "Due")
                + " \(deadline(event)): \(duty(event))."
        case "obligation.changed": changed(obligation: event)
        case "guarantee.held":
            "A guarantee of \(euros("amount", of: event)) is held\(secured(event))."
        case "guarantee.changed" where event["change"] == "changed":
            "The guarantee\(secured(event)) is for \(euros("amount", of: event)) from here on."
        case "guarantee.changed":
            "Of the guarantee of \(euros("amount", of: event))\(secured(event)), "
                + "\(euros("called", of: event)) was called by now, and "
                + "\(euros("released", of: event)) given back."
        case "request.answered": "The answer was sent; what was asked about is kept nowhere."
        case "request.kept": "Its time is over, but something still holds the request: it is kept."
        case "request.erased": "The request was erased, for its time is over."
        case "person.changed":
            "The person's record was changed (\(event["change"] ?? "")): "
                + "\(event.list("members").joined(separator: ", "))."
        case "person.disclosed": "The person was told what is stored."
        case "person.erased": "The person's data were erased."
        case "erasure.begun": "The erasure of the person's data began; it goes on in parts."
        case "erasure.told":
            "Those who had been mailed the person's name were told of the erasure: "
                + "\(event.count("mails"))."
        case "erasure.completed": "Nothing is left to be done of the person's erasure."
        case "outage.began":
            "\(StoryWords.originator(event["by"])) said that \(system(event)) is away since "
                + "\(event["since"] ?? "then")."
        case "outage.ended":
            "\(StoryWords.originator(event["by"])) said that \(system(event)) works again since "
                + "\(event["until"] ?? "then")."
        case "cascade.begun": "What depends on it follows, a part at a time."
        case "cascade.continued": "More of what depends on it has followed."
        case "cascade.done": "All that depends on it has followed."
        case "preview.answered":
            "What would become of a \(event["message"] ?? "message") was asked, and told: "
                + "\(event["outcome"] ?? "unknown")\(event["code"].map { ", \($0)" } ?? "")."
        case "nothing.to-change": "It was so already; nothing changed."
        case "dead-letter.replayed":
            "The message was taken out of the dead letters and read again: "
                + "\(event["outcome"] ?? "")."
        case "dead-letter.discarded": "The message was thrown away by an operator."
        case "dead-letter.erased": "The message was erased from the dead letters."
        default: nil
        }
    }

    /// How good it is.
    static func style(_ event: JournalMembers) -> Style? {
        switch event["status"] ?? event["event"] {
        case "overdue", "revoked", "lapsed", "called", "partly-called", "provisioning.failed": .bad
        case "met", "met-late", "active", "released", "provisioning.done": .good
        case "open", "provisioning.refused": .waiting
        default: nil
        }
    }

    private static func granted(_ event: JournalMembers) -> String {
        let covered = event.list("scope")
        let scope = covered.isEmpty ? "" : " for \(covered.joined(separator: ", "))"
        return "Authorisation \(event["number"] ?? "") was granted, as \(kind(event))\(scope): "
            + "from \(event["validFrom"] ?? "now") until "
            + "\(event["validUntil"] ?? "it is revoked")."
    }

    private static func changed(authorisation event: JournalMembers) -> String {
        let name = "authorisation \(event["number"] ?? "")"
        let last = event["validUntil"].map { " \($0)" } ?? ""
        return switch event["change"] {
        case "warned": "The operator was warned that \(name) is about to lapse, after\(last)."
        case "lapsed": "\(name.capitalisedFirst) has lapsed: its last day\(last) is over."
        case "revoked": "\(StoryWords.originator(event["by"])) revoked \(name)."
        case "operator-revoked": "\(name.capitalisedFirst) was revoked with its operator."
        case "end-set":
            "\(StoryWords.originator(event["by"])) has \(name) end after "
                + "\(event["revokedOn"] ?? "a day")."
        case "basis-ended": "\(name.capitalisedFirst) ended, for what it rested on has ended."
        case let other: "\(name.capitalisedFirst) was changed: \(other ?? "without a reason")."
        }
    }

    private static func changed(obligation event: JournalMembers) -> String {
        let due = deadline(event)
        return switch event["change"] {
        case "reminded": "The operator was reminded of what is due \(due): \(duty(event))."
        case "overdue": "Overdue, for it was due \(due), and the operator was told: \(duty(event))."
        case "met":
            "Done on \(event["metOn"] ?? "a day"), "
                + (event["status"] == "met" ? "in time" : "late, for it was due \(due)")
                + ": \(duty(event))."
        case "postponed": "A system was away: now due \(due): \(duty(event))."
        case "renamed": "It has another name by now: \(duty(event))."
        case "not-due": "Not due, as it turned out: \(duty(event))."
        case let other: "Changed (\(other ?? "without a reason")): \(duty(event))."
        }
    }

    private static func deadline(_ event: JournalMembers) -> String {
        event["dueOn"].map { "by \($0)" } ?? "once the system works again"
    }

    private static func system(_ event: JournalMembers) -> String {
        event["system"]?.uppercased() ?? "a system"
    }

    /// What has to be done, about what.
    private static func duty(_ event: JournalMembers) -> String {
        let number = event["authorisation"].map { ", under authorisation \($0)" } ?? ""
        return "the \(kind(event)) on \(event["reference"] ?? "")\(number)"
    }

    /// What a guarantee is for.
    private static func secured(_ event: JournalMembers) -> String {
        let authorisation = event["authorisation"].map { "authorisation \($0)" }
        let names = [event["reference"], authorisation].compactMap(\.self)
        return names.isEmpty ? "" : " for \(names.joined(separator: ", under "))"
    }

    /// As messages have it, such as `10000.00 EUR`.
    private static func euros(_ part: String, of event: JournalMembers) -> String {
        DutyText.euros(cents: event.count("\(part)Cents"))
    }

    private static func kind(_ event: JournalMembers) -> String {
        event["kind"].map(ProcedureCatalogue.words(forKind:)) ?? "something"
    }

    /// What became of an order to the account provisioner.
    private static func order(_ name: String, _ event: JournalMembers) -> String {
        let method = event["given"] ?? event["method"]
        let order = "\(method ?? "an order") for account \(event["account"] ?? "")"
        let tries = event.count("tries")
        let status = event.count("reported")
        let answer = status == 0 ? "did not answer" : "answered \(status)"
        return switch name {
        case "provisioning.refused":
            "The account provisioner \(answer) to \(order), try \(tries); it is asked again."
        case "provisioning.retried":
            "The account provisioner was asked for \(order) again, try \(tries)."
        case "provisioning.failed" where event["reason"] == "location-taken":
            "The account provisioner answered \(order) with a place that account "
                + "\(event["holder"] ?? "?") has; the order was given up."
        case "provisioning.failed" where event["reason"] == "contradicted":
            "The account provisioner \(answer) to \(order), try \(tries), which was the last: it says by "
                + "turns that the user exists and that nobody is there."
        case "provisioning.failed" where event["reason"] == "person-unknown":
            "The order \(order) was given up: nothing is known of the person any more."
        case "provisioning.reported-late":
            "A report on an earlier try of \(order) came late; the last one is still waited for."
        case "provisioning.superseded":
            "The order \(order) is overtaken: the user belongs to a newer account."
        case "provisioning.failed":
            "The account provisioner \(answer) to \(order), try \(tries), which was the last."
        case "provisioning.done": "The account provisioner has done \(order)."
        default: "The account provisioner reported on \(order), which nobody waited for."
        }
    }
}
