import Domain

/// A word by which messages speak of a person or a record, such as eAccess's identifier or a
/// request's id, and how it is found in them.
///
/// It counts only where it is the whole of a string: a longer identifier that contains it is
/// somebody else's.
public struct Mention: Hashable, Sendable {
    public let word: String
    /// The word as `JSONWriter` writes it, and so as it stands in every message of our own.
    public let literal: [UInt8]
    private let ignoresCase: Bool

    /// - Parameter ignoresCase: For UUIDs, which senders may write in either case.
    public init(_ word: String, ignoresCase: Bool = false) {
        var json = JSONWriter()
        json.string(word)
        self.word = word
        self.literal = json.bytes
        self.ignoresCase = ignoresCase
    }

    /// Whether `body`, whoever wrote it, has the word as one of its strings. Of a body that is no
    /// JSON, whether it has the literal.
    public func isFound(in body: [UInt8]) -> Bool {
        if body.contains(literal) { return true }
        guard ignoresCase || body.contains(UInt8(ascii: "\\")) else { return false }
        do {
            return isFound(in: try JSONValue(parsing: body))
        } catch {
            return false
        }
    }

    /// Whether the bytes stand in `body`.
    static func isFound(_ bytes: [UInt8], in body: [UInt8]) -> Bool { body.contains(bytes) }

    private func isFound(in value: JSONValue) -> Bool {
        switch value {
        case .string(let text):
            ignoresCase ? text.lowercased() == word.lowercased() : text.isExactly(word)
        case .array(let values): values.contains(where: isFound)
        case .object(let object): object.members.contains { isFound(in: $0.value) }
        case .null, .boolean, .number: false
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return part.isEmpty }
        var index = startIndex
        while let start = self[index...(count - part.count)].firstIndex(of: first) {
            if self[start...].starts(with: part) { return true }
            index = start + 1
            guard index <= count - part.count else { return false }
        }
        return false
    }
}
