import Contract
import Domain
import Foundation
import GRDB
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("Checkpoints reveal what the journal alone cannot")
struct CheckpointTests {
    /// The register and the journal agree, and the chain is whole: only who decided is another.
    private func rewrite(_ life: JournalLife) throws {
        try life.tamper(
            "UPDATE journal SET cause = replace(cause, 'ntp-portal', 'mallory') WHERE sequence = 9"
        )
        try life.rechain(from: 9)
    }

    @Test("A journal that was rewritten with all its hashes")
    func rewritten() async throws {
        let life = try await JournalLife()
        try rewrite(life)
        guard case .checkpoint(1, let words) = try life.fault() else {
            Issue.record("the stored checkpoints do not reveal it")
            return
        }
        #expect(words.contains("rewritten"))
        // Who rewrites the journal can take the checkpoints away; not those that are elsewhere.
        try life.tamper("DELETE FROM checkpoint")
        #expect(try life.fault() == nil)
        guard case .witness(1, let words) = try life.fault(witnesses: life.published) else {
            Issue.record("the checkpoints from elsewhere do not reveal it")
            return
        }
        #expect(words.contains("rewritten"))
        guard case .witness(3, _) = try life.fault(witnesses: [life.published[2]]) else {
            Issue.record("any later checkpoint reveals it")
            return
        }
    }

    @Test("Checkpoints made afresh with another key, altered, or left out")
    func forged() async throws {
        let life = try await JournalLife()
        try rewrite(life)
        let other = try JournalKey(seed: [UInt8](repeating: 8, count: 32))
        let right = try JournalLife.key.get()
        var previous = JournalCheckpoint.noPrevious
        for checkpoint in life.published {
            let row = try #require(
                try life.rows("SELECT hash FROM journal WHERE sequence = \(checkpoint.sequence)")
                    .first
            )
            let hash: Data = row[0]
            let forged = try other.sign(
                JournalCheckpoint(
                    number: checkpoint.number,
                    sequence: checkpoint.sequence,
                    hash: Array(hash),
                    at: checkpoint.at,
                    previous: previous,
                    key: other.publicKey.fingerprint
                )
            )
            previous = forged.digest
            try life.tamper(
                """
                UPDATE checkpoint SET hash = x'\(forged.hash.hexadecimal)',
                    previous = x'\(forged.previous.hexadecimal)',
                    key = x'\(forged.key.hexadecimal)',
                    signature = x'\(forged.signature.hexadecimal)'
                WHERE number = \(forged.number)
                """
            )
        }
        // Signatures are worth what the keys are that one has.
        #expect(try life.fault(keys: []) == nil)
        #expect(try life.fault(keys: [other.publicKey]) == nil)
        #expect(try life.fault(keys: [right.publicKey])?.check == "checkpoint")
        try life.tamper("UPDATE checkpoint SET key = x'\(right.publicKey.fingerprint.hexadecimal)'")
        let fault = try #require(try life.fault(keys: [right.publicKey]))
        #expect("\(fault)".contains("signature"), "\(fault)")
    }

    @Test(
        "A stored checkpoint altered, removed or exchanged",
        arguments: [
            "UPDATE checkpoint SET sequence = sequence - 1 WHERE number = 2",
            "UPDATE checkpoint SET hash = zeroblob(32) WHERE number = 2",
            "UPDATE checkpoint SET at = at + 1 WHERE number = 2",
            "UPDATE checkpoint SET previous = zeroblob(32) WHERE number = 2",
            "UPDATE checkpoint SET key = zeroblob(32) WHERE number = 2",
            "UPDATE checkpoint SET signature = zeroblob(64) WHERE number = 2",
            "DELETE FROM checkpoint WHERE number = 2",
        ]
    )
    func stored(change: String) async throws {
        let life = try await JournalLife()
        try life.tamper(change)
        guard case .checkpoint(2, _) = try life.fault() else {
            Issue.record("\(String(describing: try life.fault()))")
            return
        }
    }

    @Test("Journal and register put back together to what they were")
    func putBack() async throws {
        let backup = try TemporaryFolder()
        let life = try await JournalLife(copyAfter: 8, to: backup)
        #expect(try life.fault(in: backup.store) == nil)
        #expect(try life.fault(witnesses: Array(life.published.prefix(2)), in: backup.store) == nil)
        guard
            case .witness(3, let words) = try life.fault(
                witnesses: life.published,
                in: backup.store
            )
        else {
            Issue.record("a store that was put back is not found")
            return
        }
        #expect(words.contains("the journal ends with entry 104"))
    }

    @Test("A checkpoint from elsewhere that was altered there")
    func alteredWitness() async throws {
        let life = try await JournalLife()
        var witness = life.published[1]
        witness.signature[5] ^= 1
        guard case .witness(2, let words) = try life.fault(witnesses: [witness]) else {
            Issue.record("it is not found")
            return
        }
        #expect(words.contains("signature"))
    }

    @Test("The running daemon's look: what is new, in parts, and from a known entry on")
    func look() async throws {
        let life = try await JournalLife()
        let length = JournalLife.entriesEach * Int64(JournalLife.people)
        let store = try SQLiteRegister(path: life.folder.store)
        let middle = try await store.write { try $0.verifyJournal(after: .empty, limit: 30) }
        #expect(middle.sequence == 30)
        let end = try await store.write { try $0.verifyJournal(after: middle, limit: 1000) }
        #expect(end.sequence == length)
        #expect(try await store.write { try $0.verifyJournal(after: end, limit: 10) } == end)
        // Somebody changes the file while the daemon runs.
        for (change, sequence) in [
            ("UPDATE journal SET time = 7 WHERE sequence = 40", 40),
            ("UPDATE journal SET hash = zeroblob(32) WHERE sequence = 30", 30),
            ("DELETE FROM journal WHERE sequence = 30", 30),
            ("DELETE FROM journal WHERE sequence > 60", 61),
        ] as [(String, Int64)] {
            let broken = await #expect(throws: JournalBroken.self) {
                try await store.write { transaction in
                    guard let transaction = transaction as? SQLiteTransaction else { return }
                    try SQLiteStatement(change, on: transaction.connection.handle).run()
                    _ = try transaction.verifyJournal(after: middle, limit: 1000)
                }
            }
            #expect(broken?.sequence == sequence)
        }
        try await store.close()
    }
}
