import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing
import Workflow

@testable import registrarctl

/// `registrarctl backup` and `restore` as an operator calls them.
@Suite("registrarctl: backup and restore")
struct BackupCommandTests {
    @Test("Made while the daemon runs, restored when the store is lost; nothing is written over")
    func backupAndRestore() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let load = Load(20)
            try await load.send(over: installation)
            _ = try await installation.settle(daemon, deliveries: 40)

            let file = installation.folder + "/monday.sqlite"
            let backup = try await tool.json("backup", file)
            let head = try installation.reader().figures().journal
            let hash = head.hash.hexadecimal
            #expect(backup["journal"]?["sequence"]?.integer == head.sequence)
            #expect(backup["journal"]?["hash"]?.text == hash)
            #expect(backup["unconfirmedMessages"]?.integer == 0)
            #expect(backup["sizeBytes"]?.integer == Int64(try size(file)))
            let second = try await tool.attempt(["backup", installation.folder + "/tuesday"])
            #expect(second.status == 0)
            #expect(second.stdout.contains(hash))
            #expect(second.stderr.isEmpty, "no progress where nobody looks")
            let again = try await tool.attempt(["backup", file])
            #expect(again.status == 65)
            #expect(again.stderr.contains("not written over"))
            #expect(try await tool.attempt(["backup", "/nowhere/x"]).status == 69)
            let held = try await tool.attempt(["restore", file])
            #expect(held.status == 75, "\(held.stderr)")
            #expect(held.stderr.contains("in use by another registrard"))

            try await daemon.stop()
            let there = try await tool.attempt(["restore", file])
            #expect(there.status == 65)
            #expect(there.stderr.contains("never writes over a store"))
            try FileManager.default.removeItem(atPath: installation.storePath)
            let restored = try await tool.attempt(["restore", file])
            #expect(restored.status == 0, "\(restored.stderr)")
            #expect(restored.stdout.contains(hash))
            for words in ["Start registrard", "send again", "lost"] {
                #expect(restored.stderr.contains(words), "\(restored.stderr)")
            }
            let after = try await installation.start()
            try installation.reader().verify()
            #expect(try installation.request(load.requests[0])?.status == .granted)
            try await after.stop()
            let aside = try await tool.json("restore", file, "--to", installation.folder + "/x")
            #expect(aside["storePath"]?.text == installation.folder + "/x")
            #expect(aside["journal"] == backup["journal"])
        }
    }

    private func size(_ path: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: path)).count
    }

    @Test("The bar says how far it is")
    func bar() {
        #expect(ProgressBar.line("copying", share: 0).hasSuffix("· 0 %"))
        #expect(ProgressBar.line("copying", share: 1).contains("##### 100 %"))
        #expect(ProgressBar.line("copying", share: 0.5).count { $0 == "#" } == 15)
        #expect(ProgressBar.line("verifying", share: nil) == "verifying …")
    }
}
