import Foundation
import TestKit
import Testing
import Workflow

/// Lives of the whole workflow under a schedule with faults, audited by somebody else.
///
/// `REGISTRAR_SIMULATION_SEEDS` says how many; `REGISTRAR_SIMULATION_SEED` replays one.
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// The seeds are dealt out to as many tests, which run side by side.
    private static let shares = 8

    private static let seeds: [UInt64] = {
        if let seed = environment["REGISTRAR_SIMULATION_SEED"].flatMap(UInt64.init) {
            return [seed]
        }
        let count = environment["REGISTRAR_SIMULATION_SEEDS"].flatMap(UInt64.init)
        return Array(1...(count ?? (environment["REGISTRAR_TORTURE"] == nil ? 240 : 10_000)))
    }()

    @Test(
        "nothing is lost, nothing happens twice, nobody gets what nobody granted",
        arguments: 0..<shares
    )
    func lives(share: Int) async throws {
        for seed in Self.seeds where Int(seed) % Self.shares == share {
            let findings = try await Simulation(seed: seed).run()
            guard !findings.isEmpty else { continue }
            let first = findings.prefix(5).joined(separator: "; ")
            Issue.record(
                """
                seed \(seed), \(findings.count) findings: \(first). \
                Replay: REGISTRAR_SIMULATION_SEED=\(seed) swift test --filter SimulationTests
                """
            )
        }
    }

    @Test("chance brings about everything that matters")
    func variety() async throws {
        let expected: Set<String> = [
            "sent again", "died", "message.deferred ", "request.submitted pending",
            "request.submitted rejected", "request.changed granted", "request.changed rejected",
            "request.changed awaiting-information", "request.changed pending",
            "request.changed withdrawn", "request.changed expired", "request.reminded pending",
            "request.reminded awaiting-information", "request.escalated pending",
            "account.changed active",
            "account.changed revoked", "operator.changed revoked", "operator.changed registered",
            "message.dead-lettered poison", "message.dead-lettered request-unknown",
            "message.dead-lettered malformed", "message.dead-lettered forbidden",
            "message.refused id-reused", "message.refused own-request",
            "message.refused not-authorised", "message.refused request-closed",
            "message.refused stale-revision", "message.refused operations-not-allowed",
            "message.refused person-restricted", "person.changed ", "person.disclosed ",
            "request.submitted granted", "request.submitted answered", "account.changed suspended",
            "account.changed failed",
            "provisioning.done ", "provisioning.refused ", "provisioning.retried ",
            "provisioning.failed ", "provisioning.report-ignored ",
        ]
        var happened: Set<String> = []
        var kinds: Set<Simulation.Kind> = []
        for seed in UInt64(1)...120 {
            if seed > 40, expected.isSubset(of: happened) { break }
            let simulation = try Simulation(seed: seed)
            _ = await simulation.run()
            kinds.insert(simulation.kind)
            let contents = simulation.register.contents
            for entry in contents.journal {
                let event = Reading(event: entry.event)
                let more = event["code"] ?? event["status"] ?? ""
                happened.insert("\(event["event"] ?? "") \(more)")
            }
            let published = simulation.broker.published.map(\.sequence)
            if Set(published).count < published.count { happened.insert("sent again") }
            if simulation.hazard.deaths > 0 { happened.insert("died") }
        }
        #expect(expected.subtracting(happened) == [])
        #expect(kinds == [.crashes, .suspicion, .poison])
    }

    @Test("chance brings about all that there is of excise, vehicles, relief and travellers")
    func varietyOfSubjects() async throws {
        let ofExcise: Set<String> = [
            "authorisation.granted", "authorisation.changed warned",
            "authorisation.changed lapsed", "authorisation.changed revoked",
            "authorisation.changed operator-revoked", "authorisation.changed end-set",
            "authorisation.changed basis-ended", "request.changed first yes",
            "guarantee.held", "guarantee.changed called", "guarantee.changed released",
            "guarantee.changed changed", "guarantee.changed renamed",
            "obligation.opened ac4-declaration", "obligation.opened duty-payment",
            "obligation.opened report-of-receipt", "obligation.opened receipt-expected",
            "obligation.opened emcs-catch-up", "obligation.opened stock-record",
            "obligation.changed met", "obligation.changed overdue", "obligation.changed reminded",
            "obligation.changed postponed", "obligation.changed renamed", "met by rule",
            "outage.began", "outage.ended", "preview.answered applied", "preview.answered refused",
            "acting for an operator", "certified", "refused guarantee-required",
            "refused mandate-missing", "refused obligations-open", "refused own-request",
            "refused movement-exists", "refused not-awaited", "refused consignee-not-valid",
        ]
        let ofDossiers: Set<String> = [
            "vehicle granted", "vehicle rejected", "vehicle withdrawn", "vehicle expired",
            "vehicle awaiting-information", "vehicle not-required", "vehicle cleared",
            "relief granted", "relief rejected", "relief withdrawn", "relief expired",
            "relief not-required", "relief answered", "relief provisional", "traveller answered",
            "rejected by rule", "reminded", "escalated", "waived", "paid.deposit",
            "charge.charges", "paid.charges", "opened vehicle-registration", "opened no-transfer",
            "opened residence-undertaking", "opened marriage-proof", "met relief-documents",
            "met residence-undertaking", "met marriage-proof", "met no-transfer",
            "met vehicle-registration", "met road-tax", "met road-tax-disc", "overdue road-tax",
            "overdue vehicle-registration", "overdue relief-documents", "postponed road-tax",
            "reminded vehicle-registration", "reminded road-tax", "reminded road-tax-disc",
            "reminded no-transfer", "reminded relief-documents", "not-due relief-documents",
            "refused documents-missing", "refused step-not-reached", "refused plate-taken",
            "refused stale-revision", "refused not-awaited", "refused own-request",
            "refused not-eligible", "refused not-authorised", "refused person-restricted",
        ]
        let expected = ofExcise.union(ofDossiers)
        var happened: Set<String> = []
        for seed in UInt64(1)...240 {
            if expected.isSubset(of: happened) { break }
            let simulation = try Simulation(seed: seed)
            _ = await simulation.run()
            for entry in simulation.register.contents.journal {
                let event = Reading(event: entry.event)
                happened.formUnion(Self.words(for: event) + Self.wordsOfDossiers(for: event))
            }
        }
        #expect(expected.subtracting(happened) == [])
    }

    /// What the event is an example of, of vehicles and relief.
    private static func wordsOfDossiers(for event: Reading) -> [String] {
        let procedure = event["procedure"] ?? ""
        let duty = event.object("obligation")["kind"] ?? ""
        let approvals = event.texts("approvals")
        switch event["event"] {
        case "request.submitted", "request.changed":
            let isByRule = event["event"] == "request.submitted" && event["status"] == "rejected"
            return ["\(procedure) \(event["status"] ?? "")"]
                + (approvals.contains("customs") ? ["vehicle cleared"] : [])
                + (approvals.contains("provisional") ? ["relief provisional"] : [])
                + (isByRule && procedure == "relief" ? ["rejected by rule"] : [])
        case "request.reminded", "request.escalated":
            let name = event["event"]?.dropFirst("request.".count) ?? ""
            return ["vehicle", "relief"].contains(procedure) ? ["\(name)"] : []
        case "obligation.opened": return ["opened \(duty)"]
        case "obligation.changed": return ["\(event["change"] ?? "") \(duty)"]
        case "message.refused": return ["refused \(event["code"] ?? "")"]
        case "particulars.stated":
            let members = event.texts("members")
            return Array(members) + (members.contains { $0.hasPrefix("waived.") } ? ["waived"] : [])
        default: return []
        }
    }

    /// What the event is an example of, of excise.
    private static func words(for event: Reading) -> [String] {
        let name = event["event"] ?? ""
        switch name {
        case "authorisation.changed", "guarantee.changed":
            return ["\(name) \(event["change"] ?? "")"]
        case "obligation.changed":
            let isByRule = event["change"] == "met" && event["by"] == "rule"
            return ["\(name) \(event["change"] ?? "")"] + (isByRule ? ["met by rule"] : [])
        case "obligation.opened":
            return ["\(name) \(event.object("obligation")["kind"] ?? "")"]
        case "preview.answered": return ["\(name) \(event["outcome"] ?? "")"]
        case "message.refused": return ["refused \(event["code"] ?? "")"]
        case "particulars.stated":
            let members = event.texts("members")
            return (members.contains("representation.mandate") ? ["acting for an operator"] : [])
                + (members.contains("certifiedFrom") ? ["certified"] : [])
        case "request.changed":
            let isFirst = event["profile"] == "mandate" && event["status"] == "pending"
            return isFirst ? ["request.changed first yes"] : []
        default: return [name]
        }
    }

    @Test("the same seed is the same life")
    func deterministic() async throws {
        let (first, second) = (try Simulation(seed: 7), try Simulation(seed: 7))
        let findings = await first.run()
        #expect(await second.run() == findings)
        #expect(first.transcript == second.transcript)
        #expect(first.transcript.count > 50)
    }
}
