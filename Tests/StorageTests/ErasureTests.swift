import Contract
import Domain
import Foundation
import TestKit
import Testing
import Workflow

@testable import Storage

/// Whether what was erased is gone from the files, and not only from the tables.
@Suite("Nothing of an erased person is left in the files")
struct ErasureTests {
    @Test(
        "after thousands of people came and went in random order",
        arguments: 1...6 as ClosedRange
    )
    func gone(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        var town = Town(seed: seed)
        for _ in 0..<120 { try await town.live(in: store) }
        while !(try await store.scrub()) {}
        #expect(town.erased.count > 400)
        #expect(try town.traces(in: folder) == [:])
        #expect(try town.isFound(town.living.first, in: folder), "the search finds what is there")
        // Whatever changes now must not bring anything back.
        for _ in 0..<10 { try await town.live(in: store, mayErase: false) }
        #expect(try await store.checkpoint())
        #expect(try town.traces(in: folder) == [:])
        try await store.close()
        #expect(try town.traces(in: folder) == [:])
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test("SQLite by itself would leave copies, or these tests would show nothing")
    func remainders() async throws {
        var found = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            let folder = try TemporaryFolder()
            let store = try SQLiteRegister(path: folder.store, scrubs: false)
            var town = Town(seed: seed)
            for _ in 0..<120 { try await town.live(in: store) }
            #expect(try await store.checkpoint())
            found += try town.traces(in: folder).count
            try await store.close()
        }
        #expect(found > 0)
    }

    @Test("The work is taken up again by the next run")
    func resumed() async throws {
        let folder = try TemporaryFolder()
        var town = Town(seed: 7)
        let first = try SQLiteRegister(path: folder.store, scrubs: false)
        for _ in 0..<60 { try await town.live(in: first) }
        #expect(first.figures.traces > 0)
        try await first.close()
        let second = try SQLiteRegister(path: folder.store)
        let deadline = Date.now.addingTimeInterval(60)
        while second.figures.traces > 0, Date.now < deadline {
            _ = try await second.write { try $0.deferredCount() }
        }
        #expect(second.figures.traces == 0)
        #expect(second.scrubFailure == nil)
        #expect(try await second.checkpoint())
        #expect(try town.traces(in: folder) == [:])
        try await second.close()
    }

    @Test("A reader holds it up, and nobody waits for the reader")
    func hindered() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store, scrubs: false)
        var town = Town(seed: 8)
        for _ in 0..<10 { try await town.live(in: store) }
        let reader = try ReadTransaction(path: folder.store)
        try await town.live(in: store)
        let start = ContinuousClock.now
        #expect(try await !store.scrub())
        #expect(ContinuousClock.now - start < .seconds(60))
        reader.end()
        let deadline = Date.now.addingTimeInterval(60)
        while !(try await store.scrub()), Date.now < deadline {}
        #expect(store.figures.traces == 0 || Date.now < deadline)
        #expect(try await store.pragma("busy_timeout") == "5000")
        #expect(try town.traces(in: folder) == [:])
        try await store.close()
    }

    @Test("What tells of the erasure is gone once it was sent")
    func farewell() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        let person = Sample.person(1)
        try await store.write { transaction in
            try register(1, transaction)
            try erase(person.identifier, transaction)
            let body = Array(#"{"to":"\#(person.subject)"}"#.utf8)
            let farewell = Sample.message("farewell", body: body)
            #expect(try transaction.enqueue(farewell, journal: 1, at: Sample.start) == 3)
        }
        #expect(try await store.scrub())
        let subject = Data("\"\(person.subject)\"".utf8)
        #expect(try Data(folder.bytes()).range(of: subject) != nil, "it is still to be sent")
        _ = try await store.write { try $0.settle([3], at: Sample.start) }
        #expect(try await store.scrub())
        #expect(try Data(folder.bytes() + folder.bytes("-wal")).range(of: subject) == nil)
        try await store.close()
    }

    @Test("An erased request's story can still be read")
    func story() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        let request = Sample.request(1)
        try await store.write { transaction in
            try register(1, transaction)
            try transaction.apply(.requestErased(request), at: Sample.start)
            try transaction.append(Sample.entry(2, request: request.identifier))
        }
        let story = try SQLiteRegisterReader(path: folder.store).timeline(of: request.identifier)
        #expect(story.map(\.entry.sequence) == [1, 2])
        try await store.close()
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test("Looking for what is due uses an index, however many requests are closed")
    func plan() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        for statement in [Statement.dueErasures, .nextErasure] {
            let plan = try await store.onQueue { connection in
                try SQLiteStatement("EXPLAIN QUERY PLAN " + statement.sql, on: connection.handle)
                    .all { $0.text(3) }
            }
            #expect(plan.contains { $0.contains("USING") && $0.contains("request_erasure") })
            #expect(!plan.contains { $0.contains("TEMP B-TREE") })
        }
        try await store.close()
    }
}

/// People who register, write, are corrected, and are erased, as a seed decides. Everything
/// personal about the nth of them contains `~n~`.
private struct Town {
    private var random: Generator
    private(set) var erased: Set<Int> = []
    private(set) var living: [Int] = []
    private var count = 0
    private var sequence: Int64 = 0
    /// Unsent messages, and whom they name.
    private var unsent: [(sequence: Int64, person: Int)] = []

    init(seed: UInt64) {
        random = Generator(state: seed)
    }

    private enum Action {
        case register(Person, Request, texts: [String], bodies: [String], deferred: String?)
        case write(Request, String)
        case correct(Person)
        case erase(Person)
        case settle([Int64])
    }

    /// One transaction with a few actions in it.
    mutating func live(in store: SQLiteRegister, mayErase: Bool = true) async throws {
        let actions = (0..<Int.random(in: 1...40, using: &random)).map { _ in action(mayErase) }
        let settled = settle()
        try await store.write { transaction in
            for action in actions + [settled] { try Self.apply(action, transaction) }
        }
    }

    /// Erased people of whom something is left, and how much.
    func traces(in folder: TemporaryFolder) throws -> [Int: Int] {
        var found: [Int: Int] = [:]
        for suffix in ["", "-wal", "-shm", ".lock"] {
            guard FileManager.default.fileExists(atPath: folder.store + suffix) else { continue }
            // A marker is written in so few bytes that no page boundary can divide each of them.
            let bytes = try folder.bytes(suffix)
            for part in bytes.split(separator: UInt8(ascii: "~")) where part.count == 6 {
                guard let number = Int(String(decoding: part, as: UTF8.self)) else { continue }
                if erased.contains(number) { found[number, default: 0] += 1 }
            }
        }
        return found
    }

    func isFound(_ number: Int?, in folder: TemporaryFolder) throws -> Bool {
        guard let number else { return false }
        return Data(try folder.bytes()).range(of: Data(Self.marker(number).utf8)) != nil
    }

    private static func marker(_ number: Int) -> String {
        "~" + String(100_000 + number) + "~"
    }

    /// A text of a random length that holds the person's marker again and again.
    private mutating func words(_ number: Int, upTo length: Int) -> String {
        let marker = Self.marker(number)
        let count = Int.random(in: 1...max(1, length / marker.count), using: &random)
        return String(repeating: marker, count: count)
    }

    private mutating func person(_ number: Int) -> Person {
        let subject = "\(number % 7)\(Self.marker(number))"
        return Person(
            identifier: Sample.personIdentifier(UInt64(number)),
            subject: subject,
            details: Applicant(
                subject: subject,
                authentication: .govID,
                familyName: words(number, upTo: 100),
                givenName: words(number, upTo: 100),
                email: words(number, upTo: 200)
            )
        )
    }

    private mutating func action(_ mayErase: Bool) -> Action {
        let choice = Int.random(in: 0..<100, using: &random)
        if living.count < 20 || choice < 50 { return registration() }
        let index = Int.random(in: 0..<living.count, using: &random)
        let number = living[index]
        if choice < 65 {
            let text = words(number, upTo: [50, 500, 4000].randomElement(using: &random) ?? 50)
            return .write(Sample.request(UInt64(number)), text)
        }
        guard mayErase, choice >= 80 else { return .correct(person(number)) }
        living.swapAt(index, living.count - 1)
        living.removeLast()
        erased.insert(100_000 + number)
        return .erase(person(number))
    }

    private mutating func registration() -> Action {
        count += 1
        living.append(count)
        let number = count
        let person = person(number)
        let texts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            words(number, upTo: [50, 500, 4000].randomElement(using: &random) ?? 50)
        }
        let bodies = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let text = words(number, upTo: [300, 3000, 9000].randomElement(using: &random) ?? 300)
            sequence += 1
            unsent.append((sequence, number))
            return #"{"userName":"\#(person.subject)","text":"\#(text)"}"#
        }
        let waits = Int.random(in: 0..<5, using: &random) == 0
        return .register(
            person,
            Sample.request(UInt64(number)),
            texts: texts,
            bodies: bodies,
            deferred: waits ? #"{"subject":"\#(person.subject)"}"# : nil
        )
    }

    /// The broker confirms a stretch of the outbox.
    private mutating func settle() -> Action {
        let count = Int.random(in: 0...(unsent.count / 2), using: &random)
        defer { unsent.removeFirst(count) }
        return .settle(unsent.prefix(count).map(\.sequence))
    }

    private static func apply(_ action: Action, _ transaction: any MaintenanceTransaction) throws {
        let now = Sample.start
        switch action {
        case .register(let person, let request, let texts, let bodies, let deferred):
            try transaction.apply(.personRecorded(person), at: now)
            try transaction.apply(.requestSubmitted(request), at: now)
            for text in texts { try apply(.write(request, text), transaction) }
            for body in bodies {
                let message = Sample.message("m", body: Array(body.utf8))
                _ = try transaction.enqueue(
                    message,
                    about: [person.identifier],
                    journal: 1,
                    at: now
                )
            }
            guard let deferred else { return }
            try transaction.deferMessage(
                Sample.deferred(
                    request: request.identifier,
                    name: "d",
                    nextAttemptAt: now,
                    body: Array(deferred.utf8)
                )
            )
        case .write(let request, let text):
            let document = Document(kind: "title", reference: text)
            let supplement = Supplement(answer: text, documents: [document])
            try transaction.apply(.supplementReceived(request.identifier, supplement), at: now)
        case .correct(let person):
            try transaction.apply(.personChanged(person, previous: person, .rectified), at: now)
        case .erase(let person):
            try erase(person.identifier, transaction)
        case .settle(let sequences): _ = try transaction.settle(sequences, at: now)
        }
    }
}

/// An erasure in parts from its beginning to its end, as far as it is the store's.
private func erase(_ person: PersonIdentifier, _ transaction: any MaintenanceTransaction) throws {
    try transaction.apply(.personErased(person), at: Sample.start)
    guard var erasure = try transaction.erasure(of: person) else { return }
    let requests = try transaction.requests(in: erasure, limit: 99)
    try transaction.eraseWritings(about: requests.map(\.record.identifier))
    while let last = try transaction.eraseMessages(in: erasure, limit: 2, at: Sample.start).last {
        erasure.place = last
        try transaction.record(erasure)
    }
    while try !transaction.eraseDeferredMessages(in: erasure, limit: 2).isEmpty {}
    _ = try transaction.eraseNumbers(of: erasure.person.identifier, limit: 99)
    try transaction.complete(erasure)
}

/// Reads from the store until it is told to end, as a long query does.
private final class ReadTransaction: Sendable {
    private let finished = DispatchSemaphore(value: 0)

    init(path: String) throws {
        let reader = try SQLiteRegisterReader(path: path)
        let started = DispatchSemaphore(value: 0)
        let finished = finished
        DispatchQueue(label: "reader").async {
            do {
                try reader.read { handle in
                    try SQLiteStatement("SELECT count(*) FROM person", on: handle).run()
                    started.signal()
                    finished.wait()
                }
            } catch {
                Issue.record(error)
                started.signal()
            }
        }
        started.wait()
    }

    func end() { finished.signal() }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same sequence.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
