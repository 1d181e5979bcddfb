public import Contract
public import Domain
public import Workflow

// Dead letters.

extension MemoryContents {
    /// A letter with its place, and what is to become of it.
    public struct LetterEntry: Sendable {
        public let number: Int64
        public let letter: DeadLetter
        public let eraseAt: Instant?
        public var order: LetterOrder?
        /// Of a letter that was sent back to another program's queue.
        public var sent: SentLetter?
    }
}

extension MemoryTransaction {
    private func index(of letter: DeadLetterIdentifier) -> Int? {
        contents.letters.firstIndex { $0.letter.identifier == letter }
    }

    /// Nil for one that was sent back.
    private func entry(_ letter: DeadLetterIdentifier) throws -> MemoryContents.LetterEntry? {
        try checkUsable()
        return index(of: letter).map { contents.letters[$0] }.flatMap { $0.sent == nil ? $0 : nil }
    }

    func deadLetter(_ identifier: DeadLetterIdentifier) throws -> DeadLetter? {
        try entry(identifier)?.letter
    }

    func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        guard let entry = try entry(identifier), entry.order?.action != .discard else { return nil }
        return entry.letter.reason
    }

    func keep(_ letter: DeadLetter, eraseAt: Instant?) throws {
        try remove([letter.identifier])
        contents.lastLetterNumber += 1
        contents.letters.append(
            MemoryContents.LetterEntry(
                number: contents.lastLetterNumber,
                letter: letter,
                eraseAt: eraseAt
            )
        )
    }

    @discardableResult
    func remove(_ letters: [DeadLetterIdentifier]) throws -> [DeadLetterIdentifier] {
        try checkUsable()
        return letters.filter { letter in
            guard let index = index(of: letter) else { return false }
            return contents.letters.remove(at: index).sent == nil
        }
    }

    func order(_ order: LetterOrder, about letters: [DeadLetterIdentifier]) throws {
        try checkUsable()
        for letter in letters {
            guard let index = index(of: letter), contents.letters[index].sent == nil else {
                continue
            }
            contents.letters[index].order = order
        }
    }

    func order(about letter: DeadLetterIdentifier) throws -> LetterOrder? {
        try entry(letter)?.order
    }

    func letGo(_ letter: DeadLetterIdentifier, as sent: SentLetter) throws {
        try checkUsable()
        guard let index = index(of: letter), contents.letters[index].sent == nil else {
            throw MemoryRegisterError(description: "no dead letter \(letter)")
        }
        contents.letters[index].order = nil
        contents.letters[index].sent = sent
    }

    func sentLetter(_ identifier: DeadLetterIdentifier) throws -> SentLetter? {
        try checkUsable()
        return index(of: identifier).flatMap { contents.letters[$0].sent }
    }

    func deadLetters(after number: Int64, limit: Int, bytes: Int) throws -> [NumberedLetter] {
        try checkUsable()
        var letters: [NumberedLetter] = []
        var heldBytes = 0
        for entry in contents.letters where entry.number > number && entry.sent == nil {
            guard letters.count < limit, letters.isEmpty || heldBytes < bytes else { break }
            letters.append(NumberedLetter(number: entry.number, letter: entry.letter))
            heldBytes += entry.letter.storedBytes
        }
        return letters
    }

    func deadLetterTotals() throws -> DeadLetterTotals {
        try checkUsable()
        let letters = contents.letters.filter { $0.sent == nil }
        return DeadLetterTotals(
            count: letters.count,
            bytes: letters.reduce(0) { $0 + $1.letter.storedBytes }
        )
    }

    func deadLettersOfGreatestSender(
        byBytes: Bool,
        limit: Int
    ) throws -> [DeadLetterIdentifier] {
        try checkUsable()
        let letters = contents.letters.filter { $0.sent == nil }.map(\.letter)
        let senders = Dictionary(grouping: letters) { $0.user ?? "" }
            .mapValues { letters in
                byBytes ? letters.reduce(0) { $0 + $1.storedBytes } : letters.count
            }
        let greatest = senders.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let greatest else { return [] }
        return letters.filter { ($0.user ?? "") == greatest.key }.prefix(limit)
            .map(\.identifier)
    }
}
