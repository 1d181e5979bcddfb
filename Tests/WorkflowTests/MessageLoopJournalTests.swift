import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// When the running loop verifies and signs its journal.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopJournalTests {
    private func settings(entries: Int64 = 10_000, isSigned: Bool = true) throws -> JournalSettings
    {
        JournalSettings(
            key: isSigned ? try JournalKey(seed: [UInt8](repeating: 1, count: 32)) : nil,
            everySeconds: 60,
            everyEntries: entries
        )
    }

    private func sequences(_ place: Workplace) -> [Int64] {
        place.broker.data("journal.checkpoint").compactMap { $0["sequence"].flatMap { Int64($0) } }
    }

    @Test("by the clock, once there is something new")
    func byClock() async throws {
        let place = try Workplace(journal: try settings())
        try await place.serve()
        await place.pass(seconds: 130)
        #expect(sequences(place) == [])
        place.send(Messages.registration(1))
        await place.work()
        #expect(sequences(place) == [])
        await place.pass(seconds: 61)
        let length = Int64(place.contents.journal.count)
        #expect(sequences(place) == [length])
        await place.pass(seconds: 130)
        #expect(sequences(place) == [length], "nothing is new")
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("by the number of entries; what was sent is what is stored, and follows the contract")
    func byEntries() async throws {
        let place = try Workplace(journal: try settings(entries: 5))
        try await place.serve()
        for number in 1...6 { place.send(Messages.registration(number, eori: "LU\(number)")) }
        await place.work()
        for number in 7...12 { place.send(Messages.registration(number, eori: "LU\(number)")) }
        await place.work()
        #expect(sequences(place).count == 2)
        #expect(sequences(place) == place.contents.checkpoints.map(\.sequence))
        let first = try #require(
            place.broker.published.first { $0.message.routingKey == "journal.checkpoint" }
        ).message
        let event = Reading(first.body)
        #expect(!first.mandatory && first.exchange == .out)
        #expect(event["type"] == "lu.etat.do.journal.checkpoint.v1")
        #expect(event["subject"] == event.object("data")["sequence"])
        #expect(event["source"] == "urn:luccs:registrar")
        let value = try JSONValue(parsing: first.body)
        guard case .object(let object) = value, case .object(let data) = object["data"] else {
            Issue.record("no data")
            return
        }
        let read = try #require(JournalCheckpoint(data))
        #expect(read == place.contents.checkpoints.first)
        let key = try #require(place.journal.key).publicKey
        #expect(key.verifies(read))
    }

    @Test("at an orderly end, with all that came of it; after a crash at once")
    func atTheEnd() async throws {
        let place = try Workplace(journal: try settings())
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        place.loop.stop()
        while await place.loop.step() == .worked {}
        let length = Int64(place.contents.journal.count)
        #expect(sequences(place) == [length])
        #expect(place.contents.unsettledCount == 0)
        place.crash()
        try await place.serve()
        #expect(sequences(place) == [length], "nothing is new")
        place.send(Messages.registration(2, eori: "LU2"))
        await place.work()
        place.crash()
        try await place.serve()
        #expect(sequences(place) == [length, Int64(place.contents.journal.count)])
    }

    @Test("without a key the chain is verified, and nothing is published")
    func withoutKey() async throws {
        let place = try Workplace(journal: try settings(entries: 2, isSigned: false))
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        let length = Int64(place.contents.journal.count)
        guard case .intact(let head, true, nil) = place.observer.record.findings.last else {
            Issue.record("\(place.observer.record.findings)")
            return
        }
        #expect(head.sequence == length)
        #expect(sequences(place) == [])
        place.loop.stop()
        while await place.loop.step() == .worked {}
        #expect(sequences(place) == [])
    }

    @Test("a journal that was altered is told and never signed, and nothing is built on it")
    func broken() async throws {
        let place = try Workplace(journal: try settings())
        try await place.serve()
        place.send(Messages.registration(1))
        await place.work()
        let entry = place.contents.journal[0]
        place.register.tamper { contents in
            contents.journal[0] = JournalEntry(
                time: entry.time,
                event: entry.event.replacing("person", with: "nobody"),
                cause: entry.cause,
                request: entry.request
            )
        }
        await place.pass(seconds: 61)
        let finding = try #require(place.observer.record.findings.last)
        #expect(finding == .broken("journal entry 1 was altered: its hash is another"))
        #expect(sequences(place) == [])
        place.send(Messages.registration(2, eori: "LU2"))
        await place.work()
        #expect(place.contents.requests.count == 1)
        #expect(place.observer.record.findings.count == 1, "not with every batch")
        await place.pass(seconds: 61)
        #expect(place.observer.record.findings.count == 2)
        #expect(sequences(place) == [])
        place.register.tamper { $0.journal[0] = entry }
        await place.pass(seconds: 61)
        await place.work()
        #expect(place.contents.requests.count == 2, "it was sound after all")
        await place.pass(seconds: 61)
        #expect(sequences(place).last == Int64(place.contents.journal.count))
    }

    @Test("a stored checkpoint that is not what was signed is told")
    func forgedCheckpoint() async throws {
        let place = try Workplace(journal: try settings())
        try await place.serve()
        place.send(Messages.registration(1))
        await place.pass(seconds: 61)
        #expect(sequences(place).count == 1)
        place.register.tamper { $0.checkpoints[0].signature[0] ^= 1 }
        place.crash()
        place.send(Messages.registration(2, eori: "LU2"))
        try await place.serve()
        await place.pass(seconds: 61)
        guard case .broken(let reason) = place.observer.record.findings.last else {
            Issue.record("it is taken for good")
            return
        }
        #expect(reason.contains("checkpoint 1"))
        #expect(sequences(place).count == 1)
    }

    @Test("a long journal is verified in parts, and signed when all of it is")
    func inParts() throws {
        let key = try JournalKey(seed: [UInt8](repeating: 1, count: 32))
        var watch = JournalWatch(settings: JournalSettings(key: key, everySeconds: 60))
        let head = { (sequence: Int64) in JournalHead(sequence: sequence, hash: []) }
        watch.begin(head(25_000), signed: 0, atSeconds: 0)
        #expect(try #require(watch.checkIfDue(atSeconds: 0)).from == nil)
        for part in [10_000, 20_000] as [Int64] {
            watch.checked(.intact(head(part), isComplete: false, checkpoint: nil), atSeconds: 1)
            #expect(try #require(watch.checkIfDue(atSeconds: 1)).from?.sequence == part)
        }
        watch.checked(.intact(head(25_000), isComplete: true, checkpoint: nil), atSeconds: 2)
        #expect(watch.checkIfDue(atSeconds: 61) == nil)
        #expect(watch.checkIfDue(atSeconds: 62) != nil)
        #expect(watch.lastCheck == nil)
        watch.lengthIs(25_001)
        #expect(watch.lastCheck != nil)
    }
}
