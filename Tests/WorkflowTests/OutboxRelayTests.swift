import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

@Suite struct OutboxRelayTests {
    // MARK: Order

    @Test("nothing is sent before the publisher is open")
    func closed() {
        let relay = OutboxRelay(window: 10)
        relay.add([row(1, "a")])
        #expect(relay.takeReady() == [])
        #expect(relay.count == 1)
        relay.publisherOpened()
        #expect(sequences(relay.takeReady()) == [1])
    }

    @Test("of a stream one message at a time is on the way, in the order of adding")
    func oneAtATime() {
        let relay = open()
        relay.add([row(1, "a"), row(2, "a"), row(3, "a")])
        #expect(sequences(relay.takeReady()) == [1])
        #expect(relay.takeReady() == [])
        #expect(relay.resolve([confirmed(1)]).confirmed == [1])
        #expect(sequences(relay.takeReady()) == [2])
        _ = relay.resolve([confirmed(2)])
        #expect(sequences(relay.takeReady()) == [3])
        _ = relay.resolve([confirmed(3)])
        #expect(relay.count == 0)
        #expect(relay.takeReady() == [])
    }

    @Test("streams do not wait for each other: other subjects, other kinds of queue")
    func independent() {
        let relay = open()
        relay.add([
            row(1, "a"), row(2, "b"), row(3, "a", key: "notification.email"),
            row(4, "a", key: "status.account"), row(5, "a", key: "replay.problems"),
        ])
        // 4 is of the family of 1.
        #expect(sequences(relay.takeReady()) == [1, 2, 3, 5])
    }

    @Test("orders about one person are sent in sequence, whatever account they are about")
    func orders() {
        let relay = open()
        let first = AccountIdentifier(SequentialIdentifiers.identifier(1, series: 7))
        let second = AccountIdentifier(SequentialIdentifiers.identifier(2, series: 7))
        let key = "provisioning.account"
        relay.add([
            row(1, "anne", key: key, about: first), row(2, "anne", key: key, about: second),
            row(3, "bob", key: key, about: first),
        ])
        #expect(sequences(relay.takeReady()) == [1, 3])
        _ = relay.resolve([confirmed(1)])
        #expect(sequences(relay.takeReady()) == [2])
    }

    @Test("what is added to a stream later comes later")
    func addedLater() {
        let relay = open()
        relay.add([row(1, "a")])
        #expect(sequences(relay.takeReady()) == [1])
        relay.add([row(2, "a")])
        #expect(relay.takeReady() == [])
        _ = relay.resolve([confirmed(1)])
        #expect(sequences(relay.takeReady()) == [2])
    }

    @Test("a message that is held already is not added again")
    func addedTwice() {
        let relay = open()
        relay.add([row(1, "a"), row(1, "a")])
        relay.add([row(1, "a")])
        #expect(relay.count == 1)
        #expect(sequences(relay.takeReady()) == [1])
        _ = relay.resolve([confirmed(1)])
        #expect(relay.takeReady() == [])
    }

    @Test("no more than the window is on the way")
    func window() {
        let relay = open(window: 2)
        relay.add([row(1, "a"), row(2, "b"), row(3, "c"), row(4, "a")])
        #expect(sequences(relay.takeReady()) == [1, 2])
        #expect(relay.takeReady() == [])
        _ = relay.resolve([confirmed(1)])
        #expect(sequences(relay.takeReady()) == [3])
        _ = relay.resolve([confirmed(2), confirmed(3)])
        #expect(sequences(relay.takeReady()) == [4])
    }

    // MARK: Refusals

    @Test("what the broker refused is held until it is to be retried, and keeps its stream waiting")
    func refused() {
        let relay = open()
        relay.add([row(1, "a"), row(2, "a"), row(3, "b")])
        #expect(sequences(relay.takeReady()) == [1, 3])
        let resolution = relay.resolve([PublicationResult(sequence: 1, outcome: .refused)])
        #expect(resolution.refused == 1)
        #expect(resolution.confirmed == [] && resolution.parked.isEmpty)
        #expect(relay.takeReady() == [])
        #expect(relay.count == 3)
        relay.retryRefused()
        #expect(sequences(relay.takeReady()) == [1])
        relay.retryRefused()
        #expect(relay.takeReady() == [])
    }

    @Test("a refusal makes room in the window")
    func refusedWindow() {
        let relay = open(window: 1)
        relay.add([row(1, "a"), row(2, "b")])
        #expect(sequences(relay.takeReady()) == [1])
        _ = relay.resolve([PublicationResult(sequence: 1, outcome: .refused)])
        #expect(sequences(relay.takeReady()) == [2])
    }

    @Test(
        "what cannot be routed or sent parks the whole of its stream, and nothing else",
        arguments: [PublicationOutcome.unroutable("NO_ROUTE"), .unsendable("NO_ROUTE")]
    )
    func parked(outcome: PublicationOutcome) {
        let relay = open()
        relay.add([row(1, "a"), row(2, "a"), row(3, "b")])
        _ = relay.takeReady()
        let resolution = relay.resolve([PublicationResult(sequence: 1, outcome: outcome)])
        #expect(resolution.parked.map(\.sequence) == [1, 2])
        #expect(resolution.parked.map(\.reason) == ["NO_ROUTE", nil])
        #expect(relay.count == 1)
        #expect(relay.resolve([confirmed(3)]).confirmed == [3])
    }

    @Test("of a parked stream that is tried again the first goes out, then the next")
    func retried() {
        let relay = open()
        relay.retry(ParkedRows(stream: 7, rows: [row(1, "a"), row(2, "a")]))
        relay.add([row(3, "b")])
        #expect(relay.parkedCount == 2 && relay.count == 3)
        #expect(sequences(relay.takeReady()) == [1, 3])
        // Read again while it is on the way, with one more behind it.
        relay.retry(ParkedRows(stream: 7, rows: [row(1, "a"), row(2, "a"), row(4, "a")]))
        #expect(relay.parkedCount == 3)
        #expect(relay.resolve([confirmed(1)]).released == [])
        #expect(sequences(relay.takeReady()) == [2])
        _ = relay.resolve([confirmed(2)])
        #expect(sequences(relay.takeReady()) == [4])
        let resolution = relay.resolve([confirmed(4)])
        #expect(resolution.confirmed == [4] && resolution.released == [7])
        #expect(relay.parkedCount == 0 && relay.count == 1)
    }

    @Test("a parked stream that is tried in vain takes no memory, and what stands behind it stays")
    func retriedInVain() {
        let relay = open()
        relay.retry(ParkedRows(stream: 7, rows: [row(1, "a"), row(2, "a")]))
        #expect(sequences(relay.takeReady()) == [1])
        let resolution = relay.resolve([
            PublicationResult(sequence: 1, outcome: .unroutable("NO_ROUTE"))
        ])
        #expect(resolution.parked.map(\.sequence) == [1])
        #expect(relay.count == 0 && relay.parkedCount == 0 && relay.bytes == 0)
    }

    @Test("what is parked is not held when the connection is lost")
    func retriedAcrossConnections() {
        let relay = open()
        relay.retry(ParkedRows(stream: 7, rows: [row(1, "a"), row(2, "a")]))
        _ = relay.takeReady()
        _ = relay.publisherClosed()
        #expect(relay.count == 0 && relay.parkedCount == 0)
        relay.publisherOpened()
        #expect(relay.takeReady() == [])
    }

    // MARK: Lost connections

    @Test("what was on the way is sent again in sequence, before what comes after it")
    func lost() {
        let relay = open()
        relay.add([row(1, "a"), row(2, "b"), row(3, "a"), row(4, "c")])
        #expect(sequences(relay.takeReady()) == [1, 2, 4])
        _ = relay.resolve([
            confirmed(2), PublicationResult(sequence: 4, outcome: .refused),
        ])
        relay.add([row(5, "b")])
        _ = relay.publisherClosed()
        #expect(!relay.isConnected)
        #expect(relay.takeReady() == [])
        relay.publisherOpened()
        #expect(sequences(relay.takeReady()) == [1, 4, 5])
        _ = relay.resolve([confirmed(1)])
        #expect(sequences(relay.takeReady()) == [3])
    }

    @Test("results of a session that is over are ignored")
    func stale() {
        let relay = open()
        relay.add([row(1, "a")])
        _ = relay.takeReady()
        _ = relay.publisherClosed()
        let resolution = relay.resolve([confirmed(1)])
        #expect(resolution.confirmed == [])
        #expect(relay.count == 1)
        relay.publisherOpened()
        #expect(sequences(relay.takeReady()) == [1])
        #expect(relay.resolve([confirmed(1)]).confirmed == [1])
    }

    @Test("results about what was never sent, or was settled, are ignored")
    func unknown() {
        let relay = open()
        relay.add([row(1, "a"), row(2, "a")])
        _ = relay.takeReady()
        let resolution = relay.resolve([
            confirmed(2), confirmed(99), confirmed(1), confirmed(1),
            PublicationResult(sequence: 1, outcome: .unroutable("NO_ROUTE")),
        ])
        #expect(resolution.confirmed == [1])
        #expect(resolution.parked.isEmpty)
        #expect(relay.count == 1)
        #expect(sequences(relay.takeReady()) == [2])
    }

    @Test("the window is free again after a lost connection")
    func lostWindow() {
        let relay = open(window: 1)
        relay.add([row(1, "a")])
        _ = relay.takeReady()
        _ = relay.publisherClosed()
        relay.publisherOpened()
        #expect(sequences(relay.takeReady()) == [1])
    }
}

/// An outbox message of the stream that `subject` and the key's first word name.
private func row(
    _ sequence: Int64,
    _ subject: String,
    key: String = "status.request",
    about account: AccountIdentifier? = nil
) -> OutboxRow {
    OutboxRow(
        sequence: sequence,
        message: OutboundMessage(
            exchange: .out,
            routingKey: key,
            mandatory: true,
            properties: MessageProperties(),
            body: [],
            subject: subject,
            account: account
        )
    )
}

private func open(window: Int = 10) -> OutboxRelay {
    let relay = OutboxRelay(window: window)
    relay.publisherOpened()
    return relay
}

private func confirmed(_ sequence: Int64) -> PublicationResult {
    PublicationResult(sequence: sequence, outcome: .confirmed)
}

private func sequences(_ rows: [OutboxRow]) -> [Int64] {
    rows.map(\.sequence)
}

// MARK: - Random lives

/// What a relay should hold, written down the slow and plain way.
private struct Ledger {
    /// Pending messages by stream, in sequence.
    var streams: [String: [Int64]] = [:]
    var parked: [Int64: String] = [:]
    var onTheWay: [Int64: String] = [:]
    var held: Set<Int64> = []
    var added: [String: [Int64]] = [:]
    var confirmed: [String: [Int64]] = [:]

    var pending: Int { streams.values.reduce(0) { $0 + $1.count } }
    var parkedStreams: Set<String> { Set(parked.values) }

    /// What could be sent: the first of every stream that has nothing on the way and nothing held.
    var sendable: Set<Int64> {
        Set(
            streams.values.compactMap(\.first)
                .filter { onTheWay[$0] == nil && !held.contains($0) }
        )
    }
}

@Suite struct OutboxRelayRandomTests {
    @Test("no sequence of events breaks the order of a stream", arguments: UInt64(1)...6)
    func life(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        let window = Int.random(in: 1...6, using: &generator)
        let relay = OutboxRelay(window: window)
        var ledger = Ledger()
        var next: Int64 = 1
        for _ in 0..<3000 {
            switch Int.random(in: 0..<20, using: &generator) {
            case 0...5:
                Self.add(&next, to: relay, &ledger, using: &generator)
            case 6...11:
                try Self.send(from: relay, &ledger, window: window)
            case 12...16:
                try Self.resolve(in: relay, &ledger, using: &generator)
            case 17:
                relay.retryRefused()
                ledger.held = []
            case 18:
                _ = relay.publisherClosed()
                ledger.onTheWay = [:]
                ledger.held = []
                relay.publisherOpened()
            default: Self.retry(in: relay, &ledger)
            }
            try #require(relay.count == ledger.pending)
        }
        try Self.drain(relay, &ledger, window: window)
        for (stream, confirmed) in ledger.confirmed {
            #expect(confirmed == ledger.added[stream], "the order of \(stream)")
        }
        #expect(next > 500)
    }

    private static func add(
        _ next: inout Int64,
        to relay: OutboxRelay,
        _ ledger: inout Ledger,
        using generator: inout SplitMix
    ) {
        let rows = (0..<Int.random(in: 1...3, using: &generator)).map { offset in
            row(next + Int64(offset), "s\(Int.random(in: 0..<7, using: &generator))")
        }
        next += Int64(rows.count)
        relay.add(rows.filter { !ledger.parkedStreams.contains($0.message.subject) })
        for row in rows {
            let stream = row.message.subject
            ledger.added[stream, default: []].append(row.sequence)
            // The store parks what stands behind.
            if ledger.parkedStreams.contains(stream) {
                ledger.parked[row.sequence] = stream
            } else {
                ledger.streams[stream, default: []].append(row.sequence)
            }
        }
    }

    /// All that is parked is tried again; in this ledger it counts as parked no more, as the relay
    /// holds all of it.
    private static func retry(in relay: OutboxRelay, _ ledger: inout Ledger) {
        let streams = Dictionary(grouping: ledger.parked.sorted { $0.key < $1.key }, by: \.value)
        for (stream, messages) in streams.sorted(by: { $0.key < $1.key }) {
            relay.add(messages.map { row($0.key, stream) })
            ledger.streams[stream, default: []] += messages.map(\.key)
        }
        ledger.parked = [:]
    }

    private static func send(
        from relay: OutboxRelay,
        _ ledger: inout Ledger,
        window: Int
    ) throws {
        let sendable = relay.isConnected ? ledger.sendable : []
        let rows = relay.takeReady()
        let room = window - ledger.onTheWay.count
        try #require(rows.count == min(room, sendable.count))
        for row in rows {
            try #require(sendable.contains(row.sequence))
            ledger.onTheWay[row.sequence] = row.message.subject
        }
        try #require(Set(ledger.onTheWay.values).count == ledger.onTheWay.count)
    }

    private static func resolve(
        in relay: OutboxRelay,
        _ ledger: inout Ledger,
        using generator: inout SplitMix
    ) throws {
        let outcomes: [PublicationOutcome] = [
            .confirmed, .confirmed, .confirmed, .confirmed, .refused, .unroutable("NO_ROUTE"),
        ]
        // One result of what is on the way, or one that is stale or about nothing.
        let candidates =
            ledger.onTheWay.keys.sorted() + [Int64.random(in: 0..<50, using: &generator)]
        let sequence = candidates[Int.random(in: candidates.indices, using: &generator)]
        let outcome = outcomes[Int.random(in: outcomes.indices, using: &generator)]
        let resolution = relay.resolve([PublicationResult(sequence: sequence, outcome: outcome)])
        guard let stream = ledger.onTheWay.removeValue(forKey: sequence) else {
            try #require(
                resolution.confirmed.isEmpty && resolution.parked.isEmpty
                    && resolution.refused == 0
            )
            return
        }
        switch outcome {
        case .confirmed:
            try #require(resolution.confirmed == [sequence])
            ledger.streams[stream]?.removeFirst()
            ledger.confirmed[stream, default: []].append(sequence)
        case .refused:
            try #require(resolution.refused == 1)
            ledger.held.insert(sequence)
        case .unroutable, .unsendable:
            let all = ledger.streams.removeValue(forKey: stream) ?? []
            try #require(resolution.parked.map(\.sequence) == all)
            for parked in all { ledger.parked[parked] = stream }
        }
    }

    /// Lets everything through: what was added is confirmed in the end, each message once.
    private static func drain(
        _ relay: OutboxRelay,
        _ ledger: inout Ledger,
        window: Int
    ) throws {
        relay.publisherOpened()
        relay.retryRefused()
        ledger.held = []
        retry(in: relay, &ledger)
        for _ in 0...ledger.pending {
            try send(from: relay, &ledger, window: window)
            let results = ledger.onTheWay.keys.sorted().map(confirmed)
            for sequence in relay.resolve(results).confirmed {
                guard let stream = ledger.onTheWay.removeValue(forKey: sequence) else { continue }
                ledger.streams[stream]?.removeFirst()
                ledger.confirmed[stream, default: []].append(sequence)
            }
        }
        try #require(relay.count == 0)
        try #require(ledger.pending == 0)
    }
}

/// A random number generator that says the same again for the same seed (Steele, Lea and Flood,
/// 2014).
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
