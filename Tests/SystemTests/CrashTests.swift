import Glibc
import Testing

/// The daemon is ended in the midst of its work, and begins again.
@Suite(.serialized)
struct CrashTests {
    @Test("Killed at random moments under load, it loses nothing and does nothing twice")
    func kills() async throws {
        print("kill -9: seed \(Torture.seed) (REGISTRAR_TORTURE_SEED)")
        var generator = SeededGenerator(seed: Torture.seed)
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(Torture.requests)
            var daemon = try await installation.startAll()
            for round in 0..<Torture.kills {
                let share = portion(round, of: Torture.kills, load.requests.indices)
                // Now and then it is killed while it starts; else with messages on every way.
                let isEarly = Int.random(in: 0..<4, using: &generator) == 0
                let pause = Int.random(in: 0...(isEarly ? 250 : 150), using: &generator)
                if !isEarly { try await daemon.becomeReady() }
                async let sent: Void = load.send(share, over: installation)
                try await Task.sleep(for: .milliseconds(pause))
                try await daemon.kill()
                try await sent
                daemon = try installation.launch()
            }
            try await daemon.becomeReady()
            try await load.expectEverythingOnce(
                daemon,
                installation,
                withinSeconds: 60 + Double(Torture.requests) / 20
            )
        }
    }

    @Test("SIGTERM under load ends it in good order; after the start nothing is lost or doubled")
    func terminations() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(300)
            var daemon = try await installation.startAll()
            async let sent: Void = load.send(over: installation)
            for part in 1...3 {
                try await installation.collector.wait("work in full swing") {
                    $0.count >= part * 150
                }
                try await daemon.stop()
                daemon = try await installation.start()
            }
            try await sent
            try await load.expectEverythingOnce(daemon, installation)
        }
    }
}
