import Contract

/// Messages that cannot be sent now. They wait in the store, by their streams, and nothing of them
/// is held in memory but the few that are tried again at the moment.
public protocol ParkedMessages {
    /// The broker could not route it, or refused it for good: it is kept, and not sent before it is
    /// tried again. Its stream is parked with it, for `reason`; nil for a message that stands
    /// behind others of its stream. Unknown and settled messages are ignored.
    func park(_ sequence: Int64, reason: String?) throws
    /// Whether messages of the stream are parked: one more must not overtake them.
    func isParked(_ stream: OutboxStream) throws -> Bool
    /// The number of the stream that was parked last; 0 for none. Numbers ascend, and are never
    /// given again.
    func lastParkedStream() throws -> Int64
    /// Numbers of parked streams after `number` and up to `last`, ascending.
    func parkedStreams(after number: Int64, through last: Int64, limit: Int) throws -> [Int64]
    /// The first messages of a parked stream, in sequence: at most `limit`, none after `sequence`,
    /// and none after the one with which they take `bytes` of memory. They stay parked until
    /// settled.
    func parkedMessages(of stream: Int64, through sequence: Int64, limit: Int, bytes: Int) throws
        -> [OutboxRow]
    /// An operator wants streams to be tried now: those of the messages, by their sequence; nil for
    /// all. Numbers of messages that are not parked are ignored.
    func retry(_ sequences: [Int64]?) throws
    /// Which streams are to be tried now, since `retry` in this transaction said so.
    func retriedStreams() throws -> RetriedStreams
}

/// Wording about parked messages.
public enum ParkedMessage {
    /// Why a message is parked that the broker has not refused itself.
    public static let behind = "behind a parked message"
}

/// Parked streams that an operator wants to be tried now.
public struct RetriedStreams: Hashable, Sendable {
    public static let all = RetriedStreams(isAll: true)

    public private(set) var isAll = false
    /// By their numbers, each once; empty for all.
    public private(set) var numbers: [Int64] = []

    public init() {}

    private init(isAll: Bool) { self.isAll = isAll }

    public var isEmpty: Bool { !isAll && numbers.isEmpty }

    public mutating func add(_ streams: [Int64]) {
        guard !isAll else { return }
        let known = Set(numbers)
        numbers += Set(streams).subtracting(known).sorted()
    }
}

/// Which parked streams are to be read, to be tried again.
struct ParkedLook: Hashable, Sendable {
    /// These first.
    var streams: [Int64] = []
    /// Then those after this one; nil for none.
    var after: Int64?
    /// Up to this one; nil for the last one that is parked now.
    var last: Int64?
    /// No message after this one: what stands before it in its stream is not read yet.
    var through = Int64.max
    /// Messages at most.
    var room = 0
    var roomBytes = 0
    /// Whether what is read is to be sent with nothing else on the way.
    var isAlone = false

    /// A stream's messages at most, in one look.
    static let eachLimit = 20

    func carryOut(in transaction: any ParkedMessages) throws -> ParkedFinding {
        var finding = ParkedFinding()
        finding.last = try last ?? transaction.lastParkedStream()
        var left = (count: room, bytes: roomBytes)
        for (index, stream) in streams.enumerated() {
            guard left.count > 0, left.bytes > 0 else {
                finding.unread = Array(streams[index...])
                return finding.endingAt(after)
            }
            try read(stream, of: transaction, &finding, &left)
        }
        guard let after else { return finding.endingAt(nil) }
        guard left.count > 0, left.bytes > 0 else { return finding.endingAt(after) }
        let further = try transaction.parkedStreams(
            after: after,
            through: finding.last,
            limit: left.count
        )
        let isEnd = further.count < left.count
        var position = after
        for stream in further {
            guard left.count > 0, left.bytes > 0 else { return finding.endingAt(position) }
            try read(stream, of: transaction, &finding, &left)
            position = stream
        }
        return finding.endingAt(isEnd ? nil : position)
    }

    private func read(
        _ stream: Int64,
        of transaction: any ParkedMessages,
        _ finding: inout ParkedFinding,
        _ left: inout (count: Int, bytes: Int)
    ) throws {
        let rows = try transaction.parkedMessages(
            of: stream,
            through: through,
            limit: min(Self.eachLimit, left.count),
            bytes: left.bytes
        )
        guard !rows.isEmpty else { return }
        left.count -= rows.count
        left.bytes -= rows.reduce(0) { $0 + $1.message.heldBytes }
        finding.messages.append(ParkedRows(stream: stream, rows: rows))
    }
}

/// The first messages of a parked stream.
struct ParkedRows: Hashable, Sendable {
    let stream: Int64
    let rows: [OutboxRow]
}

/// What a look at the parked streams has brought.
struct ParkedFinding: Hashable, Sendable {
    var messages: [ParkedRows] = []
    /// Streams that were to be read, and for which there was no room.
    var unread: [Int64] = []
    /// Where to go on; nil at the end.
    var after: Int64?
    /// Where the end is.
    var last: Int64 = 0

    fileprivate func endingAt(_ position: Int64?) -> ParkedFinding {
        var finding = self
        finding.after = position
        return finding
    }
}
