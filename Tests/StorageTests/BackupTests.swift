import Domain
import Foundation
import Glibc
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("Backup and restore")
struct BackupTests {
    /// A store with eight requests; the first message is confirmed, fifteen wait.
    private func filled(_ folder: TemporaryFolder) async throws -> SQLiteRegister {
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            for number in 1...8 as ClosedRange<UInt64> { try register(number, transaction) }
            _ = try transaction.settle([1], at: Sample.instant(9))
        }
        return store
    }

    private func files(in folder: TemporaryFolder) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    private func refusal(_ work: () throws -> Void) -> StorageError? {
        do {
            try work()
            return nil
        } catch {
            return error as? StorageError
        }
    }

    @Test("A backup beside the writer holds what was committed, stands alone, and touches nothing")
    func backup() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        let store = try await filled(folder)
        let before = (try folder.bytes(), try folder.bytes("-wal"))
        var shares: [Double] = []
        let backup = try Backup.write(store: folder.store, to: place.store) { stage in
            if case .copying(let share) = stage { shares.append(share) }
        }.summary
        #expect((try folder.bytes(), try folder.bytes("-wal")) == before)
        #expect(shares.first == 0 && shares.last == 1 && shares == shares.sorted())
        #expect(backup.journal == store.figures.journal)
        #expect(backup.lastEntryAt == Sample.entry(8).time)
        #expect(backup.unconfirmedMessages == 15)
        #expect(backup.sizeBytes == Int64(try place.bytes().count))
        #expect(try files(in: place) == ["registrar.sqlite"])
        #expect(try place.mode() == 0o600)
        #expect(try Backup.verify(place.store) == backup)
        #expect(try files(in: place) == ["registrar.sqlite"], "looking at it leaves nothing")
        let reader = try SQLiteRegisterReader(path: place.store)
        #expect(try reader.requests(.init()).count == 8)
        try await store.close()
        // Of a store that nobody serves as well.
        let second = place.path + "/second"
        #expect(try Backup.write(store: folder.store, to: second).summary.journal == backup.journal)
    }

    @Test("While the writer goes on, each backup holds one moment and the writer can checkpoint")
    func underLoad() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        let store = try await filled(folder)
        let writer = Task {
            var number: UInt64 = 9
            while !Task.isCancelled {
                let next = number
                try await store.write { try register(next, $0, bodyBytes: 20_000) }
                number += 1
            }
            return number - 1
        }
        var heads: [Int64] = [0]
        for number in 1...5 {
            let backup = try Backup.write(
                store: folder.store,
                to: place.path + "/\(number)"
            ).summary
            // One entry, and two messages, for each request: nothing of a half transaction.
            let reader = try SQLiteRegisterReader(path: place.path + "/\(number)")
            let figures = try reader.figures()
            #expect(figures.requests.map(\.count) == [Int(backup.journal.sequence)])
            #expect(backup.unconfirmedMessages == Int(backup.journal.sequence) * 2 - 1)
            heads.append(backup.journal.sequence)
        }
        writer.cancel()
        let last = try await writer.value
        #expect(heads == heads.sorted() && heads[5] <= last)
        #expect(try await store.checkpoint(), "a backup's reader is still there")
        try await store.close()
    }

    @Test("Nothing is written over: not a file, not a link, not another's unfinished work")
    func neverOver() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        let store = try await filled(folder)
        try place.setBytes([1, 2, 3])
        try place.setBytes([4], "2.partial")
        try FileManager.default.createSymbolicLink(
            atPath: place.store + "3",
            withDestinationPath: place.path + "/nowhere"
        )
        for name in ["", "2", "3"] {
            let error = refusal {
                _ = try Backup.write(store: folder.store, to: place.store + name)
            }
            #expect(error?.kind == .alreadyExists, "\(name): \(String(describing: error))")
        }
        #expect(try place.bytes() == [1, 2, 3] && place.bytes("2.partial") == [4])
        #expect(try files(in: place).count == 3)
        let missing = refusal { _ = try Backup.write(store: folder.store, to: "/nowhere/x") }
        #expect(missing?.kind == .inaccessible)
        try await store.close()
    }

    @Test("A damaged store gives no backup, and leaves nothing of it")
    func damagedSource() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        try await filled(folder).close()
        var bytes = try folder.bytes()
        let text = Array(Sample.entry(5).event.utf8)
        let place5 = try #require(
            bytes.indices.first { bytes[$0...].starts(with: text) }
        )
        bytes[place5 + 3] ^= 1
        try folder.setBytes(bytes)
        let error = refusal { _ = try Backup.write(store: folder.store, to: place.store) }
        #expect(error?.kind == .damaged)
        #expect(error?.reason.contains("was altered: its hash is another") == true)
        #expect(try files(in: place).isEmpty)
    }

    @Test("A restored store opens, goes on where the backup was, and sends what waited then")
    func restore() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        let store = try await filled(folder)
        let backup = try Backup.write(store: folder.store, to: place.store).summary
        let pending = try await store.write { try $0.pendingMessages(after: 0, limit: 99) }
        try await store.write { transaction in
            try register(9, transaction)
            _ = try transaction.settle([2, 3], at: Sample.instant(10))
        }
        try await store.close()
        let lost = folder.path + "/lost"
        try FileManager.default.createDirectory(atPath: lost, withIntermediateDirectories: true)
        for file in try files(in: folder) where file.hasPrefix("registrar") {
            try FileManager.default.moveItem(
                atPath: "\(folder.path)/\(file)",
                toPath: "\(lost)/\(file)"
            )
        }

        #expect(try Backup.restore(place.store, to: folder.store) == backup)
        #expect(try folder.mode() == 0o600)
        #expect(try files(in: folder) == ["lost", "registrar.sqlite", "registrar.sqlite.lock"])
        #expect(try folder.bytes() == place.bytes(), "the backup itself stays as it was")
        let restored = try SQLiteRegister(path: folder.store)
        #expect(restored.figures.journal == backup.journal)
        #expect(try await restored.write { try $0.pendingMessages(after: 0, limit: 99) } == pending)
        try await restored.write { try register(9, $0) }
        try SQLiteRegisterReader(path: folder.store).verify()
        try await restored.close()
    }

    @Test("What root restores belongs to the owner of the folder", .enabled(if: geteuid() == 0))
    func owner() async throws {
        let (folder, place, target) = (
            try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder()
        )
        try await filled(folder).close()
        _ = try Backup.write(store: folder.store, to: place.store)
        #expect(chown(target.path, 12_345, 12_346) == 0)
        _ = try Backup.restore(place.store, to: target.store)
        for name in ["", ".lock"] {
            var status = stat()
            #expect(stat(target.store + name, &status) == 0)
            #expect(status.st_uid == 12_345 && status.st_gid == 12_346, "\(name)")
        }
    }

    @Test("A restore refuses a store, what is left of one, and a daemon that runs")
    func refusedRestores() async throws {
        let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
        let store = try await filled(folder)
        _ = try Backup.write(store: folder.store, to: place.store)
        func restoring(_ file: String, to path: String) -> StorageError? {
            refusal { _ = try Backup.restore(file, to: path) }
        }
        #expect(restoring(place.store, to: folder.store)?.kind == .locked)
        // Its files may be gone while it still runs.
        let bytes = try folder.bytes()
        try FileManager.default.removeItem(atPath: folder.store)
        #expect(restoring(place.store, to: folder.store)?.kind == .locked)
        // It ends all the same, and says that its store is gone.
        let end = await #expect(throws: RegisterUnavailable.self) { try await store.close() }
        #expect(end?.isElsewhere == true)
        try folder.setBytes(bytes)
        let existing = restoring(place.store, to: folder.store)
        #expect(existing?.kind == .alreadyExists)
        #expect(existing?.reason.contains("move it away") == true)
        #expect(try folder.bytes() == bytes)
        for companion in ["-wal", "-shm", "-journal"] {
            let other = try TemporaryFolder()
            try other.setBytes([0], companion)
            #expect(restoring(place.store, to: other.store)?.kind == .alreadyExists)
            #expect(try files(in: other).count == 2, "the lock alone was made")
        }
    }

    @Test("A backup that is damaged, cut short, or no backup is not restored")
    func badBackups() async throws {
        let (folder, place, target) = (
            try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder()
        )
        let store = try await filled(folder)
        _ = try Backup.write(store: folder.store, to: place.store)
        try await store.close()
        let whole = try place.bytes()
        func restoring(_ bytes: [UInt8]) throws -> StorageError? {
            try place.setBytes(bytes)
            return refusal { _ = try Backup.restore(place.store, to: target.store) }
        }
        var flipped = whole
        let text = Array(Sample.entry(5).event.utf8)
        let entry = try #require(flipped.indices.first { flipped[$0...].starts(with: text) })
        flipped[entry + 3] ^= 1
        #expect(try restoring(flipped)?.kind == .damaged)
        #expect(try restoring(Array(whole.prefix(whole.count / 2)))?.kind == .damaged)
        #expect(try restoring(Array("something else".utf8))?.kind == .notAStore)
        // A store as it stands on the disk misses what is in its log.
        let plain = try restoring(folder.bytes())
        #expect(plain?.kind == .notAStore)
        #expect(plain?.reason.contains("registrarctl backup") == true)
        #expect(try files(in: target) == ["registrar.sqlite.lock"])
        #expect(refusal { _ = try Backup.restore("/nowhere", to: target.store) } != nil)
    }
}
