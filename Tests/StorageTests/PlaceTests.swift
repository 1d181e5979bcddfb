import Domain
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing
import Workflow

@testable import Storage

/// The store's files are moved, deleted or replaced while the store is open.
@Suite("Nothing counts as written that a restart would not find")
struct PlaceTests {
    /// What somebody does to the store, and undoes.
    enum Displacement: CaseIterable {
        case moved, copied, otherStore, folderMoved, linkMoved

        /// - Returns: How it is undone.
        func strike(_ folder: TemporaryFolder) throws -> () throws -> Void {
            let files = FileManager.default
            let (store, away) = (folder.store, folder.path + "/away")
            switch self {
            case .moved:
                try files.moveItem(atPath: store, toPath: away)
                return { try files.moveItem(atPath: away, toPath: store) }
            case .copied:
                try files.copyItem(atPath: store, toPath: folder.path + "/copy")
                try files.moveItem(atPath: store, toPath: away)
                try files.moveItem(atPath: folder.path + "/copy", toPath: store)
            case .otherStore:
                try files.moveItem(atPath: store, toPath: away)
                try folder.setBytes([])
            case .folderMoved:
                let elsewhere = folder.path + "-away"
                try files.moveItem(atPath: folder.path, toPath: elsewhere)
                return { try files.moveItem(atPath: elsewhere, toPath: folder.path) }
            case .linkMoved:
                // The name leads to the file again, by another way, where there is no log.
                let elsewhere = folder.path + "/elsewhere"
                try files.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
                try files.moveItem(atPath: store, toPath: elsewhere + "/registrar.sqlite")
                try files.createSymbolicLink(
                    atPath: store,
                    withDestinationPath: elsewhere + "/registrar.sqlite"
                )
                return {
                    try files.removeItem(atPath: store)
                    try files.moveItem(atPath: elsewhere + "/registrar.sqlite", toPath: store)
                }
            }
            return {
                try files.removeItem(atPath: store)
                try files.moveItem(atPath: away, toPath: store)
            }
        }
    }

    private func write(_ number: UInt64, _ register: SQLiteRegister) async throws {
        try await register.write { try StorageTests.register(number, $0) }
    }

    private func isElsewhere(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch {
            return (error as? RegisterUnavailable)?.isElsewhere == true
        }
    }

    private func count(_ path: String) throws -> Int {
        try SQLiteRegisterReader(path: path).requests(RequestFilter(limit: 1000)).count
    }

    @Test(
        "While it is elsewhere nothing is written; back again, it goes on",
        arguments: Displacement.allCases
    )
    func displaced(_ displacement: Displacement) async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        for number in 1...20 { try await write(UInt64(number), register) }
        let putBack = try displacement.strike(folder)
        for _ in 0..<3 {
            #expect(await isElsewhere { try await write(21, register) })
            #expect(await isElsewhere { try await register.checkPlace() })
        }
        try putBack()
        try await register.checkPlace()
        try await write(22, register)
        #expect(try count(folder.store) == 21)
        try await register.close()
        let again = try SQLiteRegister(path: folder.store)
        #expect(again.figures.requests.first?.count == 21)
        #expect(!again.isNew)
        try await again.close()
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test(
        "Moved away between the commit and its answer: it does not count, and is there afterwards"
    )
    func afterCommit() async throws {
        let folder = try TemporaryFolder()
        let away = folder.path + "/away"
        let isArmed = Mutex(false)
        let register = try SQLiteRegister(path: folder.store) { _ in
            guard
                isArmed.withLock({ armed in
                    defer { armed = false }
                    return armed
                })
            else { return }
            #expect(rename(folder.store, away) == 0)
        }
        try await write(1, register)
        isArmed.withLock { $0 = true }
        #expect(await isElsewhere { try await write(2, register) })
        #expect(rename(away, folder.store) == 0)
        try await register.checkPlace()
        #expect(try count(folder.store) == 2)
        try await register.close()
    }

    @Test(
        "A daemon that ends while its store is elsewhere leaves the log as it is",
        arguments: Displacement.allCases
    )
    func closedElsewhere(_ displacement: Displacement) async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        for number in 1...20 { try await write(UInt64(number), register) }
        let putBack = try displacement.strike(folder)
        #expect(await isElsewhere { try await write(21, register) })
        await #expect(throws: RegisterUnavailable.self) { try await register.close() }
        try putBack()
        let again = try SQLiteRegister(path: folder.store)
        #expect(again.figures.requests.first?.count == 20)
        try await again.close()
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test(
        "A log or an index that is gone or replaced is begun again, and nothing is lost",
        arguments: ["-wal", "-shm"],
        [false, true]
    )
    func log(_ suffix: String, isReplaced: Bool) async throws {
        let folder = try TemporaryFolder()
        let file = folder.store + suffix
        let register = try SQLiteRegister(path: folder.store)
        for number in 1...10 { try await write(UInt64(number), register) }
        if isReplaced {
            try FileManager.default.copyItem(atPath: file, toPath: file + ".copy")
        }
        for number in 11...20 { try await write(UInt64(number), register) }
        #expect(isReplaced ? rename(file + ".copy", file) == 0 : unlink(file) == 0)
        try await write(21, register)
        #expect(try await register.pragma("journal_mode") == "wal")
        #expect(try await register.pragma("synchronous") == "2")
        #expect(try count(folder.store) == 21)
        // As a crash would leave it: what stands in the files is all.
        let copy = try TemporaryFolder()
        for name in ["", "-wal"] { try copy.setBytes(try folder.bytes(name), name) }
        let crashed = try SQLiteRegister(path: copy.store)
        #expect(crashed.figures.requests.first?.count == 21)
        try await crashed.close()
        try SQLiteRegisterReader(path: copy.store).verify()
        try await write(22, register)
        try await register.close()
        let again = try SQLiteRegister(path: folder.store)
        #expect(again.figures.requests.first?.count == 22)
        try await again.close()
    }

    @Test("The log is not begun again under a reader, and is once that has ended")
    func logUnderReader() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await write(1, register)
        do {
            let reader = try SQLiteRegisterReader(path: folder.store)
            #expect(try reader.requests(RequestFilter(limit: 9)).count == 1)
            #expect(unlink(folder.store + "-wal") == 0)
            await #expect(throws: RegisterUnavailable.self) { try await write(2, register) }
        }
        try await write(2, register)
        #expect(try count(folder.store) == 2)
        try await register.close()
    }

    @Test("A lock whose file is gone is taken again, and keeps others out as before")
    func lock() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        #expect(unlink(folder.store + ".lock") == 0)
        try await register.checkPlace()
        #expect(refusal(of: folder.store)?.kind == .locked)
        try await write(1, register)
        try await register.close()
    }

    @Test("A backup of a store that is moved while it is copied is none")
    func backup() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await write(1, register)
        let (copy, away) = (folder.path + "/copy", folder.path + "/away")
        let error = #expect(throws: StorageError.self) {
            try Backup.write(store: folder.store, to: copy) { stage in
                if case .copying(0) = stage { rename(folder.store, away) }
            }
        }
        #expect(error?.kind == .away)
        #expect(access(copy, F_OK) != 0)
        #expect(rename(away, folder.store) == 0)
        try await register.close()
    }
}

/// Where a store is missing.
@Suite("A store is begun where there was none, and not where one is gone")
struct StoreBeginningTests {
    private func make(_ folder: TemporaryFolder) async throws -> String? {
        let register = try SQLiteRegister(path: folder.store)
        #expect(register.isNew && register.formerStore == nil)
        try await register.write { try StorageTests.register(1, $0) }
        try await register.close()
        return try StoreMarker(beside: folder.store)?.store
    }

    @Test(
        "A store that is gone, or emptied, is not begun again before somebody says so",
        arguments: [false, true]
    )
    func gone(isEmptied: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try #require(try await make(folder))
        if isEmptied { try folder.setBytes([]) } else { #expect(unlink(folder.store) == 0) }
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for _ in 0..<2 {
            let error = try #require(refusal(of: folder.store))
            #expect(error.kind == .lost && !error.isRetryable)
            for word in [store, folder.store, "--new-store", "restore"] {
                #expect(error.reason.contains(word), "\(word) in \(error.reason)")
            }
            #expect(throws: StorageError.self) {
                try SQLiteRegister.checkBeginning(at: folder.store)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
        let new = try SQLiteRegister(path: folder.store, beginsAgain: true)
        #expect(new.isNew && new.formerStore == store && new.setAside.isEmpty)
        try await new.close()
        let next = try SQLiteRegister(path: folder.store)
        #expect(!next.isNew && next.formerStore == nil)
        try await next.close()
    }

    @Test(
        "A log that a crash left beside a store that is gone is kept, and shows that there was one"
    )
    func leftLog() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await register.write { try StorageTests.register(1, $0) }
        let log = try folder.bytes("-wal")
        try await register.close()
        #expect(unlink(folder.store) == 0 && unlink(StoreMarker.path(of: folder.store)) == 0)
        try folder.setBytes(log, "-wal")
        #expect(refusal(of: folder.store)?.kind == .lost)
        let new = try SQLiteRegister(path: folder.store, beginsAgain: true)
        #expect(new.isNew && new.setAside == [folder.store + "-wal.lost-1"])
        #expect(try folder.bytes("-wal.lost-1") == log)
        try await new.close()
    }

    @Test("A store that was restored, or moved to another folder, needs nothing")
    func restored() async throws {
        let folder = try TemporaryFolder()
        _ = try await make(folder)
        let backup = folder.path + "/backup"
        _ = try Backup.write(store: folder.store, to: backup)
        let other = try TemporaryFolder()
        for target in [folder, other] {
            // A reader of a store that nobody serves leaves a log, which is empty.
            for name in ["", "-wal", "-shm"] { unlink(target.store + name) }
            _ = try Backup.restore(backup, to: target.store)
            let register = try SQLiteRegister(path: target.store)
            #expect(!register.isNew && register.formerStore == nil)
            #expect(register.figures.requests.first?.count == 1)
            try await register.close()
        }
    }

    @Test("Another store in its place is served, and named")
    func otherStore() async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let former = try #require(try await make(folder))
        _ = try await make(other)
        try folder.setBytes(try other.bytes())
        let register = try SQLiteRegister(path: folder.store)
        #expect(!register.isNew && register.formerStore == former)
        try await register.close()
    }

    @Test("A file that was copied to its place is checked completely, whatever its size")
    func copied() async throws {
        let folder = try TemporaryFolder()
        _ = try await make(folder)
        // Wrong in a place at which a short look does not.
        try await DatabaseQueue(path: folder.store).write { database in
            try database.execute(sql: "UPDATE tally SET count = 7 WHERE kind = 'request'")
        }
        let short = try SQLiteRegister(path: folder.store, completeCheckUpToBytes: 0)
        try await short.close()
        #expect(rename(folder.store, folder.store + ".old") == 0)
        try FileManager.default.copyItem(atPath: folder.store + ".old", toPath: folder.store)
        let error = #expect(throws: StorageError.self) {
            _ = try SQLiteRegister(path: folder.store, completeCheckUpToBytes: 0)
        }
        #expect(error?.kind == .damaged)
    }
}
