/// A UUID in its canonical text form: 36 ASCII characters, lower case (RFC 9562 §4).
///
/// Either case is accepted on the way in; the lower-case form is what is stored, compared and sent.
public struct UniversalIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// The 36 lower-case characters.
    public let text: String

    /// Nil unless `text` has the shape 8-4-4-4-12 of hexadecimal digits.
    public init?(_ text: String) {
        var lowered: [UInt8] = []
        lowered.reserveCapacity(36)
        for (index, byte) in text.utf8.enumerated() {
            switch (index, byte) {
            case (36..., _): return nil
            case (8, UInt8(ascii: "-")), (13, UInt8(ascii: "-")), (18, UInt8(ascii: "-")),
                (23, UInt8(ascii: "-")):
                lowered.append(byte)
            case (8, _), (13, _), (18, _), (23, _): return nil
            case (_, UInt8(ascii: "0")...UInt8(ascii: "9")),
                (_, UInt8(ascii: "a")...UInt8(ascii: "f")):
                lowered.append(byte)
            case (_, UInt8(ascii: "A")...UInt8(ascii: "F")): lowered.append(byte | 0x20)
            default: return nil
            }
        }
        guard lowered.count == 36 else { return nil }
        self.text = String(decoding: lowered, as: UTF8.self)
    }

    /// The UUID of 16 random bytes: version 4 (RFC 9562 §5.4).
    public init(random bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        var lowered: [UInt8] = []
        lowered.reserveCapacity(36)
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                lowered.append(UInt8(ascii: "-"))
            }
            let marked =
                switch index {
                case 6: (byte & 0x0f) | 0x40
                case 8: (byte & 0x3f) | 0x80
                default: byte
                }
            lowered.append(digits[Int(marked >> 4)])
            lowered.append(digits[Int(marked & 0x0f)])
        }
        precondition(lowered.count == 36, "a UUID is made of 16 bytes")
        self.text = String(decoding: lowered, as: UTF8.self)
    }

    /// A UUID of version 7 (RFC 9562 §5.7).
    ///
    /// - Parameters:
    ///   - high: 48 bits of milliseconds since the epoch, then 16 bits of which 12 are kept.
    ///   - random: random bits, of which 62 are kept.
    public init(timeOrdered high: UInt64, random: UInt64) {
        let versioned = high & ~0xf000 | 0x7000
        let variant = random & (.max >> 2) | (1 << 63)
        self.text = String(unsafeUninitializedCapacity: 36) { buffer in
            let digits: StaticString = "0123456789abcdef"
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? versioned : variant
                let digit = Int(half >> UInt64(60 - 4 * (index % 16)) & 0xf)
                buffer[position] = digits.utf8Start[digit]
                position += 1
            }
            return position
        }
    }

    /// Takes text that is known to be canonical, such as what the store gave back.
    public init(canonical text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// A request's id, chosen by the portal.
public struct RequestIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}

/// An account's id, given by Registrar; portals learn it from `status.account`.
public struct AccountIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}

/// Registrar's own id of a person: what the journal and the register say instead of the
/// person's eAccess subject, so that erasing the person leaves nothing behind in them.
public struct PersonIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}
