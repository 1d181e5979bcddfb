import Contract
import Domain
import Workflow

// Messages that cannot be sent now, by their streams.

extension SQLiteTransaction {
    func park(_ sequence: Int64, reason: String?) throws {
        let stream = try statement(.parkableMessage, sequence).first { row in
            OutboxStream(
                subject: row.text(0),
                family: OutboundMessage.family(ofRoutingKey: row.text(1))
            )
        }
        guard let stream else {
            if let reason, let number = try parkedPlace(of: sequence) {
                try setReason(reason, of: number)
            }
            return
        }
        let number = try parkedStream(stream, reason: reason)
        try statement(.insertParkedPayload, number, sequence).run()
        try statement(.deletePayloads, sequence, sequence).run()
        connection.state.count(.outboxPending, -1)
        connection.state.count(.outboxParked, 1)
    }

    /// The stream's number; it is parked from here on.
    private func parkedStream(_ stream: OutboxStream, reason: String?) throws -> Int64 {
        if let number = try number(of: stream) {
            if let reason { try setReason(reason, of: number) }
            return number
        }
        let insertion = try statement(.insertParkedStream)
        insertion.bind(stream.subject)
        insertion.bind(stream.family)
        insertion.bind(reason ?? ParkedMessage.behind)
        guard let number = try insertion.first({ $0.integer(0) }) else {
            throw contradiction("no number for a parked stream")
        }
        return number
    }

    private func number(of stream: OutboxStream) throws -> Int64? {
        try statement(.parkedStream, stream.subject, stream.family).first { $0.integer(0) }
    }

    private func parkedPlace(of sequence: Int64) throws -> Int64? {
        try statement(.parkedPlace, sequence).first { $0.integer(0) }
    }

    private func setReason(_ reason: String, of stream: Int64) throws {
        try statement(.setParkedReason, reason, stream).run()
    }

    private var hasParked: Bool { connection.state.counts[.outboxParked, default: 0] > 0 }

    func isParked(_ stream: OutboxStream) throws -> Bool {
        // Asked for every new message, and mostly there are none at all.
        guard hasParked else { return false }
        return try number(of: stream) != nil
    }

    func lastParkedStream() throws -> Int64 {
        guard hasParked else { return 0 }
        return try statement(.lastParkedStream).first { $0.integer(0) } ?? 0
    }

    func parkedStreams(after number: Int64, through last: Int64, limit: Int) throws -> [Int64] {
        try statement(.parkedStreams, number, last, limit).all { $0.integer(0) }
    }

    func parkedMessages(
        of stream: Int64,
        through sequence: Int64,
        limit: Int,
        bytes: Int
    ) throws -> [OutboxRow] {
        try outboxRows(statement(.parkedPayloads, stream, sequence, limit), bytes: bytes)
    }

    func retry(_ sequences: [Int64]?) throws {
        guard let sequences else {
            connection.state.retriedStreams = .all
            return
        }
        let streams = try sequences.compactMap { try parkedPlace(of: $0) }
        connection.state.retriedStreams.add(streams)
    }

    func retriedStreams() throws -> RetriedStreams { connection.state.retriedStreams }

    /// Takes parked messages away, and their streams with the last; returns what is to be known of
    /// each, and how many there were.
    func removeParked(_ range: ClosedRange<Int64>) throws -> (count: Int, removed: [Removed]) {
        guard hasParked else { return (0, []) }
        let found = try statement(.settledParked, range.lowerBound, range.upperBound).all { row in
            (
                stream: row.integer(0),
                removed: Removed(
                    sequence: row.integer(3),
                    account: row.isNull(1) ? nil : AccountIdentifier(try row.identifier(1)),
                    leavesTraces: row.integer(2) != 0
                )
            )
        }
        guard !found.isEmpty else { return (0, []) }
        try statement(.deleteParkedPayloads, range.lowerBound, range.upperBound).run()
        for stream in Set(found.map(\.stream)) {
            try statement(.deleteParkedStream, stream).run()
        }
        connection.state.count(.outboxParked, -found.count)
        return (found.count, found.map(\.removed))
    }

    func oldestUnsent() throws -> Instant? {
        let pending = try statement(.oldestPayload).first { $0.instant(0) }
        guard hasParked, let parked = try statement(.oldestParked).first({ $0.instant(0) })
        else { return pending }
        return pending.map { min($0, parked) } ?? parked
    }
}

/// What is to be known of a payload that was taken away.
struct Removed {
    let sequence: Int64
    let account: AccountIdentifier?
    let leavesTraces: Bool
}
