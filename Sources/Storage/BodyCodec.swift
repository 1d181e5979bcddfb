import Contract

/// How the outbox keeps a body: what is its own, and the fingerprints of the parts that many bodies
/// have in common, which stand in `phrase` once. A mail is nine tenths words of its template.
///
/// The first byte says how the rest is read: 0, the body itself; 1, runs of a length (4 bytes,
/// little end first), as many bytes, and a fingerprint (8 bytes), the last run without one.
enum BodyCodec {
    private static let whole: UInt8 = 0
    private static let inParts: UInt8 = 1

    /// - Parameter isKept: Whether the phrase may be named by its fingerprint.
    static func encode(
        _ body: [UInt8],
        _ parts: [FixedPart],
        isKept: (FixedText) throws -> Bool
    ) rethrows -> [UInt8] {
        let kept = try parts.filter { try isKept($0.text) }
        guard !kept.isEmpty else { return [whole] + body }
        var bytes: [UInt8] = [inParts]
        bytes.reserveCapacity(body.count / 2)
        var position = 0
        for part in kept {
            append(body[position..<part.offset], to: &bytes)
            withUnsafeBytes(of: part.text.fingerprint.littleEndian) { bytes += $0 }
            position = part.offset + part.text.bytes.count
        }
        append(body[position...], to: &bytes)
        return bytes
    }

    /// - Parameter phrase: The bytes of a fingerprint; nil if there are none.
    /// - Returns: Nil if the bytes are not what `encode` writes.
    static func decode(
        _ bytes: [UInt8],
        phrase: (Int64) throws -> [UInt8]?
    ) rethrows -> [UInt8]? {
        guard bytes.first == inParts else {
            return bytes.first == whole ? Array(bytes.dropFirst()) : nil
        }
        var body: [UInt8] = []
        var rest = bytes.dropFirst()
        while true {
            guard rest.count >= 4 else { return nil }
            let length = Int(integer(rest.prefix(4)))
            rest = rest.dropFirst(4)
            guard rest.count >= length else { return nil }
            body += rest.prefix(length)
            rest = rest.dropFirst(length)
            if rest.isEmpty { return body }
            guard rest.count >= 8,
                let words = try phrase(Int64(bitPattern: integer(rest.prefix(8))))
            else { return nil }
            body += words
            rest = rest.dropFirst(8)
        }
    }

    private static func append(_ run: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(run.count).littleEndian) { bytes += $0 }
        bytes += run
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
