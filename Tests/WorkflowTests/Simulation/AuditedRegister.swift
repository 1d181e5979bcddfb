import Domain

/// The register as an outsider reconstructs it from the journal, with the contract's rules about
/// who may bring about what.
struct AuditedRegister {
    struct Request: Hashable {
        var procedure: String
        var profile: String
        /// The person's id.
        var person: String
        var eori: String
        var requested: Set<String>
        var authorised: Set<String>
        var status: String
        /// In the order in which they were given.
        var approvals: [String]
        var revision: Int
        /// RFC 3339 in UTC: the order of such texts is that of time.
        var remindAt: String?
        var escalateAt: String?
        var expireAt: String?

        /// Whether a person exercised a right by it; a disclosure has no status that is published.
        var isRight: Bool {
            ["access", "rectification", "restriction", "consent-withdrawal"].contains(profile)
        }
        /// What is asked for by law, and not by who accepts terms, rests on no consent.
        var restsOnConsent: Bool { procedure == "access" }
        var isOpen: Bool { status == "pending" || status == "awaiting-information" }
    }

    struct Operator: Hashable {
        var kind: String
        var operations: Set<String>
        var status: String
    }

    struct Account: Hashable {
        var person: String
        var eori: String
        var role: String
        var operations: Set<String>
        var status: String

        var stands: Bool { status != "revoked" && status != "deleted" }
        var manages: Bool { role != "employee" }
    }

    /// Names by the ids of persons.
    var people: [String: String] = [:]
    /// The ids of persons whose data are stored only.
    private(set) var restricted: Set<String> = []
    private(set) var requests: [String: Request] = [:]
    private(set) var operators: [String: Operator] = [:]
    private(set) var accounts: [String: Account] = [:]
    /// What the installation sets.
    var tracksStockRecords = false
    var coverInUse = false
    var releasesByRule = false
    var rejectsByRule = false
    /// On which something happens.
    var today = CivilDate(dayNumber: 0)
    /// By their excise numbers, or the ids of mandates.
    var authorisations: [String: Authorisation] = [:]
    var obligations: [String: Obligation] = [:]
    /// With what has become of them by what was ordered; the records have to agree.
    var guarantees: [String: Guarantee] = [:]
    /// What was said by the message that made a request.
    var said: [String: Sent.Excise] = [:]
    /// The sides that have agreed to a mandate, by its request.
    var sides: [String: Set<Side>] = [:]
    /// Since when goods whose duty was paid are moved as well, by the authorisation.
    var certified: [String: CivilDate] = [:]
    var papers: [Paper] = []
    /// What vehicles and relief are granted by, by their requests.
    var dossiers: [String: Dossier] = [:]
    /// Times in which EMCS is away: what is done in it is not late on those days.
    var outages: [Outage] = []

    // MARK: - Applying

    /// Takes a message's events over; returns what does not fit what was there before.
    mutating func apply(_ events: [Reading], at time: Instant) -> [String] {
        var findings: [String] = []
        for event in events {
            switch event["event"] {
            case "person.changed":
                let person = event["person"] ?? ""
                switch event["change"] {
                case "restricted": restricted.insert(person)
                case "restriction-lifted": restricted.remove(person)
                default: break
                }
            case "request.submitted":
                let identifier = event["request"] ?? ""
                if requests[identifier] != nil { findings.append("\(identifier) came twice") }
                requests[identifier] = Request(event)
                findings += judge(identifier, Request(event))
            case "request.changed":
                let identifier = event["request"] ?? ""
                let (before, after) = (requests[identifier], Request(event))
                if before?.status != event["previous"]
                    || before.map({ $0.revision + 1 }) != after.revision
                {
                    findings.append("\(identifier) changed from what it was not")
                }
                requests[identifier] = after
                findings += judge(identifier, after)
            case "request.reminded", "request.escalated":
                let identifier = event["request"] ?? ""
                let after = Request(event)
                var before = requests[identifier]
                before?.remindAt = after.remindAt
                before?.escalateAt = after.escalateAt
                if before != after {
                    findings.append("\(identifier) changed in more than its deadlines")
                }
                requests[identifier] = after
            case "operator.registered":
                let eori = event["eori"] ?? ""
                if operators[eori]?.status == "registered" {
                    findings.append("\(eori) was registered twice")
                }
                operators[eori] = Operator(event)
            case "operator.changed": operators[event["eori"] ?? ""] = Operator(event)
            case "account.opened":
                let identifier = event["account"] ?? ""
                if accounts[identifier] != nil { findings.append("\(identifier) opened twice") }
                accounts[identifier] = Account(event)
            case "account.changed":
                let identifier = event["account"] ?? ""
                let (before, after) = (accounts[identifier], Account(event))
                if before?.status != event["previous"] {
                    findings.append("account \(identifier) changed from what it was not")
                }
                if before?.stands == false, after.stands {
                    findings.append("account \(identifier) came back")
                }
                accounts[identifier] = after
            default: findings += applyDuty(event, at: time)
            }
        }
        return findings + excesses() + mandatesInForce()
    }

    /// No account may do what its operator may not.
    private func excesses() -> [String] {
        accounts.filter { entry in
            guard entry.value.stands else { return false }
            guard let owner = operators[entry.value.eori], owner.status == "registered" else {
                return true
            }
            return !entry.value.operations.isSubset(of: owner.operations)
                || entry.value.operations.isEmpty
        }.map { "account \($0.key) may do more than its operator" }
    }

    // MARK: - The clock

    /// When what the cause names fell due; nil if the cause is no timer of a request.
    func dueAt(ofTimer cause: String) -> String? {
        let words = cause.split(separator: ":")
        if let due = dueAt(ofDuty: words) { return due }
        guard words.count == 3, words[0] == "timer", let request = requests[String(words[2])] else {
            return nil
        }
        return switch words[1] {
        case "remind": request.remindAt
        case "escalate": request.escalateAt
        case "expire": request.expireAt
        default: nil
        }
    }

    /// How many people or mailboxes are to decide on the request.
    func approverCount(_ identifier: String) -> Int {
        guard let request = requests[identifier], request.profile == "employee" else { return 1 }
        let managing = accounts.values.filter {
            $0.eori == request.eori && $0.manages
                && ($0.status == "active" || $0.status == "provisioning")
        }
        return Set(managing.map(\.person)).count
    }

    /// Whether others may hear of the request: not while the applicant's data are stored only.
    func isToldOf(_ request: String) -> Bool {
        requests[request].map { !restricted.contains($0.person) } ?? true
    }

    // MARK: - Looking up

    func name(_ person: String) -> String { people[person] ?? "?" }

    /// Whether the person has the right to decide for the company now.
    func manages(_ name: String, _ eori: String) -> Bool {
        accounts.values.contains {
            $0.eori == eori && $0.manages && $0.status == "active" && self.name($0.person) == name
        }
    }

    func holdsAccount(_ name: String, _ eori: String) -> Bool {
        accounts.values.contains {
            $0.eori == eori && $0.stands && self.name($0.person) == name
        }
    }

    func isRegistered(_ eori: String) -> Bool { operators[eori]?.status == "registered" }

    func openRequests(_ eori: String) -> [Request] {
        requests.values.filter { $0.eori == eori && $0.isOpen }
    }
}

extension AuditedRegister.Request {
    init(_ event: Reading) {
        self.init(
            procedure: event["procedure"] ?? "",
            profile: event["profile"] ?? "",
            person: event["person"] ?? "",
            eori: event["eori"] ?? "",
            requested: event.texts("requested"),
            authorised: event.texts("authorised"),
            status: event["status"] ?? "",
            approvals: event.members["approvals"] as? [String] ?? [],
            revision: Int(event["revision"] ?? "") ?? 0,
            remindAt: event["remindAt"],
            escalateAt: event["escalateAt"],
            expireAt: event["expireAt"]
        )
    }

    init(_ request: Domain.Request) {
        self.init(
            procedure: request.procedure,
            profile: request.profile,
            person: request.person.description,
            eori: request.eori?.text ?? "",
            requested: Set(request.requested.list.map(\.rawValue)),
            authorised: Set(request.authorised.list.map(\.rawValue)),
            status: request.status.rawValue,
            approvals: request.approvals,
            revision: request.revision,
            remindAt: request.remindAt?.description,
            escalateAt: request.escalateAt?.description,
            expireAt: request.expireAt?.description
        )
    }
}

extension AuditedRegister.Operator {
    init(_ event: Reading) {
        self.init(
            kind: event["kind"] ?? "",
            operations: event.texts("operations"),
            status: event["status"] ?? ""
        )
    }

    init(_ economicOperator: EconomicOperator) {
        self.init(
            kind: economicOperator.kind.rawValue,
            operations: Set(economicOperator.operations.list.map(\.rawValue)),
            status: economicOperator.status.rawValue
        )
    }
}

extension AuditedRegister.Account {
    init(_ event: Reading) {
        self.init(
            person: event["person"] ?? "",
            eori: event["eori"] ?? "",
            role: event["role"] ?? "",
            operations: event.texts("operations"),
            status: event["status"] ?? ""
        )
    }

    init(_ account: Domain.Account) {
        self.init(
            person: account.person.description,
            eori: account.eori.text,
            role: account.role.rawValue,
            operations: Set(account.operations.list.map(\.rawValue)),
            status: account.status.rawValue
        )
    }
}
