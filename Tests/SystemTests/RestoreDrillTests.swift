import AMQP
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing
import Workflow

/// The store is lost under load and comes back from a backup: what is lost then is what was
/// acknowledged after the backup, and the journal's head, kept elsewhere, tells it.
@Suite(.serialized)
struct RestoreDrillTests {
    @Test("Restore drill: nothing is lost but what was acknowledged after the backup")
    func drill() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let tool = try OperatorTool(installation)
            let load = Load(300)
            let daemon = try await installation.startAll()

            // The first hundred are done before the backup; of the second, some are.
            try await load.send(0..<100, over: installation)
            _ = try await installation.settle(daemon, deliveries: 200)
            async let sent: Void = load.send(100..<200, over: installation)
            try await eventually("the second hundred has begun") {
                try daemon.metric("registrar_batch_size_sum") > 220 ? () : nil
            }
            let file = installation.folder + "/backup.sqlite"
            let backup = try await tool.json("backup", file)
            let head = try #require(backup["journal"]?["sequence"]?.integer)
            try await sent
            _ = try await installation.settle(daemon, deliveries: 400)

            // Killed with messages in hand; the last ones arrive while nobody is there.
            async let more: Void = load.send(200..<230, over: installation)
            try await eventually("the next ones have begun") {
                try daemon.metric("registrar_batch_size_sum") > 410 ? () : nil
            }
            try await daemon.kill()
            try await more
            let lost = try installation.journal()
            // What an operator keeps off the machine: the head, as checkpoints say it.
            let kept = try #require(lost.last)
            let sentBefore = try await installation.collector.drain()
            try await load.send(230..<300, over: installation)
            try FileManager.default.removeItem(atPath: installation.storeFolder)
            try FileManager.default.createDirectory(
                atPath: installation.storeFolder,
                withIntermediateDirectories: true
            )
            #expect(try await tool.json("restore", file)["journal"] == backup["journal"])
            let successor = try await installation.start()
            let received = try await everythingComes(load.requests[230...], installation)
            try await successor.stop()

            let restored = try installation.journal()
            let drill = Drill(load: load, head: head, lost: lost, restored: restored)
            drill.expectTheBackup()
            try drill.expectRequests(installation)
            drill.expectMessages(before: sentBefore, all: received)
            try drill.expectRepetitions(in: received, backup: file)
            expectLossIsRevealed(kept, restored)
            try installation.reader().verify()
        }
    }

    /// Waits until what comes of the last requests has come, and the queues are empty.
    private func everythingComes(
        _ requests: ArraySlice<String>,
        _ installation: Installation
    ) async throws -> [Received] {
        let awaited = Set(requests)
        try await installation.collector.wait("the last requests granted") { received in
            let granted = received.filter { $0.template == "access.granted" }
            return Set(granted.compactMap(\.correlation)).isSuperset(of: awaited)
        }
        try await installation.outboxEmpties()
        return try await installation.collector.drain()
    }

    /// (d) The entry of that number is another one now, or there is none.
    private func expectLossIsRevealed(_ kept: JournalRecord, _ journal: [JournalRecord]) {
        #expect(journal.first { $0.sequence == kept.sequence }?.hash != kept.hash)
    }
}

/// What two journals, that of the lost store and that of the restored one, must say.
private struct Drill {
    let load: Load
    /// The backup's last entry.
    let head: Int64
    let lost: [JournalRecord]
    let restored: [JournalRecord]

    /// (a) Everything until the backup is there, to the byte; what followed is another story.
    func expectTheBackup() {
        let (before, after) = (lost.filter { $0.sequence <= head }, restored.prefix(Int(head)))
        #expect(before.count == Int(head))
        #expect(before.elementsEqual(after))
        #expect(lost.count > before.count, "nothing was acknowledged after the backup")
    }

    /// (b) Every message was dealt with by the restored store, or by the lost one after the backup:
    /// the broker had its acknowledgement then. Those are lost, and no others.
    func expectRequests(_ installation: Installation) throws {
        let all = messages(lost).union(messages(restored))
        #expect(all.count == load.requests.count * 2)
        let missing = all.subtracting(messages(restored))
        let afterBackup = messages(lost).subtracting(messages(lost.filter { $0.sequence <= head }))
        #expect(missing.isSubset(of: afterBackup))
        #expect(!missing.isEmpty, "the drill lost nothing, so it shows nothing")
        print(
            "restore drill: \(missing.count) of \(all.count) messages lost, all of them among "
                + "the \(afterBackup.count) that were dealt with after the backup"
        )
        let reader = try installation.reader()
        for request in load.requests[..<100] + load.requests[230...] {
            let stored = try reader.request(
                RequestIdentifier(UniversalIdentifier(canonical: request))
            )
            #expect(stored?.status == .granted)
        }
    }

    /// (c) By `message_id` nothing is done twice: what comes again is the same to the byte.
    func expectMessages(before: [Received], all: [Received]) {
        var bodies: [String: [UInt8]] = [:]
        for message in all {
            if let body = bodies[message.messageIdentifier] {
                #expect(body == message.delivery.body)
            }
            bodies[message.messageIdentifier] = message.delivery.body
        }
        // Of requests that began after the loss, each effect has come once.
        let known = Set(before.map(\.messageIdentifier))
        var effects: [String: Int] = [:]
        var seen: Set<String> = []
        for message in all where !known.contains(message.messageIdentifier) {
            guard seen.insert(message.messageIdentifier).inserted,
                let request = message.correlation, load.requests[230...].contains(request)
            else { continue }
            let effect = message.template ?? message.operation("method")?.text ?? message.queue
            effects["\(request) \(effect)", default: 0] += 1
        }
        #expect(effects.count == 70 * 4)
        #expect(effects.values.allSatisfy { $0 == 1 })
    }

    /// (c) What comes again is what the backup had as not confirmed, and nothing else.
    func expectRepetitions(in received: [Received], backup file: String) throws {
        let unconfirmed = try SQLiteRegisterReader(path: file)
            .unsettledMessages(parked: false, limit: .max)
            // Nobody collects the others here.
            .filter { !$0.routingKey.hasPrefix("status.") }
            .compactMap(\.messageIdentifier)
        let counts = Dictionary(received.map { ($0.messageIdentifier, 1) }, uniquingKeysWith: +)
        let repeated = counts.filter { $0.value > 1 }.keys
        #expect(Set(repeated) == Set(unconfirmed))
        print("restore drill: \(repeated.count) messages came again, under their old ids")
    }

    /// The messages that were dealt with, by their ids.
    private func messages(_ entries: [JournalRecord]) -> Set<String> {
        Set(
            entries.compactMap { entry in
                (try? JSONValue(parsing: Array(entry.cause.utf8)))?["id"]?.text
            }
        )
    }
}
