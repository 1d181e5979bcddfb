/// Bytes that many messages have in common, such as the words of a mail template. A store need not
/// keep them once for each message.
public final class FixedText: Sendable {
    /// Fewer bytes than this are not worth keeping apart.
    public static let shortest = 48

    public let bytes: [UInt8]
    /// FNV-1a of the bytes, 64 bits: a name for them. Whoever relies on it compares the bytes once.
    public let fingerprint: Int64

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.fingerprint = Int64(bitPattern: hash)
    }
}

/// Where a fixed text stands in a body.
public struct FixedPart: Sendable {
    /// In bytes from the body's beginning.
    public let offset: Int
    public let text: FixedText

    public init(offset: Int, text: FixedText) {
        self.offset = offset
        self.text = text
    }
}
