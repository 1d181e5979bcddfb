import Domain
import Foundation
import Storage
import TestKit
import Workflow

/// A folder of its own for a test; goes with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "registrar-storage-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    var store: String { path + "/registrar.sqlite" }

    deinit {
        do {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: path
            )
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("could not remove \(path): \(error)")
        }
    }

    func bytes(_ suffix: String = "") throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: store + suffix)))
    }

    func setBytes(_ bytes: [UInt8], _ suffix: String = "") throws {
        try Data(bytes).write(to: URL(fileURLWithPath: store + suffix))
    }

    func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func mode(_ suffix: String = "") throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: store + suffix)[.posixPermissions] as? Int
    }
}

/// The error that opening throws; nil if it opens.
func refusal(of path: String) -> StorageError? {
    do {
        _ = try SQLiteRegister(path: path)
        return nil
    } catch {
        return error
    }
}

/// Applies what a registration leaves behind, with messages of `bodyBytes`, to a register.
func register(
    _ number: UInt64,
    _ transaction: any MaintenanceTransaction,
    bodyBytes: Int = 300
) throws {
    try transaction.savepoint {
        let now = Sample.instant(Int64(number))
        let request = Sample.request(number)
        try transaction.record(
            InboxEntry(
                key: InboxKey(
                    bytes: Array(SequentialIdentifiers.identifier(number).text.utf8)
                ),
                digest: [UInt8](repeating: 7, count: 32),
                receivedAt: now
            )
        )
        try transaction.apply(.personRecorded(Sample.person(number)), at: now)
        try transaction.apply(.requestSubmitted(request), at: now)
        let journal = try transaction.append(
            Sample.entry(Int(number), request: request.identifier)
        )
        let body = [UInt8](repeating: UInt8(ascii: "b"), count: bodyBytes)
        for name in ["user", "authority"] {
            _ = try transaction.enqueue(
                Sample.message(name, body: body),
                journal: journal,
                at: now
            )
        }
    }
}

/// Runs a program; nil if it could not be started.
func run(_ program: String, _ arguments: [String]) -> Int32? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    do {
        try process.run()
    } catch {
        return nil
    }
    process.waitUntilExit()
    return process.terminationStatus
}

/// SplitMix64: the same seed gives the same numbers.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
