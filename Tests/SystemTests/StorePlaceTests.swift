import Foundation
import Glibc
import Storage
import TestKit
import Testing

/// The store's files are moved, deleted or replaced under the running daemon.
@Suite(.serialized)
struct StorePlaceTests {
    enum Displacement: CaseIterable {
        case moved, copied, otherFile, folderMoved

        /// - Returns: How it is undone.
        func strike(_ installation: Installation) throws -> () throws -> Void {
            let files = FileManager.default
            let (store, away) = (installation.storePath, installation.storePath + ".away")
            switch self {
            case .moved:
                try files.moveItem(atPath: store, toPath: away)
                return { try files.moveItem(atPath: away, toPath: store) }
            case .copied:
                try files.copyItem(atPath: store, toPath: store + ".copy")
                try files.moveItem(atPath: store, toPath: away)
                try files.moveItem(atPath: store + ".copy", toPath: store)
            case .otherFile:
                try files.moveItem(atPath: store, toPath: away)
                try installation.write("", to: store)
            case .folderMoved:
                let folder = installation.storeFolder
                try files.moveItem(atPath: folder, toPath: folder + ".away")
                return { try files.moveItem(atPath: folder + ".away", toPath: folder) }
            }
            return {
                try files.removeItem(atPath: store)
                try files.moveItem(atPath: away, toPath: store)
            }
        }
    }

    private func expectNothingTaken(_ daemon: Daemon, _ installation: Installation) async throws {
        let (settled, sent) = (
            try daemon.metric("registrar_settled_total"),
            try daemon.metric("registrar_outbox_confirmed_total")
        )
        let reason = try await daemon.becomeUnready(because: #""component":"store""#)
        #expect(reason.contains(installation.storePath))
        #expect(try daemon.page("/livez")?.status == 200)
        // It looks again and again.
        let failures = try daemon.metric("registrar_store_failures_total")
        try await eventually("three more looks") {
            try daemon.metric("registrar_store_failures_total") >= failures + 3 ? () : nil
        }
        #expect(try daemon.metric("registrar_settled_total") == settled)
        #expect(try daemon.metric("registrar_outbox_confirmed_total") == sent)
    }

    @Test(
        "Nothing is acknowledged or sent while it is elsewhere; back again, everything is applied",
        arguments: Displacement.allCases
    )
    func comesBack(_ displacement: Displacement) async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(60)
            let daemon = try await installation.startAll()
            try await load.send(0..<20, over: installation)
            try await installation.collector.wait("the first third") { $0.count >= 80 }
            try await installation.outboxEmpties()
            let putBack = try displacement.strike(installation)
            try await load.send(20..<60, over: installation)
            try await expectNothingTaken(daemon, installation)
            try putBack()
            try await daemon.becomeReady()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test(
        "In the middle of the load, and ended while it is elsewhere: nothing is lost",
        arguments: [true, false]
    )
    func endsElsewhere(isKilled: Bool) async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(120)
            var daemon = try await installation.startAll()
            async let sending: Void = load.send(over: installation)
            try await installation.collector.wait("some of it") { $0.count >= 40 }
            let putBack = try Displacement.moved.strike(installation)
            try await sending
            try await daemon.becomeUnready(because: #""component":"store""#)
            if isKilled { try await daemon.kill() } else { try await daemon.stop() }

            let refused = try installation.launch()
            #expect(try await refused.program.waitForEnd(timeoutSeconds: 10) == 78)
            for word in [installation.storePath, "--new-store", "registrarctl restore"] {
                #expect(refused.program.stderr.contains(word))
            }
            let check = try await Program.run(
                "registrard",
                arguments: ["--check", "--online", "--config", installation.configurationPath]
            )
            #expect(check.status == 78 && check.stderr.contains("--new-store"))

            try putBack()
            daemon = try await installation.start()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test(
        "A store that was deleted under the daemon is saved from its open file, and nothing is lost"
    )
    func deleted() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(60)
            var daemon = try await installation.startAll()
            try await load.send(0..<20, over: installation)
            try await installation.collector.wait("the first third") { $0.count >= 80 }
            try FileManager.default.removeItem(atPath: installation.storePath)
            try await load.send(20..<60, over: installation)
            try await expectNothingTaken(daemon, installation)
            // As the manual has it: what the file holds, not the link that /proc shows.
            let rescued = installation.folder + "/rescued"
            let open = try openFile(of: daemon, named: installation.storePath)
            try Data(contentsOf: URL(fileURLWithPath: open)).write(
                to: URL(fileURLWithPath: rescued)
            )
            try await daemon.stop()
            try FileManager.default.moveItem(atPath: rescued, toPath: installation.storePath)
            daemon = try await installation.start()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    /// The process's own way to a file that has no name any more.
    private func openFile(of daemon: Daemon, named path: String) throws -> String {
        let folder = "/proc/\(daemon.program.processIdentifier)/fd"
        let plain = URL(fileURLWithPath: path).standardizedFileURL.path
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { readlink(folder + "/" + name, $0, bytes.count) } ?? 0
            }
            guard count > 0 else { continue }
            let target = String(decoding: buffer[..<count], as: UTF8.self)
            if target.hasPrefix(plain), target.hasSuffix(".sqlite (deleted)") {
                return folder + "/" + name
            }
        }
        throw Unmet("the daemon has no open file \(path)")
    }

    @Test(
        "A daemon that is restarted on a copy of its store goes on with all that was acknowledged"
    )
    func restartedOnCopy() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(60)
            var daemon = try await installation.startAll()
            try await load.send(0..<20, over: installation)
            try await installation.collector.wait("the first third") { $0.count >= 80 }
            try await installation.outboxEmpties()
            _ = try Displacement.copied.strike(installation)
            try await load.send(20..<60, over: installation)
            try await expectNothingTaken(daemon, installation)
            try await daemon.stop()
            daemon = try await installation.start()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test(
        "A log or an index that is removed in the middle of the load costs nothing",
        arguments: ["-wal", "-shm"]
    )
    func logRemoved(_ suffix: String) async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(120)
            var daemon = try await installation.startAll()
            async let sending: Void = load.send(over: installation)
            try await installation.collector.wait("some of it") { $0.count >= 40 }
            try FileManager.default.removeItem(atPath: installation.storePath + suffix)
            try await sending
            try await installation.collector.wait("everything", until: load.isComplete)
            try await daemon.becomeReady()
            try await daemon.kill()
            daemon = try await installation.start()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test("A start that makes a store says so; where one is gone, only --new-store makes another")
    func beginnings() async throws {
        try await Installation.with { installation in
            let made = "a new one was made"
            let socket = try NotifySocket(installation.folder + "/notify")
            var daemon = try installation.launch(environment: ["NOTIFY_SOCKET": socket.path])
            try await daemon.becomeReady()
            try await daemon.program.waitForLine(containing: made)
            try await socket.wait("a status that says so") { datagrams in
                datagrams.contains {
                    $0.hasPrefix("STATUS=") && $0.contains("a new store was made")
                }
            }
            try await daemon.stop()
            daemon = try await installation.start()
            #expect(!daemon.program.stderr.contains(made))
            try await daemon.stop()

            try FileManager.default.removeItem(atPath: installation.storePath)
            daemon = try installation.launch()
            #expect(try await daemon.program.waitForEnd(timeoutSeconds: 10) == 78)
            #expect(!FileManager.default.fileExists(atPath: installation.storePath))
            daemon = try installation.launch(arguments: ["--new-store"])
            try await daemon.becomeReady()
            try await daemon.program.waitForLine(containing: made)
            try await daemon.stop()
            daemon = try installation.launch(arguments: ["--new-store"])
            try await daemon.becomeReady()
            try await daemon.program.waitForLine(containing: "--new-store changes nothing")
            try await daemon.stop()
        }
    }
}
