import Contract
import Domain
import Workflow

// Messages that cannot be sent now.

extension MemoryTransaction {
    /// Where the message stands; nil for one that is settled or unknown.
    func unsettledIndex(_ sequence: Int64) -> Int? {
        let index = Int(sequence) - 1
        guard contents.outbox.indices.contains(index), contents.outbox[index].message != nil
        else { return nil }
        return index
    }

    func park(_ sequence: Int64, reason: String?) throws {
        try checkUsable()
        guard let index = unsettledIndex(sequence),
            let message = contents.outbox[index].message
        else { return }
        if contents.outbox[index].parkedStream == nil {
            contents.outbox[index].parkedReason = ParkedMessage.behind
            contents.outbox[index].parkedStream = number(of: OutboxStream(of: message))
        }
        if let reason { contents.outbox[index].parkedReason = reason }
    }

    private func number(of stream: OutboxStream) -> Int64 {
        if let number = contents.parkedStreams[stream] { return number }
        contents.lastParkedStream += 1
        contents.parkedStreams[stream] = contents.lastParkedStream
        return contents.lastParkedStream
    }

    func isParked(_ stream: OutboxStream) throws -> Bool {
        try usable().parkedStreams[stream] != nil
    }

    func lastParkedStream() throws -> Int64 {
        try usable().parkedStreams.values.max() ?? 0
    }

    func parkedStreams(after number: Int64, through last: Int64, limit: Int) throws -> [Int64] {
        try checkUsable()
        let numbers = contents.parkedStreams.values.filter { $0 > number && $0 <= last }
        return Array(numbers.sorted().prefix(limit))
    }

    func parkedMessages(
        of stream: Int64,
        through sequence: Int64,
        limit: Int,
        bytes: Int
    ) throws -> [OutboxRow] {
        let entries = try usable().outbox.lazy.filter {
            $0.parkedStream == stream && $0.sequence <= sequence
        }
        return rows(of: entries, limit, bytes: bytes)
    }

    func retry(_ sequences: [Int64]?) throws {
        try checkUsable()
        guard let sequences else {
            retried = .all
            return
        }
        retried.add(
            sequences.compactMap { unsettledIndex($0) }
                .compactMap { contents.outbox[$0].parkedStream }
        )
    }

    func retriedStreams() throws -> RetriedStreams {
        try checkUsable()
        return retried
    }
}

extension MemoryContents {
    /// The message is not to be sent any more; with the last of its stream, none is parked there.
    mutating func takeMessage(at index: Int) {
        outbox[index].message = nil
        outbox[index].parkedReason = nil
        guard let stream = outbox[index].parkedStream else { return }
        outbox[index].parkedStream = nil
        guard !outbox.contains(where: { $0.parkedStream == stream }) else { return }
        parkedStreams = parkedStreams.filter { $0.value != stream }
    }
}
