import Domain

// What follows from a request: operators, accounts, orders to the account provisioner.

extension StoryTeller {
    /// What happened to an account.
    func account(_ event: JournalMembers, _ chapter: RequestStory.Chapter) -> String {
        let name = "account \(event["account"] ?? "")"
        let account = name.capitalisedFirst
        let by = StoryWords.originator(event["by"])
        let operations = StoryWords.operations(event.list("operations"))
        let status = StoryWords.status(event["status"] ?? "")
        return switch event["change"] {
        case "granted": "\(account) may now do \(operations)."
        case "provisioned" where chapter.cause["cause"]?.hasPrefix("confirmation:") == true:
            "The broker has the order for the account provisioner, so \(name) is \(status)."
        case "provisioned": "The account provisioner set up \(name), which is \(status)."
        case "moved":
            "The account provisioner has the user of \(name) at another place, or nowhere."
        case "handed-over":
            "\(account) handed its user over to the new account of the same person."
        case "reappeared":
            "The account provisioner made a user of \(name), which is deleted: it is told to delete "
                + "that one too."
        case "provisioning-failed":
            "The account provisioner could not do its part for \(name), which is \(status)."
        case "operations-changed": "\(by) set what \(name) may do: \(operations)."
        case "operator-changed": "\(account) followed its operator: \(operations)."
        case "role-changed": "\(by) made the holder of \(name) \(StoryWords.role(event["role"]))."
        case "revoked": "\(by) revoked \(name)."
        case "operator-revoked": "\(account) was revoked with its operator."
        case "suspended": "\(account) is suspended: its holder's data are restricted."
        case "unsuspended": "\(account) is \(status) again: the restriction was lifted."
        case "rectified": "The account provisioner was told what was corrected of \(name)."
        case "erased": "\(account) is to be deleted: its holder's data were erased."
        case "deprovisioned": "\(account) is gone with the account provisioner."
        case let other: "\(account) is \(status) (\(other ?? "without a reason"))."
        }
    }

    /// What followed from a chapter's main event; nil for what goes without saying.
    func consequence(_ event: JournalMembers, _ chapter: RequestStory.Chapter) -> String? {
        let operations = StoryWords.operations(event.list("operations"))
        let eori = story.eori(event["eori"] ?? "")
        switch event["event"] {
        case "person.recorded", "supplement.received": return nil
        case "person.changed":
            return "The person's record was changed (\(event["change"] ?? "")): "
                + "\(event.list("members").joined(separator: ", "))."
        case "person.disclosed": return "The person was told what is stored."
        case "person.erased": return "The person's data were erased."
        case "request.reminded": return "Whoever decides was reminded."
        case "request.escalated": return "The customs authority was told that nobody decides."
        case "operator.registered":
            return "Operator \(eori) was registered, to do \(operations)."
        case "operator.changed":
            return event["status"] == "revoked"
                ? "\(StoryWords.originator(event["by"])) revoked operator \(eori)."
                : "Operator \(eori) may now do \(operations)."
        case "operator.without-manager":
            return "Company \(eori) has nobody left who may decide for it; the customs authority "
                + "was told."
        case "account.opened":
            return "Account \(event["account"] ?? "") was opened for the applicant, as "
                + "\(StoryWords.role(event["role"])), to do \(operations)."
        case "account.changed": return account(event, chapter)
        case let name? where name.hasPrefix("provisioning."): return order(name, event)
        case let other?: return "\(other.capitalisedFirst): 'registrarctl request timeline'."
        case nil: return nil
        }
    }

    /// What became of an order to the account provisioner.
    private func order(_ name: String, _ event: JournalMembers) -> String {
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
