import Contract
import Domain
import Testing

@testable import Procedures

// The same of what is said of excise goods, of vehicles and of relief, among all the rest.
extension RandomLifeTests {
    private static func scene(_ seed: UInt64) -> Scene {
        var values = SettingValues()
        values[Excise.coverInUse] = seed % 2 == 0
        values[Excise.releaseByRule] = seed % 3 == 0
        values[Excise.quantitiesRequired] = seed % 5 == 0
        values[Excise.trackStockRecords] = seed % 3 != 1
        let rules = ["indirect", "never", "always"]
        values[Excise.representativeNeedsAuthorisation] = rules[Int(seed % 3)]
        values[Relief.rejectByRule] = seed % 4 == 0
        values[ProcedureSettings.deadlinesRollForward] = seed % 2 == 1
        let atOnce = Period.seconds(0)
        let deadlines = ProcedureSettings.Deadlines(
            remindAfter: atOnce,
            escalateAfter: atOnce,
            expireAfter: seed % 4 == 0 ? atOnce : nil
        )
        return Scene(
            deadlines: seed % 2 == 0 ? deadlines : nil,
            values: values,
            basis: seed % 2 == 0 ? .seed : .law
        )
    }

    /// What is said at first, and then at random: mostly by `say`, and now and then about access
    /// and persons' rights.
    private static func conversation(
        _ scene: Scene,
        _ seed: UInt64,
        _ opening: (Babbler) throws -> [ExampleMessage],
        _ say: @escaping (inout Babbler) throws -> ExampleMessage
    ) throws -> (Int) throws -> ExampleMessage {
        var babbler = Babbler(in: scene, seed: seed)
        let opening = try opening(babbler)
        return { step in
            guard step >= opening.count else { return opening[step] }
            return try babbler.next { babbler in
                guard babbler.chance(1, of: 12) else { return try say(&babbler) }
                return try message(step, in: scene, using: &babbler.generator)
            }
        }
    }

    @Test(
        "nobody is authorised, acts for others or has money move without a right to",
        arguments: UInt64(1)...6
    )
    func excise(seed: UInt64) throws {
        let scene = Self.scene(seed)
        let next = try Self.conversation(scene, seed, { try $0.settled() }, Babbler.excise)
        #expect(try Self.live(in: scene, 250, next) > 40)
    }

    @Test(
        "no vehicle, and nothing that is brought along, is let in without those who decide",
        arguments: UInt64(1)...6
    )
    func dossiers(seed: UInt64) throws {
        let scene = Self.scene(seed)
        let next = try Self.conversation(scene, seed, { _ in [] }, Babbler.dossier)
        #expect(try Self.live(in: scene, 250, next) > 40)
    }

    @Test("random messages of excise reach every kind of event and of refusal")
    func reachOfExcise() throws {
        var seen: Set<String> = []
        for seed in UInt64(1)...10 {
            let scene = Self.scene(seed)
            let next = try Self.conversation(scene, seed, { try $0.settled() }, Babbler.excise)
            seen.formUnion(try Self.reached(in: scene, 350, next))
        }
        #expect(
            seen.isSuperset(of: [
                "authorisation.granted", "authorisation.changed", "authorisation.disclosed",
                "obligation.opened", "obligation.changed", "guarantee.held", "guarantee.changed",
                "outage.began", "outage.ended", "cascade.begun", "cascade.done",
                "particulars.stated", "request.reminded", "request.escalated", "request.erased",
                "schema", "guarantee-required", "excise-number-taken", "authorisation-unknown",
                "authorisation-not-valid", "mandate-unknown", "mandate-missing", "receipt-exists",
                "arc-mismatch", "movement-exists", "consignee-not-valid", "consignee-not-checked",
                "guarantee-unknown", "obligations-open", "date-out-of-range", "not-eligible",
                "account-not-of-operator", "stale-revision", "own-request", "not-awaited",
            ]),
            "\(seen.sorted())"
        )
    }

    @Test("random messages of vehicles and relief reach every kind of event and of refusal")
    func reachOfDossiers() throws {
        var seen: Set<String> = []
        for seed in UInt64(1)...10 {
            let scene = Self.scene(seed)
            let next = try Self.conversation(scene, seed, { _ in [] }, Babbler.dossier)
            seen.formUnion(try Self.reached(in: scene, 350, next))
        }
        #expect(
            seen.isSuperset(of: [
                "documents.named", "particulars.stated", "supplement.received",
                "obligation.opened", "obligation.changed", "request.answered",
                "documents-missing", "step-not-reached", "plate-taken", "not-awaited",
                "not-eligible", "date-out-of-range", "request-exists", "request-closed",
                "own-request", "not-authorised", "person-restricted", "stale-revision", "schema",
            ]),
            "\(seen.sorted())"
        )
    }
}
