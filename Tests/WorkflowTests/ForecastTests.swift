import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// What a forecast keeps to itself is found by the rules of the store.
@Suite struct ForecastTests {
    @Test("Subjects are told apart by their scalars")
    func subjects() async throws {
        try await MemoryRegister().write { transaction in
            let forecast = ForecastTransaction(transaction)
            let person = Person(
                identifier: PersonIdentifier(UniversalIdentifier(random: [UInt8](1...16))),
                subject: "andr\u{e9}"
            )
            try forecast.apply(.personRecorded(person), at: Instant(seconds: 0))
            #expect(try forecast.person(subject: "andr\u{e9}") == person)
            #expect(try forecast.person(subject: "andre\u{301}") == nil)
        }
    }

    @Test("What would be sent is told, unless it was undone, and until the next message")
    func messages() async throws {
        try await MemoryRegister().write { transaction in
            let forecast = ForecastTransaction(transaction)
            let sent = Sample.message("a")
            _ = try forecast.enqueue(sent, journal: 1, at: Sample.start)
            #expect(throws: Undone.self) {
                try forecast.savepoint {
                    _ = try forecast.enqueue(Sample.message("b"), journal: 1, at: Sample.start)
                    throw Undone()
                }
            }
            #expect(forecast.messages == [sent])
            forecast.clearWritten()
            #expect(forecast.messages == [])
        }
    }

    private struct Undone: Error {}

    @Test("What messages before it left to the loop is known to the next one")
    func leftToTheLoop() async throws {
        try await MemoryRegister().write { transaction in
            for number: UInt64 in 1...2 {
                try transaction.keep(Sample.letter(number), eraseAt: nil)
            }
            let request = Sample.requestIdentifier(1)
            let waiting = Sample.deferred(
                request: request,
                name: "approved",
                nextAttemptAt: Sample.instant(1)
            )
            try transaction.deferMessage(waiting)
            let forecast = ForecastTransaction(transaction)

            let discarded = Sample.letter(1).identifier
            try forecast.order(Sample.order(.discard, at: Sample.start), about: [discarded])
            #expect(try forecast.deadLetterReason(discarded) == nil)
            let other = Sample.letter(2)
            #expect(try forecast.deadLetterReason(other.identifier) == other.reason)

            let sequence = try #require(try forecast.deferredEntries(for: request).first).sequence
            let later = Sample.instant(60)
            try forecast.postponeDeferredMessage(sequence, attempts: 4, until: later)
            let postponed = try #require(try forecast.deferredMessage(sequence)).entry
            #expect(postponed.attempts == 4)
            #expect(postponed.nextAttemptAt == later)
            #expect(try forecast.deferredEntries(for: request) == [postponed])

            let first = try forecast.enqueue(Sample.message("a"), journal: 1, at: Sample.start)
            let second = try forecast.enqueue(Sample.message("b"), journal: 1, at: Sample.start)
            #expect(first != second)

            #expect(try transaction.deadLetterReason(discarded) == Sample.letter(1).reason)
            #expect(try transaction.deferredMessage(sequence)?.entry.attempts == 1)
            #expect(try transaction.outboxStatistics().pending == 0)
        }
    }
}
