import Contract
import Domain
import TestKit

@testable import Workflow

/// Compares what was sent, what the register says and what was published, by rules of its own:
/// nothing here calls the workflow or the procedures.
struct Auditor {
    let sent: [Sent]
    let contents: MemoryContents
    let published: [OutboxRow]
    /// Whether messages that did no harm may have been dead-lettered as `poison`.
    let allowsInnocentPoison: Bool
    /// The provisioner's users by account; nil where it was not awaited what became of orders.
    let users: [String: Provisioner.User]?
    /// Accounts whose users somebody has deleted downstream.
    let vanished: Set<String>

    private var findings: [String] = []
    /// What the journal says became of each message, in order.
    private var outcomes: [Sent.Key: [String]] = [:]
    /// Problems that are to be published: whose message, and the code.
    private var problemsDue: [String] = []
    private var deadDue: [String] = []
    private var mailsDue: [String: Int] = [:]
    /// Which request each message waits for that came before it, and when requests came.
    /// The request that a message waits for, and which of those for it it is.
    private var awaited: [Sent.Key: (request: String, place: Int)] = [:]
    private var arrivals: Set<String> = []
    /// The last place of those that were dealt with since their request came.
    private var dealtWith: [String: Int] = [:]
    /// Messages that only asked what would become of others.
    private var previews: Set<String> = []
    /// Of what ends something since nobody was heard of, which waits for what was sent, and of the
    /// rest.
    private var lastTimers: [Bool: (at: Instant, due: String)] = [:]
    private(set) var model = AuditedRegister()

    init(
        sent: [Sent],
        contents: MemoryContents,
        published: [OutboxRow],
        allowsInnocentPoison: Bool,
        users: [String: Provisioner.User]?,
        vanished: Set<String>,
        settings: SettingValues
    ) {
        self.sent = sent
        self.contents = contents
        self.published = published
        self.allowsInnocentPoison = allowsInnocentPoison
        self.users = users
        self.vanished = vanished
        func isSet(_ name: String) -> Bool {
            settings[Setting("excise.\(name)", default: false, "")]
        }
        model.tracksStockRecords = isSet("trackStockRecords")
        model.coverInUse = isSet("coverInUse")
        model.releasesByRule = isSet("releaseByRule")
        model.rejectsByRule = settings[Setting("relief.rejectByRule", default: false, "")]
    }

    mutating func audit() -> [String] {
        for (identifier, person) in contents.persons {
            model.people[identifier.description] = String(
                person.subject.dropFirst("eaccess:".count)
            )
        }
        readJournal()
        checkOutcomes()
        checkRegister()
        checkOutbox()
        checkPublications()
        findings += publishedMoney() + publishedPreviews(previews)
        findings += publishedDossiers() + storedDossiers()
        checkProvisioning()
        findings += checkpointFindings() + replayFindings()
        return findings
    }

    // MARK: - The journal

    /// Goes through the journal in its order, and checks each effect against who asked for it and
    /// what the register held at that moment.
    private mutating func readJournal() {
        var variants: [Sent.Key: [Sent.Content]] = [:]
        for sent in sent {
            guard let key = sent.key else { continue }
            if variants[key]?.contains(sent.content) != true {
                variants[key, default: []].append(sent.content)
            }
        }
        var entries = contents.journalWithNumbers[...]
        while let first = entries.first {
            let cause = Reading(first.cause.utf8)
            let event = Reading(event: first.event)
            let name = event["event"] ?? ""
            var events = [event]
            entries.removeFirst()
            if !name.hasPrefix("message.") {
                while let next = entries.first, next.cause == first.cause, next.time == first.time {
                    let event = Reading(event: next.event)
                    guard event["event"]?.hasPrefix("message.") == false else { break }
                    events.append(event)
                    entries.removeFirst()
                }
            }
            read(events, name, cause: cause, at: first.time, variants)
        }
    }

    private mutating func read(
        _ events: [Reading],
        _ name: String,
        cause: Reading,
        at time: Instant,
        _ variants: [Sent.Key: [Sent.Content]]
    ) {
        let key = Sent.Key(
            user: cause["user"] ?? "",
            source: cause["source"] ?? "",
            identifier: cause["id"] ?? ""
        )
        model.today = LuxembourgCalendar.date(at: time)
        let code = events[0]["code"] ?? ""
        for event in events where event["event"] == "request.submitted" {
            arrivals.insert(event["request"] ?? "")
        }
        if name != "message.deferred", code != "id-reused",
            let (request, place) = awaited.removeValue(forKey: key), arrivals.contains(request)
        {
            if place < dealtWith[request, default: 0] {
                findings.append("\(key.identifier) was overtaken by one that came later")
            }
            dealtWith[request] = max(place, dealtWith[request, default: 0])
        }
        switch name {
        case "message.deferred":
            outcomes[key, default: []].append("deferred")
            if let request = events[0]["request"] {
                let ahead = awaited.values.filter { $0.request == request }
                if model.requests[request] != nil, ahead.isEmpty {
                    findings.append("\(key.identifier) waits for \(request), which is there")
                }
                let last = max(ahead.map(\.place).max() ?? 0, dealtWith[request, default: 0])
                awaited[key] = (request, last + 1)
            }
        case "preview.answered":
            outcomes[key, default: []].append("applied")
            previews.insert(key.identifier)
            let waitedFor = Set(awaited.values.map(\.request))
            findings += findingsOfPreview(events[0], variants[key] ?? [], waitedFor)
        case "message.refused":
            outcomes[key, default: []].append("refused \(code)")
            problemsDue.append("\(key.source) \(key.identifier) \(code)")
            let contents = variants[key] ?? []
            let isRight = contents.contains { model.justifies(code, $0) }
            if code == "id-reused" ? contents.count < 2 : !isRight {
                findings.append(
                    "\(key.identifier), \(contents), was refused as \(code) without a reason"
                )
            }
        case "message.dead-lettered":
            deadDue.append("\(events[0]["deadLetter"] ?? "") \(code)")
            guard cause["id"] != nil else { return }
            outcomes[key, default: []].append("dead \(code)")
            let isKnown = Workplace.publishers[key.user] != nil
            if isKnown { problemsDue.append("\(key.source) \(key.identifier) \(code)") }
        default:
            outcomes[key, default: []].append("applied")
            apply(events, variants[key] ?? [], of: key, cause["cause"], at: time)
        }
    }

    /// - Parameter timer: Of what a timer brings; nil for a message.
    private mutating func apply(
        _ events: [Reading],
        _ contents: [Sent.Content],
        of key: Sent.Key,
        _ timer: String?,
        at time: Instant
    ) {
        let problems =
            timer.map { [model.problem(with: events, ofTimer: $0, at: time)] }
            ?? contents.map { model.problem(with: events, of: $0, at: time) }
        if timer != nil { outcomes[key] = nil }
        if problems.isEmpty { findings.append("nobody sent \(key.identifier)") }
        if let problem = problems.first, problems.allSatisfy({ $0 != nil }) {
            findings.append("\(key.identifier), \(contents): \(problem ?? "")")
        }
        checkOrder(ofTimer: timer ?? "", at: time)
        let accounts = model.accounts
        if timer == nil,
            let content = zip(contents, problems).first(where: { $1 == nil })?.0
        {
            if case .excise(let said) = content { model.note(said, events, at: time) }
            if case .dossier(let said) = content { model.note(said) }
        }
        findings += model.apply(events, at: time)
        for event in events { noteMails(event, before: accounts) }
    }

    /// What the clock brings at one time is done in the order in which it fell due. To be asked
    /// before the events are taken over.
    private mutating func checkOrder(ofTimer cause: String, at time: Instant) {
        guard let due = model.dueAt(ofTimer: cause) else { return }
        let isDeadline = cause.hasPrefix("timer:expire:") || cause.hasPrefix("timer:overdue:")
        if let last = lastTimers[isDeadline], last.at == time, last.due > due {
            findings.append("\(cause) was done after what fell due later")
        }
        lastTimers[isDeadline] = (time, due)
    }

    private mutating func noteMails(
        _ event: Reading,
        before accounts: [String: AuditedRegister.Account]
    ) {
        let request = event["request"] ?? ""
        switch event["event"] {
        // Nobody hears of whose data are stored only.
        // The excise office is told of its own requests.
        case "request.reminded" where event["procedure"] != "access": break
        case "request.reminded" where model.isToldOf(request):
            mailsDue["\(request) access.reminder"] = model.approverCount(request)
        case "request.escalated" where model.isToldOf(request):
            let procedure = event["procedure"] ?? "access"
            let isMoney = event["profile"] == "guarantee-release"
            mailsDue["\(request) \(procedure).\(isMoney ? "guarantee-" : "")escalation"] = 1
        default: break
        }
        mailsDue.merge(model.dossierMails(after: event), uniquingKeysWith: +)
        if let (mail, count) = model.mails(after: event, before: accounts) {
            mailsDue[mail, default: 0] += count
        }
        let template: String? =
            switch (event["event"], event["status"]) {
            case ("request.submitted", _) where event["procedure"] != "access": nil
            case ("request.changed", _) where event["procedure"] != "access": nil
            case ("request.submitted", "pending"): "access.pending"
            case ("request.submitted", _): "access.rejected"
            case ("request.changed", "pending"): nil
            case ("request.changed", "awaiting-information"): "access.information-requested"
            case ("request.changed", let status): "access.\(status ?? "")"
            default: nil
            }
        if let template { mailsDue["\(event["request"] ?? "") \(template)", default: 0] += 1 }
    }

    // MARK: - Messages

    /// Every message has exactly one end.
    private mutating func checkOutcomes() {
        let poisoned = Set(
            contents.letters.filter { $0.letter.reason == .problem(.poison) }.map(\.letter.body)
        )
        for (key, group) in Dictionary(grouping: sent, by: \.key).sorted(by: Self.precede) {
            guard let key else { continue }
            if case .rubbish = group[0].content { continue }
            let bodies = group.map(\.message.body)
            let harmless = bodies.filter { !poisoned.contains($0) }
            var ends = outcomes.removeValue(forKey: key) ?? []
            let reused = ends.count { $0 == "refused id-reused" }
            ends.removeAll { $0 == "refused id-reused" }
            if ends.first == "deferred" { ends.removeFirst() }
            // Of poison that was sent again, the other copy may have met its end before it killed.
            let mayEnd = allowsInnocentPoison || bodies.count > 1
            let count = harmless.isEmpty ? 0...(mayEnd ? 1 : 0) : 1...1
            if !count.contains(ends.count) || ends.contains("deferred") {
                findings.append("\(key.identifier) has the ends \(ends)")
            }
            let others = max(0, Set(harmless).count - 1)
            if reused < others || reused > max(0, bodies.count - 1) {
                findings.append("\(key.identifier) was refused as reused \(reused) times")
            }
        }
        let rubbish = sent.filter { if case .rubbish = $0.content { true } else { false } }
        for key in rubbish.compactMap(\.key) { outcomes[key] = nil }
        for key in outcomes.keys.sorted() { findings.append("nobody sent \(key)") }
        for (body, group) in Dictionary(grouping: rubbish, by: \.message.body) {
            guard case .rubbish(let reason) = group[0].content else { continue }
            let letters = contents.letters.filter { $0.letter.body == body }
                .map(\.letter.reason.rawValue)
            let reasons = Set(letters).subtracting(
                allowsInnocentPoison ? ["poison"] : []
            )
            if !reasons.isSubset(of: [reason]) || !(1...group.count).contains(letters.count) {
                findings.append(
                    "rubbish (\(reason)), sent \(group.count) times, is dead as "
                        + "\(letters)"
                )
            }
        }
    }

    private static func precede(
        _ left: (key: Sent.Key?, value: [Sent]),
        _ right: (key: Sent.Key?, value: [Sent])
    ) -> Bool {
        guard let leftKey = left.key, let rightKey = right.key else { return left.key == nil }
        return leftKey < rightKey
    }

    /// Published messages that meet the condition, each once.
    func distinct(
        _ rows: [OutboxRow],
        where isIncluded: (OutboundMessage) -> Bool
    ) -> [OutboundMessage] {
        var seen: Set<String> = []
        return rows.map(\.message).filter(isIncluded).filter {
            seen.insert($0.properties.messageIdentifier ?? "").inserted
        }
    }

    // MARK: - The register

    /// The journal, replayed, is the register.
    private mutating func checkRegister() {
        let requests = Dictionary(
            uniqueKeysWithValues: contents.requests.values.map { request in
                (request.identifier.description, AuditedRegister.Request(request))
            }
        )
        if requests != model.requests { findings.append("the requests are not the journal's") }
        let operators = Dictionary(
            uniqueKeysWithValues: contents.operators.values.map {
                ($0.eori.text, AuditedRegister.Operator($0))
            }
        )
        if operators != model.operators { findings.append("the operators are not the journal's") }
        let accounts = Dictionary(
            uniqueKeysWithValues: contents.accounts.map {
                ($0.identifier.description, AuditedRegister.Account($0))
            }
        )
        if accounts != model.accounts { findings.append("the accounts are not the journal's") }
        if accounts.count != contents.accounts.count { findings.append("an account stands twice") }
        for request in contents.requestOrder where contents.requestOrder.count(of: request) != 1 {
            findings.append("\(request) stands twice")
        }
    }

    // MARK: - What was published

    private mutating func checkOutbox() {
        for entry in contents.outbox where entry.settledAt == nil {
            findings.append("\(entry.sequence) (\(entry.routingKey)) is not settled")
        }
        let queued = contents.outbox.compactMap(\.messageIdentifier)
        if Set(queued).count != contents.outbox.count {
            findings.append("messages of the outbox share an id")
        }
        let sent = Set(published.compactMap(\.message.properties.messageIdentifier))
        if sent != Set(queued) { findings.append("what was published is not what was queued") }
        for (identifier, copies) in Dictionary(
            grouping: published,
            by: \.message.properties.messageIdentifier
        )
        where Set(copies).count != 1 {
            findings.append("\(identifier ?? "") was published in several versions")
        }
    }

    private mutating func checkPublications() {
        checkOrder()
        var mails: [String: Int] = [:]
        var sentMails: Set<String> = []
        var problems: [String] = []
        var announced: Set<String> = []
        for message in distinct(published, where: { $0.exchange == .out }) {
            let event = Reading(message.body)
            let data = event.object("data")
            switch message.routingKey {
            case "notification.email":
                let template = data["template"] ?? ""
                mails["\(data["requestId"] ?? "") \(template)", default: 0] += 1
                let address = data.objects("to").first?["email"] ?? ""
                let mail =
                    "\(event["causationid"] ?? "") \(event["subject"] ?? "") \(template) "
                    + "\(address) \(event["time"] ?? "") \(data["text"] ?? "")"
                if !sentMails.insert(mail).inserted { findings.append("mailed twice: \(template)") }
            case "problem.request":
                let about = data.object("event")
                let code = data["type"].map { $0.dropFirst("urn:luccs:problem:".count) } ?? ""
                problems.append("\(about["source"] ?? "") \(about["id"] ?? "") \(code)")
            case "provisioning.account"
            where ["POST", "PUT"].contains(data.object("operation")["method"]):
                announced.insert(data["account"] ?? "")
            default: break
            }
        }
        for (mail, count) in mailsDue where mails[mail] != count {
            findings.append("\(mails[mail] ?? 0) mails \(mail) instead of \(count)")
        }
        for (mail, count) in mails where mailsDue[mail] != count && Self.isCounted(mail) {
            findings.append("\(count) mails \(mail) instead of \(mailsDue[mail] ?? 0)")
        }
        if problems.sorted() != problemsDue.sorted() {
            findings.append("problems \(problems.sorted()) instead of \(problemsDue.sorted())")
        }
        if announced != Set(model.accounts.keys) {
            findings.append("the accounts announced are not those that were opened")
        }
        let told = distinct(published, where: { $0.routingKey == "status.dead-letter" })
            .map { Reading($0.body).object("data") }
        let dead = told.map { "\($0["deadLetter"] ?? "") \($0["reason"] ?? "")" }
        if dead.sorted() != deadDue.sorted() {
            findings.append("dead letters \(dead.sorted()) instead of \(deadDue.sorted())")
        }
        let kept = contents.letters.map {
            "\($0.letter.identifier) \($0.letter.reason.rawValue)"
        }
        if kept.sorted() != deadDue.sorted() {
            findings.append("the store has \(kept.sorted()) instead of \(deadDue.sorted())")
        }
    }

    /// Every order has come to an end: the provisioner's user is as the account is, or an order
    /// was given up. Each was given again as often as the journal says.
    private mutating func checkProvisioning() {
        let retries = contents.journal.count {
            Reading($0.event.utf8)["event"] == "provisioning.retried"
        }
        let whole = distinct(published) {
            $0.routingKey == "provisioning.account"
                && ["POST", "PUT"].contains(
                    Reading($0.body).object("data").object("operation")["method"]
                )
        }
        // Each account is announced once by a whole user.
        let again = whole.count - contents.accounts.count
        if retries != again {
            findings.append("\(again) orders were given again instead of \(retries)")
        }
        let places = contents.accounts.compactMap(\.place)
        if Set(places).count != places.count {
            findings.append("two accounts have their users at one place")
        }
        // The user of somebody who came back is the newest account's.
        let newest = Dictionary(
            contents.accounts.map { ("\($0.person) \($0.eori)", $0.identifier) }
        ) { $1 }
        // Who was suspended keeps that status when an order fails, and is active again after it.
        let suspended = Set(
            contents.journal.map { Reading($0.event.utf8) }
                .map { $0.object("account") }
                .filter { $0["status"] == "suspended" }.compactMap { $0["id"] }
        )
        for account in contents.accounts {
            let orders = contents.orders[account.identifier] ?? []
            for order in orders where order.state != .failed {
                findings.append("order \(order.number) of \(account.identifier) has no end")
            }
            let isFailed = !orders.isEmpty
            if account.status == .provisioning || (account.status == .failed) != isFailed,
                account.status.stands, !suspended.contains(account.identifier.description)
            {
                findings.append("account \(account.identifier) is \(account.status)")
            }
            guard let users, !isFailed else { continue }
            let user = users[account.identifier.description]
            guard newest["\(account.person) \(account.eori)"] == account.identifier else {
                if user != nil { findings.append("\(account.identifier) has a user still") }
                continue
            }
            if user == nil, vanished.contains(account.identifier.description) { continue }
            let expected = Provisioner.User(
                isActive: account.status == .active,
                role: account.role.rawValue,
                operations: Set(account.operations.list.map(\.rawValue))
            )
            if user != expected {
                findings.append(
                    "\(account.identifier) is \(user.map { "\($0)" } ?? "nobody")"
                )
            }
        }
    }

    /// Whether the mail is one that an applicant gets for each change of status, or one that the
    /// clock brings.
    private static func isCounted(_ mail: String) -> Bool {
        let template = mail.drop { $0 != " " }.dropFirst()
        if ["vehicle.", "relief.", "traveller."].contains(where: template.hasPrefix) {
            // Offices are asked as often as something is new to them.
            return !template.hasSuffix("awaiting-you") && !template.hasSuffix("approver")
        }
        return [
            "access.pending", "access.rejected", "access.information-requested",
            "access.granted", "access.withdrawn", "access.expired", "access.reminder",
            "access.escalation", "excise.escalation", "excise.guarantee-escalation", "excise.due",
            "excise.due-reminder",
            "excise.overdue",
            "excise.warning", "excise.lapsed", "excise.revoked", "excise.mandate-warning",
            "excise.mandate-ended",
        ].contains(template)
    }

    /// Per subject and queue, messages arrive first in the order of the outbox; a request's
    /// statuses count its revisions.
    private mutating func checkOrder() {
        let sequences = Dictionary(
            contents.outbox.map { ($0.messageIdentifier ?? "", $0.sequence) },
            uniquingKeysWith: { first, _ in first }
        )
        var last: [String: Int64] = [:]
        var revisions: [String: [String]] = [:]
        for message in distinct(published, where: { $0.exchange == .out }) {
            let event = Reading(message.body)
            let family = message.routingKey.prefix { $0 != "." }
            let account = family == "provisioning" ? event.object("data")["account"] : nil
            let stream = "\(account ?? event["subject"] ?? "") \(family)"
            let sequence = sequences[message.properties.messageIdentifier ?? ""] ?? 0
            if sequence <= last[stream] ?? 0 {
                findings.append("\(sequence) of \(stream) arrived after \(last[stream] ?? 0)")
            }
            last[stream] = sequence
            if message.routingKey == "status.request" {
                let data = event.object("data")
                revisions[data["requestId"] ?? "", default: []].append(data["revision"] ?? "")
            }
        }
        for (request, state) in model.requests {
            let isTold = state.profile != "access"  // A disclosure is its own answer.
            let expected = isTold ? (1...state.revision).map { "\($0)" } : []
            if revisions[request, default: []] != expected {
                findings.append("the statuses of \(request) are \(revisions[request] ?? [])")
            }
        }
    }
}

extension Array where Element: Equatable {
    fileprivate func count(of element: Element) -> Int { count { $0 == element } }
}
