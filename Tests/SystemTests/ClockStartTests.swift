import Domain
import Foundation
import Storage
import Testing

/// Starts with a wrong clock, on a real broker and a real store.
@Suite(.serialized)
struct ClockStartTests {
    /// The clock of one daemon, which a test sets while it runs.
    private struct FalseClock {
        private let path: String
        private let library: String

        init(_ installation: Installation) throws {
            path = installation.folder + "/clock"
            let folder = "/usr/lib/x86_64-linux-gnu/faketime"
            library = folder + "/libfaketimeMT.so.1"
            guard FileManager.default.fileExists(atPath: library) else {
                throw Unmet("there is no \(library): run Scripts/install-packages --for-tests")
            }
        }

        /// - Parameter days: How far it is ahead; behind, if negative.
        func set(days: Int) throws {
            try Data("\(days < 0 ? "" : "+")\(days)d\n".utf8)
                .write(to: URL(fileURLWithPath: path))
        }

        var environment: [String: String] {
            [
                "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": path, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            ]
        }
    }

    private func status(_ request: String, _ installation: Installation) throws -> RequestStatus? {
        try installation.request(request)?.status
    }

    @Test("Sixty days ahead: ready, with a reason; nothing expires before an operator confirms")
    func ahead() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let clock = try FalseClock(installation)
            let (old, new) = (newRequest(), newRequest())
            var daemon = try await installation.startAll()
            try await installation.portal.send(Registrant("anne").company(old, "LU9101"))
            _ = try await installation.settle(daemon, deliveries: 1)
            try await daemon.stop()

            try clock.set(days: 60)
            daemon = try await installation.start(environment: clock.environment)
            let page = try #require(try daemon.page("/readyz"))
            #expect(page.status == 200)
            #expect(
                page.body.contains(#""ready":true"#) && page.body.contains(#""component":"clock""#)
            )
            #expect(try daemon.metric("registrar_clock_reliable") == 0)
            #expect(try await tool.run("status").contains("clock confirm"))
            let doctor = try await tool.attempt(["doctor"])
            #expect(doctor.stdout.contains("daemon.clock"))
            try await installation.portal.send(Registrant("bob").company(new, "LU9102"))
            _ = try await eventually("the new request") { try status(new, installation) }
            #expect(try status(old, installation) == .pending)
            // It is in question for the next process as well.
            try await daemon.kill()
            daemon = try await installation.start(environment: clock.environment)
            #expect(try daemon.metric("registrar_clock_reliable") == 0)

            let reason = "The machine was off since September."
            try await tool.run("clock", "confirm", "--reason", reason)
            try await eventually("the end of the old request") {
                try status(old, installation) == .expired ? () : nil
            }
            #expect(try status(new, installation) == .pending)
            let journal = try installation.journal().map(\.event)
            let confirmed = journal.firstIndex { $0.contains("clock.confirmed") }
            let expired = journal.firstIndex { $0.contains(#""status":"expired""#) }
            #expect(try #require(confirmed) < #require(expired))
            #expect(try daemon.metric("registrar_clock_reliable") == 1)
            #expect(try daemon.page("/readyz")?.body.contains("clock") == false)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("Twenty years behind: nothing is taken; set right, it goes on by itself")
    func behind() async throws {
        try await Installation.with { installation in
            let clock = try FalseClock(installation)
            let (old, new) = (newRequest(), newRequest())
            var daemon = try await installation.startAll()
            try await installation.portal.send(Registrant("anne").company(old, "LU9201"))
            _ = try await installation.settle(daemon, deliveries: 1)
            try await daemon.stop()
            let entries = try installation.journal().count

            try clock.set(days: -7300)
            daemon = try installation.launch(environment: clock.environment)
            let reason = try await daemon.becomeUnready(because: #""component":"clock""#)
            #expect(reason.contains("clock confirm"))
            try await installation.portal.send(Registrant("bob").company(new, "LU9202"))
            try await eventually("the message in hand") {
                try daemon.metric("registrar_in_flight") >= 1 ? () : nil
            }
            #expect(try daemon.page("/livez")?.status == 200)
            #expect(try installation.journal().count == entries)
            #expect(try status(new, installation) == nil)

            try clock.set(days: 0)
            try await daemon.becomeReady()
            _ = try await eventually("the new request") { try status(new, installation) }
            #expect(try status(old, installation) == .pending)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("A right clock that is behind entries of a wrong one is confirmed through the broker")
    func behindAndRight() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let clock = try FalseClock(installation)
            let (old, new) = (newRequest(), newRequest())
            try clock.set(days: 3)
            var daemon = try await installation.start(environment: clock.environment)
            try await installation.portal.send(Registrant("anne").company(old, "LU9301"))
            _ = try await eventually("the request") { try status(old, installation) }
            try await daemon.stop()

            daemon = try installation.launch()
            try await daemon.becomeUnready(because: #""component":"clock""#)
            try await installation.portal.send(Registrant("bob").company(new, "LU9302"))
            try await tool.run("clock", "confirm", "--reason", "It was three days ahead before.")
            try await daemon.becomeReady()
            _ = try await eventually("the new request") { try status(new, installation) }
            try await daemon.stop()
            daemon = try await installation.start()
            try await daemon.stop()
        }
    }
}
