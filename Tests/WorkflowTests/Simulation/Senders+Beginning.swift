import Contract
import Domain

// What is said before chance has its way.
extension Senders {
    /// Which of what the desk says first is said in which round.
    static let beginnings = [0..<0, 0..<3, 3..<6, 6..<7, 7..<8]

    /// What a life begins with that is about excise, in so many rounds: three companies, with what
    /// they may do, and one who manages the first without binding it.
    mutating func beginning(_ round: Int, now: Instant) -> [InboundMessage] {
        let before = sent.count
        if round == 0 {
            for number in 1...3 { begin("LU\(number)", "company", Self.people[number - 1]) }
        }
        for step in Self.beginnings[round] {
            let (said, draft) = desk.beginning(step, occasion(at: now))
            send(.excise(said), draft)
        }
        if round == 1 { begin("LU1", "employee", "dora") }
        if round == 2, let account = accounts.last {
            let content = Sent.Management(
                action: .appoint("manager"),
                person: "anne",
                role: "manager",
                account: account
            )
            let draft = Messages.management(
                "role",
                by: "anne",
                role: "manager",
                #""account":"\#(account)","role":"manager""#,
                identifier: newMessage()
            )
            send(.management(content), draft)
        }
        return sent[before...].map(\.message)
    }

    /// What a life begins with that is about vehicles and relief, in so many rounds.
    mutating func beginningOfDossiers(_ round: Int, now: Instant) -> [InboundMessage] {
        let before = sent.count
        for step in DossierDesk.beginnings[round] {
            let (said, draft) = dossiers.beginning(step, occasion(at: now))
            send(.dossier(said), draft)
        }
        return sent[before...].map(\.message)
    }

    /// Somebody asks, and is granted it.
    private mutating func begin(_ eori: String, _ profile: String, _ person: String) {
        let number = newRequest()
        let content = Sent.Registration(
            request: Messages.request(number).description,
            profile: profile,
            person: person,
            eori: eori,
            operations: profile == "company" ? ["import"] : [],
            terms: true
        )
        let decision = Sent.Decision(
            request: content.request,
            outcome: "granted",
            person: profile == "company" ? "claude" : "anne",
            role: profile == "company" ? "customs-authority" : "manager"
        )
        registrations.append((number, content))
        managers.append((eori, person))
        let draft = Messages.registration(
            number,
            profile: profile,
            by: person,
            eori: eori,
            operations: ["import"],
            identifier: newMessage()
        )
        send(.registration(content), draft)
        send(
            .decision(decision),
            Messages.decision(
                number,
                by: decision.person,
                role: decision.role,
                identifier: newMessage()
            )
        )
    }

    mutating func occasion(at now: Instant) -> ExciseDesk.Occasion {
        ExciseDesk.Occasion(
            number: newRequest(),
            identifier: newMessage(),
            managers: managers,
            people: Self.people,
            today: LuxembourgCalendar.date(at: now)
        )
    }
}
