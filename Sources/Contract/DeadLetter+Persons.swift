public import Domain

extension DeadLetter {
    /// Whether the subject or the address of the person stands in it anywhere.
    public func names(_ person: Person) -> Bool { hasAny(of: person.mentions) }

    /// Whether one of the words stands in it anywhere: in the body, whatever that is, or in what
    /// else its sender set.
    public func hasAny(of mentions: [Mention]) -> Bool {
        mentions.contains { mention in
            mention.isFound(in: body) || mention.isWithin(body)
                || properties.texts.contains { mention.isWithin($0) }
        }
    }
}

extension Mention {
    /// Whether the word stands in the text as a word of its own: what is longer is somebody else's.
    fileprivate func isWithin(_ text: some Collection<UInt8>) -> Bool {
        let (word, text) = (Array(word.utf8), Array(text))
        guard let first = word.first, text.count >= word.count else { return false }
        var start = 0
        while let index = text[start...(text.count - word.count)].firstIndex(of: first) {
            let end = index + word.count
            let stands =
                text[index..<end].elementsEqual(word)
                && (index == 0 || !text[index - 1].belongsToWord)
                && (end == text.count || !text[end].belongsToWord)
            if stands { return true }
            start = index + 1
            guard start <= text.count - word.count else { return false }
        }
        return false
    }
}

extension UInt8 {
    /// Letters, digits and what is beyond ASCII.
    fileprivate var belongsToWord: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
            true
        default: false
        }
    }
}

extension MessageProperties {
    /// The bytes of everything that senders choose.
    fileprivate var texts: [[UInt8]] {
        let named: [String?] = [
            contentType, contentEncoding, correlationIdentifier, replyTo, expiration,
            messageIdentifier, type, applicationIdentifier,
        ]
        return named.compactMap { $0.map { Array($0.utf8) } }
            + headers.flatMap { [Array($0.name.utf8)] + $0.value.texts }
    }
}

extension HeaderValue {
    fileprivate var texts: [[UInt8]] {
        switch self {
        case .text(let text): [Array(text.utf8)]
        case .bytes(let bytes): [bytes]
        case .array(let values): values.flatMap(\.texts)
        case .table(let fields): fields.flatMap { [Array($0.name.utf8)] + $0.value.texts }
        default: []
        }
    }
}
