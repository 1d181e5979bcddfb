import Contract
import Domain
import Procedures
import Storage
import Workflow

/// What comes next, and when.
struct StoryProspect {
    /// Nil for what has no time of its own.
    let at: Instant?
    let sentence: String

    init(at: Instant? = nil, _ sentence: String) {
        self.at = at
        self.sentence = sentence
    }
}

extension StoryTeller {
    /// What will happen to the request, who can act on it, and what is still on the way.
    var prospects: [StoryProspect] {
        ofRequest + ofAccounts + ofWaiting + ofMessages
    }

    private var ofRequest: [StoryProspect] {
        guard let request = story.request else {
            return [
                StoryProspect(
                    "The request has not arrived. Its sender may not have sent it, or a message "
                        + "above says why it was not taken."
                )
            ]
        }
        guard request.status.isOpen else {
            return [StoryProspect("The request is closed; nothing is to be decided any more.")]
        }
        var prospects: [StoryProspect] = []
        if request.status == .awaitingInformation {
            prospects.append(
                StoryProspect("The applicant owes an answer; it can be decided without it.")
            )
        }
        prospects.append(StoryProspect(who(request)))
        let dated = [
            (request.remindAt, "Whoever decides is reminded."),
            (request.escalateAt, "The authority is told that nobody decides."),
            (request.expireAt, "If nobody decides until then, it expires."),
        ]
        prospects += dated.compactMap { at, text in at.map { StoryProspect(at: $0, text) } }
        if request.expireAt == nil {
            prospects.append(StoryProspect("It never expires: it stays open until it is decided."))
        }
        return prospects
    }

    private func who(_ request: Request) -> String {
        guard !story.deciders.isEmpty else {
            return "Nobody here decides on \(request.procedure)/\(request.profile)."
        }
        return story.deciders.map(who).joined(separator: " ")
    }

    private func who(_ decider: Decider) -> String {
        switch decider {
        case .applicant: return "The applicant is to hand in papers: see what is missing."
        case .authority(let role):
            // An operator's user may speak for everybody.
            let speaking: Set = [role.rawValue, "operator"]
            let users = publishers.filter { !speaking.isDisjoint(with: $0.value) }.keys.sorted()
            let speakers =
                users.isEmpty
                ? "but no broker user speaks for it: see publishers in the configuration"
                : "for which \(users.joined(separator: ", ")) speaks on the broker"
            return "\(StoryWords.authority(role).capitalisedFirst) decides, \(speakers)."
        case .binding(let party, let office):
            return "Who binds the \(party.rawValue) decides for it, or "
                + "\(StoryWords.authority(office)), where nobody but the applicant does."
        case .managers(let eori):
            let accounts = story.deciding.filter { $0.eori == eori }.map { account in
                let person = story.person(account.person.description)
                let role = StoryWords.role(account.role.rawValue)
                return "account \(account.identifier), \(role), \(person)"
            }
            guard !accounts.isEmpty else {
                return "Nobody can decide now: company \(eori) has no active account of a legal "
                    + "representative or a manager other than the applicant's."
            }
            return "Company \(eori) decides, by \(accounts.joined(separator: " or "))."
        }
    }

    private var ofAccounts: [StoryProspect] {
        story.accounts.map { account in
            let name = "Account \(account.identifier)"
            let role = StoryWords.role(account.role.rawValue)
            let operations = StoryWords.operations(account.operations.list.map(\.rawValue))
            return switch account.status {
            case .active: StoryProspect("\(name) is active, as \(role), to do \(operations).")
            case .provisioning:
                StoryProspect("\(name) is being set up: it waits for the account provisioner.")
            case .failed:
                StoryProspect(
                    "\(name) could not be set up; somebody has to see to it with the account "
                        + "provisioner."
                )
            case .suspended, .revoked, .deleted:
                StoryProspect("\(name) is \(account.status.rawValue).")
            }
        }
    }

    private var ofWaiting: [StoryProspect] {
        story.waiting.map { waiting in
            let user = waiting.user
            let kind = StoryWords.message(ofType: waiting.routingKey)
            return StoryProspect(
                at: waiting.deadline,
                "\(kind) of broker user \(user), here since "
                    + "\(LocalTime.text(waiting.receivedAt)), waits for the request. If that does "
                    + "not come until then, it goes to the dead letters."
            )
        }
    }

    private var ofMessages: [StoryProspect] {
        let messages = story.chapters.flatMap(\.messages).filter { $0.settledAt == nil }
        let parked = messages.count { $0.parkedReason != nil }
        var prospects: [StoryProspect] = []
        if messages.count > parked {
            prospects.append(
                StoryProspect(
                    "Not confirmed by the broker yet: \(messages.count - parked) of the messages "
                        + "above. registrard sends them again until they are."
                )
            )
        }
        if parked > 0 {
            prospects.append(
                StoryProspect(
                    "Parked: \(parked) of the messages above, for which the broker has no queue, "
                        + "or which cannot be sent. Put right what the reason says; they are then "
                        + "sent by themselves."
                )
            )
        }
        return prospects
    }
}
