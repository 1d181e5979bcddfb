import Domain
import Testing

@testable import Procedures

/// What names authorisations and movements of excise goods.
@Suite struct ExciseKindTests {
    @Test(
        "excise numbers have two capital letters and 11 capital letters or digits",
        arguments: [
            ("LU00000123456", true), ("FR00000ABCDEF", true), ("LUABCDEFGHIJK", true),
            ("LU0000012345", false), ("LU000001234567", false), ("lu00000123456", false),
            ("L100000123456", false), ("LU0000012345é", false), ("LU00000 23456", false),
            ("LU0000012345a", false), ("", false),
        ]
    )
    func exciseNumber(text: String, isOne: Bool) {
        #expect((AuthorisationNumber(excise: text) != nil) == isOne)
    }

    @Test(
        "administrative reference codes have 21 characters",
        arguments: [
            ("26FR0123456789ABCDEF7", true), ("26FR00000000000000000", true),
            ("26FR0123456789ABCDEFG", false), ("26fr0123456789ABCDEF7", false),
            ("2XFR0123456789ABCDEF7", false), ("26F10123456789ABCDEF7", false),
            ("26FR0123456789ABCDEF", false), ("26FR0123456789ABCDEF77", false),
            ("26FR0123456789abcdef7", false),
        ]
    )
    func arc(text: String, isOne: Bool) {
        #expect((Excise.Movement(arc: text) != nil) == isOne)
    }

    @Test(
        "a reference of the operator's own is too little for a sentence",
        arguments: [
            ("M-1", true), ("a", true), ("WH-2026/118.a_1", true),
            (String(repeating: "x", count: 35), true), ("", false),
            (String(repeating: "x", count: 36), false), ("Anne Weber", false), ("a@b", false),
            ("é", false),
        ]
    )
    func reference(text: String, isOne: Bool) {
        #expect((Excise.Movement(own: text) != nil) == isOne)
    }
}
