import Domain

// Authorisations, obligations and guarantees, as the contract has them.
extension AuditedRegister {
    struct Authorisation: Hashable {
        var request: String
        var eori: String
        /// Whom a mandate's holder acts for; nil for what is no mandate.
        var counterparty: String?
        var status: String
        var warnAt: String?
        var lapseAt: String?
    }

    struct Obligation: Hashable {
        var kind: String
        var number: String
        var eori: String
        var movement: String
        var request: String
        var dueOn: String
        var metOn: String?
        var status: String
        var remindAt: String?
        var overdueAt: String?

        var isRunning: Bool { status == "open" || status == "overdue" }
    }

    /// Takes an event over; returns what does not fit what was there before.
    mutating func applyDuty(_ event: Reading) -> [String] {
        let name = event["event"] ?? ""
        if name.hasPrefix("authorisation.") {
            let record = event.object("authorisation")
            let number = record["number"] ?? ""
            let before = authorisations.updateValue(Authorisation(record), forKey: number)
            let fits =
                name == "authorisation.granted"
                ? before == nil : before?.status == event["previous"]
            return fits ? [] : ["authorisation \(number) changed from what it was not"]
        }
        if name == "particulars.stated", event.texts("members").contains("guarantee.amount") {
            guaranteed.insert(event["request"] ?? "")
        }
        if name == "guarantee.held" {
            let record = event.object("guarantee")
            let isNew = guarantees.updateValue("held", forKey: record["id"] ?? "") == nil
            return isNew && record["status"] == "held" ? [] : ["a guarantee is held twice"]
        }
        if name == "guarantee.changed" {
            let record = event.object("guarantee")
            let before = guarantees.updateValue(record["status"] ?? "", forKey: record["id"] ?? "")
            return before == event["previous"] ? [] : ["a guarantee changed from what it was not"]
        }
        if name.hasPrefix("outage.") {
            let system = event.object("outage")["system"] ?? ""
            let isNews =
                name == "outage.began"
                ? systemsAway.insert(system).inserted : systemsAway.remove(system) != nil
            return isNews ? [] : ["\(name) of \(system), of which that was known"]
        }
        guard name.hasPrefix("obligation.") else { return [] }
        let record = event.object("obligation")
        let identifier = record["id"] ?? ""
        let before = obligations.updateValue(Obligation(record), forKey: identifier)
        let fits =
            name == "obligation.opened" ? before == nil : before?.status == event["previous"]
        return fits ? [] : ["obligation \(identifier) changed from what it was not"]
    }

    // MARK: - The clock

    /// When what the cause names fell due; nil if it is no timer of these.
    func dueAt(ofDuty words: [Substring]) -> String? {
        guard words.count == 3, words[0] == "timer" else { return nil }
        let name = String(words[2])
        return switch words[1] {
        case "warn": authorisations[name]?.warnAt
        case "lapse": authorisations[name]?.lapseAt
        case "remind-obligation": obligations[name]?.remindAt
        case "overdue": obligations[name]?.overdueAt
        default: nil
        }
    }

    /// Why the event must not follow from the timer, which has fallen due; nil if it may. Nil
    /// inside when it is no timer of these.
    func problem(with event: Reading, ofDutyTimer cause: String, at time: Instant) -> String?? {
        let words = cause.split(separator: ":")
        guard words.count == 3, dueAt(ofDuty: words) != nil else { return nil }
        let name = String(words[2])
        let isRight: Bool
        switch words[1] {
        case "warn", "lapse":
            let after = Authorisation(event.object("authorisation"))
            let before = authorisations[name]
            let isOver = before?.lapseAt.map { $0 <= time.description } ?? false
            isRight =
                event.object("authorisation")["number"] == name && before?.status == "active"
                && after.warnAt == nil
                && (words[1] == "warn"
                    ? !isOver && after.status == "active" && after.lapseAt == before?.lapseAt
                    : after.status == "lapsed" && after.lapseAt == nil)
        default:
            let after = Obligation(event.object("obligation"))
            let before = obligations[name]
            let isOver = before?.overdueAt.map { $0 <= time.description } ?? false
            isRight =
                event.object("obligation")["id"] == name && before?.status == "open"
                && after.remindAt == nil
                && (words[1] == "overdue"
                    ? after.overdueAt == nil && after.status == statusWhenOver(after)
                    : !isOver && after.status == "open" && after.overdueAt == before?.overdueAt)
        }
        return .some(isRight ? nil : "\(cause) makes \(event["event"] ?? "")")
    }

    /// What is done in EMCS waits for it, without a day; anything else is overdue.
    private func statusWhenOver(_ obligation: Obligation) -> String {
        let waits = obligation.kind == "report-of-receipt" && systemsAway.contains("emcs")
        return waits && obligation.dueOn.isEmpty ? "open" : waits ? "without a day" : "overdue"
    }

    /// How many are told of the operator's business: who manages it by one of `accounts`, and the
    /// applicant with one that is active; the office, if nobody manages it.
    private func representatives(
        _ eori: String,
        of request: String,
        among accounts: [String: Account]
    ) -> Int {
        let person = requests[request]?.person ?? ""
        var told = managers(eori, among: accounts)
        let isActive = accounts.values.contains {
            $0.eori == eori && $0.person == person && $0.status == "active"
        }
        let offices = told.isEmpty ? 1 : 0
        if isActive { told.insert(person) }
        return told.count + offices
    }

    private func managers(_ eori: String, among accounts: [String: Account]) -> Set<String> {
        Set(
            accounts.values.filter {
                $0.eori == eori && $0.manages
                    && ($0.status == "active" || $0.status == "provisioning")
            }.map(\.person)
        )
    }

    /// Both sides are told of a mandate: what they had before it, when it goes with one of them.
    private func mails(
        ofMandate authorisation: Authorisation,
        for counterparty: String,
        _ change: String,
        among accounts: [String: Account]
    ) -> (mail: String, count: Int) {
        let parties = [authorisation.eori, counterparty]
        let told = parties.map { managers($0, among: accounts) }.reduce(Set()) { $0.union($1) }
        let template = change == "warned" ? "mandate-warning" : "mandate-ended"
        return ("\(authorisation.request) excise.\(template)", told.count)
    }

    /// The mails that follow from an event that was taken over: of which request and template, and
    /// how many.
    ///
    /// - Parameter before: the accounts before whatever happened with it.
    func mails(
        after event: Reading,
        before: [String: Account]
    ) -> (mail: String, count: Int)? {
        let authorisation = Authorisation(event.object("authorisation"))
        let obligation = Obligation(event.object("obligation"))
        let template: String
        switch (event["event"], event["change"] ?? obligation.status) {
        case ("authorisation.changed", let change):
            if let counterparty = authorisation.counterparty {
                let isOperators = change == "operator-revoked"
                return mails(
                    ofMandate: authorisation,
                    for: counterparty,
                    change,
                    among: isOperators ? before : accounts
                )
            }
            let template = [
                "warned": "warning", "lapsed": "lapsed", "revoked": "revoked",
                "operator-revoked": "revoked",
            ]
            return (
                "\(authorisation.request) excise.\(template[change] ?? "")",
                representatives(
                    authorisation.eori,
                    of: authorisation.request,
                    among: change == "operator-revoked" ? before : accounts
                )
            )
        // The mail about the declaration names the payment.
        case ("obligation.opened", "open") where obligation.kind == "duty-payment": return nil
        case ("obligation.opened", "open"): return ("\(obligation.request) excise.due", 1)
        case ("obligation.opened", _), ("obligation.changed", "overdue"): template = "overdue"
        case ("obligation.changed", "reminded"): template = "due-reminder"
        default: return nil
        }
        return (
            "\(obligation.request) excise.\(template)",
            representatives(obligation.eori, of: obligation.request, among: accounts)
        )
    }

    // MARK: - What was applied

    /// Why they must not follow from a revocation; nil if they may.
    private func problem(
        withRevocation effects: [Reading],
        of authorisation: Authorisation?
    ) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        if names == ["nothing.to-change"] {
            return authorisation?.status == "active" ? "a revocation changes nothing" : nil
        }
        let isRight =
            names == ["authorisation.changed"] && authorisation?.status == "active"
            && effects[0].object("authorisation")["status"] == "revoked"
        return isRight ? nil : "a revocation makes \(names)"
    }

    /// Why they must not follow from what is said of EMCS; nil if they may.
    private func problem(withNews names: [String]) -> String? {
        let isNews = names == ["outage.began", "cascade.begun"]
        return isNews || names == ["nothing.to-change"] ? nil : "that EMCS is away makes \(names)"
    }

    /// Why these events must not follow from the message; nil if they may.
    func problem(with effects: [Reading], of sent: Sent.Excise) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let made = Request(effects[0])
        let authorisation = authorisations[sent.number]
        switch sent.action {
        case .ask(let eori):
            guard names == ["request.submitted", "particulars.stated"], made.status == "pending",
                made.eori == eori, isRegistered(eori), mayAsk(sent.person, eori, managing: true)
            else { return "an authorisation that nobody may ask for: \(names)" }
            return nil
        case .grant:
            let isSecured = guaranteed.contains(sent.request)
            let held = effects.last?.object("guarantee")
            guard
                names == ["request.changed", "authorisation.granted"]
                    + (isSecured ? ["guarantee.held"] : []),
                !isSecured
                    || held?["authorisation"] == sent.number
                        && held?["eori"] == requests[sent.request]?.eori
                        && held?["amountCents"] == "100",
                let before = requests[sent.request], before.isOpen, authorisation == nil,
                name(before.person) != sent.person, !holdsAccount(sent.person, before.eori),
                !restricted.contains(before.person), manages(name(before.person), before.eori),
                effects[1].object("authorisation")["number"] == sent.number,
                effects[1].object("authorisation")["eori"] == before.eori
            else { return "an authorisation that must not be: \(names)" }
            return nil
        case .appoint(let representative, let eori):
            guard names == ["request.submitted", "particulars.stated"], made.status == "pending",
                made.eori == eori, isRegistered(eori), isRegistered(representative),
                mayAsk(sent.person, eori, managing: true)
            else { return "a mandate that nobody may ask for: \(names)" }
            return nil
        case .agree(let representative):
            let granted = effects.last?.object("authorisation")
            guard names == ["request.changed", "authorisation.granted"],
                let before = requests[sent.request], before.isOpen,
                name(before.person) != sent.person, binds(sent.person, representative),
                granted?["eori"] == representative, granted?["counterparty"] == before.eori
            else { return "a mandate that must not be: \(names)" }
            return nil
        case .revoke: return problem(withRevocation: effects, of: authorisation)
        case .sayAway: return problem(withNews: names)
        case .receive(let movement):
            let isRight =
                names == ["request.submitted"] + Array(repeating: "obligation.opened", count: 3)
                && made.status == "answered" && mayReport(sent)
                && known(sent.number, movement).isEmpty
                && effects.dropFirst().allSatisfy {
                    Obligation($0.object("obligation")).movement == movement
                }
            return isRight ? nil : "a receipt makes \(names)"
        case .meet(let kind, let movement):
            guard names == ["request.submitted", "obligation.changed"],
                made.status == "answered", mayReport(sent),
                let before = known(sent.number, movement).first(where: { $0.kind == kind }),
                before.isRunning
            else { return "what was done makes \(names)" }
            let after = Obligation(effects[1].object("obligation"))
            let isInTime = after.metOn.map { $0 <= before.dueOn }
            return after.status == (isInTime == true ? "met" : "met-late")
                ? nil : "done on \(after.metOn ?? "no day") it is \(after.status)"
        }
    }

    private func binds(_ person: String, _ eori: String) -> Bool {
        accounts.values.contains {
            $0.eori == eori && $0.status == "active" && name($0.person) == person
                && ["legal-representative", "natural-person"].contains($0.role)
        }
    }

    private func known(_ number: String, _ movement: String) -> [Obligation] {
        obligations.values.filter { $0.number == number && $0.movement == movement }
    }

    private func mayReport(_ sent: Sent.Excise) -> Bool {
        guard let eori = authorisations[sent.number]?.eori else { return false }
        return mayAsk(sent.person, eori, managing: false)
    }

    /// With an active account, or one that is suspended while the person has restricted the data.
    private func mayAsk(_ person: String, _ eori: String, managing: Bool) -> Bool {
        accounts.values.contains {
            $0.eori == eori && name($0.person) == person && ($0.manages || !managing)
                && ($0.status == "active"
                    || $0.status == "suspended" && restricted.contains($0.person))
        }
    }

    // MARK: - What was refused

    /// Whether the message is one that is refused with this code now. Days are the business of
    /// examples.
    func justifies(_ code: String, _ sent: Sent.Excise) -> Bool {
        let request = requests[sent.request]
        let authorisation = authorisations[sent.number]
        switch (sent.action, code) {
        case (.grant, "request-closed"): return request?.isOpen == false
        case (.grant, "own-request"):
            return request.map {
                name($0.person) == sent.person || holdsAccount(sent.person, $0.eori)
            } ?? false
        case (.grant, "person-restricted"):
            return request.map { restricted.contains($0.person) } ?? false
        case (.grant, "operator-unknown"): return request.map { !isRegistered($0.eori) } ?? false
        case (.grant, "excise-number-taken"): return authorisation != nil
        case (.grant, "date-out-of-range"): return true
        case (.grant, "not-eligible"):
            return request.map { !manages(name($0.person), $0.eori) } ?? false
        case (.grant, _): return false
        case (.revoke, "authorisation-unknown"): return authorisation == nil
        case (.revoke, "own-request"):
            return authorisation.map { holdsAccount(sent.person, $0.eori) } ?? false
        case (.revoke, _): return false
        case (.agree, "request-closed"): return request?.isOpen == false
        case (.agree, _): return false
        case (_, "request-exists"): return request != nil
        case (.appoint, _): return false
        case (.ask(let eori), "operator-unknown"): return !isRegistered(eori)
        case (.ask(let eori), "not-authorised"):
            return !mayAsk(sent.person, eori, managing: true)
        case (.ask, _): return false
        case (_, "authorisation-unknown"): return authorisation == nil
        case (_, "not-authorised"): return !mayReport(sent)
        case (_, "date-out-of-range"): return true
        case (.receive, "authorisation-not-valid"): return true
        case (.receive(let movement), "receipt-exists"):
            return !known(sent.number, movement).isEmpty
        case (.meet(let kind, let movement), "not-awaited"):
            return !known(sent.number, movement).contains { $0.kind == kind && $0.isRunning }
        default: return false
        }
    }
}

extension AuditedRegister.Authorisation {
    init(_ record: Reading) {
        self.init(
            request: record["request"] ?? "",
            eori: record["eori"] ?? "",
            counterparty: record["counterparty"],
            status: record["status"] ?? "",
            warnAt: record["warnAt"],
            lapseAt: record["lapseAt"]
        )
    }
}

extension AuditedRegister.Obligation {
    init(_ record: Reading) {
        self.init(
            kind: record["kind"] ?? "",
            number: record["authorisation"] ?? "",
            eori: record["eori"] ?? "",
            movement: record["reference"] ?? "",
            request: record["request"] ?? "",
            dueOn: record["dueOn"] ?? "",
            metOn: record["metOn"],
            status: record["status"] ?? "",
            remindAt: record["remindAt"],
            overdueAt: record["overdueAt"]
        )
    }
}
