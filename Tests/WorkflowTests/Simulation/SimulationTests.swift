import Foundation
import Testing

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

    @Test("the same seed is the same life")
    func deterministic() async throws {
        let (first, second) = (try Simulation(seed: 7), try Simulation(seed: 7))
        let findings = await first.run()
        #expect(await second.run() == findings)
        #expect(first.transcript == second.transcript)
        #expect(first.transcript.count > 50)
    }
}
