import Contract

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

    func carryOut(in transaction: any MaintenanceTransaction) throws -> ParkedFinding {
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
        of transaction: any MaintenanceTransaction,
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
