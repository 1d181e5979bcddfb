import AMQP
import Contract
import Foundation
import GRDB
import Storage
import TestKit
import Testing
import Workflow

/// The journal proves itself: by its chain, by what was published of it, and by the register.
@Suite(.serialized)
struct JournalTests {
    /// An installation whose daemon signs, and everything that belongs to it.
    struct Signing {
        let installation: Installation
        var keyPath: String { installation.folder + "/journal.key" }
        var publicPath: String { installation.folder + "/journal.pub" }
        var keptPath: String { installation.folder + "/kept.jsonl" }
        var exportPath: String { installation.folder + "/journal.jsonl" }

        init(_ installation: Installation, every: String = "1h", entries: Int = 100) async throws {
            self.installation = installation
            let made = try await Program.run(
                "registrarctl",
                arguments: ["journal", "key", "--file", installation.folder + "/journal.key"]
            )
            #expect(made.status == 0, "\(made.stderr)")
            try installation.write(made.stdout, to: publicPath)
            try installation.configure(
                more: """
                    journal: { keyFile: \(keyPath), checkpointEvery: \(every), \
                    checkpointEntries: \(entries) }
                    """
            )
        }

        func tool(_ arguments: String...) async throws -> Program.Result {
            try await Program.run(
                "registrarctl",
                arguments: arguments + ["--config", installation.configurationPath]
            )
        }

        /// Verifies with the public key and what was kept elsewhere.
        func verify() async throws -> Program.Result {
            try await tool(
                "journal",
                "verify",
                "--public-key",
                publicPath,
                "--checkpoints",
                keptPath,
                "--output",
                "json"
            )
        }

        /// Keeps the checkpoints that came, as another machine would.
        func keep(_ received: [Received]) throws -> [JournalCheckpoint] {
            // After a crash a message may come again, with its id.
            var seen: Set<String> = []
            let events = received.filter {
                $0.attribute("type")?.contains("journal.") == true
                    && seen.insert($0.messageIdentifier).inserted
            }
            try installation.write(
                events.map { String(decoding: $0.delivery.body, as: UTF8.self) + "\n" }.joined(),
                to: keptPath
            )
            return try events.map { event in
                guard case .object(let data) = event.data() else { throw Unmet("no data") }
                return try #require(JournalCheckpoint(data))
            }
        }

        func change(_ sql: String) throws {
            let queue = try DatabaseQueue(path: installation.storePath)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }

    @Test("Under load and kill -9 checkpoints are published; then every kind of tampering is found")
    func life() async throws {
        try await Installation.with { installation in
            let signing = try await Signing(installation)
            let load = Load(120)
            var daemon = try await installation.startAll()
            try await load.send(0..<60, over: installation)
            try await installation.collector.wait("a first checkpoint") { received in
                received.contains { $0.attribute("type") == "lu.etat.do.journal.checkpoint.v1" }
            }
            try await daemon.kill()
            try await load.send(60..<120, over: installation)
            daemon = try await installation.start()
            try await installation.collector.wait("all of it", until: load.isComplete)
            try await installation.outboxEmpties()
            #expect(try daemon.metric("registrar_journal_key") == 1)
            #expect(try daemon.metric("registrar_last_journal_verification_success") == 1)
            #expect(
                try daemon.metric("registrar_last_journal_checkpoint_timestamp_seconds") > 1e9
            )
            try await daemon.stop()

            let checkpoints = try signing.keep(try await installation.collector.drain())
            let length = try installation.reader().figures().journal.sequence
            #expect(checkpoints.count >= 3)
            #expect(checkpoints.map(\.number) == Array(1...Int64(checkpoints.count)))
            #expect(checkpoints.last?.sequence == length, "the orderly end is covered")
            let key = try JournalPublicKey(
                pem: Array(try Data(contentsOf: URL(fileURLWithPath: signing.publicPath)))
            )
            #expect(checkpoints.allSatisfy(key.verifies))
            let good = try await signing.verify()
            #expect(good.status == 0, "\(good.stderr)")
            let report = try OperatorTool.json(good.stdout)
            #expect(report["verified"] == .boolean(true))
            #expect(report["coveredTo"]?.integer == length)
            #expect(report["checkpointsFromElsewhere"]?.integer == Int64(checkpoints.count))
            #expect(report["records"]?["request"]?.integer == 120)
            try await tampering(signing)
        }
    }

    private func tampering(_ signing: Signing) async throws {
        let store = URL(fileURLWithPath: signing.installation.storePath)
        let original = try Data(contentsOf: store)
        for (change, check, words) in [
            (
                "UPDATE journal SET event = replace(event, ':', ': ') WHERE sequence = 20",
                "chain", "journal entry 20"
            ),
            ("DELETE FROM journal WHERE sequence > 200", "witness", "cut short"),
            (
                "UPDATE account SET role = 'manager' WHERE number = 3", "register",
                #"role is "manager" in the register and "legal-representative" by the journal"#
            ),
            ("DELETE FROM checkpoint", "witness", "made afresh"),
        ] {
            try signing.change(change)
            let result = try await signing.verify()
            #expect(result.status == 1, "\(change)")
            #expect(result.stderr.contains(words), "\(result.stderr)")
            let report = try OperatorTool.json(result.stdout)
            #expect(report["finding"]?["check"]?.text == check)
            #expect(report["verified"] == .boolean(false))
            try original.write(to: store)
        }
    }

    @Test("An export is verified by another program, and tampering with it is found there too")
    func export() async throws {
        try await Installation.with { installation in
            let signing = try await Signing(installation, every: "1s")
            let daemon = try await installation.startAll()
            let load = Load(10)
            try await load.send(over: installation)
            try await installation.collector.wait("all of it", until: load.isComplete)
            try await installation.outboxEmpties()
            try await daemon.stop()
            let export = try await signing.tool("journal", "export").stdout
            let lines = export.split(separator: "\n").map(String.init)
            #expect(lines.contains { $0.contains(#""checkpoint":{"#) })
            let (status, said) = try await verifyExport(lines, signing)
            #expect(status == 0, "\(said)")
            let length = try installation.reader().figures().journal.sequence
            #expect(said.contains("\(length) entries") && said.contains("signed to \(length)"))

            let point = try #require(lines.firstIndex { $0.contains(#""checkpoint":{"#) })
            let changes: [(String, ([String]) -> [String])] = [
                ("altered", { Self.replace($0, 4, "\"user\":\"", "\"user\":\"x") }),
                ("removed", { Array($0[..<3] + $0[4...]) }),
                ("exchanged", { $0[..<3] + [$0[4], $0[3]] + $0[5...] }),
                ("doubled", { $0[...3] + [$0[3]] + $0[4...] }),
                (
                    "a member twice",
                    { Self.replace($0, 4, "\"previous\"", "\"event\":{},\"previous\"") }
                ),
                ("unsigned", { Self.replace($0, point, "\"signature\":\"", "\"signature\":\"00") }),
                (
                    "dated",
                    { Self.replace($0, point, "\"timeMilliseconds\":", "\"timeMilliseconds\":1") }
                ),
            ]
            for (name, change) in changes {
                let changed = change(lines)
                #expect(changed != lines, "\(name)")
                let (status, said) = try await verifyExport(changed, signing)
                #expect(status == 1 && said.contains("line "), "\(name): \(said)")
            }
        }
    }

    private static func replace(_ lines: [String], _ index: Int, _ old: String, _ new: String)
        -> [String]
    {
        var lines = lines
        lines[index] = lines[index].replacing(old, with: new, maxReplacements: 1)
        return lines
    }

    /// Runs `Scripts/verify-export`, which shares no code with Registrar.
    private func verifyExport(_ lines: [String], _ signing: Signing) async throws -> (Int32, String)
    {
        try signing.installation.write(
            lines.map { $0 + "\n" }.joined(),
            to: signing.exportPath
        )
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Scripts/verify-export").path
        return try await blocking {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            process.arguments = [script, signing.exportPath, signing.publicPath]
            (process.standardOutput, process.standardError) = (pipe, pipe)
            try process.run()
            let said = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: said, as: UTF8.self))
        }
    }

    @Test("A journal that is altered while the daemon runs stops it, and is not signed")
    func alteredWhileRunning() async throws {
        try await Installation.with { installation in
            let signing = try await Signing(installation, every: "1s")
            let daemon = try await installation.startAll()
            let load = Load(5)
            try await load.send(over: installation)
            try await installation.collector.wait("all of it", until: load.isComplete)
            try await installation.outboxEmpties()
            try await eventually("a checkpoint of all of it") {
                let reader = try installation.reader()
                let length = try reader.figures().journal.sequence
                return try reader.checkpoints(after: length - 1, through: length).isEmpty ? nil : ()
            }
            let before = try signing.keep(try await installation.collector.drain()).count
            // The last entry that was verified is the one that the next look begins with.
            try signing.change(
                "UPDATE journal SET hash = zeroblob(32) WHERE sequence = (SELECT max(sequence) FROM journal)"
            )
            try await installation.portal.send(Registrant("late").company(newRequest(), "LU9"))
            try await daemon.becomeUnready(because: #""component":"journal""#)
            #expect(try daemon.metric("registrar_last_journal_verification_success") == 0)
            #expect(try daemon.page("/livez")?.status == 200)
            let refused = newRequest()
            try await installation.portal.send(Registrant("later").company(refused, "LU10"))
            try await daemon.stop()
            // It waits in the queue for whoever looks into this.
            #expect(try installation.request(refused) == nil)
            #expect(try signing.keep(try await installation.collector.drain()).count == before)
            #expect(daemon.program.stderr.contains("the journal is not what was written"))
        }
    }

    @Test("A key is never overwritten, is its owner's alone, and its public half is shown again")
    func key() async throws {
        try await Installation.with { installation in
            let signing = try await Signing(installation)
            let mode = try FileManager.default.attributesOfItem(atPath: signing.keyPath)[
                .posixPermissions
            ]
            #expect(mode as? Int == 0o600)
            let made = try Data(contentsOf: URL(fileURLWithPath: signing.keyPath))
            let again = try await signing.tool("journal", "key")
            #expect(again.status == 65 && again.stderr.contains("exists"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: signing.keyPath)) == made)
            let shown = try await signing.tool("journal", "key", "--public")
            #expect(
                shown.stdout
                    == String(
                        decoding: try Data(contentsOf: URL(fileURLWithPath: signing.publicPath)),
                        as: UTF8.self
                    )
            )
            // A key that cannot be used is an error of the configuration, not a daemon unsigned.
            try installation.write("no key\n", to: signing.keyPath)
            let daemon = try installation.launch()
            #expect(try await daemon.program.waitForEnd(timeoutSeconds: 10) == 78)
            #expect(daemon.program.stderr.contains(signing.keyPath))
        }
    }
}
