public import Domain

// How messages as their senders wrote them speak of persons.

extension InboundMessage {
    /// The words by which the message names persons: eAccess's identifiers and addresses, each
    /// once. None of a body that is no JSON.
    public var personWords: [String] {
        guard let value = try? JSONValue(parsing: body) else { return [] }
        var words: [String] = []
        value.collect(&words)
        return words
    }
}

extension JSONValue {
    fileprivate func collect(_ words: inout [String]) {
        switch self {
        case .array(let values): for value in values { value.collect(&words) }
        case .object(let object):
            for member in object.members {
                guard case .string(let text) = member.value else {
                    member.value.collect(&words)
                    continue
                }
                let isWord = member.name == "subject" || member.name == "email"
                if isWord, !words.contains(where: { $0.isExactly(text) }) { words.append(text) }
            }
        case .null, .boolean, .number, .string: break
        }
    }
}

extension Person {
    /// By which words others' messages name the person.
    public var mentions: [Mention] {
        [Mention(subject)] + (details.map { [Mention($0.email)] } ?? [])
    }
}
