import Contract
import Domain
import Procedures
import Testing

/// Thousands of random messages, by anybody about anything: whatever is applied must leave a
/// register that holds together, and must have been brought about by somebody with the right to.
@Suite struct RandomLifeTests {
    @Test("no sequence of messages breaks the rules", arguments: UInt64(1)...12)
    func life(seed: UInt64) throws {
        let scene = Scene(
            deadlines: ProcedureSettings.Deadlines(
                remindAfter: .seconds(0),
                escalateAfter: .seconds(0),
                expireAfter: seed % 2 == 0 ? .seconds(0) : nil
            )
        )
        var generator = SplitMix(seed: seed)
        let applied = try Self.live(in: scene, 400) { step in
            try Self.message(step, in: scene, using: &generator)
        }
        #expect(applied > 100)
    }

    /// Has so much happen, and looks at all of it.
    ///
    /// - Returns: How many of the messages changed something.
    static func live(
        in scene: Scene,
        _ count: Int,
        _ message: (Int) throws -> ExampleMessage
    ) throws -> Int {
        var witness = Witness(in: scene)
        var applied = 0
        for step in 0..<count {
            let message = try message(step)
            guard case .apply(let events) = try scene.outcome(of: message) else { continue }
            let objections = try witness.objections(to: events, after: message)
            #expect(objections == [], "step \(step): \(message)")
            try scene.apply(events)
            #expect(try Self.undeclared(by: events, in: scene.register) == [], "step \(step)")
            let violations = scene.register.violations()
            #expect(violations == [], "step \(step): \(message)")
            guard violations.isEmpty, objections.isEmpty else { break }
            applied += events.isEmpty ? 0 : 1
        }
        return applied
    }

    /// The kinds of events that followed, and the codes of what was refused.
    static func reached(
        in scene: Scene,
        _ count: Int,
        _ message: (Int) throws -> ExampleMessage
    ) throws -> Set<String> {
        var seen: Set<String> = []
        for step in 0..<count {
            switch try scene.outcome(of: try message(step)) {
            case .apply(let events):
                try scene.apply(events)
                let notation = EventNotation(scene: scene)
                seen.formUnion(
                    events.compactMap { event in
                        notation.line(event).split(separator: " ").first.map(String.init)
                    }
                )
            case .refuse(let problem): seen.insert(problem.code.rawValue)
            case .wait: seen.insert("wait")
            }
        }
        return seen
    }

    @Test("random messages reach every kind of event and of refusal")
    func reach() throws {
        var seen: Set<String> = []
        var generator = SplitMix(seed: 77)
        for _ in 0..<16 {
            let scene = Scene()
            seen.formUnion(
                try Self.reached(in: scene, 400) { step in
                    try Self.message(step, in: scene, using: &generator)
                }
            )
        }
        #expect(
            seen.isSuperset(of: [
                "person.recorded", "person.changed", "person.disclosed", "person.erased",
                "person-restricted", "request.submitted", "request.answered", "request.changed",
                "supplement.received",
                "operator.registered", "operator.changed", "account.opened", "account.changed",
                "operator.without-manager", "nothing.to-change", "request-exists",
                "request-closed", "not-authorised", "own-request", "operations-not-allowed",
                "operator-unknown", "stale-revision", "not-awaited", "not-eligible", "wait",
            ]),
            "\(seen.sorted())"
        )
    }

    /// The mails among those that follow which no procedure declares, or not this case of them.
    private static func undeclared(
        by events: [Event],
        in register: ExampleRegister
    ) throws -> [String] {
        let context = NoticeContext(
            register: register,
            events: events,
            request: nil,
            now: Instant(milliseconds: .max)
        )
        return try events.flatMap { try ProcedureCatalogue.notices(of: $0, in: context) }
            .filter { notice in
                !ProcedureCatalogue.mails.contains(notice.template)
                    || !notice.template.variants.contains(notice.variant)
            }
            .map { "\($0.template.name) \($0.variant.sections)" }
    }

    // MARK: Messages

    private static let people = ["anne", "bob", "dora", "erik"]
    private static let operators = ["LUACME", "LUTWO"]
    private static let operations = ["import", "transit", "import,transit", "import-control"]

    static func message(
        _ step: Int,
        in scene: Scene,
        using generator: inout SplitMix
    ) throws -> ExampleMessage {
        let person = people.pick(&generator)
        let eori = operators.pick(&generator)
        // Officials are twice as likely as each of the people, and sometimes one of them.
        let actor = [
            "carla as customs-authority", "\(people.pick(&generator)) as manager",
            "\(people.pick(&generator)) as manager",
            Int.random(in: 0..<8, using: &generator) == 0
                ? "\(person) as customs-authority" : "carla as customs-authority",
        ].pick(&generator)
        let requests = scene.register.requests.suffix(6).map { scene.name(of: $0.identifier) }
        let request = (requests + ["r\(step)"]).pick(&generator)
        let accounts = scene.register.accounts.suffix(6).map(scene.name(of:))
        let account = accounts.isEmpty ? "nobody" : accounts.pick(&generator)
        let some = operations.pick(&generator)
        switch Int.random(in: 0..<24, using: &generator) {
        case 0, 1:
            return ExampleMessage(
                "registration.access.company",
                [("requestId", "r\(step)"), ("applicant", person), ("eori", eori)]
            )
        case 2:
            return ExampleMessage(
                "registration.access.natural-person",
                [("requestId", "r\(step)"), ("applicant", person), ("eori", "LU\(person)")]
            )
        case 3, 4, 5:
            return ExampleMessage(
                "registration.access.employee",
                [("requestId", "r\(step)"), ("applicant", person), ("eori", eori)]
            )
        case 6:
            return ExampleMessage(
                "registration.access.operations",
                [
                    ("requestId", "r\(step)"), ("applicant", person), ("eori", eori),
                    ("operations", some),
                ]
            )
        case 7, 8, 9, 10:
            return ExampleMessage("approval.decision", [("requestId", request), ("actor", actor)])
        case 11:
            return ExampleMessage(
                "approval.decision",
                [("requestId", request), ("actor", actor), ("operations", some)]
            )
        case 12:
            let outcome = ["rejected", "information-requested"].pick(&generator)
            return ExampleMessage(
                "approval.decision",
                [("requestId", request), ("actor", actor), ("outcome", outcome)]
            )
        case 13:
            let awaiting = scene.register.requests.last { $0.status == .awaitingInformation }
            return ExampleMessage(
                "registration.supplement",
                [
                    ("requestId", awaiting.map { scene.name(of: $0.identifier) } ?? request),
                    ("applicant", awaiting.map { scene.name(of: $0.person) } ?? person),
                ]
            )
        case 14:
            return ExampleMessage(
                "registration.withdrawal",
                [("requestId", request), ("applicant", person)]
            )
        case 15, 16: return report(on: account, using: &generator)
        case 17: return ExampleMessage("broker.confirmed", [("account", account)])
        case 18:
            return ExampleMessage(
                "approval.role",
                [
                    ("account", account), ("actor", actor),
                    ("role", ["manager", "manager", "employee"].pick(&generator)),
                ]
            )
        case 19:
            return ExampleMessage(
                "approval.operations",
                [
                    Bool.random(using: &generator) ? ("account", account) : ("eori", eori),
                    ("actor", actor), ("operations", some),
                ]
            )
        case 20:
            let target = [account, account, account, eori].pick(&generator)
            return ExampleMessage(
                "approval.revocation",
                [("target", target == "nobody" ? eori : target), ("actor", actor)]
            )
        case 21: return try right(step, of: person, using: &generator)
        case 23:
            return ExampleMessage(
                "registration.traveller.declaration",
                [
                    ("requestId", request), ("applicant", person),
                    ("goods", "150 cigarettes, 70 smoking-tobacco"),
                ]
            )
        default: return try special(request, actor: actor, using: &generator)
        }
    }

    /// Anything that a provisioner could say, true or not.
    private static func report(
        on account: String,
        using generator: inout SplitMix
    ) -> ExampleMessage {
        let statuses = ["200", "201", "201", "204", "404", "409", "410", "412", "429", "500"]
        var members = [
            ("account", account),
            ("method", ["POST", "POST", "PUT", "PATCH", "DELETE"].pick(&generator)),
            ("status", statuses.pick(&generator)),
        ]
        if Bool.random(using: &generator) {
            let place = Int.random(in: 1...4, using: &generator)
            members.append(("location", "https://idm.example.lu/Users/\(place)"))
        }
        return ExampleMessage("report.provisioning", members)
    }

    /// Erasure seldom: whoever is forgotten has to begin again.
    private static func right(
        _ step: Int,
        of person: String,
        using generator: inout SplitMix
    ) throws -> ExampleMessage {
        let applicant = #""requestId": "p\#(step)", "applicant": "\#(person)""#
        let (name, rest) = [
            ("access", ""), ("restriction", #", "restricted": true"#),
            ("restriction", #", "restricted": false"#),
            ("restriction", #", "restricted": false"#), ("consent-withdrawal", ""),
            ("rectification", #", "changes": { "familyName": "W\#(step)" }"#), ("erasure", ""),
        ].pick(&generator)
        let json = #"{ "registration.person.\#(name)": { \#(applicant)\#(rest) } }"#
        return try ExampleMessage(JSONValue(parsing: Array(json.utf8)))
    }

    private static func special(
        _ request: String,
        actor: String,
        using generator: inout SplitMix
    ) throws -> ExampleMessage {
        guard actor.hasSuffix("customs-authority") else {
            let timer = ["expire", "remind", "escalate"].pick(&generator)
            return ExampleMessage("timer.\(timer)", [("requestId", request)])
        }
        let json = """
            { "approval.decision":
              { "requestId": "\(request)", "actor": "\(actor)", "revision": 9 } }
            """
        return try ExampleMessage(JSONValue(parsing: Array(json.utf8)))
    }
}

extension Array {
    func pick(_ generator: inout SplitMix) -> Element {
        self[Int.random(in: indices, using: &generator)]
    }
}

/// A random number generator that says the same again for the same seed (Steele, Lea and Flood,
/// 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
