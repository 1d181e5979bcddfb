import Domain
import Foundation
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("What is committed stays")
struct DurabilityTests {
    @Test("Closing and opening again keeps everything, and the chain goes on")
    func reopen() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteRegister(path: folder.store)
        try await first.write { transaction in
            for number in 1...5 as ClosedRange<UInt64> { try register(number, transaction) }
            _ = try transaction.settle([1, 2, 3], at: Sample.start)
            try transaction.park(4, reason: "no route")
        }
        let figures = first.figures
        try await first.close()
        #expect(StoreFile.size(of: folder.store + "-wal") == 0)
        let second = try SQLiteRegister(path: folder.store)
        #expect(second.figures == figures)
        #expect(figures.outboxPending == 6 && figures.outboxParked == 1)
        #expect(
            figures.requests == [.init(procedure: "access", status: .pending, count: 5)]
        )
        try await second.write { transaction throws in
            #expect(try transaction.request(Sample.requestIdentifier(3)) == Sample.request(3))
            #expect(try transaction.append(Sample.entry(6)) == 6)
            #expect(
                try transaction.enqueue(Sample.message("next"), journal: 6, at: Sample.start)
                    == 11
            )
        }
        try await second.close()
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test("What a killed daemon leaves behind is all there")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let copy = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { try register(1, $0) }
        let bytesAfterFirst = try folder.bytes("-wal").count
        try await store.write { try register(2, $0) }
        try copy.setBytes(try folder.bytes())
        let log = try folder.bytes("-wal")
        try copy.setBytes(log, "-wal")
        let whole = try SQLiteRegister(path: copy.store)
        #expect(whole.figures == store.figures)
        try await whole.close()

        // The second commit reached the disk in part only.
        let torn = try TemporaryFolder()
        try torn.setBytes(try folder.bytes())
        try torn.setBytes(Array(log.prefix(bytesAfterFirst + 5000)), "-wal")
        let recovered = try SQLiteRegister(path: torn.store)
        #expect(recovered.figures.journal.sequence == 1)
        try await recovered.write { transaction throws in
            #expect(try transaction.request(Sample.requestIdentifier(2)) == nil)
            try register(2, transaction)
        }
        #expect(recovered.figures == store.figures)
        try await recovered.close()
        try await store.close()
    }

    @Test("The journal's chain is what its description says, across rollbacks")
    func chain() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            try transaction.append(Sample.entry(1))
            do {
                try transaction.savepoint {
                    try transaction.append(Sample.entry(100))
                    throw ConformanceFailure(description: "undone")
                }
            } catch is ConformanceFailure {}
            try transaction.append(Sample.entry(2))
        }
        await #expect(throws: ConformanceFailure.self) {
            try await store.write { transaction in
                try transaction.append(Sample.entry(100))
                throw ConformanceFailure(description: "undone")
            }
        }
        try await store.write { _ = try $0.append(Sample.entry(3)) }
        let entries = try SQLiteRegisterReader(path: folder.store).journal(after: 0, limit: 10)
        #expect(entries.map(\.sequence) == [1, 2, 3])
        #expect(entries.map(\.event) == (1...3).map { Sample.entry($0).event })
        var previous = [UInt8](repeating: 0, count: 32)
        for entry in entries {
            #expect(entry.previous == previous)
            #expect(
                entry.hash
                    == JournalChain.hash(
                        previous: previous,
                        sequence: entry.sequence,
                        time: entry.time,
                        event: entry.event.utf8.span,
                        cause: entry.cause.utf8.span
                    )
            )
            previous = entry.hash
        }
        #expect(store.figures.journal == JournalHead(sequence: 3, hash: previous))
        try await store.close()
    }

    /// The expected value was computed with coreutils:
    /// `(head -c 32 /dev/zero; printf '1\n1790000001000\n{"a":1}\n{}') | sha256sum`
    @Test("The hash of an entry, computed by another program")
    func knownHash() {
        let hash = JournalChain.hash(
            previous: JournalChain.genesis,
            sequence: 1,
            time: Instant(milliseconds: 1_790_000_001_000),
            event: #"{"a":1}"#.utf8.span,
            cause: "{}".utf8.span
        )
        #expect(
            hash.map { String(format: "%02x", $0) }.joined()
                == "9b8423a7fdeaf083940c86c96c57c6affbf141bb520244f16023731798f92724"
        )
    }

    @Test("A full disk is reported, changes nothing, and is got over")
    func full() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        _ = try await store.pragma("max_page_count = 300")
        try await fill(store)
        _ = try await store.pragma("max_page_count = 1000000")
        try await continueAfterFull(store)
    }

    /// Only the superuser may mount; the test above covers the same ground for others.
    @Test("A full file system is reported, changes nothing, and is got over")
    func fullFileSystem() async throws {
        let folder = try TemporaryFolder()
        guard
            run("/bin/mount", ["-t", "tmpfs", "-o", "size=9m", "tmpfs", folder.path]) == 0
        else { return try await full() }
        do {
            let ballast = folder.path + "/ballast"
            try Data(count: 6 << 20).write(to: URL(fileURLWithPath: ballast))
            let store = try SQLiteRegister(path: folder.store)
            try await fill(store)
            try FileManager.default.removeItem(atPath: ballast)
            try await continueAfterFull(store)
        } catch {
            _ = run("/bin/umount", [folder.path])
            throw error
        }
        #expect(run("/bin/umount", [folder.path]) == 0)
    }

    @Test("A file system that is read-only")
    func readOnlyFileSystem() async throws {
        let folder = try TemporaryFolder()
        guard run("/bin/mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder.path]) == 0 else {
            try folder.setMode(0o500, of: folder.path)
            #expect(refusal(of: folder.store)?.kind == .readOnly)
            return
        }
        do {
            let store = try SQLiteRegister(path: folder.store)
            try await store.close()
        } catch {
            _ = run("/bin/umount", [folder.path])
            throw error
        }
        #expect(run("/bin/mount", ["-o", "remount,ro", folder.path]) == 0)
        #expect(refusal(of: folder.store)?.kind == .readOnly)
        #expect(run("/bin/umount", [folder.path]) == 0)
    }

    /// Writes until the store says that the disk is full; checks that it says so well.
    private func fill(_ store: SQLiteRegister) async throws {
        let before: RegisterFigures
        var number: UInt64 = 0
        while true {
            let figures = store.figures
            number += 1
            do {
                try await store.write { [number] transaction in
                    do {
                        try register(number, transaction, bodyBytes: 20_000)
                    } catch {
                        // A caller that goes on regardless must not get half a batch committed.
                        return
                    }
                }
            } catch let error as RegisterUnavailable {
                #expect(error.reason.contains("disk is full"))
                #expect(error.reason.contains(store.path))
                before = figures
                break
            }
            try #require(number < 500, "the store was never full")
        }
        #expect(store.figures == before)
        let sequence = before.journal.sequence
        #expect(sequence > 0)
        await #expect(throws: RegisterUnavailable.self) {
            try await store.write {
                try register(UInt64(sequence) + 1, $0, bodyBytes: 1_000_000)
            }
        }
        #expect(store.figures == before)
    }

    private func continueAfterFull(_ store: SQLiteRegister) async throws {
        let next = UInt64(store.figures.journal.sequence) + 1
        try await store.write { try register(next, $0, bodyBytes: 100_000) }
        #expect(store.figures.journal.sequence == Int64(next))
        try await store.close()
        try SQLiteRegisterReader(path: store.path).verify()
    }
}
