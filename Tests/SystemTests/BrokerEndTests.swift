import Foundation
import TestKit
import Testing

/// The broker is ended in the midst of the work, and begins again.
struct BrokerEndTests {
    /// Requests sent while one end of the broker passes.
    private static let requestsPerEnd = 80

    @Test("Ended again and again under load, the broker loses nothing, and nothing is done twice")
    func ends() async throws {
        print("the broker's end: seed \(Torture.seed) (REGISTRAR_TORTURE_SEED)")
        var generator = SeededGenerator(seed: Torture.seed)
        let broker = try await blocking { try PrivateBroker.start() }
        defer { broker.stop() }
        try await Installation.with(
            broker: broker,
            prefix: "ended",
            watchesStatus: false
        ) { installation in
            let load = Load(Torture.brokerEnds * Self.requestsPerEnd)
            let daemon = try await installation.startAll()
            // RabbitMQ 3.10 can lose a quorum queue for good that was declared less than 3 seconds
            // before its own end.
            try await Task.sleep(for: .seconds(4))
            for round in 0..<Torture.brokerEnds {
                let share = portion(round, of: Torture.brokerEnds, load.requests.indices)
                let pause = Int.random(in: 0...200, using: &generator)
                // Every other end is one in good order; else the power is cut.
                let isKilled = round.isMultiple(of: 2)
                async let sent: Void = load.send(share, over: installation)
                try await Task.sleep(for: .milliseconds(pause))
                try await blocking {
                    if isKilled { try broker.kill() }
                    try broker.restart()
                }
                try await daemon.becomeReady()
                try await sent
            }
            try await load.expectEverythingOnce(
                daemon,
                installation,
                withinSeconds: 60 + Double(load.requests.count) / 20
            )
        }
    }
}
