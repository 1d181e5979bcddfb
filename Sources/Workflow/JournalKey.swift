import Crypto
public import Contract
import FoundationEssentials

/// Why a file holds no key.
public struct JournalKeyError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, to follow the file's name.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The key that signs the journal's checkpoints: Ed25519 (RFC 8032).
public struct JournalKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter pem: A private key as `openssl genpkey -algorithm ed25519` writes it.
    public init(pem: [UInt8]) throws(JournalKeyError) {
        let der = try PEM.decode(pem, label: "PRIVATE KEY")
        guard der.count == 48, der.starts(with: Self.prefix) else {
            throw JournalKeyError("is not an Ed25519 private key; \(Self.advice)")
        }
        try self.init(seed: Array(der.dropFirst(Self.prefix.count)))
    }

    /// - Parameter seed: 32 random bytes.
    public init(seed: [UInt8]) throws(JournalKeyError) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw JournalKeyError("is not an Ed25519 private key: \(error)")
        }
    }

    public var pem: String {
        PEM.encode(Self.prefix + Array(key.rawRepresentation), label: "PRIVATE KEY")
    }

    public var publicKey: JournalPublicKey { JournalPublicKey(key.publicKey) }

    /// The checkpoint with this key's signature.
    public func sign(_ checkpoint: JournalCheckpoint) throws -> JournalCheckpoint {
        var signed = checkpoint
        signed.signature = Array(try key.signature(for: checkpoint.statement))
        return signed
    }

    static let advice =
        "make one with 'registrarctl journal key' or 'openssl genpkey -algorithm ed25519'"

    /// What stands before the 32 bytes in DER: PrivateKeyInfo, version 0, id-Ed25519, an octet
    /// string within an octet string (RFC 8410 §7).
    private static let prefix: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]
}

/// The public half, which anybody may have who verifies checkpoints.
public struct JournalPublicKey: Sendable {
    private let key: Curve25519.Signing.PublicKey
    /// SHA-256 of the key in DER: what `openssl pkey -pubin -outform DER | sha256sum` says.
    public let fingerprint: [UInt8]

    init(_ key: Curve25519.Signing.PublicKey) {
        self.key = key
        fingerprint = Array(SHA256.hash(data: Self.prefix + Array(key.rawRepresentation)))
    }

    /// - Parameter pem: A public key as `openssl pkey -pubout` writes it.
    public init(pem: [UInt8]) throws(JournalKeyError) {
        let der = try PEM.decode(pem, label: "PUBLIC KEY")
        guard der.count == 44, der.starts(with: Self.prefix) else {
            throw JournalKeyError("is not an Ed25519 public key")
        }
        do {
            self.init(
                try Curve25519.Signing.PublicKey(
                    rawRepresentation: Array(der.dropFirst(Self.prefix.count))
                )
            )
        } catch {
            throw JournalKeyError("is not an Ed25519 public key: \(error)")
        }
    }

    public var pem: String {
        PEM.encode(Self.prefix + Array(key.rawRepresentation), label: "PUBLIC KEY")
    }

    /// Whether this key signed the checkpoint, as it is.
    public func verifies(_ checkpoint: JournalCheckpoint) -> Bool {
        checkpoint.key == fingerprint
            && key.isValidSignature(checkpoint.signature, for: checkpoint.statement)
    }

    /// SubjectPublicKeyInfo, id-Ed25519, a bit string (RFC 8410 §4).
    private static let prefix: [UInt8] = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
}

extension JournalCheckpoint {
    /// What the next checkpoint refers to.
    public var digest: [UInt8] { Array(SHA256.hash(data: statement)) }
}

/// The textual encoding of keys (RFC 7468).
private enum PEM {
    static func encode(_ der: [UInt8], label: String) -> String {
        "-----BEGIN \(label)-----\n\(Data(der).base64EncodedString())\n-----END \(label)-----\n"
    }

    static func decode(_ text: [UInt8], label: String) throws(JournalKeyError) -> [UInt8] {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        let begin = lines.firstIndex { $0 == "-----BEGIN \(label)-----" }
        guard let begin, let end = lines[begin...].firstIndex(of: "-----END \(label)-----"),
            let data = Data(base64Encoded: lines[(begin + 1)..<end].joined())
        else {
            throw JournalKeyError(
                "holds no '-----BEGIN \(label)-----' in PEM; \(JournalKey.advice)"
            )
        }
        return Array(data)
    }
}
