import Domain
import TestKit
import Testing

@testable import Workflow

/// Accounts that come, change, go and come back, with a provisioner whose reports come late, twice, in
/// another order or never. Whatever it says: no two accounts have one user, and whoever was erased has
/// none in the end.
@Suite struct ProvisioningLifeTests {
    @Test(
        "no report gives two accounts one user, or leaves one of who is gone",
        // In the last one a late report about an older account met a newer one that was revoked.
        arguments: Array(UInt64(1)...40) + [257]
    )
    func life(seed: UInt64) async throws {
        var life = try Life(seed: seed)
        try await life.place.serve()
        for step in 1...160 {
            await life.act(step)
            #expect(life.sharedPlaces == [], "step \(step)")
        }
        await life.rest()
        #expect(life.strangers == [])
        #expect(life.place.contents.orders.values.joined().allSatisfy { $0.state == .failed })
    }

    @Test("chance brings about everything that matters")
    func variety() async throws {
        var happened: Set<String> = []
        for seed in UInt64(1)...12 {
            var life = try Life(seed: seed)
            try await life.place.serve()
            for step in 1...160 { await life.act(step) }
            await life.rest()
            for entry in life.place.contents.journal {
                let event = Reading(event: entry.event)
                let more = event["change"] ?? event["reason"] ?? ""
                happened.insert("\(event["event"] ?? "") \(more)")
            }
        }
        #expect(
            happened.isSuperset(of: [
                "account.changed moved", "account.changed handed-over",
                "account.changed reappeared",
                "account.changed deprovisioned", "provisioning.superseded ",
                "provisioning.failed refused", "provisioning.report-ignored ",
                "provisioning.reported-late ",
            ]),
            "\(happened.sorted())"
        )
    }
}

private struct Life {
    private static let people = ["anne", "bob", "carl"]
    private static let operators = ["LU1", "LU2"]

    let place: Workplace
    private var random: SeededGenerator
    private var provisioner = Provisioner()
    private var publishedCount = 0
    /// Reports that are under way.
    private var reports: [Sent] = []

    init(seed: UInt64) throws {
        place = try Workplace(awaitReport: true)
        random = SeededGenerator(seed: seed)
    }

    // MARK: What happens

    mutating func act(_ step: Int) async {
        let person = random.one(of: Self.people)
        let eori = random.one(of: Self.operators)
        switch random.number(1...20) {
        case 1...5:
            place.send(Messages.registration(step, by: person, eori: eori))
            place.send(Messages.decision(step, identifier: "grant-\(step)"))
        case 6: manage("revocation", #""target":{"eori":"\#(eori)"},"remarks":"gone""#, step)
        case 7:
            if let account = place.contents.accounts.randomElement(using: &random) {
                let target = #""target":{"account":"\#(account.identifier)"}"#
                manage("revocation", target + #","remarks":"gone""#, step)
            }
        case 8:
            let operations = random.one(of: [#"["import"]"#, #"["import","transit"]"#])
            manage("operations", #""eori":"\#(eori)","operations":\#(operations)"#, step)
        case 9: place.send(Messages.right("erasure", step, by: person))
        case 10:
            let isRestricted = random.chance(50)
            place.send(
                Messages.right("restriction", step, by: person, #","restricted":\#(isRestricted)"#)
            )
        case 11:
            let changes = #","changes":{"givenName":"A\#(step)"}"#
            place.send(Messages.right("rectification", step, by: person, changes))
        case 12: place.clock.advance(bySeconds: Double(random.number(1...7200)))
        default: break
        }
        await place.work()
        takeOrders()
        reports += provisioner.next(&random)
        if !reports.isEmpty, random.chance(60) {
            // In whatever order.
            let report = reports.remove(at: random.number(0...reports.count - 1))
            if random.chance(95) { send([report]) }
            await place.work()
        }
    }

    private func manage(_ kind: String, _ members: String, _ step: Int) {
        place.send(
            Messages.management(
                kind,
                by: "claude",
                role: "customs-authority",
                members,
                identifier: "\(kind)-\(step)"
            )
        )
    }

    private mutating func takeOrders() {
        let published = place.broker.published
        for row in published[publishedCount...] { provisioner.take(row.message) }
        publishedCount = published.count
    }

    private func send(_ reports: [Sent]) {
        place.broker.send(reports.map(\.message))
    }

    /// The provisioner does and reports all that it is told, until nothing is left to be done.
    mutating func rest() async {
        send(reports)
        reports = []
        for _ in 0..<40 {
            await place.work()
            takeOrders()
            send(provisioner.finish())
            await place.work()
            place.clock.advance(bySeconds: 3601)
        }
    }

    // MARK: What must not be

    /// Places at which several accounts have their users.
    var sharedPlaces: [String] {
        let places = place.contents.accounts.compactMap(\.place?.path)
        return Dictionary(grouping: places) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }

    /// Users who should not be there, or not be active. Of an account whose order was given up
    /// somebody is told, and has to see to it.
    var strangers: [String] {
        let accounts = Dictionary(
            uniqueKeysWithValues: place.contents.accounts.map { ($0.identifier.description, $0) }
        )
        return provisioner.users.compactMap { identifier, user in
            guard let account = accounts[identifier] else { return "\(identifier) is nobody's" }
            guard place.contents.orders[account.identifier] == nil else { return nil }
            if account.status == .deleted { return "\(identifier) is deleted, and has a user" }
            return user.isActive && account.status != .active
                ? "\(identifier) is \(account.status), and its user active" : nil
        }
        .sorted()
    }
}
