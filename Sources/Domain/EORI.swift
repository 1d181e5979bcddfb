/// An Economic Operators Registration and Identification number: two capital letters and 1 to 15
/// printable ASCII characters that are not spaces, 17 at most.
public struct EORI: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Nil unless `text` has the shape.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (3...17).contains(bytes.count) else { return nil }
        for (index, byte) in bytes.enumerated() {
            let allowed: ClosedRange<UInt8> = index < 2 ? 0x41...0x5a : 0x21...0x7e
            guard allowed.contains(byte) else { return nil }
        }
        self.text = text
    }

    /// Takes text that is known to be an EORI, such as what the store gave back.
    public init(canonical text: String) {
        self.text = text
    }

    public var description: String { text }
}
