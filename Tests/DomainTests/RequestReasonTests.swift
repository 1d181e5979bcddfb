import Domain
import Testing

@Suite("Why a rule closed a request")
struct RequestReasonTests {
    @Test("Each has a word of its own, and is found by it")
    func words() {
        let words = RequestReason.allCases.map(\.rawValue)
        #expect(Set(words).count == words.count)
        for reason in RequestReason.allCases {
            #expect(RequestReason(rawValue: reason.rawValue) == reason)
            #expect(!reason.title.isEmpty)
        }
    }

    @Test("The words of ends")
    func ends() {
        #expect(
            RequestBasis.allCases.map { RequestReason.ended($0).rawValue }
                == ["operator-ended", "account-ended", "authorisation-ended"]
        )
        #expect(RequestReason(rawValue: "mandate") == nil)
        #expect(RequestReason(rawValue: "-ended") == nil)
    }
}

@Suite("Exact texts")
struct ExactTextTests {
    private let composed = "andr\u{e9}"
    private let decomposed = "andre\u{301}"

    @Test("Canonically equivalent texts are two")
    func equality() {
        #expect(composed == decomposed)
        #expect(!composed.isExactly(decomposed))
        #expect(!Optional(composed).isExactly(decomposed))
        #expect(Optional<String>.none.isExactly(nil))
        #expect(!Optional(composed).isExactly(nil))
        #expect(Set([ExactText(composed), ExactText(decomposed)]).count == 2)
        #expect(Set([Exact(wrappedValue: composed), Exact(wrappedValue: decomposed)]).count == 2)
    }

    @Test("A record changes when its texts' scalars do")
    func records() {
        let identifier = PersonIdentifier(UniversalIdentifier(random: [UInt8](1...16)))
        let one = Person(identifier: identifier, subject: composed)
        let other = Person(identifier: identifier, subject: decomposed)
        #expect(one != other)
    }
}
