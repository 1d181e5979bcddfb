public import Domain

/// A signed statement about the journal: its first `sequence` entries are those whose chain of
/// hashes ends in `hash`. Published as `journal.checkpoint`, so that whoever keeps it elsewhere can
/// tell later whether the journal was rewritten or cut short.
public struct JournalCheckpoint: Hashable, Sendable {
    public static let routingKey = "journal.checkpoint"
    /// What stands for the checkpoint before the first.
    public static let noPrevious = [UInt8](repeating: 0, count: 32)

    /// Counted from 1 without gaps.
    public let number: Int64
    /// The journal's last entry then; as entries are counted from 1, also how many there were.
    public let sequence: Int64
    /// That entry's hash, 32 bytes.
    public let hash: [UInt8]
    /// When it was signed.
    public let at: Instant
    /// SHA-256 of the previous checkpoint's `statement`; `noPrevious` for the first.
    public let previous: [UInt8]
    /// The fingerprint of the key that signed: SHA-256 of the public key in its DER form
    /// (SubjectPublicKeyInfo, RFC 8410 §4).
    public let key: [UInt8]
    /// Ed25519 (RFC 8032 §5.1) over `statement`, 64 bytes.
    public var signature: [UInt8]

    public init(
        number: Int64,
        sequence: Int64,
        hash: [UInt8],
        at: Instant,
        previous: [UInt8],
        key: [UInt8],
        signature: [UInt8] = []
    ) {
        self.number = number
        self.sequence = sequence
        self.hash = hash
        self.at = at
        self.previous = previous
        self.key = key
        self.signature = signature
    }

    /// What is signed: seven lines of ASCII with a line feed between them and none at the end.
    /// Numbers are decimal, the time in milliseconds since 1970-01-01T00:00:00Z, hashes lower-case
    /// hexadecimal.
    ///
    ///     registrar journal checkpoint 1
    ///     <number>
    ///     <sequence>
    ///     <hash>
    ///     <time>
    ///     <previous>
    ///     <key>
    public var statement: [UInt8] {
        let lines = [
            "registrar journal checkpoint 1", String(number), String(sequence), hash.hexadecimal,
            String(at.milliseconds), previous.hexadecimal, key.hexadecimal,
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }

    // MARK: JSON

    /// Writes the members: the event's `data`.
    public func write(to json: inout JSONWriter) {
        json.member("number", number)
        json.member("sequence", sequence)
        json.member("hash", hash.hexadecimal)
        json.member("at", at.description)
        json.member("timeMilliseconds", at.milliseconds)
        json.member("previous", previous.hexadecimal)
        json.member("key", key.hexadecimal)
        json.member("signature", signature.hexadecimal)
    }

    /// Reads what `write` writes; nil for anything else. Members that it does not know are ignored.
    public init?(_ object: JSONObject) {
        guard let number = object.integer("number"), let sequence = object.integer("sequence"),
            let milliseconds = object.integer("timeMilliseconds"),
            let hash = object.bytes("hash"), hash.count == 32,
            let previous = object.bytes("previous"), previous.count == 32,
            let key = object.bytes("key"), key.count == 32,
            let signature = object.bytes("signature"), signature.count == 64
        else { return nil }
        self.init(
            number: number,
            sequence: sequence,
            hash: hash,
            at: Instant(milliseconds: milliseconds),
            previous: previous,
            key: key,
            signature: signature
        )
    }
}

extension JSONObject {
    fileprivate func integer(_ name: String) -> Int64? {
        if case .number(let number) = self[name] { number.integer } else { nil }
    }

    fileprivate func bytes(_ name: String) -> [UInt8]? {
        if case .string(let text) = self[name] { [UInt8](hexadecimal: text) } else { nil }
    }
}
