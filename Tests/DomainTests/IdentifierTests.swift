import Domain
import Testing

@Suite struct EORITests {
    @Test(
        "two capital letters and 1 to 15 printable characters are an EORI",
        arguments: ["LU1", "LU12345678901", "LU123456789012345", "DE!", "FR~-/x", "AA\"\\"]
    )
    func takes(_ text: String) {
        #expect(EORI(text)?.text == text)
        #expect(EORI(text)?.description == text)
    }

    @Test(
        "anything else is not",
        arguments: [
            "", "L", "LU", "lu1", "Lu1", "L11", "1U1", "LU1234567890123456", "LU 1", "LU1 ",
            " LU1", "LU1\n", "LU1\t", "LU\u{7f}", "LUé", "ÉU1", "LU\u{0}", "LU１", "L\u{16d}1",
        ]
    )
    func refuses(_ text: String) {
        #expect(EORI(text) == nil)
    }
}

@Suite struct UniversalIdentifierTests {
    static let text = "3f1c9a52-7b04-4e6d-9f00-0123456789ab"

    @Test("is taken in either case and kept in lower case")
    func cases() {
        #expect(UniversalIdentifier(Self.text)?.text == Self.text)
        #expect(UniversalIdentifier(Self.text.uppercased())?.text == Self.text)
        #expect(
            UniversalIdentifier("3F1c9a52-7b04-4E6d-9f00-0123456789AB")
                == UniversalIdentifier(Self.text)
        )
        #expect(RequestIdentifier(Self.text.uppercased())?.description == Self.text)
        #expect(AccountIdentifier(Self.text.uppercased())?.description == Self.text)
        #expect(PersonIdentifier(Self.text.uppercased())?.description == Self.text)
        #expect(
            UniversalIdentifier("ffffffff-ffff-ffff-ffff-ffffffffffff") != nil
                && UniversalIdentifier("00000000-0000-0000-0000-000000000000") != nil
        )
    }

    @Test(
        "has hyphens and hexadecimal digits where they belong, and nothing else",
        arguments: [
            "", "3f1c9a52", "3f1c9a527b044e6d9f000123456789ab",
            "{3f1c9a52-7b04-4e6d-9f00-0123456789ab}",
            "urn:uuid:3f1c9a52-7b04-4e6d-9f00-0123456789ab",
            "3f1c9a52-7b04-4e6d-9f00-0123456789a", "3f1c9a52-7b04-4e6d-9f00-0123456789abc",
            "3f1c9a5-27b04-4e6d-9f00-0123456789ab", "3f1c9a52-7b04-4e6d-9f000-123456789ab",
            "3f1c9a52-7b04-4e6d-9f00-0123456789ag", "3f1c9a52-7b04-4e6d-9f00-0123456789 b",
            "3f1c9a52_7b04_4e6d_9f00_0123456789ab", " 3f1c9a52-7b04-4e6d-9f00-0123456789ab",
            "3f1c9a52-7b04-4e6d-9f00-0123456789ab\n", "3f1c9a52-7b04-4e6d-9f00-0123456789é",
            "3f1c9a52--7b04-4e6d-9f00-123456789ab",
        ]
    )
    func refuses(_ text: String) {
        #expect(UniversalIdentifier(text) == nil)
        #expect(RequestIdentifier(text) == nil)
        #expect(AccountIdentifier(text) == nil)
        #expect(PersonIdentifier(text) == nil)
    }

    @Test("is made of 16 random bytes, of which version and variant are set")
    func random() {
        #expect(
            UniversalIdentifier(random: Array(repeating: 0xff, count: 16)).text
                == "ffffffff-ffff-4fff-bfff-ffffffffffff"
        )
        #expect(
            UniversalIdentifier(random: Array(repeating: 0, count: 16)).text
                == "00000000-0000-4000-8000-000000000000"
        )
        let identifier = UniversalIdentifier(random: (0..<32).map { UInt8($0) })
        #expect(identifier.text == "00010203-0405-4607-8809-0a0b0c0d0e0f")
        #expect(UniversalIdentifier(identifier.text) == identifier)
    }
}
