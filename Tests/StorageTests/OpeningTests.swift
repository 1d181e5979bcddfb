import Foundation
import Synchronization
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("What a store is opened with, and which files are refused")
struct OpeningTests {
    @Test("The settings that durability and secrecy rest on are in force")
    func settings() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        let expected = [
            "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
            "trusted_schema": "0", "temp_store": "2", "cache_size": "-6144",
            "wal_autocheckpoint": "0", "journal_size_limit": "67108864",
            "busy_timeout": "5000", "application_id": "1382511474", "user_version": "2",
        ]
        for (name, value) in expected {
            #expect(try await register.pragma(name) == value, "\(name)")
        }
        try await register.close()
    }

    @Test("The files are readable by their owner alone")
    func modes() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        _ = try await register.write { try $0.beginRun() }
        for suffix in ["", "-wal", "-shm", ".lock"] {
            #expect(try folder.mode(suffix) == 0o600, "\(suffix)")
        }
        try await register.close()
        try folder.setMode(0o644, of: folder.store)
        let again = try SQLiteRegister(path: folder.store)
        #expect(try folder.mode() == 0o600)
        try await again.close()
    }

    @Test("A second daemon is refused, and told which process holds the store")
    func locked() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        let error = try #require(refusal(of: folder.store))
        #expect(error.kind == .locked)
        #expect(error.reason.contains("process \(getpid());"))
        try await register.close()
        let next = try SQLiteRegister(path: folder.store)
        try await next.close()
    }

    @Test("A register that is let go without closing lets go of the store")
    func released() async throws {
        let folder = try TemporaryFolder()
        do {
            let register = try SQLiteRegister(path: folder.store)
            _ = try await register.write { try $0.beginRun() }
        }
        // The queue's last block may still be on its way out.
        let deadline = ContinuousClock.now + .seconds(10)
        var error = refusal(of: folder.store)
        while error?.kind == .locked, ContinuousClock.now < deadline {
            await Task.yield()
            error = refusal(of: folder.store)
        }
        #expect(error == nil)
    }

    @Test("A folder, another kind of file, a missing folder")
    func notFiles() async throws {
        let folder = try TemporaryFolder()
        #expect(refusal(of: folder.path)?.kind == .notAStore)
        #expect(refusal(of: "/dev/null")?.kind == .notAStore)
        #expect(refusal(of: folder.path + "/missing/registrar.sqlite")?.kind == .inaccessible)
        try folder.setBytes(Array("not a database, but long enough for a header".utf8))
        let before = try folder.bytes()
        #expect(refusal(of: folder.store)?.kind == .notAStore)
        try folder.setBytes(Array("SQLite".utf8))
        #expect(refusal(of: folder.store)?.kind == .notAStore)
        #expect(before.count == 44)
    }

    @Test("An empty file becomes a store")
    func emptyFile() async throws {
        let folder = try TemporaryFolder()
        try folder.setBytes([])
        let register = try SQLiteRegister(path: folder.store)
        try await register.close()
    }

    @Test("A read-only file and a read-only folder")
    func readOnly() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await register.close()
        try folder.setMode(0o400, of: folder.store)
        let file = try #require(refusal(of: folder.store))
        #expect(file.kind == .readOnly)
        #expect(file.reason.contains(folder.store))
        try folder.setMode(0o600, of: folder.store)
        try folder.setMode(0o500, of: folder.path)
        let parent = try #require(refusal(of: folder.store))
        #expect(parent.kind == .readOnly)
        #expect(parent.reason.contains("folder"))
    }

    /// The header's fields: https://www.sqlite.org/fileformat.html#the_database_header
    @Test("Another application's file and a later release's are refused and not touched")
    func foreign() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await register.close()
        let original = try folder.bytes()
        let cases: [(Int, StorageError.Kind)] = [
            (68, .otherApplication), (63, .newerVersion),
        ]
        for (offset, kind) in cases {
            var bytes = original
            bytes[offset] ^= 0x40
            try folder.setBytes(bytes)
            let error = try #require(refusal(of: folder.store))
            #expect(error.kind == kind)
            #expect(!error.isRetryable)
            #expect(try folder.bytes() == bytes)
            #expect(throws: StorageError.self) {
                _ = try SQLiteRegisterReader(path: folder.store)
            }
        }
    }

    @Test("A truncated, a flipped and a mixed-up store are refused")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            for number in 1...200 as ClosedRange<UInt64> { try register(number, transaction) }
        }
        try await store.close()
        let original = try folder.bytes()
        let changes: [(String, ([UInt8]) -> [UInt8])] = [
            ("truncated", { Array($0.dropLast(4096 * 3)) }),
            ("cut to half", { Array($0.prefix($0.count / 2 + 100)) }),
            ("a page of zeros", { Self.replace($0, at: 4096 * 20, with: 4096, of: 0) }),
            ("page size", { Self.replace($0, at: 16, with: 2, of: 3) }),
            ("the journal", { Self.replace($0, #"{"event":"n77"}"#, #"{"event":"n78"}"#) }),
            ("the schema", { Self.replace($0, "CREATE TABLE person", "CREATE TABLE qerson") }),
        ]
        for (name, change) in changes {
            let bytes = change(original)
            #expect(bytes != original, "\(name)")
            try folder.setBytes(bytes)
            let error = try #require(refusal(of: folder.store), "\(name)")
            #expect(error.kind == .damaged || error.kind == .notAStore, "\(name): \(error)")
            #expect(error.reason.contains(folder.store), "\(name)")
            #expect(error.reason.contains("restore"), "\(name)")
        }
        try folder.setBytes(original)
        #expect(refusal(of: folder.store) == nil)
    }

    @Test("Of a big store, the ends are checked: whole, with a broken chain, with a lost page")
    func bigStore() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            for number in 1...1200 as ClosedRange<UInt64> { try register(number, transaction) }
        }
        try await store.close()
        let original = try folder.bytes()
        func refusal() -> StorageError? {
            do {
                _ = try SQLiteRegister(path: folder.store, completeCheckUpToBytes: 0)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal() == nil)
        try folder.setBytes(
            Self.replace(original, #"{"event":"n1199"}"#, #"{"event":"n1999"}"#)
        )
        #expect(refusal()?.kind == .damaged)
        try folder.setBytes(Array(original.dropLast(4096)))
        #expect(refusal()?.kind == .damaged)
        // An early entry is found by the complete check alone.
        try folder.setBytes(Self.replace(original, #"{"event":"n7"}"#, #"{"event":"n8"}"#))
        #expect(refusal() == nil)
        let error = try #require(throws: StorageError.self) {
            try SQLiteRegisterReader(path: folder.store).verify()
        }
        #expect(error.kind == .damaged && error.reason.contains("entry 7"))
    }

    @Test("The write-ahead log is moved to the main file as it grows")
    func log() async throws {
        let folder = try TemporaryFolder()
        let moves = Mutex<[String?]>([])
        let store = try SQLiteRegister(
            path: folder.store,
            onLogMoved: { failure in moves.withLock { $0.append(failure) } }
        )
        for number in 1...120 as ClosedRange<UInt64> {
            try await store.write { try register(number, $0, bodyBytes: 60_000) }
        }
        let sizes = store.sizes
        #expect(sizes.storeBytes > 8 << 20)
        #expect(sizes.walBytes < 6 << 20)
        #expect(moves.withLock { !$0.isEmpty && $0.allSatisfy { $0 == nil } })
        try await store.close()
    }

    @Test("After closing, writing says that the store is closed")
    func closed() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await register.close()
        try await register.close()
        await #expect(throws: RegisterUnavailable.self) {
            try await register.write { try $0.beginRun() }
        }
    }

    static func replace(_ bytes: [UInt8], at start: Int, with count: Int, of byte: UInt8)
        -> [UInt8]
    {
        var bytes = bytes
        for index in start..<start + count { bytes[index] = byte }
        return bytes
    }

    static func replace(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        var data = Data(bytes)
        guard let range = data.range(of: Data(old.utf8)) else { return bytes }
        data.replaceSubrange(range, with: Data(new.utf8))
        return [UInt8](data)
    }
}
