import Contract
import Domain

/// The portals, offices and nuisances of a simulation: says at random what is sent next.
struct Senders {
    static let operations = ["import", "transit", "temporary-storage"]
    static let people = ["anne", "bob", "carl", "dora"]
    private static let officials = ["claude", "claude", "claude", "dora"]
    private static let eoris = (1...12).map { "LU\($0)" }

    /// Everything so far, in the order of sending.
    private(set) var sent: [Sent] = []
    private var drafts: [(content: Sent.Content, draft: Draft)] = []
    var registrations: [(number: Int, content: Sent.Registration)] = []
    /// Requests that were decided on before they were sent.
    private var promised: [Int] = []
    private var lastRequest = 0
    private var lastMessage = 0
    /// What the portal has learnt: accounts, and requests that are open, by their numbers.
    var accounts: [String] = []
    private var open: [Int] = []
    private var asked: [Int] = []
    /// Operators, and who acts for them.
    var managers: [(eori: String, person: String)] = []
    var desk = ExciseDesk()
    var dossiers = DossierDesk()

    /// - Parameters:
    ///   - excisePercent: how much of it is about excise.
    ///   - dossierPercent: how much of the rest is about vehicles, relief and travellers.
    ///   - makeDeadly: told which requests are to kill the process.
    mutating func next(
        _ random: inout SeededGenerator,
        now: Instant,
        excisePercent: Int = 0,
        dossierPercent: Int = 0,
        deadlyPercent: Int = 0,
        makeDeadly: (RequestIdentifier) -> Void = { _ in }
    ) -> [InboundMessage] {
        let before = sent.count
        if random.chance(excisePercent) {
            let (content, draft) = desk.next(&random, occasion(at: now))
            send(content, draft)
            return sent[before...].map(\.message)
        }
        if random.chance(dossierPercent) {
            let (content, draft) = dossiers.next(&random, occasion(at: now))
            send(content, draft)
            return sent[before...].map(\.message)
        }
        let isAsked = !asked.isEmpty && random.chance(25)
        switch isAsked ? 61 : random.number(1...100) {
        case 1...30:
            let number = register(&random)
            if random.chance(deadlyPercent) { makeDeadly(Messages.request(number)) }
        case 31...57: decide(&random)
        case 58...60: exercise(&random)
        case 61...66: answer(&random)
        case 67...76: manage(&random)
        case 77...78: report(&random)
        case 79...86: repeatMessage(&random)
        case 87...91: reuse(&random, now: now)
        default: rubbish(&random)
        }
        return sent[before...].map(\.message)
    }

    /// The portal reads a status that was published.
    mutating func learn(_ message: OutboundMessage) {
        guard message.routingKey.hasPrefix("status.") else { return }
        let data = Reading(message.body).object("data")
        desk.learn(message.routingKey, data)
        if message.routingKey == "status.request" { dossiers.learn(data) }
        let registration = registrations.first { $0.content.request == data["requestId"] }
        if let account = data["account"] {
            guard !accounts.contains(account) else { return }
            accounts.append(account)
            if let content = registration?.content, content.profile != "employee",
                !managers.contains(where: { $0 == (content.eori, content.person) })
            {
                managers.append((content.eori, content.person))
            }
        } else if let number = registration?.number {
            open.removeAll { $0 == number }
            asked.removeAll { $0 == number }
            if data["status"] == "pending" { open.append(number) }
            if data["status"] == "awaiting-information" { asked.append(number) }
        }
    }

    /// Sends what a script says.
    mutating func send(_ message: Sent) -> InboundMessage {
        sent.append(message)
        return message.message
    }

    // MARK: - Sense

    private mutating func register(_ random: inout SeededGenerator) -> Int {
        let isPromised = !promised.isEmpty && random.chance(70)
        let number = isPromised ? promised.removeFirst() : newRequest()
        let (content, draft) = registration(number, &random)
        registrations.append((number, content))
        send(.registration(content), draft)
        return number
    }

    private mutating func registration(
        _ number: Int,
        _ random: inout SeededGenerator
    ) -> (Sent.Registration, Draft) {
        let profiles = [
            "company", "company", "employee", "employee", "natural-person", "operations",
        ]
        let isCompanyThere = !managers.isEmpty && random.chance(30)
        let profile = isCompanyThere ? "employee" : random.one(of: profiles)
        let operations = profile == "employee" ? [] : random.some(of: Self.operations)
        // Mostly what makes sense: new operators, and people of operators that may exist.
        var eori = random.one(of: Self.eoris)
        if profile == "employee" || profile == "operations", random.chance(80) {
            eori = managers.randomElement(using: &random)?.eori ?? eori
        } else if registrations.contains(where: { $0.content.eori == eori }) {
            eori = random.one(of: Self.eoris)
        }
        let content = Sent.Registration(
            request: Messages.request(number).description,
            profile: profile,
            person: random.one(of: Self.people),
            eori: eori,
            operations: Set(operations),
            terms: profile == "operations" || random.chance(95)
        )
        let draft = Messages.registration(
            number,
            profile: profile,
            by: content.person,
            eori: content.eori,
            operations: operations,
            terms: content.terms,
            identifier: newMessage()
        )
        return (content, draft)
    }

    private mutating func decide(_ random: inout SeededGenerator) {
        let number: Int
        if registrations.isEmpty || random.chance(12) {
            number = newRequest()
            promised.append(number)
        } else {
            let isOpen = random.chance(75)
            number =
                (isOpen ? (open + asked).randomElement(using: &random) : nil)
                ?? random.one(of: registrations.suffix(8)).number
        }
        let (content, draft) = decision(number, &random)
        send(.decision(content), draft)
    }

    private mutating func decision(
        _ number: Int,
        _ random: inout SeededGenerator
    ) -> (Sent.Decision, Draft) {
        let registration = registrations.first { $0.number == number }?.content
        let isManagers = (registration?.profile == "employee") == random.chance(90)
        let manager = managers.first { $0.eori == registration?.eori }
        let outcomes = ["granted", "granted", "granted", "rejected", "information-requested"]
        let operations = random.chance(30) ? random.some(of: Self.operations) : nil
        let content = Sent.Decision(
            request: Messages.request(number).description,
            outcome: random.one(of: outcomes),
            person: isManagers
                ? random.chance(70)
                    ? manager?.person ?? "anne" : random.one(of: Self.people)
                : random.one(of: Self.officials),
            role: isManagers ? "manager" : "customs-authority",
            operations: operations.map { Set($0) },
            revision: random.chance(20) ? random.number(1...3) : nil
        )
        let draft = Messages.decision(
            number,
            content.outcome,
            by: content.person,
            role: content.role,
            operations: operations,
            revision: content.revision,
            identifier: newMessage()
        )
        return (content, draft)
    }

    private mutating func answer(_ random: inout SeededGenerator) {
        let isAsked = random.chance(75)
        let likely = isAsked ? (asked.isEmpty ? open : asked).randomElement(using: &random) : nil
        guard
            let registration = registrations.first(where: { $0.number == likely })
                ?? registrations.suffix(8).randomElement(using: &random)
        else { return }
        let person =
            random.chance(80) ? registration.content.person : random.one(of: Self.people)
        let request = registration.content.request
        if random.chance(60) {
            send(
                .supplement(request: request, person: person),
                Messages.supplement(registration.number, by: person, identifier: newMessage())
            )
        } else {
            send(
                .withdrawal(request: request, person: person),
                Messages.withdrawal(registration.number, by: person, identifier: newMessage())
            )
        }
    }

    /// A right of a person: restrictions are lifted more often than they are asked for.
    private mutating func exercise(_ random: inout SeededGenerator) {
        let number = newRequest()
        let right = random.one(of: [
            "access", "rectification", "restriction", "restriction", "consent-withdrawal",
        ])
        let content = Sent.Right(
            request: Messages.request(number).description,
            right: right,
            person: random.one(of: Self.people),
            restricts: right == "restriction" ? random.chance(40) : nil
        )
        let member =
            switch right {
            case "rectification": #","changes":{"familyName":"Weber \#(number)"}"#
            case "restriction": #","restricted":\#(content.restricts == true)"#
            default: ""
            }
        let draft = Messages.right(
            right,
            number,
            by: content.person,
            member,
            identifier: newMessage()
        )
        send(.right(content), draft)
    }

    private mutating func manage(_ random: inout SeededGenerator) {
        let isManagers = random.chance(50)
        var content = Sent.Management(
            action: .revoke,
            person: random.one(of: isManagers ? Self.people : Self.officials),
            role: isManagers ? "manager" : "customs-authority"
        )
        var target: String
        if let account = accounts.suffix(6).randomElement(using: &random), random.chance(70) {
            content.account = account
            target = #""account":"\#(account)""#
        } else {
            content.eori = random.one(of: registrations.suffix(6).map(\.content.eori) + ["LU1"])
            target = #""eori":"\#(content.eori ?? "")""#
        }
        let kind: String
        switch random.number(1...10) {
        case 1...3 where content.account != nil:
            kind = "role"
            let role = random.one(of: ["manager", "manager", "employee"])
            content.action = .appoint(role)
            target += #","role":"\#(role)""#
        case 1...7:
            kind = "operations"
            let operations = random.some(of: Self.operations)
            content.action = .operations(Set(operations))
            target += #","operations":\#(Messages.list(operations))"#
        default:
            kind = "revocation"
            target = #""target":{\#(target)},"remarks":"see the file""#
        }
        let draft = Messages.management(
            kind,
            by: content.person,
            role: content.role,
            target,
            identifier: newMessage()
        )
        send(.management(content), draft)
    }

    /// About an account that nobody has.
    private mutating func report(_ random: inout SeededGenerator) {
        let account = "\(Messages.request(newRequest()))"
        let status = random.one(of: [201, 409, 500])
        send(
            .report(account: account, method: "POST", status: status),
            Messages.report(account, status: status, identifier: newMessage())
        )
    }

    // MARK: - Nuisance

    private mutating func repeatMessage(_ random: inout SeededGenerator) {
        guard let again = sent.suffix(30).randomElement(using: &random) else { return }
        sent.append(again)
    }

    /// Other content under an id that was used before.
    private mutating func reuse(_ random: inout SeededGenerator, now: Instant) {
        guard let used = drafts.suffix(20).randomElement(using: &random) else { return }
        let content: Sent.Content
        var draft: Draft
        switch used.content {
        case .registration(let registration):
            let (other, changed) = self.registration(newRequest(), &random)
            guard other.profile == registration.profile else { return }
            (content, draft) = (.registration(other), changed)
        case .decision(let decision):
            let number = registrations.randomElement(using: &random)?.number ?? newRequest()
            let (other, changed) = self.decision(number, &random)
            guard other.role == decision.role, other != decision else { return }
            (content, draft) = (.decision(other), changed)
        case .dossier:
            (content, draft) = dossiers.next(&random, occasion(at: now))
            guard draft.user == used.draft.user, draft.source == used.draft.source,
                content != used.content
            else { return }
        default: return
        }
        draft.identifier = used.draft.identifier
        sent.append(Sent(content, draft))
    }

    private mutating func rubbish(_ random: inout SeededGenerator) {
        var draft = Messages.registration(newRequest(), identifier: newMessage())
        switch random.number(1...7) {
        case 1:
            sent.append(
                Sent(rubbish: draft.message(body: draft.body + "}"), reason: "malformed")
            )
            return
        case 2:
            sent.append(
                Sent(
                    rubbish: draft.message(body: #"{"id":"\#(draft.identifier)"}"#),
                    reason: "not-an-event"
                )
            )
            return
        case 3:
            draft.user = "stranger"
            sent.append(Sent(.rubbish(reason: "forbidden"), draft))
        case 4:
            draft.user = nil
            sent.append(Sent(.rubbish(reason: "forbidden"), draft))
        case 5:
            draft.user = Messages.customs
            sent.append(Sent(.rubbish(reason: "forbidden"), draft))
        case 6:
            draft.routingKey = "registration.nonsense"
            sent.append(Sent(.rubbish(reason: "unknown-type"), draft))
        default:
            draft.data = #"{"requestId":"\#(draft.subject ?? "")"}"#
            sent.append(Sent(.rubbish(reason: "schema"), draft))
        }
    }

    // MARK: - Numbers

    mutating func send(_ content: Sent.Content, _ draft: Draft) {
        drafts.append((content, draft))
        sent.append(Sent(content, draft))
    }

    mutating func newRequest() -> Int {
        lastRequest += 1
        return lastRequest
    }

    mutating func newMessage() -> String {
        lastMessage += 1
        return "message-\(lastMessage)"
    }
}
