import Crypto
public import Domain

/// How the journal's entries hang together, so that none can be changed, left out or exchanged
/// unnoticed.
///
/// The hash of an entry is SHA-256 over the previous entry's hash (32 bytes; 32 zero bytes before
/// the first entry) followed by the UTF-8 text
///
///     <sequence>\n<time>\n<event>\n<cause>
///
/// that is, the columns of those names in the table `journal`, with a line feed (0x0A) between
/// them and none at the end: `sequence` in decimal, counted from 1 without gaps; `time` in decimal,
/// milliseconds since 1970-01-01T00:00:00Z; `event` and `cause` byte for byte. Neither of the two
/// contains a line feed, so that no text can be moved from one to the other.
public enum JournalChain {
    /// What stands before the first entry.
    public static let genesis = [UInt8](repeating: 0, count: 32)

    public static func hash(
        previous: [UInt8],
        sequence: Int64,
        time: Instant,
        event: Span<UInt8>,
        cause: Span<UInt8>
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(event.count + cause.count + 80)
        text.append(contentsOf: previous)
        append(sequence, to: &text)
        append(time.milliseconds, to: &text)
        event.withUnsafeBufferPointer { text.append(contentsOf: $0) }
        text.append(lineFeed)
        cause.withUnsafeBufferPointer { text.append(contentsOf: $0) }
        return Array(SHA256.hash(data: text))
    }

    /// Whether text can stand in an entry.
    public static func accepts(_ text: Span<UInt8>) -> Bool {
        !text.withUnsafeBufferPointer { $0.contains(lineFeed) }
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private static func append(_ number: Int64, to text: inout [UInt8]) {
        text.append(contentsOf: String(number).utf8)
        text.append(lineFeed)
    }
}

/// The journal's last entry: what the next one refers to.
public struct JournalHead: Hashable, Sendable {
    /// 0 for an empty journal.
    public var sequence: Int64
    /// 32 bytes.
    public var hash: [UInt8]

    public init(sequence: Int64, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }

    public static let empty = JournalHead(sequence: 0, hash: JournalChain.genesis)
}

/// The journal as it is stored contradicts itself, or what was signed of it: it was altered, cut
/// short or damaged.
public struct JournalBroken: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first entry that is not as it was written.
    public let sequence: Int64
    /// What is wrong with it, to follow "entry 7 ".
    public let fault: String

    public init(sequence: Int64, fault: String) {
        self.sequence = sequence
        self.fault = fault
    }

    public var description: String { "journal entry \(sequence) \(fault)" }
}

/// An entry as the store has it, and what the chain says of it.
public struct ChainedEntry {
    public let sequence: Int64
    public let time: Instant
    public let event: [UInt8]
    public let cause: [UInt8]
    public let previous: [UInt8]
    public let hash: [UInt8]

    public init(
        sequence: Int64,
        time: Instant,
        event: [UInt8],
        cause: [UInt8],
        previous: [UInt8],
        hash: [UInt8]
    ) {
        self.sequence = sequence
        self.time = time
        self.event = event
        self.cause = cause
        self.previous = previous
        self.hash = hash
    }

    /// The head that it makes, following `head`.
    ///
    /// - Throws: A `JournalBroken` when it is not what was written after `head`.
    public func verified(after head: JournalHead) throws(JournalBroken) -> JournalHead {
        guard sequence == head.sequence + 1 else {
            throw JournalBroken(
                sequence: head.sequence + 1,
                fault: "is missing: entry \(sequence) stands in its place"
            )
        }
        guard previous == head.hash else {
            throw JournalBroken(
                sequence: sequence,
                fault: "does not follow the entry before it: it refers to another hash"
            )
        }
        let computed = JournalChain.hash(
            previous: previous,
            sequence: sequence,
            time: time,
            event: event.span,
            cause: cause.span
        )
        guard hash == computed, JournalChain.accepts(event.span),
            JournalChain.accepts(cause.span)
        else {
            throw JournalBroken(sequence: sequence, fault: "was altered: its hash is another")
        }
        return JournalHead(sequence: sequence, hash: hash)
    }
}
