import Domain
import Testing

@testable import Correspondence

@Suite("Mails about vehicles")
struct VehicleTests {
    private func text(_ template: String, _ scenario: String? = nil) throws -> String {
        let found = try #require(
            Scenario.all.first {
                $0.template == template && (scenario == nil || $0.name == scenario)
            }
        )
        return try #require(try found.mail(in: [.english])).text
    }

    @Test(
        "who asks is told what a daemon cannot check (V07, V15, V24, V25, V26, V32, V33, V35, V36, V39)"
    )
    func advice() throws {
        let text = try text("vehicle.pending", "about to move")
        for sentence in [
            "declare your presence at the population office of your commune",
            "does not mean that the vehicle is registered", "the offices of the AED",
            "not sent by post", "LU09 1111 7026 5281 0000", "surname and first name",
            "the chassis number", "paid separately", "make an appointment",
            "Sandweiler, Esch-sur-Alzette or Wilwerwiltz", "the originals", "an identity card",
        ] {
            #expect(text.contains(sentence))
        }
    }

    @Test(
        "who has the plate is told of the disc, the tax, and what else to do (V38, V41, V42, V43, V44, V45, V46)"
    )
    func granted() throws {
        let text = try text("vehicle.granted")
        for sentence in [
            "AB1234", "31 December 2026", "more than 60 days", "immobilise", "permit to park",
            "driving licence", "owner",
        ] {
            #expect(text.contains(sentence))
        }
    }

    @Test("parking and licence are advice of the grant alone (V45, V46)")
    func later() throws {
        #expect(try !text("vehicle.pending", "arrived").contains("driving licence"))
    }

    @Test("an authority sees what is there, what is missing and what has expired")
    func items() throws {
        let text = try text("vehicle.awaiting-you", "customs")
        #expect(text.contains("Valid technical inspection certificate: expired"))
        #expect(text.contains("Foreign registration document, all its parts: missing"))
        #expect(!text.contains("Customs document"))
    }
}
