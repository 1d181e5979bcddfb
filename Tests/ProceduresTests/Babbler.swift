import Contract
import Domain

/// Says anything, right or wrong, about whatever a register knows: the same for the same seed.
struct Babbler {
    let scene: Scene
    var generator: SplitMix
    /// Counts what was said.
    private(set) var step = 0

    static let companies = ["LUACME", "LUTWO"]
    static let operators = companies + ["LUNINA"]
    static let people = ["anne", "bob", "dora", "erik", "nina", "zoe"]

    init(in scene: Scene, seed: UInt64) {
        self.scene = scene
        self.generator = SplitMix(seed: seed)
    }

    /// What is said next, by one of the ways of saying something; time passes now and then.
    mutating func next(
        _ say: (inout Babbler) throws -> ExampleMessage
    ) throws -> ExampleMessage {
        step += 1
        var message = try say(&self)
        guard chance(1, of: 4) else { return message }
        let hours = Int64(number(1...60))
        message.time = scene.now.advanced(bySeconds: hours * 3600)
        return message
    }

    // MARK: Choices

    var today: CivilDate { LuxembourgCalendar.date(at: scene.now) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements.pick(&generator) }

    mutating func chance(_ part: Int, of whole: Int) -> Bool { number(1...whole) <= part }

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

    /// One of the days around today.
    mutating func day(_ distance: ClosedRange<Int>) -> String {
        today.adding(days: number(distance)).description
    }

    mutating func cents(upTo most: Int64) -> String {
        Euros.text(Int64.random(in: 0...most, using: &generator))
    }

    /// Somebody who might speak for the operator, or any other.
    mutating func speaker(for eori: EORI?) -> String {
        let accounts = scene.register.accounts.filter { $0.eori == eori && $0.status.stands }
        guard chance(7, of: 8), !accounts.isEmpty else { return pick(Self.people) }
        return scene.name(of: pick(accounts).person)
    }

    /// The office, or somebody who takes its place.
    mutating func official(_ name: String, _ role: ActorRole) -> String {
        switch number(1...12) {
        case 1: "\(pick(Self.people)) as \(role.rawValue)"
        case 2: "\(name) as \(pick(ActorRole.allCases).rawValue)"
        default: "\(name) as \(role.rawValue)"
        }
    }

    /// One of the last requests that suit, if there is one; else one of the last, or one that there
    /// is not.
    mutating func request(_ suits: (Request) -> Bool) -> String {
        let all = scene.register.requests
        let suited = all.filter(suits).suffix(6)
        let known = suited.isEmpty || chance(1, of: 10) ? all.suffix(6) : suited
        guard !known.isEmpty, !chance(1, of: 20) else { return "x\(step)" }
        return scene.name(of: pick(Array(known)).identifier)
    }

    /// Who asked, as a rule.
    mutating func applicant(of request: String) -> String {
        let known = scene.requestIdentifier(request).flatMap { scene.register.records.requests[$0] }
        guard let known, chance(9, of: 10) else { return pick(Self.people) }
        let name = scene.name(of: known.person)
        return name == "nobody" ? pick(Self.people) : name
    }

    /// What the clock may bring, or somebody at any time.
    mutating func timer() throws -> ExampleMessage {
        let obligations = scene.register.obligations
        if !obligations.isEmpty, chance(1, of: 2) {
            let named = name(of: pick(Array(obligations.suffix(8))))
            let name = pick(["timer.overdue", "timer.overdue", "timer.remind-obligation"])
            return try said(name, [("obligation", named)])
        }
        let authorisations = scene.register.authorisations
        if !authorisations.isEmpty, chance(1, of: 2) {
            let own = pick(authorisations)
            let name = pick(["timer.lapse", "timer.lapse", "timer.warn"])
            let member = own.counterparty == nil ? "exciseNumber" : "mandate"
            return try said(name, [(member, scene.name(of: own))])
        }
        let name = pick(["remind", "escalate", "expire", "erase", "erase", "follow"])
        let now = scene.now
        let request = request { request in
            name != "erase" || request.eraseAt.map { $0 <= now } ?? false
        }
        return try said("timer.\(name)", [("requestId", request)])
    }

    func name(of obligation: Obligation) -> String {
        "\(obligation.kind) \(scene.reference(of: obligation))"
    }

    /// Somebody asks what would become of it, and says nothing else.
    mutating func preview(of message: ExampleMessage) throws -> ExampleMessage {
        var preview = try said(
            "registration.preview",
            [("requestId", "x\(step)"), ("message", message.name)]
        )
        preview.members.append(
            JSONObject.Member("data", .object(try message.expanded(in: scene)))
        )
        return preview
    }

    /// A message with its members as examples write them: texts, but for what looks like JSON of
    /// another kind. Those that are nil are not said.
    func said(_ name: String, _ members: [(String, String?)]) throws -> ExampleMessage {
        var message = ExampleMessage(name, [])
        message.members = try members.compactMap { name, text in
            try text.map { JSONObject.Member(name, try Self.value($0)) }
        }
        return message
    }

    private static func value(_ text: String) throws -> JSONValue {
        let isJSON =
            ["true", "false", "null"].contains(text) || text.hasPrefix("{") || text.hasPrefix("[")
            || Int(text) != nil
        return isJSON ? try JSONValue(parsing: Array(text.utf8)) : .string(text)
    }
}
