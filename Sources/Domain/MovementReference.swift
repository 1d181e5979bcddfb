/// What names one movement of excise goods. No personal data.
public struct MovementReference: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// An administrative reference code of EMCS: the year in two digits, two capital letters for
    /// the member state, 16 capital letters or digits, a check digit (Delegated Regulation (EU)
    /// 2022/1636, annex II). The check digit's algorithm is EMCS's own business.
    public init?(arc text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 21 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isAllowed =
                switch index {
                case 0, 1, 20: isDigit
                case 2, 3: isLetter
                default: isDigit || isLetter
                }
            guard isAllowed else { return nil }
        }
        self.text = text
    }

    /// A reference of the operator's own, where there is no code: 1 to 35 ASCII letters, digits,
    /// dots, hyphens, underscores and slashes. Too little for a sentence: it stands in the journal.
    public init?(own text: String) {
        let bytes = text.utf8
        guard (1...35).contains(bytes.count) else { return nil }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "/"):
                continue
            default: return nil
            }
        }
        self.text = text
    }

    public var description: String { text }
}
