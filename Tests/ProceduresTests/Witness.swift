import Contract
import Domain

/// Looks on while a register lives, and objects to what somebody had no right to bring about.
///
/// Goes by the messages, and by the register before each of them; shares nothing with what decides.
struct Witness {
    let scene: Scene
    /// For whom somebody agreed who binds them, of each mandate that is asked for.
    var agreed: [RequestIdentifier: Set<EORI>] = [:]

    init(in scene: Scene) { self.scene = scene }

    var register: ExampleRegister { scene.register }
    var today: CivilDate { LuxembourgCalendar.date(at: scene.now) }

    /// What is wrong with these events, which are not applied yet.
    mutating func objections(
        to events: [Event],
        after message: ExampleMessage
    ) throws -> [String] {
        if let silent = Self.changesNothing(message) {
            return events.filter { !silent($0) }.map { "\(message.name) brought \($0)" }
        }
        var found = try observe(events, after: message)
        for event in events {
            found += objections(toAccess: event)
            found += try objections(toExcise: event, among: events, after: message)
            found += try objections(toMoney: event, among: events, after: message)
            found += try objections(toDossier: event, after: message)
        }
        return found
    }

    /// What follows from a message that is to leave the register as it is; nil for others.
    private static func changesNothing(_ message: ExampleMessage) -> ((Event) -> Bool)? {
        switch message.name {
        case "registration.preview": { _ in false }
        case "registration.traveller.declaration":
            { event in
                switch event {
                // Who asks is known from then on, and that they were answered.
                case .personRecorded, .requestAnswered: true
                case .requestSubmitted(let request): request.status == .answered
                default: false
                }
            }
        default: nil
        }
    }

    // MARK: Who is who

    func isOf(_ person: PersonIdentifier, _ name: String) -> Bool {
        register.records.persons[person]?.subject == ExampleMessage.subjectPrefix + name
    }

    /// The accounts of the operator that somebody of that name holds and that stand.
    func accounts(of name: String, at eori: EORI?) -> [Account] {
        register.accounts.filter { $0.eori == eori && $0.status.stands && isOf($0.person, name) }
    }

    func binds(_ name: String, _ eori: EORI) -> Bool {
        register.operators.contains { $0.eori == eori && $0.status == .registered }
            && accounts(of: name, at: eori).contains {
                $0.status == .active
                    && ($0.role == .legalRepresentative || $0.role == .naturalPerson)
            }
    }

    func manages(_ name: String, _ eori: EORI?) -> Bool {
        accounts(of: name, at: eori).contains { $0.role != .employee }
    }

    /// What is wrong with somebody who decides for an authority about what is a person's or an
    /// operator's own.
    func objections(
        toDecider message: ExampleMessage,
        as roles: [ActorRole],
        about person: PersonIdentifier? = nil,
        of eori: EORI? = nil,
        _ deed: String
    ) -> [String] {
        guard let (name, role) = message.decider else { return ["\(deed) by nobody's decision"] }
        var found: [String] = []
        if !roles.contains(where: { $0.rawValue == role }) { found.append("\(deed) as \(role)") }
        if person.map({ isOf($0, name) }) == true || !accounts(of: name, at: eori).isEmpty {
            found.append("\(deed) in an own matter")
        }
        return found
    }
}

// What is wrong with who brought the event about, going by the register before it.
extension Witness {
    fileprivate func objections(toAccess event: Event) -> [String] {
        switch event {
        case .requestChanged(let request, _, .decisionMaker(let person, let role, _), _):
            let manages = register.accounts.contains {
                $0.person == person && $0.eori == request.eori && $0.status == .active
                    && ($0.role == .manager || $0.role == .legalRepresentative)
            }
            let mayDecide =
                switch (request.procedure, request.profile) {
                case ("access", "employee"): role == .manager && manages
                case ("excise", "mandate"): role == .manager || role == .exciseOffice
                case ("excise", _): role == .exciseOffice
                case ("vehicle", _): role == .customsAuthority || role == .vehicleAuthority
                default: role == .customsAuthority
                }
            return (person == request.person ? ["decided on an own request"] : [])
                + (mayDecide ? [] : ["decided without a right to"])
        case .accountChanged(
            let account,
            _,
            let change,
            .decisionMaker(let person, let role, _),
            _
        ):
            return objections(to: change, of: account, by: person, as: role)
        case .operatorChanged(_, _, .decisionMaker(_, let role, _), _):
            return role == .customsAuthority ? [] : ["changed an operator without a right to"]
        default: return []
        }
    }

    private func objections(
        to change: AccountChange,
        of account: Account,
        by person: PersonIdentifier,
        as role: ActorRole
    ) -> [String] {
        let own = register.accounts.first {
            $0.person == person && $0.eori == account.eori && $0.status == .active
                && $0.role.managesCompany
        }
        let mayChange =
            switch change {
            case .roleChanged:
                role == .customsAuthority
                    || (role == .manager && own?.role == .legalRepresentative)
            case .granted, .operatorChanged, .operatorRevoked: role == .customsAuthority
            // Whoever takes an authorisation away takes along what rests on it.
            case .entitlementsChanged: role == .exciseOffice || role == .customsAuthority
            default: role == .customsAuthority || (role == .manager && own != nil)
            }
        return (person == account.person ? ["changed an own account"] : [])
            + (mayChange ? [] : ["changed an account without a right to"])
    }
}

extension ExampleMessage {
    /// Who decides by it, and as what.
    var decider: (name: String, role: String)? {
        guard let words = said("actor")?.split(separator: " "), words.count == 3 else { return nil }
        return (String(words[0]), String(words[2]))
    }

    /// Whether somebody agrees by it to what was asked for.
    var isYes: Bool {
        name == "approval.decision" && (said("outcome") ?? "granted") == "granted"
    }

    var sender: String { said("applicant") ?? "nobody" }

    /// A member that is a text, as the example has it; nil where it is none.
    func said(_ name: String) -> String? { try? text(name) }

    /// The same of an amount of euros.
    func cents(_ name: String = "amount") -> Int64? { said(name).flatMap(Self.cents) }

    static func cents(_ text: String) -> Int64? { Int64(text.filter { $0 != "." }) }
}
