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
        event: String,
        cause: String
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(event.utf8.count + cause.utf8.count + 80)
        text.append(contentsOf: previous)
        append(sequence, to: &text)
        append(time.milliseconds, to: &text)
        text.append(contentsOf: event.utf8)
        text.append(lineFeed)
        text.append(contentsOf: cause.utf8)
        return Array(SHA256.hash(data: text))
    }

    /// Whether text can stand in an entry.
    static func accepts(_ text: String) -> Bool {
        !(text.utf8.withContiguousStorageIfAvailable { $0.contains(lineFeed) }
            ?? text.utf8.contains(lineFeed))
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
