import Domain
import Procedures

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
        case "entitlements-changed":
            "\(account) is entitled under \(StoryWords.list(event.list("entitlements"), none: "no number"))."
        case "provisioning-taken-up-again":
            "An operator had the account provisioner asked again about \(name)."
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
        case "documents.named":
            let count = event.count("documents")
            return count == 1 ? "One document was named." : "\(count) documents were named."
        case "request.reminded": return "Whoever decides was reminded."
        case "request.escalated": return "The customs authority was told that nobody decides."
        case "particulars.stated":
            let procedure = story.request?.procedure ?? ""
            let stated = event.list("members")
                .map { ProcedureCatalogue.meaning(ofField: $0, in: procedure) }
            return "Stated: \(stated.joined(separator: "; "))."
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
        case let other?:
            return RecordSentence.text(event)
                ?? "\(other.capitalisedFirst): 'registrarctl request timeline'."
        case nil: return nil
        }
    }
}
