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
}
