import Contract
import Testing
import TestKit
@testable import Workflow
@Suite struct ZzStats {
    @Test func stats() async throws {
        var counts: [String: Int] = [:]
        for seed in UInt64(1)...300 {
            let s = try Simulation(seed: seed)
            let f = await s.run(); if !f.isEmpty { print("STAT FAIL", seed, s.kind, s.isSettled, s.hazard.deaths, f.last!) }
            counts["deaths", default: 0] += s.hazard.deaths
            counts["kind \(s.kind)", default: 0] += 1
            counts["sent", default: 0] += s.senders.sent.count
            counts["moments", default: 0] += s.hazard.moments
            counts["published", default: 0] += s.broker.published.count
            counts["outbox", default: 0] += s.register.contents.outbox.count
            for e in s.register.contents.journal {
                let r = Reading(e.event.utf8)
                counts["J " + (r["event"] ?? "") + " " + (r["code"] ?? r["status"] ?? ""), default: 0] += 1
            }
            for m in s.broker.published { counts["P " + m.message.routingKey, default: 0] += 1 }
        }
        for (k, v) in counts.sorted(by: { $0.key < $1.key }) { print("STAT", k, v) }
    }
}
